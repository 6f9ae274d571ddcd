"""A return: authorised under a number that cannot be guessed, counted when it arrives, inspected, settled."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import Index, Select, String, Text, UniqueConstraint, exists, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import Actor, User, store_ids_of
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.core.tokens import spoken_code
from helpdesk.orders import OrderLine, number_key
from helpdesk.policies import Remedy
from helpdesk.returns.money import Plan
from helpdesk.returns.record import TicketRecord, common, said, tally_for
from helpdesk.returns.rma_item import Finding, RmaItem, checked, counted_of, result_by
from helpdesk.returns.steps import NAMES, Result, Step, can_move
from helpdesk.tickets import Action, Event, Ticket

#: By when an approved parcel has to be on its way, unless whoever approves says otherwise (DOMAIN 4).
SEND_BACK_WITHIN = timedelta(days=14)


class RmaKind(StrEnum):
    """What a return is for."""

    RETURN = "return"
    EXCHANGE = "exchange"


STAMPS = {
    Step.APPROVED: "approved_at",
    Step.DECLINED: "declined_at",
    Step.LABEL_SENT: "label_sent_at",
    Step.IN_TRANSIT: "handed_over_at",
    Step.RECEIVED: "received_at",
    Step.INSPECTED: "inspected_at",
    Step.REFUNDED: "settled_at",
    Step.REPLACED: "settled_at",
    Step.EXCHANGED: "settled_at",
    Step.REJECTED: "rejected_at",
    Step.CLOSED: "closed_at",
    Step.CANCELLED: "cancelled_at",
}


#: The step of the policy's timetable that an event begins.
TERM_OF = {
    Action.RETURN_APPROVED: "send_back",
    Action.RETURN_RECEIVED: "return_inspection",
    Action.RETURN_INSPECTED: "refund",
}


class Rma(TicketRecord, Base):
    """One return (Return Merchandise Authorization)."""

    __tablename__ = "rmas"
    __table_args__ = (
        UniqueConstraint("store_id", "number"),
        Index("ix_rmas_store_state", "store_id", "state", "id"),
        Index("ix_rmas_ticket_id", "ticket_id"),
        Index("ix_rmas_order_id", "order_id"),
    )
    number: Mapped[str | None] = mapped_column(String(12))  # R-7K4M-9QXT, from approval on
    kind: Mapped[RmaKind] = mapped_column(Word(RmaKind))
    remedy: Mapped[Remedy] = mapped_column(Word(Remedy))
    state: Mapped[Step] = mapped_column(Word(Step), default=Step.REQUESTED)
    result: Mapped[Result | None] = mapped_column(Word(Result))
    refund_plan: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the decision said; read by `plan`
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was declined, rejected or cancelled
    note: Mapped[str] = mapped_column(Text, default="")  # what the inspection adds
    carrier: Mapped[str] = mapped_column(String(80), default="")
    tracking_number: Mapped[str] = mapped_column(String(80), default="")
    send_by: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    label_sent_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    inspected_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    rejected_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    items: Mapped[list[RmaItem]] = relationship(order_by=RmaItem.id, back_populates="rma")

    @classmethod
    def request(
        cls,
        ticket: Ticket,
        items: Iterable[tuple[OrderLine, int]],
        *,
        by: Actor,
        kind: RmaKind = RmaKind.RETURN,
        remedy: Remedy = Remedy.REFUND,
        plan: Mapping[str, Any] | None = None,
        rests_on: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> Self:
        """Ask to send these items back. Raises Invalid when there are not so many left to send, on any ticket."""
        wanted = {line.id: (line, quantity) for line, quantity in items}
        if not wanted or any(quantity < 1 for _, quantity in wanted.values()):
            raise Invalid("Choose at least one piece of what is to be sent back.")
        tally_for(ticket).refuse_too_many_back({line_id: quantity for line_id, (_, quantity) in wanted.items()})
        rma = cls(
            **common(ticket, by, rests_on, key),
            kind=kind,
            remedy=remedy,
            state=Step.REQUESTED,
            refund_plan=dict(plan or {}),
            items=[RmaItem(order_line=line, quantity=quantity) for line, quantity in wanted.values()],
        )
        db.session.add(rma)
        db.session.flush()
        rma._record(Action.RETURN_REQUESTED, by, kind=kind, remedy=remedy, units=rma.units)
        return rma

    def approve(self, *, by: Actor, send_by: datetime | None = None) -> None:
        """Give it a number; from now on the parcel is expected."""
        self._move(Step.APPROVED)
        self.number = _free_number(self.store_id)
        self.send_by = send_by or clock.now() + SEND_BACK_WITHIN
        self._record(Action.RETURN_APPROVED, by, send_by=self.send_by.isoformat())

    def decline(self, reason: str, *, by: Actor) -> None:
        """No, and why."""
        self._end(Step.DECLINED, reason)
        self._record(Action.RETURN_DECLINED, by, reason=self.reason)

    def send_label(self, *, by: Actor) -> None:
        """The customer has the label now."""
        self._move(Step.LABEL_SENT)
        self._record(Action.RETURN_LABEL_SENT, by)

    def hand_over(self, *, by: Actor, carrier: str = "", tracking_number: str = "") -> None:
        """The carrier has the parcel."""
        self._move(Step.IN_TRANSIT)
        self.carrier, self.tracking_number = carrier.strip()[:80], tracking_number.strip()[:80]
        self._record(Action.RETURN_IN_TRANSIT, by, carrier=self.carrier, tracking_number=self.tracking_number)

    def receive(self, counted: Mapping[int, int], *, by: Actor) -> None:
        """The parcel is here; `counted` holds the pieces by item. Fewer are short for now, more are surplus."""
        self.refuse_unless(Step.RECEIVED)
        counts = {item: counted_of(item, counted.get(item.id, 0)) for item in self.items}
        if not any(counts.values()):
            raise Invalid("Nothing was counted. If the parcel was empty, let a supervisor look at it first.")
        for item, pieces in counts.items():
            item.received, item.surplus = min(pieces, item.quantity), max(0, pieces - item.quantity)
        self._move(Step.RECEIVED)
        surplus, short = sum(i.surplus for i in self.items), sum(i.quantity - i.received for i in self.items)
        self._record(Action.RETURN_RECEIVED, by, units=sum(counts.values()), surplus=surplus, short=short)

    def inspect(
        self, findings: Mapping[int, Finding], *, by: Actor, result: Result | None = None, note: str = ""
    ) -> None:
        """Say of every authorised piece where it is; the result follows, unless the note says why not."""
        self.refuse_unless(Step.INSPECTED)
        found = {item: checked(item, findings.get(item.id, Finding())) for item in self.items}
        derived = result_by(found)
        note = note.strip()
        if result and result is not derived and not note:
            raise Invalid("Say in the note why the result is not what the counts say.")
        for item, finding in found.items():
            item.keep(finding)
        self.result, self.note = result or derived, note
        self._move(Step.INSPECTED)
        self._record(
            Action.RETURN_INSPECTED, by, result=self.result, derived=derived, note=self.note, remedy=self.remedy
        )

    def reject(self, reason: str, *, by: Actor) -> None:
        """What came back cannot be accepted; it goes back to the customer."""
        self._end(Step.REJECTED, reason)
        self._record(Action.RETURN_REJECTED, by, reason=self.reason)

    def cancel(self, reason: str, *, by: Actor) -> None:
        """It will not be sent back after all; not once it is here."""
        self._end(Step.CANCELLED, reason)
        self._record(Action.RETURN_CANCELLED, by, reason=self.reason)

    def close(self, *, by: Actor) -> None:
        """Everything about it is done."""
        self._move(Step.CLOSED)
        self._record(Action.RETURN_CLOSED, by)

    def settle(self, how: Step) -> None:
        """A refund, replacement or exchange was recorded for it; that record tells the timeline."""
        self._move(how)

    def unsettle(self) -> None:
        """What had settled it was taken back: what becomes of it has to be decided again."""
        self.state, self.settled_at, self.closed_at = Step.INSPECTED, None, None

    # ---- questions

    @property
    def plan(self) -> Plan:
        """How money goes back, as the decision said."""
        return Plan.from_decision(self.refund_plan)

    @property
    def units(self) -> int:
        """How many pieces were authorised."""
        return sum(item.quantity for item in self.items)

    @property
    def may_have_label(self) -> bool:
        """Whether the parcel may yet be on its way to us."""
        return self.number is not None and self.state in (Step.APPROVED, Step.LABEL_SENT, Step.IN_TRANSIT)

    def moment_of(self, step: Step) -> datetime | None:
        """When it came to this step."""
        moment: datetime | None = self.made_at if step is Step.REQUESTED else getattr(self, STAMPS[step])
        return moment

    def refuse_unless(self, to: Step) -> None:
        """Raises WrongState in words where that step cannot follow."""
        if not can_move(self.state, to):
            raise WrongState(f"This return is at “{NAMES[self.state]}”: “{NAMES[to]}” cannot follow.")

    def _move(self, to: Step) -> None:
        self.refuse_unless(to)
        self.state = to
        setattr(self, STAMPS[to], clock.now())

    def _end(self, to: Step, reason: str) -> None:
        self.refuse_unless(to)
        self.reason = said(reason, "Say why, in a sentence the customer can read.")
        self._move(to)

    def _record(self, action: Action, by: Actor, **details: Any) -> Event:
        term = self.rests_on.get("terms", {}).get(TERM_OF.get(action, ""))
        if term:
            details |= {"term": term, "edition": self.rests_on.get("edition")}
        return self.ticket.record(action, by=by, rma=self.number, return_id=self.id, **details)


def returns_visible_to(person: User) -> Select[Rma]:
    """The returns of this person's stores."""
    return select(Rma).where(Rma.store_id.in_(store_ids_of(person)))


def by_number(ticket: Ticket, number: str) -> Select[Rma]:
    """The ticket's return with this number; one that has none yet is found by "request-" and its id."""
    mine = select(Rma).where(Rma.ticket_id == ticket.id)
    kind, _, digits = number.partition("-")
    if kind == "request" and digits.isascii() and digits.isdigit() and len(digits) < 10:
        return mine.where(Rma.id == int(digits), Rma.number.is_(None))
    return mine.where(Rma.number == as_rma_number(number))


def as_rma_number(text: str) -> str:
    """A number however it was typed or scanned: "r 7k4m 9qxt" is R-7K4M-9QXT."""
    code = number_key(text).upper()
    code = code[1:] if len(code) == len("R7K4M9QXT") and code.startswith("R") else code
    return f"R-{code[:4]}-{code[4:]}"[:12]


def address_of(rma: Rma) -> str:
    """How its pages are called: by its number, or by its id as long as it has none."""
    return rma.number or f"request-{rma.id}"


def of_ticket(ticket_id: int) -> Select[Rma]:
    """A ticket's returns, oldest first."""
    return select(Rma).where(Rma.ticket_id == ticket_id).order_by(Rma.id)


def _free_number(store_id: int) -> str:
    while True:
        number = as_rma_number(spoken_code())
        if not db.session.scalar(select(exists().where(Rma.store_id == store_id, Rma.number == number))):
            return number
