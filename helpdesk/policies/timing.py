"""Days and hours made of moments, in the store's own time; and when a window ends."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Moment = datetime | date
NOTHING = timedelta(0)

#: For every moment of an order: the facts that count from it.
COUNTED = {
    "delivered_at": ("days_since_delivery", "hours_since_delivery"),
    "placed_at": ("days_since_placed", "hours_since_placed"),
    "shipped_at": ("days_since_shipped", None),
}


def read_moment(text: str) -> Moment:
    """An aware moment, or a day where only the day is known. Raises ValueError on anything else."""
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset from UTC")
    return moment


def timed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with the days and hours that follow from their moments; what is given outright stays as it is."""
    known = dict(facts)
    zone = ZoneInfo(known.get("timezone") or "UTC")
    if known.get("placed_at") is not None:
        known.setdefault("placed_on", local_day(read_moment(known["placed_at"]), zone).isoformat())
    requested = _as_moment(known.get("requested_at"), zone)
    if requested is None:
        return known
    on = local_day(requested, zone)
    known.setdefault("requested_on", on.isoformat())
    for name, (days, hours) in COUNTED.items():
        if known.get(name) is None:
            continue
        moment = read_moment(known[name])
        if days not in known:  # whole calendar days of the store, never less than none
            known[days] = max(0, (on - local_day(moment, zone)).days)
        if hours and hours not in known:
            known[hours] = hours_between(moment, requested, zone)
    return known


def local_day(moment: Moment, zone: ZoneInfo) -> date:
    """The day it was where the store is."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def hours_between(since: Moment, until: datetime, zone: ZoneInfo) -> float:
    """Hours gone by; over a daylight-saving change the reading that is kinder to the customer (DOMAIN 4)."""
    start, end = start_of(since, zone).astimezone(zone), until.astimezone(zone)
    # Within a zone, subtracting reads the clock on the wall; the hands were moved by the difference of the offsets.
    on_the_wall = end - start
    moved = (end.utcoffset() or NOTHING) - (start.utcoffset() or NOTHING)
    passed = on_the_wall - moved
    return max(0.0, round(min(passed, on_the_wall).total_seconds() / 3600, 4))


def start_of(moment: Moment, zone: ZoneInfo) -> datetime:
    """When counting begins: at the moment; where only the day is known, at the end of that local day."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    following = moment + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)


def end_of_hours(since: Moment, hours: float, zone: ZoneInfo) -> datetime:
    """The last moment of so many hours. Over a daylight-saving change the later of the two readings counts:
    so many hours gone by, or the same time on the wall so many days later.
    """
    start, span = start_of(since, zone), timedelta(hours=hours)
    on_the_wall = start.astimezone(zone) + span  # arithmetic within a zone moves the hands, not time
    # fold=1: of an hour that the clock shows twice, the later showing.
    return max(start + span, on_the_wall.replace(fold=1).astimezone(UTC))


def end_of_days(since: Moment, days: int, zone: ZoneInfo) -> datetime:
    """The end of the last of so many calendar days after this one; half open, so the midnight that follows."""
    return end_of_day(local_day(since, zone) + timedelta(days=days), zone)


@lru_cache(maxsize=4096)
def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The midnight at which a local day is over; asked of the same days again and again."""
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)


def _as_moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    moment = read_moment(text)
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day, tzinfo=zone)
