"""What somebody should answer next."""

from sqlalchemy import ColumnElement, exists, select

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.filters import Filters, Show
from helpdesk.tickets.queues import narrowed, visible_to
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.viewers import STAYS, Viewer

#: First one's own, then what nobody has.
IN_TURN = ("me", "nobody")


def next_to_answer(person: User, after: Ticket) -> str | None:
    """The reference of the next ticket that needs an answer, in the queue's order; not one a colleague has open."""
    for assignee in IN_TURN:
        query = narrowed(visible_to(person), person, Filters(show=Show.WAITING, assignee=assignee))
        query = query.where(Ticket.unanswered_since.is_not(None), Ticket.id != after.id, _is_free(person))
        first = query.with_only_columns(Ticket.reference).order_by(Ticket.next_due_at, Ticket.id).limit(1)
        if found := db.session.scalar(first):
            return str(found)
    return None


def _is_free(person: User) -> ColumnElement[bool]:
    here = Viewer.ticket_id == Ticket.id, Viewer.user_id != person.id, Viewer.seen_at > clock.now() - STAYS
    return ~exists(select(Viewer.user_id).where(*here))
