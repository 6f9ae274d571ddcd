"""Satisfaction: how customers rated what was solved, and which tickets stand behind each number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.tickets import HIGH_SCORE, LOW_SCORE, SCORES, Action, Event, Rating, Ticket, ratings_for

#: How far back the numbers look.
PERIODS = (7, 30, 90, 365)


@dataclass(frozen=True)
class Satisfaction:
    """How many customers gave which score, of so many that were asked."""

    by_score: dict[int, int]
    solved: int

    @property
    def count(self) -> int:
        """How many ratings."""
        return sum(self.by_score.values())

    @property
    def average(self) -> float | None:
        """The mean score; None without ratings."""
        return sum(score * many for score, many in self.by_score.items()) / self.count if self.count else None

    @property
    def good(self) -> int:
        """Ratings of 4 or 5."""
        return sum(many for score, many in self.by_score.items() if score >= HIGH_SCORE)

    @property
    def poor(self) -> int:
        """Ratings of 1 or 2."""
        return sum(many for score, many in self.by_score.items() if score <= LOW_SCORE)

    def share(self, many: int) -> int:
        """So many of all ratings, in per cent."""
        return round(100 * many / self.count) if self.count else 0


def satisfaction_of(person: User, store_id: int, since: datetime) -> Satisfaction:
    """The ratings that a store was given since then."""
    given = _given(person, store_id, since)
    counted = db.session.execute(given.with_only_columns(Rating.score, func.count()).group_by(Rating.score))
    by_score = dict.fromkeys(sorted(SCORES, reverse=True), 0) | {row[0]: row[1] for row in counted}
    solved = select(func.count()).select_from(Event).join(Ticket, Ticket.id == Event.ticket_id)
    solved = solved.where(Ticket.store_id == store_id, Event.action == Action.SOLVED, Event.at >= since)
    return Satisfaction(by_score, db.session.scalar(solved) or 0)


def rated_tickets(
    person: User, store_id: int, since: datetime, score: int | None = None, most: int | None = None
) -> Sequence[Row[Any]]:
    """What stands behind the numbers, the latest first: reference, subject, score, comment, rated_at, assignee."""
    given: Select[Any] = _given(person, store_id, since)
    given = given.where(Rating.score == score) if score else given
    given = given.join(Ticket, Ticket.id == Rating.ticket_id).outerjoin(User, User.id == Rating.assignee_id)
    who: Any = User.name.label("assignee")
    columns = Ticket.reference, Ticket.subject, Rating.score, Rating.comment, Rating.rated_at, who
    latest = given.with_only_columns(*columns).order_by(Rating.rated_at.desc(), Rating.id.desc()).limit(most)
    return db.session.execute(latest).all()


def since(now: datetime, days: int) -> datetime:
    """The beginning of a period that ends now."""
    return now - timedelta(days=days)


def _given(person: User, store_id: int, since: datetime) -> Select[Rating]:
    return ratings_for(person).where(Rating.store_id == store_id, Rating.rated_at >= since)
