"""A cancellation of an order, or of some of its lines, as long as it has not left."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import Actor
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.orders import Order, OrderLine, Stage
from helpdesk.returns.money import Fee, Piece, Plan, pay_back
from helpdesk.returns.record import TicketRecord, common, said, tally_for
from helpdesk.returns.refunds import Kind, Method, Payout, Refund
from helpdesk.tickets import Action, Ticket

#: From here on only a return is possible (DOMAIN 3).
TOO_LATE = (Stage.SHIPPED, Stage.DELIVERED)


class CancellationState(StrEnum):
    """Where a cancellation stands."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


CANCELLATION_NAMES = {
    CancellationState.REQUESTED: "Requested",
    CancellationState.CONFIRMED: "Confirmed",
    CancellationState.REFUSED: "Refused",
    CancellationState.WITHDRAWN: "Withdrawn",
}


class Cancellation(TicketRecord, Base):
    """What shall not be sent."""

    __tablename__ = "cancellations"
    __table_args__ = (
        Index("ix_cancellations_store_state", "store_id", "state", "id"),
        Index("ix_cancellations_ticket_id", "ticket_id"),
        Index("ix_cancellations_order_id", "order_id"),
    )
    stage: Mapped[Stage] = mapped_column(Word(Stage))  # how far the order was when it was asked for
    state: Mapped[CancellationState] = mapped_column(Word(CancellationState), default=CancellationState.REQUESTED)
    is_whole: Mapped[bool]
    was_paid: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    clause: Mapped[str] = mapped_column(String(20), default="", server_default="")  # what it was refused under
    decided_at: Mapped[datetime | None]
    lines: Mapped[list["CancellationLine"]] = relationship(order_by="CancellationLine.id")

    @classmethod
    def request(
        cls,
        ticket: Ticket,
        items: Iterable[tuple[OrderLine, int]] = (),
        *,
        by: Actor,
        rests_on: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> Self:
        """Ask for the whole order not to be sent, or only these items. Raises WrongState once it has left."""
        tally = tally_for(ticket)
        order = tally.order
        _refuse_if_gone(order)
        wanted = [(line, quantity) for line, quantity in items]
        chosen = wanted or [(t.line, t.can_cancel) for t in tally.lines.values() if t.can_cancel]
        for line, quantity in chosen:
            most = tally.of(line.id).can_cancel
            if not 1 <= quantity <= most:
                raise Invalid(f"“{line.title}”: at most {most} can still be cancelled; {quantity} were asked for.")
        if not chosen:
            raise Invalid("Nothing is left of this order that could be cancelled.")
        made = cls(
            **common(ticket, by, rests_on, key),
            stage=order.stage,
            is_whole=all(quantity == tally.of(line.id).line.quantity for line, quantity in chosen)
            and len(chosen) == len(tally.lines),
            was_paid=order.paid_at is not None,
            lines=[CancellationLine(order_line=line, quantity=quantity) for line, quantity in chosen],
        )
        db.session.add(made)
        db.session.flush()
        made.ticket.record(Action.CANCELLATION_REQUESTED, by=by, **made._details)
        return made

    def confirm(self, *, by: Actor, fee_cents: int = 0, method: Method = Method.ORIGINAL) -> Refund | None:
        """It is not sent; what was paid for it is to be paid out, less a fee where one was agreed (custom orders)."""
        tally = tally_for(self.ticket)
        _refuse_if_sent(tally.order)  # cancelled it may be: then the shop's own system was quicker
        self._decide(CancellationState.CONFIRMED)
        self.was_paid = tally.order.paid_at is not None
        if self.is_whole and tally.order.stage is not Stage.CANCELLED:
            tally.order.stage, tally.order.cancelled_at = Stage.CANCELLED, clock.now()
        self.ticket.record(Action.ORDER_CANCELLED, by=by, **self._details)
        return self._pay_back(by, fee_cents, method)

    def pay_back(self, *, by: Actor, fee_cents: int = 0, method: Method = Method.ORIGINAL) -> Refund:
        """Its refund was taken back: record it anew. Raises WrongState while there is one, or nothing to pay."""
        tally_for(self.ticket)
        if self.state is not CancellationState.CONFIRMED or self.refund is not None:
            raise WrongState("There is nothing to pay back for this cancellation.")
        refund = self._pay_back(by, fee_cents, method)
        if refund is None:
            raise WrongState("Nothing was paid for it, so there is nothing to pay back.")
        return refund

    @property
    def refund(self) -> Refund | None:
        """What is paid back for it, unless that was taken back."""
        same_order = Refund.order_id == self.order_id  # lets an index find it
        alive = select(Refund).where(same_order, Refund.cancellation_id == self.id, Refund.state != Payout.TAKEN_BACK)
        return db.session.scalar(alive.limit(1))

    def _pay_back(self, by: Actor, fee_cents: int, method: Method) -> Refund | None:
        tally = tally_for(self.ticket)
        pieces = [Piece(tally.of(line.order_line_id).paid, line.quantity) for line in self.lines]
        fees = (Fee("cancellation", cents=max(0, fee_cents)),)
        back = pay_back(pieces, Plan(refund_shipping=self.is_whole, fees=fees), shipping_left=tally.shipping_left)
        if not (self.was_paid and back.total_cents):
            return None
        return Refund.record(
            self.ticket,
            back,
            by=by,
            kind=Kind.STORE_CREDIT if method is Method.STORE_CREDIT else Kind.REFUND,
            reason="Cancelled before it was sent",
            cancellation_id=self.id,
            rests_on=self.rests_on,
        )

    def refuse(self, reason: str, *, by: Actor, clause: str = "") -> None:
        """Too late, or not possible; why, and by which clause."""
        reason = said(reason, "Say why it cannot be cancelled, in a sentence the customer can read.")
        self._decide(CancellationState.REFUSED)
        self.reason, self.clause = reason, clause
        self.ticket.record(Action.CANCELLATION_REFUSED, by=by, **self._details, reason=reason, clause=clause)

    def withdraw(self, *, by: Actor) -> None:
        """The customer wants it after all."""
        self._decide(CancellationState.WITHDRAWN)
        self.ticket.record(Action.CANCELLATION_WITHDRAWN, by=by, **self._details)

    def _decide(self, to: CancellationState) -> None:
        if self.state is not CancellationState.REQUESTED:
            raise WrongState(f"This cancellation is {CANCELLATION_NAMES[self.state].lower()} already.")
        self.state, self.decided_at = to, clock.now()

    @property
    def _details(self) -> dict[str, Any]:
        return {
            "cancellation": self.id,
            "stage": self.stage,
            "is_whole": self.is_whole,
            "was_paid": self.was_paid,
            "units": sum(line.quantity for line in self.lines),
        }


class CancellationLine(Base):
    """Pieces of one line that shall not be sent."""

    __tablename__ = "cancellation_lines"
    __table_args__ = (UniqueConstraint("cancellation_id", "order_line_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cancellation_id: Mapped[int] = mapped_column(ForeignKey("cancellations.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"))
    quantity: Mapped[int]
    order_line: Mapped[OrderLine] = relationship()


def _refuse_if_gone(order: Order) -> None:
    if order.stage is Stage.CANCELLED:
        raise WrongState("This order is cancelled already.")
    _refuse_if_sent(order)


def _refuse_if_sent(order: Order) -> None:
    if order.stage in TOO_LATE:
        raise WrongState("This order has left already: from now on it can only be sent back.")


def open_cancellation(ticket: Ticket) -> Cancellation | None:
    """The one that nobody has decided yet."""
    asked = select(Cancellation).where(
        Cancellation.ticket_id == ticket.id, Cancellation.state == CancellationState.REQUESTED
    )
    return db.session.scalar(asked.order_by(Cancellation.id).limit(1))
