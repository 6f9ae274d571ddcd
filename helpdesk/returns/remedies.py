"""What is sent instead of money: a replacement of the same thing, or an exchange for another."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from helpdesk.accounts import Actor
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.core.money import MOST
from helpdesk.orders import OrderLine
from helpdesk.returns.record import TicketRecord, common, said, tally_for
from helpdesk.returns.rma import Rma
from helpdesk.returns.steps import Result, Step
from helpdesk.tickets import Action, Event, Ticket


class Sending(StrEnum):
    """Where something that we send stands."""

    WAITING_FOR_PAYMENT = "waiting_for_payment"
    TO_BE_SENT = "to_be_sent"
    SENT = "sent"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


SENDING_NAMES = {
    Sending.WAITING_FOR_PAYMENT: "Waiting for the difference",
    Sending.TO_BE_SENT: "To be sent",
    Sending.SENT: "Sent",
    Sending.DELIVERED: "Delivered",
    Sending.CANCELLED: "Cancelled",
}
SENDING_MOVES = {
    Sending.WAITING_FOR_PAYMENT: {Sending.TO_BE_SENT, Sending.CANCELLED},
    Sending.TO_BE_SENT: {Sending.SENT, Sending.CANCELLED},
    Sending.SENT: {Sending.DELIVERED},
    Sending.DELIVERED: set[Sending](),
    Sending.CANCELLED: set[Sending](),
}


class Payer(StrEnum):
    """Who pays a difference in price."""

    CUSTOMER = "customer"
    STORE = "store"
    NOBODY = "nobody"


class Sendable(TicketRecord):
    """What replacement and exchange have in common: they are sent once, or not at all."""

    state: Mapped[Sending] = mapped_column(Word(Sending))
    carrier: Mapped[str] = mapped_column(String(80), default="", server_default="")
    tracking_number: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(String(2000), default="")
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    rma_id: Mapped[int | None] = mapped_column(ForeignKey("rmas.id"))

    @declared_attr
    def rma(cls) -> Mapped[Rma | None]:
        """The return it is for, if something comes back."""
        return relationship(Rma)

    def _move(self, to: Sending) -> None:
        if to not in SENDING_MOVES[self.state]:
            raise WrongState(f"It is at “{SENDING_NAMES[self.state]}”: “{SENDING_NAMES[to]}” cannot follow.")
        self.state = to

    def _send(self, carrier: str, tracking_number: str) -> dict[str, str]:
        self._move(Sending.SENT)
        self.carrier, self.tracking_number = carrier.strip()[:80], tracking_number.strip()[:80]
        self.sent_at = clock.now()
        return {"carrier": self.carrier, "tracking_number": self.tracking_number}

    def _arrive(self) -> None:
        self._move(Sending.DELIVERED)
        self.delivered_at = clock.now()

    def _call_off(self, reason: str, settled_as: Step) -> None:
        reason = said(reason, "Say why it is not sent, in a sentence the customer can read.")
        self._move(Sending.CANCELLED)
        self.reason = reason
        if self.rma and self.rma.state is settled_as and not _is_sent_for(self.rma):
            self.rma.unsettle()

    def _settle(self, how: Step) -> None:
        """What came back is settled by this; before the inspection it was sent in advance, and settles it then."""
        if self.rma and self.rma.state is Step.INSPECTED:
            self.rma.settle(how)


class Replacement(Sendable, Base):
    """The same things once more, at no cost."""

    __tablename__ = "replacements"
    __table_args__ = (
        Index("ix_replacements_store_state", "store_id", "state", "id"),
        Index("ix_replacements_ticket_id", "ticket_id"),
        Index("ix_replacements_order_id", "order_id"),
    )
    items: Mapped[list["ReplacementItem"]] = relationship(order_by="ReplacementItem.id")

    @classmethod
    def record(
        cls,
        ticket: Ticket,
        items: Iterable[tuple[OrderLine, int]],
        *,
        by: Actor,
        reason: str = "",
        rma: Rma | None = None,
        rests_on: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> Self:
        """To be sent. Raises Invalid when more would be replaced than was bought, over all the order's tickets."""
        tally, wanted = tally_for(ticket), list(items)
        if not wanted or any(quantity < 1 for _, quantity in wanted):
            raise Invalid("Choose at least one piece that is to be replaced.")
        for line, quantity in wanted:
            most = _returning(rma, line) if rma else tally.of(line.id).can_replace
            if quantity > most:
                raise Invalid(f"“{line.title}”: at most {most} can be replaced; {quantity} were asked for.")
        made = cls(
            **common(ticket, by, rests_on, key),
            state=Sending.TO_BE_SENT,
            reason=reason.strip(),
            rma=rma,
            items=[ReplacementItem(order_line=line, quantity=quantity) for line, quantity in wanted],
        )
        db.session.add(made)
        made._settle(Step.REPLACED)
        db.session.flush()
        made.ticket.record(Action.REPLACEMENT_RECORDED, by=by, **made._details)
        return made

    def send(self, *, by: Actor, carrier: str = "", tracking_number: str = "") -> None:
        """It has left."""
        sent = self._send(carrier, tracking_number)
        self.ticket.record(Action.REPLACEMENT_SENT, by=by, **self._details, **sent)

    def deliver(self, *, by: Actor) -> None:
        """The customer has it."""
        self._arrive()
        self.ticket.record(Action.REPLACEMENT_DELIVERED, by=by, **self._details)

    def cancel(self, reason: str, *, by: Actor) -> None:
        """It will not be sent after all."""
        self._call_off(reason, Step.REPLACED)
        self.ticket.record(Action.REPLACEMENT_CANCELLED, by=by, **self._details, reason=self.reason)

    @property
    def _details(self) -> dict[str, Any]:
        units = sum(item.quantity for item in self.items)
        return {"replacement": self.id, "rma": self.rma.number if self.rma else None, "units": units}


class ReplacementItem(Base):
    """One line that is sent once more."""

    __tablename__ = "replacement_items"
    __table_args__ = (UniqueConstraint("replacement_id", "order_line_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    replacement_id: Mapped[int] = mapped_column(ForeignKey("replacements.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"))
    quantity: Mapped[int]
    order_line: Mapped[OrderLine] = relationship()


class Exchange(Sendable, Base):
    """Pieces of one line for something else."""

    __tablename__ = "exchanges"
    __table_args__ = (
        Index("ix_exchanges_store_state", "store_id", "state", "id"),
        Index("ix_exchanges_ticket_id", "ticket_id"),
        Index("ix_exchanges_order_id", "order_id"),
    )
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"))
    quantity: Mapped[int]
    wanted: Mapped[str] = mapped_column(String(300))  # the product, size or colour, in words
    currency: Mapped[str] = mapped_column(String(3))
    difference_cents: Mapped[int] = mapped_column(default=0)  # above nothing: what is wanted is dearer
    paid_by: Mapped[Payer] = mapped_column(Word(Payer))
    order_line: Mapped[OrderLine] = relationship()

    @classmethod
    def record(
        cls,
        ticket: Ticket,
        line: OrderLine,
        quantity: int,
        *,
        wanted: str,
        by: Actor,
        difference_cents: int = 0,
        is_variant: bool = False,
        paid_by: Payer | None = None,
        rma: Rma | None = None,
        rests_on: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> Self:
        """To be sent, once a difference the customer owes is paid; `is_variant`: only size or colour is another."""
        tally = tally_for(ticket)
        most = _returning(rma, line) if rma else tally.of(line.id).can_replace
        if not 1 <= quantity <= most:
            raise Invalid(f"“{line.title}”: at most {most} can be exchanged; {quantity} were asked for.")
        if abs(difference_cents) > MOST:
            raise Invalid("That difference is too large.")
        payer = paid_by if paid_by and difference_cents > 0 else who_pays(difference_cents, is_variant=is_variant)
        made = cls(
            **common(ticket, by, rests_on, key),
            state=Sending.WAITING_FOR_PAYMENT if payer is Payer.CUSTOMER else Sending.TO_BE_SENT,
            order_line=line,
            quantity=quantity,
            wanted=said(wanted, "Say what it is exchanged for.")[:300],
            currency=tally.order.currency,
            difference_cents=difference_cents,
            paid_by=payer,
            rma=rma,
        )
        db.session.add(made)
        made._settle(Step.EXCHANGED)
        db.session.flush()
        made.ticket.record(Action.EXCHANGE_RECORDED, by=by, **made._details)
        return made

    def take_payment(self, *, by: Actor) -> None:
        """The customer has paid the difference."""
        self._move(Sending.TO_BE_SENT)
        self.ticket.record(Action.EXCHANGE_PAID, by=by, **self._details)

    def send(self, *, by: Actor, carrier: str = "", tracking_number: str = "") -> None:
        """It has left."""
        sent = self._send(carrier, tracking_number)
        self.ticket.record(Action.EXCHANGE_SENT, by=by, **self._details, **sent)

    def deliver(self, *, by: Actor) -> None:
        """The customer has it."""
        self._arrive()
        self.ticket.record(Action.EXCHANGE_DELIVERED, by=by, **self._details)

    def cancel(self, reason: str, *, by: Actor) -> None:
        """It will not be sent after all."""
        self._call_off(reason, Step.EXCHANGED)
        self.ticket.record(Action.EXCHANGE_CANCELLED, by=by, **self._details, reason=self.reason)

    @property
    def _details(self) -> dict[str, Any]:
        return {
            "exchange": self.id,
            "rma": self.rma.number if self.rma else None,
            "units": self.quantity,
            "wanted": self.wanted,
            "difference_cents": self.difference_cents,
            "currency": self.currency,
            "paid_by": self.paid_by,
        }


#: What each of them makes of the return behind it.
SETTLES_AS: dict[type[Replacement] | type[Exchange], Step] = {Replacement: Step.REPLACED, Exchange: Step.EXCHANGED}


def settle_what_was_sent_ahead(event: Event) -> None:
    """The return passed its inspection, and what replaces it was on its way already: nothing is left to decide."""
    rma = db.session.get_one(Rma, event.details["return_id"])
    if rma.result is Result.FAILED:
        return
    for kind, how in SETTLES_AS.items():
        if rma.state is Step.INSPECTED and _is_sent(kind, rma):
            rma.settle(how)


def who_pays(difference_cents: int, *, is_variant: bool) -> Payer:
    """Another size or colour and what costs no more is free; for what is dearer the customer pays (DOMAIN 3.1)."""
    return Payer.CUSTOMER if difference_cents > 0 and not is_variant else Payer.NOBODY


def _is_sent_for(rma: Rma) -> bool:
    """Whether anything is, or will be, sent for this return."""
    return any(_is_sent(kind, rma) for kind in SETTLES_AS)


def _is_sent(kind: type[Replacement] | type[Exchange], rma: Rma) -> bool:
    same_order = kind.order_id == rma.order_id  # lets an index find it
    alive = select(kind.id).where(same_order, kind.rma_id == rma.id, kind.state != Sending.CANCELLED)
    return db.session.scalar(alive.limit(1)) is not None


def _returning(rma: Rma, line: OrderLine) -> int:
    """How many pieces of this line the return is about; after the inspection, how many really came."""
    item = next((item for item in rma.items if item.order_line_id == line.id), None)
    if item is None:
        return 0
    return item.quantity if rma.inspected_at is None else item.quantity - item.missing
