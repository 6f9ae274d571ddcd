"""An escalation: a ticket handed up, until somebody with the right to decide has decided."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, Text, cast, exists, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import SYSTEM, May, User, store_ids_of, works_for
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db, fixed
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.core.language import N_, Words
from helpdesk.tickets import Action, Ticket


class Reason(StrEnum):
    """Why a ticket goes up (DOMAIN 5)."""

    RESPONSE_OVERDUE = "response_overdue"
    RESOLUTION_OVERDUE = "resolution_overdue"
    CUSTOMER_REQUEST = "customer_request"
    POLICY_EXCEPTION = "policy_exception"
    LATE_DAMAGE_REPORT = "late_damage_report"
    HEALTH_EMERGENCY = "health_emergency"
    HIGH_VALUE = "high_value"
    AGENT_REQUEST = "agent_request"


REASON_NAMES = {
    Reason.RESPONSE_OVERDUE: "Answer overdue",
    Reason.RESOLUTION_OVERDUE: "Solution overdue",
    Reason.CUSTOMER_REQUEST: "Customer asks for a supervisor",
    Reason.POLICY_EXCEPTION: "Exception to the policy",
    Reason.LATE_DAMAGE_REPORT: "Late damage report",
    Reason.HEALTH_EMERGENCY: "Health emergency",
    Reason.HIGH_VALUE: "High value",
    Reason.AGENT_REQUEST: "Agent asks for help",
}


class EscalationState(StrEnum):
    """Where an escalation stands."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    DECIDED = "decided"


class Verdict(StrEnum):
    """What a supervisor can decide."""

    GRANTED = "granted"
    DECLINED = "declined"
    RETURNED_TO_AGENT = "returned_to_agent"
    WITHDRAWN = "withdrawn"  # by nobody: the ticket was closed


#: Who stands on each rung, as people say it.
ROLE_NAMES = Words({1: N_("supervisor"), 2: N_("manager")})

IS_OPEN = text("state != 'decided'")


class Escalation(Base):
    """One ticket handed up; a ticket has at most one that is open."""

    __tablename__ = "escalations"
    __table_args__ = (
        Index("uq_escalations_open", "ticket_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_escalations_store_state", "store_id", "state", "raised_at"),
        Index("ix_escalations_state_raised", "state", "raised_at", "id"),
        Index("ix_escalations_state_decided", "state", "decided_at", "id"),
        Index("ix_escalations_to_id", "to_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    level: Mapped[int]
    state: Mapped[EscalationState] = mapped_column(Word(EscalationState), default=EscalationState.RAISED)
    reasons: Mapped[list[Any]]  # [[reason, moment, note]], first to last
    to_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_from_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # whose ticket it was before a take-over
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    note: Mapped[str] = mapped_column(Text, default="")
    ticket: Mapped[Ticket] = relationship()
    to: Mapped[User | None] = relationship(foreign_keys=to_id)
    taken_from: Mapped[User | None] = relationship(foreign_keys=taken_from_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    def acknowledge(self, *, by: User) -> None:
        """Somebody has it now; the acknowledgement clock stops."""
        self._refuse_unless(by, EscalationState.RAISED)
        self._take(by)
        self.ticket.record(Action.ESCALATION_ACKNOWLEDGED, by=by, escalation=self.id)

    def take_over(self, *, by: User) -> None:
        """The supervisor works on the ticket in person."""
        self._refuse_unless(by, EscalationState.RAISED, EscalationState.ACKNOWLEDGED)
        self._take(by)
        if self.ticket.assignee is not by:
            self.taken_from = self.ticket.assignee
            self.ticket.assign(to=by, by=by)
        self.ticket.record(Action.ESCALATION_TAKEN_OVER, by=by, escalation=self.id)

    def hand_back(self, *, by: User, note: str) -> None:
        """Back to the agent, with a word on what to do; a ticket that was taken over goes back too."""
        self._refuse_unless(by, EscalationState.RAISED, EscalationState.ACKNOWLEDGED)
        self._decide(by, Verdict.RETURNED_TO_AGENT, note)
        self._give_back(by)
        self.ticket.record(Action.ESCALATION_RETURNED, by=by, escalation=self.id, note=self.note)

    def decide(self, verdict: Verdict, *, by: User, note: str) -> None:
        """Granted or declined, with the reason."""
        if verdict is Verdict.RETURNED_TO_AGENT:
            self.hand_back(by=by, note=note)
            return
        self._refuse_unless(by, EscalationState.RAISED, EscalationState.ACKNOWLEDGED)
        self._decide(by, verdict, note)
        self.ticket.record(Action.ESCALATION_DECIDED, by=by, escalation=self.id, verdict=verdict, note=self.note)

    def withdraw(self) -> None:
        """The ticket is closed, so that nobody has to decide any more."""
        self.state, self.verdict, self.note = EscalationState.DECIDED, Verdict.WITHDRAWN, "The ticket was closed."
        self.decided_at = clock.now()
        self.ticket.record(Action.ESCALATION_WITHDRAWN, by=SYSTEM, escalation=self.id)

    @property
    def role_name(self) -> str:
        """Whose turn it is, as a role: what a customer is told, and what waits when nobody is there."""
        return ROLE_NAMES[self.level]

    @property
    def is_emergency(self) -> bool:
        """Whether it is about somebody's health."""
        return any(reason == Reason.HEALTH_EMERGENCY for reason, *_ in self.reasons)

    @property
    def reason_names(self) -> list[str]:
        """Why it went up, in words, each once."""
        return list(dict.fromkeys(REASON_NAMES[Reason(reason)] for reason, *_ in self.reasons))

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.state is not EscalationState.DECIDED

    def _take(self, by: User) -> None:
        self.to = by
        self.state = EscalationState.ACKNOWLEDGED
        self.acknowledged_at = self.acknowledged_at or clock.now()

    def _give_back(self, by: User) -> None:
        agent, ticket = self.taken_from, self.ticket
        if agent and agent.is_active and works_for(agent, self.store_id) and ticket.assignee is by:
            ticket.assign(to=agent, by=by)

    def _decide(self, by: User, verdict: Verdict, note: str) -> None:
        note = note.strip()
        if not note:
            raise Invalid("Say in a sentence why: the agent and the history need it.")
        self.acknowledged_at = self.acknowledged_at or clock.now()
        self.state, self.verdict, self.note = EscalationState.DECIDED, verdict, note[:5000]
        self.decided_at, self.decided_by = clock.now(), by

    def _refuse_unless(self, by: User, *states: EscalationState) -> None:
        if not by.may(May.DECIDE_ESCALATIONS) or not works_for(by, self.store_id):
            raise NotAllowed("Only a supervisor of this store can do that.")
        if self.state not in states:
            raise WrongState(f"This escalation is {self.state} already.")


def escalations_for(person: User) -> Select[Escalation]:
    """What this person may see of them: those of their stores."""
    return select(Escalation).where(Escalation.store_id.in_(store_ids_of(person)))


#: Of a ticket: whether somebody has yet to decide about it.
IS_ESCALATED = (
    exists()
    .where(Escalation.ticket_id == Ticket.id, Escalation.state != fixed(EscalationState.DECIDED))
    .correlate(Ticket)
)
#: The same to search by: it begins at the few open escalations, where the other asks for each ticket.
AMONG_ESCALATED = Ticket.id.in_(
    select(Escalation.ticket_id).where(Escalation.state != fixed(EscalationState.DECIDED))
)  # fmt: skip


def open_escalations(ticket_ids: list[int]) -> Select[Escalation]:
    """The open escalations of these tickets."""
    return select(Escalation).where(Escalation.ticket_id.in_(ticket_ids), Escalation.state != EscalationState.DECIDED)


def escalations_listed(
    person: User,
    state: EscalationState,
    *,
    store_id: int | None = None,
    reason: Reason | None = None,
    to_id: int | None = None,
) -> Select[Any]:
    """Rows for keyset pages: the escalation and what it is ordered by; narrowed to a store, a reason, a person."""
    # Plus zero: the stores narrow the rows, but their order comes from the index of the state.
    columns: tuple[Any, ...] = (Escalation, Escalation.raised_at, Escalation.decided_at, Escalation.id)
    query = select(*columns).where(
        Escalation.state == fixed(state), (Escalation.store_id + 0).in_(store_ids_of(person))
    )
    if store_id:
        query = query.where(Escalation.store_id + 0 == store_id)
    if to_id:
        query = query.where(Escalation.to_id == to_id)
    if reason:
        # A line begins with its reason, and a note cannot look like one: its quotes are escaped.
        query = query.where(cast(Escalation.reasons, Text).contains(f'["{reason}", ', autoescape=True))
    return query


def counted_by_state(person: User, stop_at: int = 1000) -> dict[EscalationState, int]:
    """How many are open, by state; what is decided grows for ever and is not counted."""
    is_open = Escalation.state.in_([fixed(EscalationState.RAISED), fixed(EscalationState.ACKNOWLEDGED)])
    some = escalations_for(person).where(is_open).with_only_columns(Escalation.state).limit(stop_at).subquery()
    rows = db.session.execute(select(some.c.state, func.count()).group_by(some.c.state))
    return {state: count for state, count in rows}  # noqa: C416 - rows are no pairs for mypy
