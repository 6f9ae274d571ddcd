"""A decision as it is kept: what the policy answered to a ticket, item by item, and the facts it stood on."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, Text, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk import policies
from helpdesk.core.db import Base, Word
from helpdesk.core.language import STAFF, current
from helpdesk.policies import Outcome, Request

#: Of several items the one that still needs somebody speaks for all.
LOUDEST = (Outcome.NEED_INFORMATION, Outcome.REVIEW, Outcome.APPROVE, Outcome.DECLINE)


class Decision(Base):
    """One answer to one ticket; a new fact makes a new one, the old ones stay."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_ticket_id", "ticket_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("policy_editions.id"))  # none: the house policy
    decided_at: Mapped[datetime]
    request: Mapped[Request] = mapped_column(Word(Request))
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome))
    rule: Mapped[str] = mapped_column(String(80))
    because: Mapped[str] = mapped_column(Text)
    remedies: Mapped[list[Any]]
    missing: Mapped[list[Any]]
    steps: Mapped[list[Any]]
    facts: Mapped[dict[str, Any]]
    items: Mapped[list[Any]]  # [{line, title, quantity, decision}], the engine's answers as plain data

    @cached_property
    def answers(self) -> "list[Answer]":
        """The engine's answers, one for each item asked about."""
        return [Answer(item) for item in self.items]

    @property
    def edition(self) -> str:
        """The edition's name."""
        return self.answers[0].decision.edition if self.answers else ""

    @property
    def clauses(self) -> list[str]:
        """Every clause it rests on, once."""
        return list(dict.fromkeys(clause for answer in self.answers for clause in answer.decision.clauses))


class Answer:
    """What was decided about one item of the ticket."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.line_id: int = item["line"]
        self.title: str = item["title"]
        self.quantity: int = item["quantity"]
        self.decision = policies.Decision.from_dict(item["decision"])


def retold(decision: Decision, edition: policies.Edition) -> Decision:
    """A kept decision in the language of the moment: a copy to be shown, never to be saved."""
    if current().code == STAFF:
        return decision
    answers = [policies.retold(edition, answer.decision) for answer in decision.answers]
    columns = {column.key: getattr(decision, column.key) for column in inspect(Decision).columns}
    told = {
        "because": the_reason([answer.title for answer in decision.answers], answers),
        "steps": list(dict.fromkeys(step for answer in answers for step in answer.steps)),
        "items": [{**item, "decision": answer.as_dict()} for item, answer in zip(decision.items, answers, strict=True)],
    }
    return Decision(**{**columns, **told})


def latest_decision(ticket_id: int) -> Select[Decision]:
    """The decision in force for a ticket."""
    return select(Decision).where(Decision.ticket_id == ticket_id).order_by(Decision.id.desc()).limit(1)


def decisions_of(ticket_id: int) -> Select[Decision]:
    """All of a ticket's decisions, the one in force first."""
    return select(Decision).where(Decision.ticket_id == ticket_id).order_by(Decision.id.desc())


def first_decision(ticket_id: int, request: Request) -> Select[Decision]:
    """What was decided when it was asked for."""
    same = select(Decision).where(Decision.ticket_id == ticket_id, Decision.request == request)
    return same.order_by(Decision.id).limit(1)


def the_outcome(decisions: Sequence[policies.Decision]) -> Outcome:
    """What the whole ticket comes to."""
    return next(outcome for outcome in LOUDEST if any(d.outcome is outcome for d in decisions))


def the_reason(titles: Sequence[str], decisions: Sequence[policies.Decision]) -> str:
    """Why, in sentences; where items differ, each with its own."""
    reasons = list(dict.fromkeys(d.because for d in decisions))
    if len(reasons) == 1:
        return reasons[0]
    return " ".join(f"{title}: {d.because}" for title, d in zip(titles, decisions, strict=True))
