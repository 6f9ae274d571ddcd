"""What was still owed when a ticket was solved, by us or by the customer: opened again, it is owed again."""

from datetime import datetime

from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.timeline import Action, Event


def owed_when_solved(ticket_id: int) -> datetime | None:
    """Since when an answer was owed as it was solved; None where there was one, then or since."""
    query = select(Event.action, Event.details).where(
        Event.ticket_id == ticket_id, Event.action.in_((Action.SOLVED, Action.STAFF_REPLIED))
    )
    last = db.session.execute(query.order_by(Event.id.desc()).limit(1)).first()
    since = last.details.get("unanswered_since") if last and last.action is Action.SOLVED else None
    return datetime.fromisoformat(since) if since else None


def waits_for_evidence(ticket_id: int) -> bool:
    """Whether the last decision still misses photos or papers."""
    decided = select(Event.details).where(Event.ticket_id == ticket_id, Event.action == Action.DECIDED)
    last = db.session.scalar(decided.order_by(Event.id.desc()).limit(1))
    return bool(last and last.get("missing"))
