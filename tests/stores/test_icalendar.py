"""Closing days from iCalendar files, as calendars write them."""

from datetime import date

import pytest

from helpdesk.core.errors import Invalid
from helpdesk.stores import Store, special_days_from

TODAY = date(2026, 6, 1)


def shop(**given: object) -> Store:
    week = {day: [["09:00", "12:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return Store(**{"slug": "s", "timezone": "Europe/Berlin", "weekly_hours": week, **given})


def ics(*events: str) -> bytes:
    """A file of these events; each is its lines, parted by blanks at line ends."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read(*events: str) -> dict[str, tuple[str, list[str]]]:
    found = special_days_from(ics(*events), shop(), TODAY)
    return {day.on.isoformat(): (day.name, day.hours) for day in found}


@pytest.mark.parametrize("event, days", [
    ("DTSTART;VALUE=DATE:20261224", {"2026-12-24": ("Closed", [])}),
    ("SUMMARY:Bridge\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261226", {
        "2026-12-24": ("Bridge", []), "2026-12-25": ("Bridge", []),
    }),
    ("SUMMARY:Long\nDTSTART;VALUE=DATE:20260608\nDURATION:P2D", {
        "2026-06-08": ("Long", []), "2026-06-09": ("Long", []),
    }),
    # Hours of a day: what is left of the weekday stays open.
    ("SUMMARY:Staff\nDTSTART;TZID=Europe/Berlin:20260608T110000\nDTEND;TZID=Europe/Berlin:20260608T150000", {
        "2026-06-08": ("Staff", ["09:00-11:00", "15:00-18:00"]),
    }),
    ("SUMMARY:Staff\nDTSTART:20260608T120000Z\nDTEND:20260608T200000Z", {"2026-06-08": ("Staff", ["09:00-12:00"])}),
    ("SUMMARY:Floating\nDTSTART:20260608T080000\nDTEND:20260608T130000", {"2026-06-08": ("Floating", ["14:00-18:00"])}),
    # Over midnight both days lose their part.
    ("SUMMARY:Night\nDTSTART:20260608T170000\nDTEND:20260609T100000", {
        "2026-06-08": ("Night", ["09:00-12:00", "14:00-17:00"]),
        "2026-06-09": ("Night", ["10:00-12:00", "14:00-18:00"]),
    }),
    ("SUMMARY:Every year\nDTSTART;VALUE=DATE:20200715\nRRULE:FREQ=YEARLY;COUNT=8", {
        "2026-07-15": ("Every year", []), "2027-07-15": ("Every year", []),
    }),
    ("SUMMARY:Weekly\nDTSTART;VALUE=DATE:20260601\nRRULE:FREQ=WEEKLY;UNTIL=20260615\nEXDATE;VALUE=DATE:20260608", {
        "2026-06-01": ("Weekly", []), "2026-06-15": ("Weekly", []),
    }),
    ("SUMMARY:Until\nDTSTART:20260601T090000\nDTEND:20260601T120000\nRRULE:FREQ=DAILY;UNTIL=20260602T235900Z", {
        "2026-06-01": ("Until", ["14:00-18:00"]), "2026-06-02": ("Until", ["14:00-18:00"]),
    }),
    ("SUMMARY:Off\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20260608", {}),
    ("SUMMARY:Past\nDTSTART;VALUE=DATE:20260531", {}),
    ("SUMMARY:No start", {}),
    ("SUMMARY:A moment\nDTSTART:20260608T080000", {}),
])  # fmt: skip
def test_what_an_event_closes(event: str, days: dict[str, tuple[str, list[str]]]) -> None:
    assert read(event) == days


def test_events_of_one_day_close_it_together() -> None:
    found = read(
        "SUMMARY:Morning\nDTSTART:20260608T080000\nDTEND:20260608T110000",
        "SUMMARY:Evening\nDTSTART:20260608T160000\nDTEND:20260608T200000",
    )
    assert found == {"2026-06-08": ("Morning, Evening", ["11:00-12:00", "14:00-16:00"])}


def test_a_repetition_without_end_is_read_three_years_ahead() -> None:
    found = read("SUMMARY:New Year\nDTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY")
    assert list(found) == ["2027-01-01", "2028-01-01", "2029-01-01"]


def test_a_file_without_end_is_read_to_its_bound() -> None:
    assert (
        len(read("SUMMARY:Every minute\nDTSTART:20260601T000000\nDTEND:20260601T000100\nRRULE:FREQ=MINUTELY")) <= 1000
    )


@pytest.mark.parametrize(
    "content", [b"", b"what?", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"\xff\xfe\x00", b"x" * 1_000_001]
)
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        special_days_from(content, shop(), TODAY)


def test_a_repetition_that_cannot_be_read_is_named() -> None:
    with pytest.raises(Invalid):
        read("SUMMARY:Odd\nDTSTART;VALUE=DATE:20260608\nRRULE:FREQ=SOMETIMES")
