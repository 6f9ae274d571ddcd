"""The conversation of a ticket: its own messages and files, and those of the tickets that were merged into it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Row, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased

from helpdesk.accounts import ACTORS_NAME, Customer, User
from helpdesk.core import clock
from helpdesk.core.db import at_most
from helpdesk.core.prepared import AnySelect, prepared
from helpdesk.tickets.attachment import Attachment
from helpdesk.tickets.merging import Merge
from helpdesk.tickets.message import NO_MESSAGE_YET, Kind, Message
from helpdesk.tickets.ticket import Ticket


def ids_in_conversation(ticket_id: Any) -> CompoundSelect[int]:
    """The ticket and what was merged into it, for conditions on messages, files and facts."""
    # Not written with OR, which neither planner answers from an index when one side is a question of its own.
    merged = select(Merge.ticket_id).where(Merge.main_id == ticket_id, Merge.undone_at.is_(None))
    return union_all(select(Ticket.id).where(Ticket.id == ticket_id), merged)


def conversation_of(ticket_id: int, *, with_notes: bool) -> Sequence[Row[Any]]:
    """The messages oldest first with their writers' names, and whence they came.

    Notes, and what may still be taken back, for staff only.
    """
    if with_notes:
        return _for_staff.rows(ticket_id=ticket_id)
    return _for_customer.rows(ticket_id=ticket_id, now=clock.now())


def newest_of(ticket_id: int, many: int, before: int = NO_MESSAGE_YET) -> Sequence[Row[Any]]:
    """The newest so many messages, older than `before`, for staff, oldest first; each knows `how_many` there are."""
    return _newest.rows(many, ticket_id=ticket_id, before=before)[::-1]


def attachments_of(ticket_id: int, first: int, last: int) -> Sequence[Row[Any]]:
    """The files of the conversation's messages from the first to the last of these numbers, in the order they came."""
    return _sent.rows(ticket_id=ticket_id, first=first, last=last)


@prepared
def _for_customer(ticket_id: int, now: datetime) -> AnySelect:
    is_out = or_(Message.held_until.is_(None), Message.held_until <= now)
    return _said_on(ticket_id).where(Message.kind == Kind.PUBLIC, is_out).order_by(Message.id)


@prepared
def _for_staff(ticket_id: int) -> AnySelect:
    return _said_on(ticket_id).where(Message.kind != Kind.WITHDRAWN).order_by(Message.id)


@prepared
def _newest(many: int, ticket_id: int, before: int) -> AnySelect:
    in_it = Message.ticket_id.in_(ids_in_conversation(ticket_id))
    older = in_it, Message.id < before, Message.kind != Kind.WITHDRAWN
    how_many = select(func.count()).select_from(Message).where(*older).scalar_subquery()
    query = _said_on(ticket_id).add_columns(how_many.label("how_many")).where(*older)
    return query.order_by(Message.id.desc()).limit(at_most(many))


def _said_on(ticket_id: int) -> AnySelect:
    origin = aliased(Ticket)
    columns = (Message.id, Message.kind, Message.by, Message.user_id, Message.body, Message.written_at)
    query = select(*columns, Message.held_until, ACTORS_NAME.label("by_name"), origin.reference.label("origin"))
    query = query.outerjoin(User, User.id == Message.user_id)
    query = query.outerjoin(Customer, Customer.id == Message.customer_id)
    query = query.outerjoin(origin, and_(origin.id == Message.ticket_id, origin.id != ticket_id))
    return query.where(Message.ticket_id.in_(ids_in_conversation(ticket_id)))


@prepared
def _sent(ticket_id: int, first: int, last: int) -> AnySelect:
    columns = (Attachment.message_id, Attachment.token, Attachment.shows, Attachment.filename, Attachment.size)
    query = select(*columns, Attachment.screen_key.is_not(None).label("is_photo"))
    in_it = Attachment.ticket_id.in_(ids_in_conversation(ticket_id)), Attachment.message_id.between(first, last)
    return query.where(*in_it).order_by(Attachment.id)
