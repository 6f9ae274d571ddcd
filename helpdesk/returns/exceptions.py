"""Exceptions: acting against what the policy decided, with a reason, and with a supervisor's yes above one's limit."""

from datetime import datetime
from decimal import Decimal as Exact
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import RANK, May, Role, User, store_ids_of, works_for
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.core.money import PLACES, Money
from helpdesk.policies import Edition, Outcome, Remedy
from helpdesk.returns.decision import Decision
from helpdesk.tickets import Action, Ticket

LONGEST_REASON = 2000


class ExceptionState(StrEnum):
    """Where an exception stands."""

    WAITING = "waiting"  # for somebody with a higher limit
    GRANTED = "granted"
    REFUSED = "refused"


class PolicyException(Base):
    """Goodwill against a clause: what, how much, why, and who allowed it."""

    __tablename__ = "policy_exceptions"
    __table_args__ = (
        Index("ix_policy_exceptions_store_state", "store_id", "state", "id"),
        Index("ix_policy_exceptions_ticket_id", "ticket_id"),
        Index("uq_policy_exceptions_form_key", "form_key", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    edition: Mapped[str] = mapped_column(String(40))
    clause: Mapped[str] = mapped_column(String(20))  # "": the policy says nothing of it
    kind: Mapped[Remedy] = mapped_column(Word(Remedy))
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ExceptionState] = mapped_column(Word(ExceptionState))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    form_key: Mapped[str | None] = mapped_column(String(64))  # one press makes one exception
    ticket: Mapped[Ticket] = relationship()
    proposed_by: Mapped[User] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    @property
    def amount(self) -> Money:
        """What it costs the store."""
        return Money(self.amount_cents, self.currency)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to decide."""
        return self.state is ExceptionState.WAITING

    def grant(self, *, by: User, note: str = "", edition: Edition) -> None:
        """Allow it. Raises NotAllowed above this person's own limit, and for their own proposal."""
        self._refuse_unless_waiting(by)
        if by.id == self.proposed_by_id:
            raise NotAllowed("Somebody else has to allow what you have proposed yourself.")
        if not is_within_limit(edition, by.role, self.kind, self.amount_cents):
            raise NotAllowed(f"{self.amount} is above your limit as well; a manager can allow it.")
        self._decide(ExceptionState.GRANTED, by, note)
        self.ticket.record(Action.EXCEPTION_GRANTED, by=by, **self._told(), note=self.note)

    def refuse(self, *, by: User, note: str) -> None:
        """Say no, and why: the agent has to tell the customer."""
        self._refuse_unless_waiting(by)
        if not note.strip():
            raise Invalid("Say in a sentence why not: the agent has to tell the customer.")
        self._decide(ExceptionState.REFUSED, by, note)
        self.ticket.record(Action.EXCEPTION_REFUSED, by=by, **self._told(), note=self.note)

    def _refuse_unless_waiting(self, by: User) -> None:
        if not by.may(May.DECIDE_EXCEPTIONS) or not works_for(by, self.store_id):
            raise NotAllowed("Only a supervisor of this store can decide that.")
        if not self.is_waiting:
            raise WrongState(f"This exception is {self.state} already.")

    def _decide(self, state: ExceptionState, by: User, note: str) -> None:
        self.state, self.decided_by, self.decided_at = state, by, clock.now()
        self.note = note.strip()[:LONGEST_REASON]

    def _told(self) -> dict[str, object]:
        return {
            "exception": self.id,
            "clause": self.clause,
            "kind": self.kind.value,
            "amount": str(self.amount),
        }


def propose(
    ticket: Ticket, decision: Decision, edition: Edition, *,
    kind: Remedy, amount_cents: int, currency: str, clause: str, reason: str, by: User,
    key: str | None = None,
) -> PolicyException:  # fmt: skip
    """Act against a decision: granted at once within one's own limit, else it waits for a supervisor.

    Raises Invalid without a reason, on a clause that the edition does not have, and on an amount below nothing.
    """
    if not works_for(by, ticket.store_id):
        raise NotAllowed("Only staff of this store can do that.")
    reason = reason.strip()
    if not reason:
        raise Invalid("Say in a sentence why an exception is right here.")
    if clause and clause not in edition.clauses:
        raise Invalid(f"There is no clause {clause} in this edition.")
    if amount_cents < 0:
        raise Invalid("An amount cannot be less than nothing.")
    is_granted = is_within_limit(edition, by.role, kind, amount_cents)
    now = clock.now()
    exception = PolicyException(
        store_id=ticket.store_id, ticket=ticket, decision_id=decision.id, edition=edition.name, clause=clause,
        kind=kind, amount_cents=amount_cents, currency=currency, reason=reason[:LONGEST_REASON],
        proposed_by=by, proposed_at=now,
        state=ExceptionState.GRANTED if is_granted else ExceptionState.WAITING,
        decided_by=by if is_granted else None, decided_at=now if is_granted else None, note="",
        form_key=key,
    )  # fmt: skip
    db.session.add(exception)
    db.session.flush()
    action = Action.EXCEPTION_GRANTED if is_granted else Action.EXCEPTION_PROPOSED
    ticket.record(action, by=by, **exception._told(), note=exception.reason)
    return exception


def proposed_before(key: str) -> bool:
    """Whether the form with this key has made its exception: a second press."""
    return db.session.scalar(select(PolicyException.id).where(PolicyException.form_key == key)) is not None


def needs_exception(decision: Decision, kind: Remedy) -> bool:
    """Whether a remedy is against the decision: it was declined, or is not among what it offers."""
    return decision.outcome is Outcome.DECLINE or kind.value not in decision.remedies


def limit_of(edition: Edition, role: Role, kind: Remedy) -> int:
    """Up to how many minor units a role may act on its own: the highest limit of it and of the roles below it."""
    places = PLACES.get(edition.currency, 2)
    allowed = [
        int((limit.up_to * (Exact(10) ** places)).to_integral_value())
        for limit in edition.file.limit
        if RANK[Role(limit.role)] <= RANK[role] and (not limit.kinds or kind in limit.kinds)
    ]
    return max(allowed, default=0)


def is_within_limit(edition: Edition, role: Role, kind: Remedy, amount_cents: int) -> bool:
    """Whether a role needs nobody's yes; an admin never does."""
    return role is Role.ADMIN or amount_cents <= limit_of(edition, role, kind)


def exceptions_for(person: User) -> Select[PolicyException]:
    """What this person may see of them: those of their stores."""
    return select(PolicyException).where(PolicyException.store_id.in_(store_ids_of(person)))


def exceptions_of(ticket_id: int) -> Select[PolicyException]:
    """A ticket's exceptions, first to last."""
    return select(PolicyException).where(PolicyException.ticket_id == ticket_id).order_by(PolicyException.id)
