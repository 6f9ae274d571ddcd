"""The business calendar, case by case."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpdesk.stores.calendar import Calendar, Counts, NeverOpens, Shift

ALWAYS, BUSINESS_DAYS, SERVICE_HOURS = Counts.ALWAYS, Counts.BUSINESS_DAYS, Counts.SERVICE_HOURS
NEW_YORK, BERLIN, ISTANBUL, SAO_PAULO = "America/New_York", "Europe/Berlin", "Europe/Istanbul", "America/Sao_Paulo"
HOUR, DAY = 3600, 86_400


def weekdays(*shifts: Shift) -> dict[int, tuple[Shift, ...]]:
    return dict.fromkeys(range(5), shifts)


def office(timezone: str = NEW_YORK) -> Calendar:
    """Monday to Friday, nine to five."""
    return Calendar(timezone, weekdays((540, 1020)), {})


def every_day(timezone: str, *shifts: Shift) -> Calendar:
    return Calendar(timezone, dict.fromkeys(range(7), shifts), {})


#: Mornings and afternoons in Berlin in December 2025: a holiday, a short day, an open Sunday, a staff meeting.
BUSY = Calendar(
    BERLIN,
    weekdays((540, 720), (840, 1080)),
    special_days={date(2025, 12, 25): (), date(2025, 12, 24): ((540, 690),), date(2025, 12, 14): ((600, 840),)},
    breaks={date(2025, 12, 16): ((600, 660), (1020, 1440)), date(2025, 12, 17): ((0, 1440),)},
)


def on(calendar: Calendar, text: str) -> datetime:
    """A moment by the store's clock; a trailing * is the later of two showings."""
    local = datetime.fromisoformat(text.rstrip("*"))
    return local.replace(tzinfo=ZoneInfo(calendar.timezone), fold=int(text.endswith("*"))).astimezone(UTC)


@pytest.mark.parametrize("timezone", [NEW_YORK, "America/Chicago", ISTANBUL, "UTC"])
@pytest.mark.parametrize(
    "counts, due",
    [(ALWAYS, "2026-06-06 16:00"), (BUSINESS_DAYS, "2026-06-08 16:00"), (SERVICE_HOURS, "2026-06-10 16:00")],
)
def test_what_24_hours_from_friday_afternoon_can_mean(timezone: str, counts: Counts, due: str) -> None:
    calendar = office(timezone)
    assert calendar.due(on(calendar, "2026-06-05 16:00"), DAY, counts) == on(calendar, due)


@pytest.mark.parametrize(
    "moment, is_open",
    [
        ("2025-12-15 08:59:59", False),
        ("2025-12-15 09:00", True),
        ("2025-12-15 11:59:59", True),
        ("2025-12-15 12:00", False),
        ("2025-12-15 14:00", True),
        ("2025-12-15 18:00", False),
        ("2025-12-13 10:00", False),  # Saturday
        ("2025-12-14 10:00", True),  # the open Sunday
        ("2025-12-14 09:59", False),
        ("2025-12-16 10:00", False),  # the meeting
        ("2025-12-16 11:00", True),
        ("2025-12-16 17:00", False),
        ("2025-12-17 10:00", False),  # a break all day long
        ("2025-12-24 11:30", False),
        ("2025-12-25 10:00", False),
    ],
)
def test_opening_minutes_are_open_and_closing_minutes_closed(moment: str, is_open: bool) -> None:
    assert BUSY.is_open(on(BUSY, moment)) is is_open


@pytest.mark.parametrize(
    "moment, opens, closes",
    [
        ("2025-12-15 09:00", "2025-12-15 09:00", "2025-12-15 12:00"),
        ("2025-12-15 11:59:59", "2025-12-15 11:59:59", "2025-12-15 12:00"),
        ("2025-12-15 12:00", "2025-12-15 14:00", "2025-12-15 18:00"),
        ("2025-12-13 10:00", "2025-12-14 10:00", "2025-12-14 14:00"),
        ("2025-12-16 09:30", "2025-12-16 09:30", "2025-12-16 10:00"),
        ("2025-12-16 17:00", "2025-12-18 09:00", "2025-12-18 12:00"),
        ("2025-12-24 11:30", "2025-12-26 09:00", "2025-12-26 12:00"),
    ],
)
def test_next_opening_and_next_closing(moment: str, opens: str, closes: str) -> None:
    at = on(BUSY, moment)
    assert (BUSY.next_open(at), BUSY.next_close(at)) == (on(BUSY, opens), on(BUSY, closes))


@pytest.mark.parametrize(
    "start, seconds, due",
    [
        ("2025-12-15 09:00", 3 * HOUR, "2025-12-15 12:00"),  # at closing, not at the next opening
        ("2025-12-15 09:00", 3 * HOUR + 1, "2025-12-15 14:00:01"),
        ("2025-12-15 11:59:30", 90, "2025-12-15 14:01:00"),
        ("2025-12-15 12:30", HOUR, "2025-12-15 15:00"),
        ("2025-12-12 17:00", 2 * HOUR, "2025-12-14 11:00"),
        ("2025-12-16 09:00", 3 * HOUR, "2025-12-16 15:00"),
        ("2025-12-16 16:00", 2 * HOUR, "2025-12-18 10:00"),
        ("2025-12-24 10:00", 2 * HOUR, "2025-12-26 09:30"),
        ("2025-12-13 10:00", 0, "2025-12-14 10:00"),  # nothing still waits until somebody is there
        ("2025-12-15 12:00", 0, "2025-12-15 12:00"),  # but a promise that ended at closing stays ended
        ("2025-12-15 10:00", 0, "2025-12-15 10:00"),
    ],
)
def test_due_in_opening_time(start: str, seconds: int, due: str) -> None:
    assert BUSY.due(on(BUSY, start), seconds, SERVICE_HOURS) == on(BUSY, due)


@pytest.mark.parametrize(
    "end, seconds, since",
    [
        ("2025-12-15 16:00", 2 * HOUR, "2025-12-15 14:00"),  # at opening, not at the last closing
        ("2025-12-15 16:00", 3 * HOUR, "2025-12-15 11:00"),
        ("2025-12-26 09:30", 2 * HOUR, "2025-12-24 10:00"),
        ("2025-12-13 10:00", 0, "2025-12-12 18:00"),
        ("2025-12-15 14:00", 0, "2025-12-15 14:00"),
    ],
)
def test_due_back_in_opening_time(end: str, seconds: int, since: str) -> None:
    assert BUSY.due_back(on(BUSY, end), seconds) == on(BUSY, since)


@pytest.mark.parametrize(
    "start, seconds, due",
    [
        ("2026-06-06 10:00", DAY, "2026-06-09 00:00"),  # from Saturday: all of Monday
        ("2026-06-07 23:59:59", 1, "2026-06-08 00:00:01"),
        ("2026-06-05 00:00", DAY, "2026-06-06 00:00"),  # ends with the Friday, not with the weekend
        ("2026-06-05 23:00", 2 * HOUR, "2026-06-08 01:00"),
        ("2026-06-02 16:00", 5 * DAY, "2026-06-09 16:00"),
        ("2026-06-06 10:00", 0, "2026-06-08 00:00"),
        ("2026-07-02 16:00", DAY, "2026-07-06 16:00"),  # over a holiday and a weekend
    ],
)
def test_due_in_business_days(start: str, seconds: int, due: str) -> None:
    shop = Calendar(ISTANBUL, weekdays((540, 1080)), {date(2026, 7, 3): ()})
    assert shop.due(on(shop, start), seconds, BUSINESS_DAYS) == on(shop, due)
    assert shop.elapsed(on(shop, start), on(shop, due), BUSINESS_DAYS) == seconds


@pytest.mark.parametrize(
    "timezone, start, days, due",
    [
        (NEW_YORK, "2026-03-06 16:00", 1, "2026-03-09 16:00"),  # the clock goes forward on Sunday
        (NEW_YORK, "2026-10-30 16:00", 1, "2026-11-02 16:00"),  # and back
        (BERLIN, "2026-03-27 09:30", 2, "2026-03-31 09:30"),
        (BERLIN, "2026-10-23 23:59:59", 5, "2026-10-30 23:59:59"),
        (ISTANBUL, "2026-03-27 16:00", 1, "2026-03-30 16:00"),  # no change at all
        (SAO_PAULO, "2018-11-02 00:30", 1, "2018-11-05 00:30"),  # midnight itself is skipped on Sunday
        (SAO_PAULO, "2018-02-16 23:30", 1, "2018-02-19 23:30"),
    ],
)
def test_a_business_day_ends_at_the_same_local_time(timezone: str, start: str, days: int, due: str) -> None:
    calendar = office(timezone)
    assert calendar.due(on(calendar, start), days * DAY, BUSINESS_DAYS) == on(calendar, due)
    assert calendar.due_back(on(calendar, due), days * DAY, BUSINESS_DAYS) == on(calendar, start)
    assert calendar.elapsed(on(calendar, start), on(calendar, due), BUSINESS_DAYS) == days * DAY


@pytest.mark.parametrize(
    "timezone, start, seconds, due",
    [
        (NEW_YORK, "2026-03-07 16:00", DAY, "2026-03-08 16:00"),  # 23 hours of real time
        (NEW_YORK, "2026-10-31 16:00", DAY, "2026-11-01 16:00"),  # 25 hours
        (NEW_YORK, "2026-03-07 02:30", DAY, "2026-03-08 03:00"),  # half past two is never shown: when the clock jumps
        (NEW_YORK, "2026-03-08 01:59:59", 2, "2026-03-08 03:00"),
        (NEW_YORK, "2026-10-31 01:30", DAY, "2026-11-01 01:30*"),  # shown twice: the later showing counts
        (NEW_YORK, "2026-11-01 00:30", HOUR, "2026-11-01 01:30*"),
        (NEW_YORK, "2026-11-01 01:30", HOUR, "2026-11-01 02:00"),  # the first showing stands still at one
        (NEW_YORK, "2026-11-01 01:30*", HOUR, "2026-11-01 02:30"),
        (SAO_PAULO, "2018-11-03 23:00", HOUR, "2018-11-04 01:00"),
        (SAO_PAULO, "2018-11-03 23:00", 3 * HOUR, "2018-11-04 02:00"),
        (SAO_PAULO, "2018-02-17 22:30", HOUR, "2018-02-17 23:30*"),
        (SAO_PAULO, "2018-02-17 22:00", 2 * HOUR, "2018-02-18 00:00"),
        ("Australia/Lord_Howe", "2026-04-04 12:00", DAY, "2026-04-05 12:00"),  # half an hour
    ],
)
def test_a_business_day_on_which_the_clock_changes(timezone: str, start: str, seconds: int, due: str) -> None:
    calendar = every_day(timezone, (540, 1020))
    assert calendar.due(on(calendar, start), seconds, BUSINESS_DAYS) == on(calendar, due)


@pytest.mark.parametrize(
    "timezone, shift, day, hours",
    [
        (NEW_YORK, (0, 1440), "2026-03-08", 23),
        (NEW_YORK, (0, 1440), "2026-11-01", 25),
        (NEW_YORK, (0, 240), "2026-03-08", 3),
        (NEW_YORK, (90, 240), "2026-11-01", 3),  # half past one comes twice, and the shop shuts in between
        (NEW_YORK, (150, 240), "2026-03-08", 1),  # opens when the clock jumps over half past two
        (NEW_YORK, (120, 180), "2026-03-08", 0),  # only open in the hour that is skipped
        (NEW_YORK, (540, 1020), "2026-03-08", 8),
        (BERLIN, (0, 1440), "2026-03-29", 23),
        (BERLIN, (0, 1440), "2026-10-25", 25),
        (ISTANBUL, (0, 1440), "2026-03-29", 24),
        (SAO_PAULO, (0, 1440), "2018-11-04", 23),
        (SAO_PAULO, (0, 120), "2018-11-04", 1),
        (SAO_PAULO, (0, 1440), "2018-02-17", 25),
        (SAO_PAULO, (0, 1440), "2018-02-18", 24),
        ("America/Havana", (0, 1440), "2026-11-01", 25),  # midnight comes twice
        ("Pacific/Apia", (0, 1440), "2011-12-30", 0),  # this Friday never was
    ],
)
def test_opening_time_is_real_time(timezone: str, shift: Shift, day: str, hours: int) -> None:
    calendar = Calendar(timezone, {}, {date.fromisoformat(day): (shift,)})
    noon = on(calendar, f"{day} 12:00")
    around = noon - timedelta(days=2), noon + timedelta(days=2)
    assert calendar.elapsed(*around, SERVICE_HOURS) == hours * HOUR
    assert calendar.is_business_day(date.fromisoformat(day)) is (hours > 0)


@pytest.mark.parametrize(
    "timezone, start, due",
    [
        (NEW_YORK, "2026-03-07 16:00", "2026-03-08 17:00"),
        (NEW_YORK, "2026-10-31 16:00", "2026-11-01 15:00"),
        (ISTANBUL, "2026-03-28 16:00", "2026-03-29 16:00"),
    ],
)
def test_always_is_real_time_too(timezone: str, start: str, due: str) -> None:
    calendar = office(timezone)
    assert calendar.due(on(calendar, start), DAY, ALWAYS) == on(calendar, due)


@pytest.mark.parametrize(
    "counts, hours, begin, end, due",
    [
        (SERVICE_HOURS, 3, "2026-06-05 15:00", "2026-06-05 16:00", "2026-06-08 10:00"),
        (SERVICE_HOURS, 4, "2026-06-05 18:00", "2026-06-08 08:00", "2026-06-08 10:00"),  # the night costs nothing
        (SERVICE_HOURS, 3, "2026-06-05 13:00", "2026-06-08 09:30", "2026-06-08 12:30"),  # asked during the pause
        (SERVICE_HOURS, 3, "2026-06-05 16:00", "2026-06-05 17:00", "2026-06-08 10:00"),  # until closing
        (SERVICE_HOURS, 2, "2026-06-08 09:00", "2026-06-09 09:00", "2026-06-05 16:00"),  # begins when all has counted
        (SERVICE_HOURS, 2, "2026-06-05 16:00", "2026-06-05 16:30", "2026-06-05 16:00"),
        (SERVICE_HOURS, 3, "2026-06-05 15:00", "2026-11-05 15:00", "2026-11-05 17:00"),  # all summer
        (BUSINESS_DAYS, 3, "2026-06-05 15:00", "2026-06-07 15:00", "2026-06-08 02:00"),
        (ALWAYS, 3, "2026-06-05 15:00", "2026-06-07 15:00", "2026-06-07 17:00"),
        (ALWAYS, 3, "2026-06-05 16:00", "2026-06-05 15:00", "2026-06-05 17:00"),  # back to front: no pause
    ],
)
def test_a_pause_does_not_count(counts: Counts, hours: int, begin: str, end: str, due: str) -> None:
    calendar = office()
    start, pause = on(calendar, "2026-06-05 14:00"), (on(calendar, begin), on(calendar, end))
    assert calendar.due(start, hours * HOUR, counts, [pause]) == on(calendar, due)
    assert calendar.elapsed(start, on(calendar, due), counts, [pause]) == hours * HOUR


def test_overlapping_pauses_in_any_order_count_once() -> None:
    calendar = office()
    pauses = [
        (on(calendar, f"2026-06-05 {begin}"), on(calendar, f"2026-06-05 {end}"))
        for begin, end in [("11:00", "12:00"), ("10:00", "11:30"), ("10:15", "10:30")]
    ]
    due = calendar.due(on(calendar, "2026-06-05 09:30"), HOUR, SERVICE_HOURS, pauses)
    assert due == on(calendar, "2026-06-05 12:30")


def test_a_pause_without_an_end_has_no_deadline() -> None:
    calendar = office()
    pause = on(calendar, "2026-06-05 10:00"), datetime(9999, 12, 31, tzinfo=UTC)
    with pytest.raises(NeverOpens):
        calendar.due(on(calendar, "2026-06-05 09:30"), HOUR, SERVICE_HOURS, [pause])


def test_looking_backwards_is_negative() -> None:
    start, end = on(BUSY, "2025-12-24 10:00"), on(BUSY, "2025-12-26 09:30")
    assert [BUSY.elapsed(end, start, counts) for counts in (SERVICE_HOURS, ALWAYS)] == [-2 * HOUR, -int(47.5 * HOUR)]


@pytest.mark.parametrize("timezone", [NEW_YORK, BERLIN, SAO_PAULO])
def test_a_shop_that_never_closes(timezone: str) -> None:
    shop, at = Calendar.always_open(timezone), datetime(2018, 10, 1, 5, 6, 7, tzinfo=UTC)
    assert shop.is_open(at)
    assert shop.next_open(at) == at
    assert shop.next_close(at) is None
    assert shop.due(at, 90 * DAY, SERVICE_HOURS) == shop.due(at, 90 * DAY, ALWAYS) == at + timedelta(days=90)


def test_open_around_the_clock_until_a_holiday() -> None:
    shop = Calendar(BERLIN, dict.fromkeys(range(7), ((0, 1440),)), {date(2026, 12, 25): ()})
    assert shop.next_close(on(shop, "2026-06-01 12:00")) == on(shop, "2026-12-25 00:00")


@pytest.mark.parametrize("week", [{}, weekdays(), weekdays((120, 180))])
def test_a_calendar_without_working_time_is_refused_quickly(week: dict[int, tuple[Shift, ...]]) -> None:
    closed = {date(2026, 1, 1) + timedelta(days=n): () for n in range(400)}
    shop, at = Calendar(BERLIN, week, closed), datetime(2026, 6, 1, tzinfo=UTC)
    assert not shop.is_open(at)
    assert shop.elapsed(at, at + timedelta(days=100), BUSINESS_DAYS) == 0
    for question in (shop.next_open, shop.next_close):
        with pytest.raises(NeverOpens):
            question(at)
    for counts in (BUSINESS_DAYS, SERVICE_HOURS):
        with pytest.raises(NeverOpens):
            shop.due(at, HOUR, counts)
        with pytest.raises(NeverOpens):
            shop.due_back(at, HOUR, counts)


def test_the_last_opening_of_all_still_closes() -> None:
    fair = Calendar(BERLIN, {}, {date(2026, 5, 2): ((600, 1080),)})
    at = on(fair, "2026-04-20 12:00")
    assert fair.next_close(at) == on(fair, "2026-05-02 18:00")
    assert fair.due(at, 8 * HOUR, SERVICE_HOURS) == on(fair, "2026-05-02 18:00")
    with pytest.raises(NeverOpens):
        fair.due(at, 8 * HOUR + 1, SERVICE_HOURS)


def test_a_long_season_of_closed_days_is_waited_for_up_to_60_days() -> None:
    def opens_after(days: int) -> Calendar:
        return Calendar("UTC", {}, {date(2026, 1, 1) + timedelta(days=days): ((0, 60),)})

    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert opens_after(60).next_open(at) == datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(NeverOpens):
        opens_after(61).next_open(at)


def test_spans_explain_what_counted() -> None:
    start, end = on(BUSY, "2025-12-24 10:00"), on(BUSY, "2025-12-26 10:00")
    assert list(BUSY.spans(start, end, SERVICE_HOURS)) == [
        (start, on(BUSY, "2025-12-24 11:30")),
        (on(BUSY, "2025-12-26 09:00"), end),
    ]
    assert list(BUSY.spans(start, end, BUSINESS_DAYS)) == [
        (start, on(BUSY, "2025-12-25 00:00")),
        (on(BUSY, "2025-12-26 00:00"), end),
    ]
    assert list(BUSY.spans(start, end, ALWAYS)) == [(start, end)]


def test_days_that_follow_each_other_are_one_span() -> None:
    calendar = office()
    start, end = on(calendar, "2026-06-01 12:00"), on(calendar, "2026-06-09 12:00")
    assert list(calendar.spans(start, end, BUSINESS_DAYS)) == [
        (start, on(calendar, "2026-06-06 00:00")),
        (on(calendar, "2026-06-08 00:00"), end),
    ]


def test_a_moment_that_does_not_say_where_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        office().is_open(datetime(2026, 6, 5, 12))  # noqa: DTZ001 - that is the point


def test_a_promise_of_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter than nothing"):
        office().due(datetime(2026, 6, 5, 12, tzinfo=UTC), -1, SERVICE_HOURS)


@pytest.mark.parametrize("shift", [(540, 540), (1020, 540), (-10, 60), (1320, 1500)])
def test_a_shift_outside_its_day_is_refused(shift: Shift) -> None:
    with pytest.raises(ValueError, match="within one day"):
        Calendar(BERLIN, {0: (shift,)}, {})


def test_overlapping_shifts_count_once() -> None:
    shop = every_day("UTC", (600, 720), (540, 660))
    day = datetime(2026, 6, 5, tzinfo=UTC)
    assert shop.elapsed(day, day + timedelta(days=1), SERVICE_HOURS) == 3 * HOUR
