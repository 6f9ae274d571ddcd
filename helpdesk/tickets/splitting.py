"""Splitting: messages about something else move to a ticket of their own. To take it back, merge the two."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from helpdesk.accounts import By, User, works_for
from helpdesk.core import clock
from helpdesk.core.db import NEVER, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.tickets.issue_types import IssueType
from helpdesk.tickets.links import relate
from helpdesk.tickets.merging import oldest_unanswered
from helpdesk.tickets.message import Kind, Message
from helpdesk.tickets.proof import prove_as
from helpdesk.tickets.sorting import from_choice
from helpdesk.tickets.status import Priority, Status
from helpdesk.tickets.subject import subject_of
from helpdesk.tickets.ticket import Ticket, TicketItem, free_reference, news_of
from helpdesk.tickets.timeline import Action


def split(
    ticket: Ticket, message_ids: Collection[int], *, issue_type: IssueType, by: User, subject: str = ""
) -> Ticket:
    """Move these messages, files and all, to a new ticket of the same customer and order; both tell of it."""
    if not works_for(by, ticket.store_id):
        raise NotAllowed("Only the store's own staff can split its tickets.")
    if ticket.status is Status.CLOSED:
        raise WrongState("This ticket is closed: what is in it stays in it.")
    moved = _chosen(ticket, message_ids)
    asked_at = next(message.written_at for message in moved if _is_asked(message))
    owed_since = clock.now() if _was_answered(ticket, moved) else asked_at
    new = _begin(ticket, issue_type, subject, opened_at=asked_at, owed_since=owed_since)
    prove_as(new, ticket)
    for message in moved:
        message.ticket_id = new.id
        for attachment in message.attachments:
            attachment.ticket_id = new.id
    db.session.flush()
    if ticket.unanswered_since:
        ticket.unanswered_since = oldest_unanswered(ticket)
    since = ticket.unanswered_since.isoformat() if ticket.unanswered_since else None
    ticket.record(Action.SPLIT, by=by, to=new.reference, count=len(moved), unanswered_since=since)
    new.record(
        Action.OPENED, by=by, category=new.category, issue_type=new.issue_type, channel=new.channel,
        out_of=ticket.reference, since=asked_at.isoformat(), answer_since=owed_since.isoformat(), **news_of(new.order),
    )  # fmt: skip
    relate(ticket, new, by=by)
    return new


def _chosen(ticket: Ticket, ids: Collection[int]) -> list[Message]:
    own = list(db.session.scalars(select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)))
    moved = [message for message in own if message.id in ids]
    if len(moved) < len(set(ids)) or not moved:
        raise Invalid("Choose messages of this ticket; those of a merged one come back by undoing the merge.")
    if own[0] in moved:
        raise Invalid("The first message stays: it is what this ticket began with.")
    if not any(_is_asked(message) for message in moved):
        raise Invalid("Choose at least one message of the customer: a ticket is something they ask.")
    return moved


def _is_asked(message: Message) -> bool:
    return message.is_from_customer and message.kind is Kind.PUBLIC


def _was_answered(ticket: Ticket, moved: list[Message]) -> bool:
    """Whether staff have written in public since the last of what was asked."""
    last = max(message.id for message in moved if _is_asked(message))
    later = Message.ticket_id == ticket.id, Message.id > last, Message.by == By.STAFF, Message.kind == Kind.PUBLIC
    return db.session.scalar(select(Message.id).where(*later).limit(1)) is not None


def _begin(ticket: Ticket, issue_type: IssueType, subject: str, *, opened_at: datetime, owed_since: datetime) -> Ticket:
    sorted_as = from_choice(issue_type)
    new = Ticket(
        store=ticket.store,
        reference=free_reference(),
        customer=ticket.customer,
        order=ticket.order,
        assignee=ticket.assignee,
        category=sorted_as.category,
        issue_type=sorted_as.issue_type,
        sorting={**sorted_as.as_dict(), "because": "chosen by staff"},
        status=Status.NEW,
        priority=Priority.NORMAL,
        subject=(subject.strip() or subject_of(sorted_as.issue_type, ticket.order))[:200],
        answers={},
        channel=ticket.channel,
        opened_at=opened_at,
        updated_at=clock.now(),
        unanswered_since=owed_since,
        next_due_at=NEVER,
        next_warn_at=NEVER,
        link_version=1,
        items=[TicketItem(order_line=item.order_line, quantity=item.quantity) for item in ticket.items],
    )
    db.session.add(new)
    db.session.flush()
    return new
