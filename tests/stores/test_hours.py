"""Is somebody there now, in the words a customer reads; and how holidays are written down."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk.seed import SEEDS
from helpdesk.stores import Store, calendar_of, end_of_local_day, keep_holidays, load_store, opening, read_store_file
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]


@pytest.fixture
def shipped(at: At) -> Callable[[str], Store]:
    """A shipped store, as it was loaded early in 2026."""
    at("2026-01-05 09:00")
    return lambda name: load_store(read_store_file(SEEDS / name / "store.toml"))


@pytest.mark.parametrize(
    "name, moment, is_open, words",
    [
        # Casa Petto never closes: not at night, not on a holiday, not when the clocks change.
        ("casa-petto", "2026-03-02 03:00", True, "Open now, day and night"),
        ("casa-petto", "2026-12-25 12:00", True, "Open now, day and night"),
        ("casa-petto", "2026-03-08 03:00", True, "Open now, day and night"),
        ("casa-petto", "2026-11-01 01:30", True, "Open now, day and night"),
        # CasanovaSpace has two shifts a day, and a lunch break between them.
        ("casanovaspace", "2026-03-02 08:59", False, "Closed now - opens 09:00"),
        ("casanovaspace", "2026-03-02 09:00", True, "Open now, until 12:00"),
        ("casanovaspace", "2026-03-02 11:59", True, "Open now, until 12:00"),
        ("casanovaspace", "2026-03-02 12:00", False, "Closed now - opens 14:00"),
        ("casanovaspace", "2026-03-02 13:59", False, "Closed now - opens 14:00"),
        ("casanovaspace", "2026-03-02 14:00", True, "Open now, until 18:00"),
        ("casanovaspace", "2026-03-02 18:00", False, "Closed now - opens Tue 3 Mar, 09:00"),
        ("casanovaspace", "2026-03-02 00:00", False, "Closed now - opens 09:00"),
        # The weekend in which the clocks go forward, and the one in which they go back.
        ("casanovaspace", "2026-03-06 18:00", False, "Closed now - opens Mon 9 Mar, 09:00"),
        ("casanovaspace", "2026-03-08 02:30", False, "Closed now - opens Mon 9 Mar, 09:00"),
        ("casanovaspace", "2026-03-09 09:00", True, "Open now, until 12:00"),
        ("casanovaspace", "2026-11-01 01:30", False, "Closed now - opens Mon 2 Nov, 09:00"),
        ("casanovaspace", "2026-11-02 09:00", True, "Open now, until 12:00"),
        # Thanksgiving; Independence Day on a Saturday, kept on Friday; New Year of the year to come.
        ("casanovaspace", "2026-11-25 18:00", False, "Closed now - opens Fri 27 Nov, 09:00"),
        ("casanovaspace", "2026-11-26 10:00", False, "Closed now - opens Fri 27 Nov, 09:00"),
        ("casanovaspace", "2026-07-03 10:00", False, "Closed now - opens Mon 6 Jul, 09:00"),
        ("casanovaspace", "2026-12-31 18:00", False, "Closed now - opens Mon 4 Jan, 09:00"),
        # Petito: Sovereignty Day, the Feast of Sacrifice from Wednesday to Saturday, Republic Day.
        ("petito", "2026-03-02 09:00", True, "Open now, until 18:00"),
        ("petito", "2026-03-02 18:00", False, "Closed now - opens Tue 3 Mar, 09:00"),
        ("petito", "2026-04-23 10:00", False, "Closed now - opens Fri 24 Apr, 09:00"),
        ("petito", "2026-05-27 10:00", False, "Closed now - opens Mon 1 Jun, 09:00"),
        ("petito", "2026-10-29 10:00", False, "Closed now - opens Fri 30 Oct, 09:00"),
        # Turkey keeps its time when others change theirs.
        ("petito", "2026-03-29 12:00", False, "Closed now - opens Mon 30 Mar, 09:00"),
        ("petito", "2026-03-30 09:00", True, "Open now, until 18:00"),
    ],
)
def test_is_somebody_there(shipped: Callable[[str], Store], name: str, moment: str, is_open: bool, words: str) -> None:
    store = shipped(name)
    local = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(store.timezone))
    assert opening(store, local) == (is_open, words)


def test_without_a_moment_it_is_about_now(at: At) -> None:
    at("2026-03-02 12:00", "America/New_York")
    assert opening(factories.store()) == (True, "Open now, until 17:00")


@pytest.mark.parametrize(
    "hours, words",
    [
        ({"mon": [["09:00", "24:00"]]}, "Open now, until Tue 3 Mar, 00:00"),
        ({"mon": [["09:00", "24:00"]], "tue": [["00:00", "02:00"]]}, "Open now, until Tue 3 Mar, 02:00"),
        ({"mon": [["09:00", "12:00"], ["12:00", "18:00"]]}, "Open now, until 18:00"),
    ],
)
def test_shifts_that_touch_are_one(hours: dict[str, list[list[str]]], words: str) -> None:
    moment = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("America/New_York"))
    assert opening(factories.store(weekly_hours=hours), moment) == (True, words)


def test_a_changed_store_has_a_new_calendar() -> None:
    store = factories.store()
    monday = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("America/New_York"))
    before = calendar_of(store).is_open(monday)
    store.weekly_hours, store.calendar_version = {"tue": [["09:00", "17:00"]]}, 2
    assert (before, calendar_of(store).is_open(monday)) == (True, False)


# Holidays


def test_holidays_are_written_down_once() -> None:
    store = factories.store(holiday_country="US")
    first = keep_holidays(store, [2026])
    assert (first > 9, keep_holidays(store, [2026])) == (True, 0)


def test_new_holidays_are_a_new_version_and_known_ones_are_not() -> None:
    store = factories.store(holiday_country="US")
    keep_holidays(store, [2026])
    version = store.calendar_version
    keep_holidays(store, [2026])
    unchanged = store.calendar_version
    keep_holidays(store, [2026, 2027])
    assert (unchanged, store.calendar_version) == (version, version + 1)


def test_a_store_that_keeps_no_holidays_gets_none() -> None:
    assert keep_holidays(factories.store(), [2026]) == 0


# Days


@pytest.mark.parametrize(
    "zone, on, end",
    [
        ("America/New_York", date(2026, 3, 2), "2026-03-03 05:00"),
        ("America/New_York", date(2026, 3, 8), "2026-03-09 04:00"),  # 23 hours long
        ("America/New_York", date(2026, 11, 1), "2026-11-02 05:00"),  # 25 hours long
        ("Europe/Istanbul", date(2026, 12, 31), "2026-12-31 21:00"),
        ("America/Sao_Paulo", date(2018, 11, 3), "2018-11-04 03:00"),  # the next midnight is never shown
        ("Pacific/Kiritimati", date(2026, 1, 1), "2026-01-01 10:00"),
    ],
)
def test_when_a_local_day_ends(zone: str, on: date, end: str) -> None:
    assert end_of_local_day(on, factories.store(timezone=zone)) == datetime.fromisoformat(end).replace(tzinfo=UTC)
