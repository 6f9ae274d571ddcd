"""A briefing: what a supervisor should know when a shift begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from helpdesk.accounts import Presence, User, presence_of, team_of
from helpdesk.core import clock
from helpdesk.core.db import db, fixed
from helpdesk.escalation.escalation import Escalation, EscalationState, escalations_for
from helpdesk.tickets import UNFINISHED, Ticket, visible_to

SHOWN = 10


@dataclass(frozen=True)
class Briefing:
    """Escalations that wait, promises that run out today, and who is absent; with how many there are in all."""

    waiting: Sequence[Escalation]
    waiting_count: int
    due: Sequence[Ticket]
    due_count: int
    absent: Sequence[tuple[User, Presence]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.waiting_count or self.due_count or self.absent)


def briefing_for(person: User, timezone: str) -> Briefing:
    """What is so at this moment; "today" ends with the day on the wall in that time zone."""
    waiting = escalations_for(person).where(Escalation.state == fixed(EscalationState.RAISED))
    due = visible_to(person).where(
        Ticket.status.in_([fixed(status) for status in UNFINISHED]), Ticket.next_due_at < _end_of_day(timezone)
    )
    whole = joinedload(Escalation.ticket).joinedload(Ticket.store)
    oldest = waiting.options(whole).order_by(Escalation.raised_at, Escalation.id).limit(SHOWN)
    first = due.options(joinedload(Ticket.store)).order_by(Ticket.next_due_at, Ticket.id).limit(SHOWN)
    return Briefing(
        waiting=db.session.scalars(oldest).all(),
        waiting_count=db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0,
        due=db.session.scalars(first).all(),
        due_count=db.session.scalar(select(func.count()).select_from(due.subquery())) or 0,
        absent=_absent(person),
    )


def _absent(person: User) -> list[tuple[User, Presence]]:
    others = db.session.scalars(team_of(person).where(User.id != person.id)).all()
    presence = presence_of(others, clock.now())
    return [(each, presence[each.id]) for each in others if presence[each.id].why == "absent"]


def _end_of_day(timezone: str) -> datetime:
    zone = ZoneInfo(timezone)
    return datetime.combine(clock.now().astimezone(zone).date() + timedelta(days=1), time(), zone)
