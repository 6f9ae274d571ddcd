"""Unread marks: what is new to a person on a ticket since they last looked at it."""

from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, and_, delete, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts import User
from helpdesk.core.db import Base, db, fixed, unindexed
from helpdesk.tickets.status import UNFINISHED
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action, Event

#: What makes a ticket new again to those who did not do it themselves; clocks and routine do not.
NEWS = (
    Action.OPENED,
    Action.CUSTOMER_WROTE,
    Action.REMEDY_CHOSEN,
    Action.STAFF_REPLIED,
    Action.NOTED,
    Action.REOPENED,  # also by a customer who does not say more than that
    Action.MERGED,  # whatever was new there is new here
    Action.ESCALATION_RETURNED,
    Action.ESCALATION_DECIDED,
)


class Seen(Base):
    """How far down a ticket's timeline a person has read."""

    __tablename__ = "seen_tickets"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int]  # the last line they were shown


def is_unread(person: User) -> ColumnElement[bool]:
    """Whether something happened to an unfinished ticket that this person did not do and has not seen.

    To be handed a ticket is news to whom it was handed, and to nobody else.
    """
    # Said explicitly: two levels down a ticket would otherwise be anybody's.
    seen = select(Seen.event_id).where(Seen.user_id == person.id, Seen.ticket_id == Ticket.id).correlate(Ticket)
    handed_to_them = and_(Event.action == fixed(Action.ASSIGNED), Ticket.assignee_id == person.id)
    news = exists().where(
        Event.ticket_id == Ticket.id,
        Event.id > func.coalesce(seen.scalar_subquery(), 0),
        or_(Event.user_id.is_(None), Event.user_id != person.id),
        or_(Event.action.in_([fixed(action) for action in NEWS]), handed_to_them),
    )
    return and_(unindexed(Ticket.status).in_([fixed(status) for status in UNFINISHED]), news.correlate(Ticket))


def mark_seen(ticket: Ticket, *, up_to: int | None = None, by: User) -> None:
    """This person has read so far, or everything there is; who has read further already stays there."""
    newest = select(func.max(Event.id)).where(Event.ticket_id == ticket.id)
    last = db.session.scalar(newest if up_to is None else newest.where(Event.id <= up_to))
    if last is not None:
        _keep(by.id, ticket.id, last)


def note_reading(event: Event) -> None:
    """Who answers, notes or solves has read the ticket."""
    if event.user_id is not None:
        _keep(event.user_id, event.ticket_id, event.id)


def mark_unseen(ticket: Ticket, *, by: User) -> None:
    """Let it look new to this person again: a reminder to oneself."""
    db.session.execute(delete(Seen).where(Seen.user_id == by.id, Seen.ticket_id == ticket.id))


def seen_up_to(ticket: Ticket, by: User) -> int:
    """The last line this person has seen; 0 if none."""
    row = db.session.get(Seen, (by.id, ticket.id), populate_existing=True)
    return row.event_id if row else 0


def _keep(user_id: int, ticket_id: int, event_id: int) -> None:
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    rows: Any = sqlite.insert(Seen) if is_sqlite else postgresql.insert(Seen)
    rows = rows.values(user_id=user_id, ticket_id=ticket_id, event_id=event_id)
    # Written only if it is further down: who opens a ticket again leaves nothing to write.
    further = rows.excluded.event_id > Seen.event_id
    rows = rows.on_conflict_do_update(
        index_elements=[Seen.user_id, Seen.ticket_id], set_={"event_id": rows.excluded.event_id}, where=further
    )
    db.session.execute(rows)
