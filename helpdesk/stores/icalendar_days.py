"""Closing days from an iCalendar file: holidays, stock-taking, whatever a shop keeps in its own calendar."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr

from helpdesk.core.errors import Invalid
from helpdesk.stores.calendar import Shift
from helpdesk.stores.hours import WEEK, shifts
from helpdesk.stores.spans import merged, without
from helpdesk.stores.store import Store
from helpdesk.stores.written_hours import Special

BIGGEST = 1_000_000  # bytes
MOST_DAYS = 1_000
LONGEST = 400  # days of one event
YEARS_AHEAD = 3
MINUTES = 24 * 60


def special_days_from(content: bytes, store: Store, today: date) -> list[Special]:
    """The days on which the file's events close the store, from today on; raises Invalid for what is no calendar.

    An event of whole days closes them. One with hours closes those hours and leaves the rest of the weekday's.
    """
    closed: dict[date, list[Shift]] = {}
    names: dict[date, list[str]] = {}
    for on, shift, name in islice(_closures(_events(content), store.timezone, today), MOST_DAYS):
        closed.setdefault(on, []).append(shift)
        if name not in names.setdefault(on, []):
            names[on].append(name)
    return [
        Special(on=on, name=", ".join(names[on])[:120], hours=_left_of(store, on, closed[on])) for on in sorted(closed)
    ]


def _events(content: bytes) -> list[Any]:
    from icalendar import Calendar as Document  # a tenth of a second to import, and needed only here

    if len(content) > BIGGEST:
        raise Invalid("This calendar is larger than 1 MB; export only the closing days.")
    try:
        documents = Document.from_ical(content, multiple=True)
        events = [event for document in documents for event in document.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
        raise Invalid("This is not an iCalendar file (.ics).") from problem
    if not events:
        raise Invalid("There are no events in this calendar.")
    return events


def _closures(events: list[Any], timezone: str, today: date) -> Iterator[tuple[date, Shift, str]]:
    for event in events:
        if "DTSTART" not in event or str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        name = str(event.get("SUMMARY", "")).strip() or "Closed"
        start, length = _start_and_length(event, timezone)
        for begin in _beginnings(event, start, today):
            for on, shift in _days_of(begin, begin + length):
                if on >= today:
                    yield on, shift, name


def _start_and_length(event: Any, timezone: str) -> tuple[datetime, timedelta]:
    """Local wall time, naive as recurrence rules want it, and how long it lasts; a day without an end is one day."""
    start = event.decoded("DTSTART")
    is_whole_day = not isinstance(start, datetime)
    if "DTEND" in event:
        end = event.decoded("DTEND")
    elif "DURATION" in event:
        end = start + event.decoded("DURATION")
    else:
        end = start + timedelta(days=1 if is_whole_day else 0)
    first, last = _on_the_wall(start, timezone), _on_the_wall(end, timezone)
    return first, min(max(last - first, timedelta(0)), timedelta(days=LONGEST))


def _on_the_wall(moment: date | datetime, timezone: str) -> datetime:
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - a reading of the wall
    return moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None) if moment.tzinfo else moment


def _beginnings(event: Any, start: datetime, today: date) -> Iterator[datetime]:
    horizon = datetime(today.year + YEARS_AHEAD, 12, 31)  # noqa: DTZ001 - a reading of the wall
    if "RRULE" not in event:
        yield start
        return
    rules = rruleset()
    rule = event["RRULE"].to_ical().decode()
    try:
        rules.rrule(rrulestr(_without_zone(rule), dtstart=start))
    except (ValueError, TypeError) as problem:
        raise Invalid(f"The repetition “{rule}” cannot be read.") from problem
    for skipped in _skipped(event):
        rules.exdate(skipped.replace(hour=start.hour, minute=start.minute, second=start.second))
    yield from takewhile(lambda begin: begin <= horizon, islice(rules, 10 * MOST_DAYS))


def _without_zone(rule: str) -> str:
    # A rule whose UNTIL is in UTC cannot be compared with readings of the wall; its day is what counts.
    parts = [part[:14] if part.startswith("UNTIL=") else part for part in rule.split(";")]
    return ";".join(f"{part}T235959" if part.startswith("UNTIL=") else part for part in parts)


def _skipped(event: Any) -> Iterator[datetime]:
    given = event.get("EXDATE", [])
    for group in given if isinstance(given, list) else [given]:
        for each in group.dts:
            on = each.dt
            yield datetime(on.year, on.month, on.day)  # noqa: DTZ001 - a reading of the wall


def _days_of(begin: datetime, end: datetime) -> Iterator[tuple[date, Shift]]:
    on = begin.date()
    while on <= end.date():
        opens = begin.hour * 60 + begin.minute if on == begin.date() else 0
        closes = end.hour * 60 + end.minute if on == end.date() else MINUTES
        if opens < closes:
            yield on, (opens, closes)
        on += timedelta(days=1)


def _left_of(store: Store, on: date, closed: list[Shift]) -> list[str]:
    regular = shifts(store.weekly_hours.get(WEEK[on.weekday()], ()))
    left = [span for span in without(merged(sorted(regular)), closed) if span[0] < span[1]]
    return [f"{_clock(opens)}-{_clock(closes)}" for opens, closes in left]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
