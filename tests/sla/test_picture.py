"""The picture of a clock's days: what counted, and what kind of time did not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.sla.picture import Kind, Piece, Wait, as_plain, picture
from helpdesk.stores import Calendar, Counts
from tests.scenes import NEW_YORK, local

SHIFTS = ((9 * 60, 12 * 60), (14 * 60, 18 * 60))
PARTY = date(2026, 6, 9)
CALENDAR = Calendar(NEW_YORK, dict.fromkeys(range(5), SHIFTS), {PARTY: ()})
NAMES = {PARTY.isoformat(): "Founders' Day"}


def wait(start: str, end: str, counts: Counts, *pauses: tuple[str, str]) -> Wait:
    stood = [(local(a), local(b), "waiting for the customer") for a, b in pauses]
    return Wait(CALENDAR, counts, local(start), local(end), stood, NAMES)


def pieces(day: object) -> list[tuple[str, str]]:
    return [(piece.span, piece.kind.value) for piece in day.pieces]  # type: ignore[attr-defined]


def test_opening_time_names_nights_breaks_weekends_and_holidays() -> None:
    days = picture(wait("2026-06-05 15:00", "2026-06-10 10:00", Counts.SERVICE_HOURS))
    assert [(day.on.day, pieces(day)) for day in days] == [
        (5, [("15:00-18:00", "counted"), ("18:00-24:00", "night")]),
        (6, [("00:00-24:00", "weekend")]),
        (7, [("00:00-24:00", "weekend")]),
        (8, [
            ("00:00-09:00", "night"), ("09:00-12:00", "counted"), ("12:00-14:00", "break"), ("14:00-18:00", "counted"),
            ("18:00-24:00", "night"),
        ]),
        (9, [("00:00-24:00", "holiday")]),
        (10, [("00:00-09:00", "night"), ("09:00-10:00", "counted")]),
    ]  # fmt: skip
    assert [day.words for day in days] == [
        "counted 15:00-18:00; not counted: the night", "closed", "closed",
        "counted 09:00-12:00, 14:00-18:00; not counted: the break and the night", "closed, Founders' Day",
        "counted 09:00-10:00; not counted: the night",
    ]  # fmt: skip


def test_pauses_are_cut_out_with_their_reason() -> None:
    (day,) = picture(
        wait("2026-06-08 09:00", "2026-06-08 18:00", Counts.ALWAYS, ("2026-06-08 10:00", "2026-06-08 11:30"))
    )
    assert pieces(day) == [("09:00-10:00", "counted"), ("10:00-11:30", "pause"), ("11:30-18:00", "counted")]
    assert day.words == "counted 09:00-10:00, 11:30-18:00; stood still 10:00-11:30, waiting for the customer"


def test_what_ends_at_midnight_ends_on_the_day_before() -> None:
    days = picture(wait("2026-06-08 12:00", "2026-06-09 00:00", Counts.ALWAYS))
    assert [day.on.day for day in days] == [8]


def test_the_middle_of_a_long_wait_is_left_out() -> None:
    days = picture(wait("2026-06-01 00:00", "2026-07-31 00:00", Counts.ALWAYS))
    assert [day.hidden for day in days] == [0] * 11 + [46, 0, 0]
    assert sum(1 + day.hidden for day in days) == 60


def test_as_data_it_says_the_same() -> None:
    plain = as_plain(picture(wait("2026-06-08 17:00", "2026-06-08 18:00", Counts.SERVICE_HOURS)))
    assert plain == [
        {"on": "2026-06-08", "name": "", "days_left_out_before": 0,
         "pieces": [{"from": "17:00", "until": "18:00", "kind": "counted", "reason": ""}]}
    ]  # fmt: skip


@pytest.mark.parametrize("counts", Counts)
@settings(max_examples=40, deadline=None)
@given(start=st.integers(0, 20 * 1440), length=st.integers(1, 10 * 1440), pause=st.integers(0, 5 * 1440))
def test_what_is_drawn_as_counted_is_what_counted(counts: Counts, start: int, length: int, pause: int) -> None:
    begin = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=start)
    end = begin + timedelta(minutes=length)
    gap = (begin + timedelta(minutes=min(pause, length)), begin + timedelta(minutes=min(2 * pause, length)))
    drawn = picture(Wait(CALENDAR, counts, begin, end, [(*gap, "why")], NAMES))
    counted = sum(_minutes(piece) for day in drawn for piece in day.pieces if piece.kind is Kind.COUNTED)
    assert counted * 60 == CALENDAR.elapsed(begin, end, counts, [gap])
    assert sum(_minutes(piece) for day in drawn for piece in day.pieces) == length


def _minutes(piece: Piece) -> int:
    return piece.end - piece.begin
