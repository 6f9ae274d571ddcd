"""Viewers: who else has a ticket open at this moment, and whether they are writing."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.upsert import upsert
from helpdesk.tickets.ticket import Ticket

#: A page that has said nothing for so long is not looked at any more.
STAYS = timedelta(seconds=30)


class Viewer(Base):
    """One person with one ticket open."""

    __tablename__ = "ticket_viewers"
    __table_args__ = (Index("ix_ticket_viewers_seen_at", "seen_at"),)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    seen_at: Mapped[datetime]
    is_writing: Mapped[bool]


class Other(NamedTuple):
    """A colleague who has the ticket open too."""

    name: str
    is_writing: bool


def look_at(ticket: Ticket, *, by: User, is_writing: bool) -> None:
    """Somebody has it open, said by their page every few seconds. No line of its history: nothing changes."""
    key = {"ticket_id": ticket.id, "user_id": by.id}
    upsert(Viewer, key, {"seen_at": clock.now(), "is_writing": is_writing})


def look_away(ticket: Ticket, *, by: User) -> None:
    """The page was left."""
    db.session.execute(delete(Viewer).where(Viewer.ticket_id == ticket.id, Viewer.user_id == by.id))


def others_at(ticket: Ticket, person: User) -> list[Other]:
    """Who else is here, those who write first."""
    query = select(User.name, Viewer.is_writing).join(User, User.id == Viewer.user_id)
    query = query.where(Viewer.ticket_id == ticket.id, Viewer.user_id != person.id, User.is_active)
    query = query.where(Viewer.seen_at > clock.now() - STAYS)
    return [Other(*row) for row in db.session.execute(query.order_by(Viewer.is_writing.desc(), User.name))]


def forget_viewers(now: datetime) -> None:
    """Pages that were left without a word."""
    db.session.execute(delete(Viewer).where(Viewer.seen_at < now - STAYS))
