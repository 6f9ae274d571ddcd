"""The business calendar against a slow, simple reading of the clock, and against its own algebra."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.stores.calendar import Calendar, Counts, Shift

SERVICE_HOURS = Counts.SERVICE_HOURS
SECOND, MINUTE, QUARTER, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1)
#: Days around which the clock changes, or pointedly does not.
SCENES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Europe/Istanbul", date(2026, 3, 29)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/Havana", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Asia/Kathmandu", date(2026, 6, 7)),
]

few = settings(max_examples=40, deadline=None)
many = settings(max_examples=60, deadline=None)
shift = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])
shifts = st.lists(shift, max_size=3).map(tuple)
ways = st.sampled_from(Counts)
durations = st.integers(0, 5 * 86_400)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, date]:
    """Any calendar that opens on Wednesdays at least, and a day on which its clock is interesting."""
    timezone, day = draw(st.sampled_from(SCENES))
    near = st.integers(-3, 3).map(lambda n: day + n * DAY)
    week = draw(st.dictionaries(st.integers(0, 6), shifts, max_size=7)) | {2: ((540, 1020),)}
    special = draw(st.dictionaries(near, shifts, max_size=2))
    return Calendar(timezone, week, special, draw(st.dictionaries(near, shifts, max_size=2))), day


@st.composite
def moments(draw: st.DrawFn, day: date, step: int = 1) -> datetime:
    """A moment within three days of that one, in whole steps of seconds."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return midnight + timedelta(seconds=step * draw(st.integers(-259_200 // step, 259_200 // step)))


@few
@given(st.data(), calendars())
def test_opening_time_is_what_the_clock_on_the_wall_says(data: st.DataObject, scene: tuple[Calendar, date]) -> None:
    calendar, day = scene
    start, end = sorted(data.draw(st.tuples(moments(day, step=60), moments(day, step=60))))
    minutes = [start + n * MINUTE for n in range((end - start) // MINUTE)]
    open_minutes = [minute for minute in minutes if shows_open(calendar, minute)]
    assert calendar.elapsed(start, end, SERVICE_HOURS) == 60 * len(open_minutes)
    assert all(calendar.is_open(minute) is shows_open(calendar, minute) for minute in minutes[::17])
    if open_minutes:
        assert calendar.next_open(start) == open_minutes[0]
        assert calendar.due(start, 60 * len(open_minutes), SERVICE_HOURS) == open_minutes[-1] + MINUTE
        assert calendar.due_back(end, 60 * len(open_minutes)) == open_minutes[0]


@few
@given(st.data(), calendars())
def test_business_days_are_the_lines_of_their_calendar_page(data: st.DataObject, scene: tuple[Calendar, date]) -> None:
    calendar, day = scene
    start, end = sorted(data.draw(st.tuples(moments(day, step=900), moments(day, step=900))))
    shown = last_shown(calendar, start - DAY, end + DAY)
    lines = [line for line in lines_around(day) if calendar.is_business_day(line.date())]
    counted = [line for line in lines if counts_between(line, shown, start, end)]
    assert calendar.elapsed(start, end, Counts.BUSINESS_DAYS) == 900 * len(counted)


@many
@given(st.data(), calendars(), ways, durations)
def test_what_is_due_has_then_elapsed(
    data: st.DataObject, scene: tuple[Calendar, date], counts: Counts, seconds: int
) -> None:
    calendar, day = scene
    start = data.draw(moments(day))
    due = calendar.due(start, seconds, counts)
    assert calendar.elapsed(start, due, counts) == seconds or jumps(calendar, counts, due)
    back = calendar.due_back(start, seconds, counts)
    assert calendar.elapsed(back, start, counts) == seconds or jumps(calendar, counts, back)


@many
@given(st.data(), calendars(), ways, durations, durations)
def test_a_promise_in_two_parts_is_one_promise(
    data: st.DataObject, scene: tuple[Calendar, date], counts: Counts, first: int, second: int
) -> None:
    calendar, day = scene
    start = data.draw(moments(day))
    halfway = calendar.due(start, first, counts)
    whole, parts = calendar.due(start, first + second, counts), calendar.due(halfway, second, counts)
    assert whole == parts or (jumps(calendar, counts, halfway) and whole < parts)


@many
@given(st.data(), calendars(), ways, durations)
def test_who_comes_later_is_promised_no_earlier(
    data: st.DataObject, scene: tuple[Calendar, date], counts: Counts, seconds: int
) -> None:
    calendar, day = scene
    earlier, later = sorted(data.draw(st.tuples(moments(day), moments(day))))
    assert calendar.due(earlier, seconds, counts) <= calendar.due(later, seconds, counts)
    assert calendar.due_back(earlier, seconds, counts) <= calendar.due_back(later, seconds, counts)


@many
@given(st.data(), calendars(), ways, durations)
def test_a_pause_moves_the_deadline_by_what_would_have_counted(
    data: st.DataObject, scene: tuple[Calendar, date], counts: Counts, seconds: int
) -> None:
    calendar, day = scene
    start, begin, end = sorted(data.draw(st.tuples(moments(day), moments(day), moments(day))))
    if calendar.elapsed(start, begin, counts) >= seconds:
        return
    lost = calendar.elapsed(begin, end, counts)
    due = calendar.due(start, seconds, counts, [(begin, end)])
    assert due == calendar.due(start, seconds + lost, counts)
    assert calendar.elapsed(start, due, counts, [(begin, end)]) == seconds or jumps(calendar, counts, due)


@many
@given(st.data(), calendars())
def test_spans_add_up_to_what_elapsed_and_end_at_closing(data: st.DataObject, scene: tuple[Calendar, date]) -> None:
    calendar, day = scene
    start, end = sorted(data.draw(st.tuples(moments(day), moments(day))))
    spans = list(calendar.spans(start, end, SERVICE_HOURS))
    assert sum((stop - begin).total_seconds() for begin, stop in spans) == calendar.elapsed(start, end, SERVICE_HOURS)
    assert all(calendar.next_close(begin) == stop for begin, stop in spans if stop < end)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


def shows_open(calendar: Calendar, minute: datetime) -> bool:
    """Look at the clock on the wall, then at the notice on the door."""
    local = minute.astimezone(ZoneInfo(calendar.timezone))
    hours = calendar.special_days.get(local.date(), calendar.week.get(local.weekday(), ()))
    return _within(local, hours) and not _within(local, calendar.breaks.get(local.date(), ()))


def _within(local: datetime, hours: tuple[Shift, ...]) -> bool:
    return any(opening <= local.hour * 60 + local.minute < closing for opening, closing in hours)


def last_shown(calendar: Calendar, start: datetime, end: datetime) -> dict[datetime, datetime]:
    """When each quarter of an hour was last on the wall; every clock here changes by whole quarters."""
    zone, quarters = ZoneInfo(calendar.timezone), range((end - start) // QUARTER)
    moments = [start + n * QUARTER for n in quarters]
    return {moment.astimezone(zone).replace(tzinfo=None, fold=0): moment for moment in moments}


def lines_around(day: date) -> list[datetime]:
    """Every quarter of an hour printed in the diary for the days around this one, whether a clock shows it or not."""
    first = datetime.combine(day, time.min) - 5 * DAY
    return [first + n * QUARTER for n in range(10 * 96)]


def counts_between(line: datetime, shown: dict[datetime, datetime], start: datetime, end: datetime) -> bool:
    """A line counts while it is last shown; one that is never shown counts when the clock jumps over it."""
    if line in shown:
        return start <= shown[line] < end
    jump = next((shown[line + n * QUARTER] for n in range(1, 5) if line + n * QUARTER in shown), None)
    return jump is not None and start < jump <= end


def jumps(calendar: Calendar, counts: Counts, at: datetime) -> bool:
    """Does the clock go forward just now? Then business days cannot tell the skipped minutes apart."""
    zone = ZoneInfo(calendar.timezone)
    before, after = (at - SECOND).astimezone(zone), at.astimezone(zone)
    return counts is Counts.BUSINESS_DAYS and after.replace(tzinfo=None) - before.replace(tzinfo=None) > SECOND
