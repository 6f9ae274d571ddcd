"""Weekly shifts: when a person works, by the clock on their own wall. Who has none is there at any time."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts.team import refuse_unless_leads
from helpdesk.accounts.user import User
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid
from helpdesk.stores import WEEK, Calendar, Counts, shifts

SPAN = re.compile(r"([01]?\d|2[0-4])(?::([0-5]\d))?\s*[-–]\s*([01]?\d|2[0-4])(?::([0-5]\d))?")
MIDNIGHT = 24 * 60
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LONGEST_BREAK = timedelta(hours=4)

Week = dict[str, list[list[str]]]


class WeeklyShift(Base):
    """The hours one person works, the same every week."""

    __tablename__ = "weekly_shifts"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    timezone: Mapped[str] = mapped_column(String(60))
    weekly: Mapped[dict[str, Any]]  # {"mon": [["09:00", "17:00"]]}, as a store's opening hours

    @property
    def calendar(self) -> Calendar:
        """The shift as a calendar without holidays."""
        return calendar_of(self.timezone, self.weekly)


def calendar_of(timezone: str, weekly: Week) -> Calendar:
    """The hours of a week as a calendar."""
    return Calendar(timezone, {n: shifts(weekly.get(day, ())) for n, day in enumerate(WEEK)}, {})


def set_shift(user: User, timezone: str, weekly: Week, *, by: User) -> None:
    """Say when somebody works; an empty week means at any time."""
    refuse_unless_leads(by, user)
    shift = db.session.get(WeeklyShift, user.id)
    if not any(weekly.values()):
        if shift:
            db.session.delete(shift)
        return
    if shift is None:
        shift = WeeklyShift(user_id=user.id)
        db.session.add(shift)
    shift.timezone, shift.weekly = timezone, {day: weekly[day] for day in WEEK if weekly.get(day)}


def week_from_words(words: Mapping[str, str]) -> Week:
    """ "9-12, 14:00-18:00" for each day as pairs of times; over midnight it goes on the next day. Raises Invalid."""
    minutes: dict[str, list[tuple[int, int]]] = {day: [] for day in WEEK}
    for number, day in enumerate(WEEK):
        for opens, closes in _spans(day, words.get(day, "")):
            if opens < closes:
                minutes[day].append((opens, closes))
            else:
                minutes[day].append((opens, MIDNIGHT))
                minutes[WEEK[(number + 1) % 7]].append((0, closes))
    return {day: _in_order(day, spans) for day, spans in minutes.items()}


def words_from_week(weekly: Mapping[str, Iterable[Iterable[str]]]) -> dict[str, str]:
    """The other way round, for a form."""
    return {day: ", ".join("-".join(span) for span in weekly.get(day, ())) for day in WEEK}


def _spans(day: str, text: str) -> Iterator[tuple[int, int]]:
    for part in filter(None, (part.strip() for part in text.split(","))):
        times = SPAN.fullmatch(part)
        if times is None:
            raise Invalid(f"{day.capitalize()}: “{part[:40]}” is not a time like 9:00-17:00.")
        opens = int(times[1]) * 60 + int(times[2] or 0)
        closes = int(times[3]) * 60 + int(times[4] or 0)
        if opens in (closes, MIDNIGHT) or max(opens, closes) > MIDNIGHT:
            raise Invalid(f"{day.capitalize()}: “{part[:40]}” is not a span of a day; the whole day is 0:00-24:00.")
        yield opens, closes


def _in_order(day: str, spans: list[tuple[int, int]]) -> list[list[str]]:
    spans = sorted(span for span in spans if span[0] < span[1])
    if any(one[1] > other[0] for one, other in pairwise(spans)):
        raise Invalid(f"{day.capitalize()}: these times overlap.")
    return [[_time(opens), _time(closes)] for opens, closes in spans]


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def shift_began_at(calendar: Calendar, now: datetime) -> datetime | None:
    """When the shift that runs now began; a break does not end it. Around the clock a day begins at eight."""
    if not calendar.is_open(now):
        return None
    spans = list(calendar.spans(now - DAY, now + SECOND, Counts.SERVICE_HOURS))
    began_at = spans[-1][0]
    for since, until in reversed(spans[:-1]):
        if began_at - until > LONGEST_BREAK:
            break
        began_at = since
    if began_at > now - DAY:
        return began_at
    eight = now.astimezone(ZoneInfo(calendar.timezone)).replace(hour=8, minute=0, second=0)
    return eight.astimezone(UTC) if eight <= now else None
