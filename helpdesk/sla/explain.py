"""Why a clock is due when it is, in sentences."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk.sla.clock import SlaClock
from helpdesk.sla.words import State
from helpdesk.stores import Counts, Term, day_names_at

DAYS_NAMED = 6


def why_due(clock: SlaClock) -> list[str]:
    """Start, what counted, which days and pauses did not, and so the end; all in the store's local time."""
    return list(_sentences(clock))


def _sentences(clock: SlaClock) -> Iterator[str]:
    zone = ZoneInfo(clock.ticket.store.timezone)
    yield f"Started {_local(clock.started_at, zone)}."
    yield f"Promised: {Term(hours=clock.seconds / 3600, counts=clock.counts).in_words}."
    if closed := list(_closed_days(clock, zone)):
        yield f"Not counted: {_listed(closed)}."
    if clock.counts is Counts.SERVICE_HOURS and (hours := list(_open_hours(clock, zone))):
        yield f"Counted while we were open: {_listed(hours)}; the hours between did not count."
    for since, until, reason in clock.pauses:
        end = _local(datetime.fromisoformat(until), zone) if until else "now"
        yield f"Stood still from {_local(datetime.fromisoformat(since), zone)} to {end}: {reason}."
    if clock.state is State.PAUSED:
        yield "It stands still now; what was left when it stopped will be left when it goes on."
    else:
        yield f"So it is due {_local(clock.due_at, zone)}."
    if clock.overrun_seconds is not None:
        yield f"It was answered {_span(clock.overrun_wall_seconds or 0)} late ({_span(clock.overrun_seconds)} counted)."


def _closed_days(clock: SlaClock, zone: ZoneInfo) -> Iterator[str]:
    if clock.counts is Counts.ALWAYS:
        return
    names = day_names_at(clock.ticket.store, clock.calendar_version)
    day, last = clock.started_at.astimezone(zone).date(), clock.due_at.astimezone(zone).date()
    while day <= last and day < date.max:
        if not clock.calendar.is_business_day(day):
            holiday = f" ({names[day.isoformat()]})" if day.isoformat() in names else ""
            yield f"{day:%a} {day.day} {day:%b}{holiday}"
        day += timedelta(days=1)


def _open_hours(clock: SlaClock, zone: ZoneInfo) -> Iterator[str]:
    spans = list(clock.calendar.spans(clock.started_at, clock.due_at, clock.counts))
    if spans == [(clock.started_at, clock.due_at)]:
        return
    for since, until in spans:
        begin, end = since.astimezone(zone), until.astimezone(zone)
        day = "" if begin.date() == end.date() else f"{end:%a} {end.day} {end:%b} "
        yield f"{begin:%a} {begin.day} {begin:%b} {begin:%H:%M}-{day}{end:%H:%M}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - DAYS_NAMED} more" if names[DAYS_NAMED:] else ""
    return ", ".join(names[:DAYS_NAMED]) + more


def _local(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y}, {local:%H:%M}"


def _span(seconds: int) -> str:
    hours, minutes = divmod(max(0, seconds) // 60, 60)
    if not hours:
        return f"{minutes} min" if minutes else f"{seconds} s"
    return f"{hours} h {minutes} min"
