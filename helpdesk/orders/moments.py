"""The moments of an order: ISO 8601, with or without an offset, or only a day."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: A shop's clock may be ahead of ours, and a day without an offset may be tomorrow somewhere.
AHEAD_AT_MOST = timedelta(days=1)
LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class Moment:
    """A moment, and whether the file told only its day."""

    at: datetime
    is_day: bool = False


def moment_of(text: str, zone: ZoneInfo, now: datetime) -> Moment | None:
    """A moment in ISO 8601; without an offset it is the store's local time, and a day alone is its start."""
    words = text.strip()
    if not words:
        return None
    try:
        at, is_day = _iso(words, zone)
    except (ValueError, OverflowError):
        raise ValueError(f"“{words[:40]}” is not a time like 2026-05-01T10:00:00+02:00, nor a day") from None
    if at > now + AHEAD_AT_MOST:
        raise ValueError(f"“{words[:40]}” lies in the future")
    if at < EARLIEST:
        raise ValueError(f"“{words[:40]}” is too long ago")
    return Moment(at, is_day)


def _iso(words: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    if len(words) == len("2026-05-01"):
        return datetime.combine(date.fromisoformat(words), time(), zone).astimezone(UTC), True
    at = datetime.fromisoformat(re.sub(r" ?(UTC|GMT)$", "+00:00", re.sub(r" ([+-]\d\d:?\d\d)$", r"\1", words)))
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).replace(microsecond=0), False


def exactly(name: str, moment: Moment, placed: Moment | None, zone: ZoneInfo) -> datetime:
    """The moment of this name. Of a delivery's day it is the last second: the customer's deadlines start there."""
    day = moment.at.astimezone(zone).date()
    if moment.is_day and name == "delivered_at":
        return datetime.combine(day, LAST_SECOND, zone).astimezone(UTC)
    if moment.is_day and placed and placed.at.astimezone(zone).date() == day:
        return placed.at  # what happened on the day of the order happened after it
    return moment.at
