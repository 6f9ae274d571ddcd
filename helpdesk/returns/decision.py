"""A decision as it is kept: outcome, reasons and the facts it stood on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, Word
from helpdesk.returns.damage import Outcome


class Decision(Base):
    """One answer to one request; a new fact makes a new one, the old ones stay."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_ticket_id", "ticket_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    decided_at: Mapped[datetime]
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome))
    rule: Mapped[str] = mapped_column(String(60))
    because: Mapped[str] = mapped_column(String(500))
    remedies: Mapped[list[Any]]
    missing: Mapped[list[Any]]
    steps: Mapped[list[Any]]
    facts: Mapped[dict[str, Any]]


def latest_decision(ticket_id: int) -> Select[Decision]:
    """The decision in force for a ticket."""
    return select(Decision).where(Decision.ticket_id == ticket_id).order_by(Decision.id.desc()).limit(1)
