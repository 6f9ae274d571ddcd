"""What a customer sees while an answer may still be taken back: the ticket as it stood before that answer."""

from collections.abc import Iterable

from sqlalchemy import exists, select
from sqlalchemy.orm.attributes import set_committed_value

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.holding import HARMLESS, HeldReply
from helpdesk.tickets.issue_types import CATEGORY_OF, IssueType
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Event

STOOD = "status", "unanswered_since", "first_answered_at", "solved_at"


def still_held(ticket_ids: Iterable[int]) -> dict[int, HeldReply]:
    """The answers on these tickets that may still be taken back: nothing that the customer knows of came after them."""
    later = exists().where(
        Event.ticket_id == HeldReply.ticket_id, Event.id > HeldReply.last_event_id, Event.action.not_in(HARMLESS)
    )
    mine = HeldReply.ticket_id.in_(list(ticket_ids)), HeldReply.until > clock.now(), HeldReply.taken_back_at.is_(None)
    held = select(HeldReply).where(*mine, HeldReply.message_id.is_not(None), ~later)
    return {each.ticket_id: each for each in db.session.scalars(held)}


def show_as_before(ticket: Ticket, held: HeldReply) -> None:
    """Let it read as it stood before the answer, on a page that only shows it: nothing of this is ever written."""
    for name in STOOD:
        set_committed_value(ticket, name, getattr(held, name))
    if sorted_as := held.beside.get("issue_type"):
        issue_type = IssueType(sorted_as["issue_type"])
        set_committed_value(ticket, "issue_type", issue_type)
        set_committed_value(ticket, "category", CATEGORY_OF[issue_type])
