"""Refunds: recorded here and handed over to whoever pays; we never move money ourselves."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import Actor, May, User, store_ids_of
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.core.language import N_, Words
from helpdesk.core.money import MOST, Money
from helpdesk.orders import OrderLine
from helpdesk.returns.money import PaidBack
from helpdesk.returns.record import TicketRecord, common, said, staff_id, tally_for
from helpdesk.returns.rma import Rma
from helpdesk.returns.steps import Step
from helpdesk.tickets import Action, Ticket


class Kind(StrEnum):
    """Why money goes back; only the first and third take units off what the customer has."""

    REFUND = "refund"
    PARTIAL_REFUND = "partial_refund"  # the customer keeps the goods
    STORE_CREDIT = "store_credit"
    GOODWILL = "goodwill"  # not for any line: counts against nothing


class Method(StrEnum):
    """How it goes back."""

    ORIGINAL = "original"
    STORE_CREDIT = "store_credit"


class Payout(StrEnum):
    """Where the money is, as far as we were told."""

    TO_BE_PAID = "to_be_paid"
    PAID = "paid"
    TAKEN_BACK = "taken_back"  # before it was paid: it counts as if it had never been


KIND_NAMES = {
    Kind.REFUND: "Refund",
    Kind.PARTIAL_REFUND: "Partial refund",
    Kind.STORE_CREDIT: "Store credit",
    Kind.GOODWILL: "Goodwill",
}
METHOD_NAMES = Words({Method.ORIGINAL: N_("the original payment method"), Method.STORE_CREDIT: N_("store credit")})
PAYOUT_NAMES = {Payout.TO_BE_PAID: "To be paid out", Payout.PAID: "Paid out", Payout.TAKEN_BACK: "Taken back"}
IS_TO_BE_PAID = text("state = 'to_be_paid'")
LONGEST_REFERENCE = 120


class Refund(TicketRecord, Base):
    """Money that is to be paid out, or was."""

    __tablename__ = "refunds"
    __table_args__ = (
        Index("ix_refunds_to_be_paid", "store_id", "id", sqlite_where=IS_TO_BE_PAID, postgresql_where=IS_TO_BE_PAID),
        Index("ix_refunds_store_state", "store_id", "state", "id"),
        Index("ix_refunds_ticket_id", "ticket_id"),
        Index("ix_refunds_order_id", "order_id"),
        CheckConstraint("cents > 0", name="something"),
    )
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    method: Mapped[Method] = mapped_column(Word(Method))
    currency: Mapped[str] = mapped_column(String(3))
    cents: Mapped[int]
    shipping_cents: Mapped[int] = mapped_column(default=0)
    sums: Mapped[dict[str, Any]] = mapped_column(default=dict)  # goods, deductions, fees: how it came to this amount
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[Payout] = mapped_column(Word(Payout), default=Payout.TO_BE_PAID)
    payout_reference: Mapped[str] = mapped_column(String(LONGEST_REFERENCE), default="")
    paid_at: Mapped[datetime | None]
    paid_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_back_why: Mapped[str] = mapped_column(Text, default="", server_default="")
    rma_id: Mapped[int | None] = mapped_column(ForeignKey("rmas.id"))
    cancellation_id: Mapped[int | None] = mapped_column(ForeignKey("cancellations.id"))
    rma: Mapped[Rma | None] = relationship()
    lines: Mapped[list["RefundLine"]] = relationship(order_by="RefundLine.id")

    @classmethod
    def record(
        cls,
        ticket: Ticket,
        back: PaidBack,
        *,
        by: Actor,
        kind: Kind = Kind.REFUND,
        method: Method = Method.ORIGINAL,
        reason: str = "",
        rma: Rma | None = None,
        cancellation_id: int | None = None,
        rests_on: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> Self:
        """To be paid out for these lines. Raises Invalid beyond what was paid, counted over all the order's tickets."""
        if kind is Kind.GOODWILL:
            raise Invalid("Goodwill is for no line of the order: give it as an amount.")
        tally = tally_for(ticket)
        counts_units = kind in (Kind.REFUND, Kind.STORE_CREDIT) or rma is not None
        tally.refuse_too_much_paid(back, counts_units)
        refund = cls(
            **common(ticket, by, rests_on, key),
            kind=kind,
            method=Method.STORE_CREDIT if kind is Kind.STORE_CREDIT else method,
            currency=tally.order.currency,
            cents=_amount(back.total_cents),
            shipping_cents=back.shipping_cents,
            sums=back.as_plain(),
            reason=reason.strip(),
            rma=rma,
            cancellation_id=cancellation_id,
            lines=[
                RefundLine(order_line_id=line_id, quantity=back.units.get(line_id, 0), cents=cents)
                for line_id, cents in back.lines.items()
            ],
        )
        return refund._tell(by)

    @classmethod
    def goodwill(
        cls,
        ticket: Ticket,
        cents: int,
        *,
        by: Actor,
        reason: str,
        method: Method = Method.ORIGINAL,
        rests_on: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> Self:
        """To be paid out beside anything that was bought; who may give how much is decided before."""
        refund = cls(
            **common(ticket, by, rests_on, key),
            kind=Kind.GOODWILL,
            method=method,
            currency=ticket.order.currency if ticket.order else ticket.store.currency,
            cents=_amount(cents),
            reason=said(reason, "Say what the goodwill is for."),
        )
        return refund._tell(by)

    def mark_paid(self, reference: str, *, by: User) -> None:
        """Whoever pays has paid; `reference` finds the payment again."""
        if not by.may(May.PAY_OUT):
            raise NotAllowed("Payouts are marked as paid by a supervisor.")
        self._refuse_unless_to_be_paid()
        reference = said(reference, "Give the reference of the payment, so that it can be found again.")
        if len(reference) > LONGEST_REFERENCE:
            raise Invalid(f"Please keep the reference under {LONGEST_REFERENCE} characters.")
        self.state, self.payout_reference = Payout.PAID, reference
        self.paid_at, self.paid_by_id = clock.now(), staff_id(by)
        self.ticket.record(Action.REFUND_PAID, by=by, **self._details, reference=self.payout_reference)

    def take_back(self, reason: str, *, by: User) -> None:
        """It was recorded by mistake and is not paid; what it was for can be paid back again."""
        if not self.may_be_taken_back_by(by):
            raise NotAllowed("Somebody else recorded this refund: a supervisor can take it back.")
        self._refuse_unless_to_be_paid()
        reason = said(reason, "Say why, in a sentence the customer can read.")
        self.state, self.taken_back_why = Payout.TAKEN_BACK, reason
        self.taken_back_at, self.taken_back_by_id = clock.now(), staff_id(by)
        if self.rma:
            self.rma.unsettle()
        self.ticket.record(Action.REFUND_TAKEN_BACK, by=by, **self._details, reason=reason)

    def may_be_taken_back_by(self, person: User) -> bool:
        """Whoever recorded it may mend that; else it takes somebody who pays out."""
        return person.may(May.PAY_OUT) or (self.made_by_id is not None and self.made_by_id == person.id)

    def _refuse_unless_to_be_paid(self) -> None:
        if self.state is not Payout.TO_BE_PAID:
            already = {Payout.PAID: "marked as paid out", Payout.TAKEN_BACK: "taken back"}[self.state]
            raise WrongState(f"This refund is {already} already.")

    @property
    def amount(self) -> Money:
        """What goes back in all."""
        return Money(self.cents, self.currency)

    @property
    def _details(self) -> dict[str, Any]:
        return {
            "refund": self.id,
            "rma": self.rma.number if self.rma else None,
            "kind": self.kind,
            "method": self.method,
            "cents": self.cents,
            "currency": self.currency,
        }

    def _tell(self, by: Actor) -> Self:
        db.session.add(self)
        if self.rma:
            self.rma.settle(Step.REFUNDED)
        db.session.flush()
        is_credit = self.method is Method.STORE_CREDIT
        action = Action.STORE_CREDIT_RECORDED if is_credit else Action.REFUND_RECORDED
        self.ticket.record(action, by=by, **self._details)
        return self


class RefundLine(Base):
    """What of a refund is for one line of the order."""

    __tablename__ = "refund_lines"
    __table_args__ = (
        UniqueConstraint("refund_id", "order_line_id"),
        Index("ix_refund_lines_line", "order_line_id"),
        CheckConstraint("cents >= 0 AND quantity >= 0", name="not_below_nothing"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refunds.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"))
    quantity: Mapped[int]
    cents: Mapped[int]
    order_line: Mapped[OrderLine] = relationship()


def some_of(cents: Mapping[int, int], *, units: Mapping[int, int] | None = None, shipping_cents: int = 0) -> PaidBack:
    """Amounts chosen by a person, by order line."""
    return PaidBack(
        lines=dict(cents),
        units=dict(units or {}),
        shipping_cents=shipping_cents,
        goods_cents=sum(cents.values()),
    )


def payouts_visible_to(person: User) -> Select[Refund]:
    """The refunds of this person's stores."""
    return select(Refund).where(Refund.store_id.in_(store_ids_of(person)))


def _amount(cents: int) -> int:
    if not 0 < cents <= MOST:
        raise Invalid("There is nothing to pay back." if cents <= 0 else "That amount is too large.")
    return cents
