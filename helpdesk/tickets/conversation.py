"""The conversation of a ticket: its own messages and files, and those of the tickets that were merged into it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Row, and_, select, union_all
from sqlalchemy.orm import aliased

from helpdesk.accounts import ACTORS_NAME, Customer, User
from helpdesk.core.prepared import AnySelect, prepared
from helpdesk.tickets.attachment import Attachment
from helpdesk.tickets.merging import Merge
from helpdesk.tickets.message import Kind, Message
from helpdesk.tickets.ticket import Ticket


def ids_in_conversation(ticket_id: Any) -> CompoundSelect[int]:
    """The ticket and what was merged into it, for conditions on messages, files and facts."""
    # Not written with OR, which neither planner answers from an index when one side is a question of its own.
    merged = select(Merge.ticket_id).where(Merge.main_id == ticket_id, Merge.undone_at.is_(None))
    return union_all(select(Ticket.id).where(Ticket.id == ticket_id), merged)


def conversation_of(ticket_id: int, *, with_notes: bool) -> Sequence[Row[Any]]:
    """The messages oldest first with their writers' names, and whence they came; notes only for staff."""
    return _conversation.rows(with_notes, ticket_id=ticket_id)


def attachments_of(ticket_id: int) -> Sequence[Row[Any]]:
    """The files of the conversation, in the order they came."""
    return _sent.rows(ticket_id=ticket_id)


@prepared
def _conversation(with_notes: bool, ticket_id: int) -> AnySelect:
    origin = aliased(Ticket)
    columns = (Message.id, Message.kind, Message.by, Message.body, Message.written_at, ACTORS_NAME.label("by_name"))
    query = select(*columns, origin.reference.label("origin")).outerjoin(User, User.id == Message.user_id)
    query = query.outerjoin(Customer, Customer.id == Message.customer_id)
    query = query.outerjoin(origin, and_(origin.id == Message.ticket_id, origin.id != ticket_id))
    query = query.where(Message.ticket_id.in_(ids_in_conversation(ticket_id))).order_by(Message.id)
    return query if with_notes else query.where(Message.kind == Kind.PUBLIC)


@prepared
def _sent(ticket_id: int) -> AnySelect:
    columns = (Attachment.message_id, Attachment.token, Attachment.shows, Attachment.filename, Attachment.size)
    query = select(*columns, Attachment.screen_key.is_not(None).label("is_photo"))
    in_it = Attachment.ticket_id.in_(ids_in_conversation(ticket_id)), Attachment.message_id.is_not(None)
    return query.where(*in_it).order_by(Attachment.id)
