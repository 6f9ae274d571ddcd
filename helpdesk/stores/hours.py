"""A store's business calendar, and whether somebody is there now."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.core import clock, figures
from helpdesk.core.language import _
from helpdesk.stores.calendar import Calendar, NeverOpens, Shift
from helpdesk.stores.store import SpecialDay, Store

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = dict(zip(WEEK, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))

_built: dict[tuple[int, int, str | None], Calendar] = {}
MOST_BUILT = 200


def calendar_of(store: Store) -> Calendar:
    """The calendar in force; built once per content, because every clock asks for it."""
    # The number alone does not do: a change that is rolled back leaves it to the next one.
    key = (store.id, store.calendar_version, store.hours_key)
    if key not in _built:
        if len(_built) >= MOST_BUILT:
            _built.clear()
        _built[key] = _build(store)
    return _built[key]


def forget_calendars() -> None:
    """Drop what was built; tests lay out other stores under the same ids."""
    _built.clear()


def _build(store: Store) -> Calendar:
    days = {day.on.isoformat(): {"hours": day.hours} for day in store.special_days}
    return calendar_from({"timezone": store.timezone, "weekly": store.weekly_hours, "days": days})


def calendar_from(hours: dict[str, Any]) -> Calendar:
    """The calendar that plain hours describe: timezone, weekly, days."""
    week = {number: shifts(hours["weekly"].get(day, ())) for number, day in enumerate(WEEK)}
    special = {date.fromisoformat(on): shifts(day["hours"]) for on, day in hours["days"].items()}
    return Calendar(hours["timezone"], week, special)


def shifts(spans: Iterable[Iterable[str]]) -> tuple[Shift, ...]:
    """Minutes of the local day from ["09:00", "12:00"] pairs; 24:00 is midnight at the end."""
    return tuple(sorted((_minute(opens), _minute(closes)) for opens, closes in spans))


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def opening(store: Store, at: datetime | None = None) -> tuple[bool, str]:
    """Is support open, and the sentence that says so."""
    at = at or clock.now()
    calendar = calendar_of(store)
    if not calendar.is_open(at):
        return False, _("Closed now - opens %(moment)s", moment=_when(calendar.next_open(at), at, store))
    closes = calendar.next_close(at)
    if closes is None or closes - at > timedelta(days=6):
        return True, _("Open now, day and night")
    return True, _("Open now, until %(moment)s", moment=_when(closes, at, store))


def _when(moment: datetime, at: datetime, store: Store) -> str:
    zone = ZoneInfo(store.timezone)
    local, today = moment.astimezone(zone), at.astimezone(zone).date()
    day = "" if local.date() == today else f"{figures.day(local, year=False)}, "
    return f"{day}{local:%H:%M}"


def end_of_local_day(on: date, store: Store) -> datetime:
    """The last moment that still counts as this day for the store's customers."""
    midnight = datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(store.timezone)) + timedelta(days=1)
    return midnight.astimezone(UTC)


def public_holidays(country: str, region: str | None, years: Iterable[int]) -> dict[date, str]:
    """Names of the public holidays by day. Raises ValueError for a country or region the library does not know."""
    import holidays  # a third of a second to import, and needed only when a calendar is saved

    try:
        return dict(holidays.country_holidays(country, subdiv=region, years=years))
    except NotImplementedError as problem:
        raise ValueError(f"no holidays are known for {country}{f'-{region}' if region else ''}") from problem


def add_holidays(store: Store, years: Iterable[int]) -> int:
    """Write the holidays of these years down, so that a library's upgrade never moves a promise already made."""
    if not store.holiday_country:
        return 0
    known = {day.on for day in store.special_days}
    named = public_holidays(store.holiday_country, store.holiday_region, years)
    new = [SpecialDay(on=on, name=name[:120], hours=[], is_public_holiday=True) for on, name in sorted(named.items())]
    fresh = [day for day in new if day.on not in known]
    store.special_days.extend(fresh)
    return len(fresh)


def first_closed_stretch(calendar: Calendar, at: datetime) -> datetime | None:
    """From when on 60 days have no working time, looked for now and at every special day to come."""
    to_come = [datetime.combine(on, time.min, UTC) for on in sorted(calendar.special_days) if on > at.date()]
    for moment in (at, *to_come):
        try:
            calendar.next_open(moment)
        except NeverOpens:
            return moment
    return None
