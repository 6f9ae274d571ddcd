"""Drafts: what somebody began to write to a customer, kept for them alone until it is sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.upsert import upsert
from helpdesk.tickets.message import LONGEST
from helpdesk.tickets.ticket import Ticket


class Draft(Base):
    """One person's unsent answer on one ticket: nobody else reads it."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("ticket_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime]


def keep_draft(ticket: Ticket, *, by: User, body: str) -> datetime | None:
    """Keep what is written so far, in place of what was kept before; nothing written, nothing kept."""
    if not body.strip():
        drop_draft(ticket, by=by)
        return None
    now, words = clock.now(), body.replace("\x00", "")[:LONGEST]
    upsert(Draft, {"ticket_id": ticket.id, "user_id": by.id}, {"body": words, "kept_at": now})
    return now


def drop_draft(ticket: Ticket, *, by: User) -> None:
    """It was sent, or is not wanted any more."""
    db.session.execute(delete(Draft).where(Draft.ticket_id == ticket.id, Draft.user_id == by.id))


def draft_of(ticket: Ticket, person: User) -> Draft | None:
    """What this person kept for this ticket."""
    return db.session.scalar(select(Draft).where(Draft.ticket_id == ticket.id, Draft.user_id == person.id))
