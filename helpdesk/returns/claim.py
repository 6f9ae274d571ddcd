"""A claim: something was wrong with what arrived."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import Index, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts import Actor
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.errors import WrongState
from helpdesk.policies import Remedy
from helpdesk.returns.record import TicketRecord, common, said
from helpdesk.tickets import Action, Ticket


class ClaimKind(StrEnum):
    """What was wrong."""

    DAMAGE = "damage"
    DEFECT = "defect"
    WRONG = "wrong"
    MISSING = "missing"
    ADVERSE = "adverse"


class ClaimState(StrEnum):
    """Where a claim stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


CLAIM_KIND_NAMES = {
    ClaimKind.DAMAGE: "Damaged",
    ClaimKind.DEFECT: "Defective",
    ClaimKind.WRONG: "Wrong item",
    ClaimKind.MISSING: "Missing item",
    ClaimKind.ADVERSE: "Adverse reaction",
}
CLAIM_NAMES = {
    ClaimState.OPEN: "Open",
    ClaimState.ACCEPTED: "Accepted",
    ClaimState.REJECTED: "Rejected",
    ClaimState.WITHDRAWN: "Withdrawn",
}
IS_OPEN = text("state = 'open'")


class Claim(TicketRecord, Base):
    """One claim; a ticket has at most one of a kind that is open."""

    __tablename__ = "claims"
    __table_args__ = (
        Index("ix_claims_store_state", "store_id", "state", "id"),
        Index("ix_claims_ticket_id", "ticket_id"),
        Index("ix_claims_order_id", "order_id"),
        Index("uq_claims_open", "ticket_id", "kind", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )
    kind: Mapped[ClaimKind] = mapped_column(Word(ClaimKind))
    state: Mapped[ClaimState] = mapped_column(Word(ClaimState), default=ClaimState.OPEN)
    remedy: Mapped[Remedy | None] = mapped_column(Word(Remedy))
    reason: Mapped[str] = mapped_column(Text, default="")
    clause: Mapped[str] = mapped_column(String(20), default="", server_default="")  # what it was rejected under
    decided_at: Mapped[datetime | None]

    @classmethod
    def open(
        cls,
        ticket: Ticket,
        kind: ClaimKind,
        *,
        by: Actor,
        rests_on: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> Self:
        """Something was wrong; whoever decides says what follows. Raises WrongState when that is claimed already."""
        same = select(Claim.id).where(Claim.ticket_id == ticket.id, Claim.kind == kind, Claim.state == ClaimState.OPEN)
        if db.session.scalar(same):
            raise WrongState("The same is claimed on this ticket already, and not decided yet.")
        made = cls(**common(ticket, by, rests_on, key), kind=kind, state=ClaimState.OPEN)
        db.session.add(made)
        db.session.flush()
        made.ticket.record(Action.CLAIM_OPENED, by=by, claim=made.id, kind=kind)
        return made

    def accept(self, remedy: Remedy, *, by: Actor) -> None:
        """It is right, and this is what the customer gets."""
        self._decide(ClaimState.ACCEPTED)
        self.remedy = remedy
        self.ticket.record(Action.CLAIM_ACCEPTED, by=by, claim=self.id, kind=self.kind, remedy=remedy)

    def reject(self, reason: str, *, by: Actor, clause: str = "") -> None:
        """It cannot be accepted, why, and by which clause."""
        reason = said(reason, "Say why, in a sentence the customer can read.")
        self._decide(ClaimState.REJECTED)
        self.reason, self.clause = reason, clause
        told = {"kind": self.kind, "reason": reason, "clause": clause}
        self.ticket.record(Action.CLAIM_REJECTED, by=by, claim=self.id, **told)

    def withdraw(self, *, by: Actor) -> None:
        """The customer does not pursue it."""
        self._decide(ClaimState.WITHDRAWN)
        self.ticket.record(Action.CLAIM_WITHDRAWN, by=by, claim=self.id, kind=self.kind)

    def _decide(self, to: ClaimState) -> None:
        if self.state is not ClaimState.OPEN:
            raise WrongState(f"This claim is {CLAIM_NAMES[self.state].lower()} already.")
        self.state, self.decided_at = to, clock.now()


def open_claim(ticket: Ticket, kind: ClaimKind) -> Claim | None:
    """The one of this kind that nobody has decided yet."""
    query = select(Claim).where(Claim.ticket_id == ticket.id, Claim.kind == kind, Claim.state == ClaimState.OPEN)
    return db.session.scalar(query)
