"""The conversation of a ticket: its own messages and files, and those of the tickets that were merged into it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Integer, Row, and_, func, or_, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from helpdesk.accounts import ACTORS_NAME, Customer, User
from helpdesk.core import clock
from helpdesk.core.db import at_most, fixed
from helpdesk.core.prepared import AnySelect, Question, Rows, prepared
from helpdesk.tickets.attachment import Attachment
from helpdesk.tickets.merging import Merge
from helpdesk.tickets.message import NO_MESSAGE_YET, Kind, Message
from helpdesk.tickets.ticket import Ticket


def ids_in_conversation(ticket_id: Any) -> CompoundSelect[int]:
    """The ticket and what was merged into it, for conditions on messages, files and facts."""
    # Not written with OR, which neither planner answers from an index when one side is a question of its own.
    merged = select(Merge.ticket_id).where(Merge.main_id == ticket_id, Merge.undone_at.is_(None))
    return union_all(select(type_coerce(ticket_id, Integer)), merged)


def conversation_of(ticket_id: int, *, with_notes: bool) -> Sequence[Row[Any]]:
    """The messages oldest first with their writers' names, and whence they came.

    Notes, and what may still be taken back, for staff only.
    """
    if with_notes:
        return _for_staff.rows(ticket_id=ticket_id)
    return _for_customer.rows(ticket_id=ticket_id, now=clock.now())


def newest_of(ticket_id: int, many: int, before: int = NO_MESSAGE_YET) -> Question[Rows]:
    """The newest so many messages, older than `before`, for staff, oldest first; each knows `how_many` there are."""
    return _newest.question(many, ticket_id=ticket_id, before=before).then(lambda rows: rows[::-1])


def files_of_newest(ticket_id: int, many: int, before: int = NO_MESSAGE_YET) -> Question[Rows]:
    """The files of just these messages, in the order they came."""
    return _sent_lately.question(many, ticket_id=ticket_id, before=before)


def attachments_of(ticket_id: int) -> Rows:
    """The files of the whole conversation, in the order they came."""
    return _sent.rows(ticket_id=ticket_id)


@prepared
def _for_customer(ticket_id: int, now: datetime) -> AnySelect:
    is_out = or_(Message.held_until.is_(None), Message.held_until <= now)
    return _said_on(ticket_id).where(Message.kind == Kind.PUBLIC, is_out).order_by(Message.id)


@prepared
def _for_staff(ticket_id: int) -> AnySelect:
    return _said_on(ticket_id).where(Message.kind != fixed(Kind.WITHDRAWN)).order_by(Message.id)


@prepared
def _newest(many: int, ticket_id: int, before: int) -> AnySelect:
    older = _older(before)
    how_many = select(func.count()).select_from(Message).where(_in(ticket_id), *older).scalar_subquery()
    query = _said_on(ticket_id).add_columns(how_many.label("how_many")).where(*older)
    return query.order_by(Message.id.desc()).limit(at_most(many))


def _in(ticket_id: int) -> ColumnElement[bool]:
    return Message.ticket_id.in_(ids_in_conversation(ticket_id))


def _older(before: int) -> tuple[ColumnElement[bool], ...]:
    return Message.id < before, Message.kind != fixed(Kind.WITHDRAWN)


def _said_on(ticket_id: int) -> AnySelect:
    origin = aliased(Ticket)
    columns = (Message.id, Message.kind, Message.by, Message.user_id, Message.body, Message.written_at)
    query = select(*columns, Message.held_until, ACTORS_NAME.label("by_name"), origin.reference.label("origin"))
    query = query.outerjoin(User, User.id == Message.user_id)
    query = query.outerjoin(Customer, Customer.id == Message.customer_id)
    query = query.outerjoin(origin, and_(origin.id == Message.ticket_id, origin.id != ticket_id))
    return query.where(_in(ticket_id))


@prepared
def _sent_lately(many: int, ticket_id: int, before: int) -> AnySelect:
    newest = select(Message.id).where(_in(ticket_id), *_older(before)).order_by(Message.id.desc()).limit(at_most(many))
    first = select(func.min(newest.subquery().c.id)).scalar_subquery()
    return _files(ticket_id).where(Attachment.message_id >= first, Attachment.message_id < before)


@prepared
def _sent(ticket_id: int) -> AnySelect:
    return _files(ticket_id).where(Attachment.message_id.is_not(None))


def _files(ticket_id: int) -> AnySelect:
    columns = (Attachment.message_id, Attachment.token, Attachment.shows, Attachment.filename, Attachment.size)
    query = select(*columns, Attachment.screen_key.is_not(None).label("is_photo"))
    in_it = Attachment.ticket_id.in_(ids_in_conversation(ticket_id))
    return query.where(in_it).order_by(Attachment.id)
