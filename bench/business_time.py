"""Run a file of business-time cases through the calendar: python bench/business_time.py FILE."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from helpdesk.stores.calendar import Calendar, Counts, Gap, NeverOpens, Shift

HOURS = Counts.SERVICE_HOURS
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Case = dict[str, Any]
Answer = Callable[[Calendar, Case], datetime | int | bool | None]


def main(path: str) -> int:
    """Say how many cases agree, name those that do not, and measure the speed of due times."""
    book = json.loads(Path(path).read_text(encoding="utf-8"))
    calendars = {name: calendar_from(facts) for name, facts in book["calendars"].items()}
    cases = [(calendars[case["calendar"]], case) for case in book["cases"]]
    wrong = [line for calendar, case in cases if (line := disagreement(calendar, case))]
    print(f"{len(cases) - len(wrong)} of {len(cases)} cases agree")
    print("\n".join(wrong), end="\n" if wrong else "")
    print(f"{due_times_per_second([pair for pair in cases if pair[1]['op'] == 'due']):,.0f} due times per second")
    return 1 if wrong else 0


def calendar_from(facts: dict[str, Any]) -> Calendar:
    """The calendar as the file describes it; a holiday is a special day without hours."""
    special = {date.fromisoformat(on): shifts(hours) for on, hours in facts["special_days"].items()}
    holidays: dict[date, tuple[Shift, ...]] = {date.fromisoformat(on): () for on in facts["holidays"]}
    return Calendar(
        timezone=facts["timezone"],
        week={WEEKDAYS.index(name): shifts(hours) for name, hours in facts["hours"].items()},
        special_days=special | holidays,
        breaks={date.fromisoformat(on): shifts(hours) for on, hours in facts["breaks"].items()},
    )


def disagreement(calendar: Calendar, case: Case) -> str | None:
    """One line about a case we answer differently, or None."""
    right = [case["expect"], *case.get("accept_also", ())]
    answer = ANSWERS[case["op"]](calendar, case)
    said = answer.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(answer, datetime) else answer
    return None if said in right else f"  {case['id']} ({case['op']}): {said}, expected {' or '.join(map(str, right))}"


def due_times_per_second(cases: list[tuple[Calendar, Case]], rounds: int = 200) -> float:
    """Speed with warm calendars; reading the case is not counted."""
    asked = [(calendar, moment(case["start"]), case["seconds"], pauses(case)) for calendar, case in cases]
    began = perf_counter()
    for _ in range(rounds):
        for calendar, start, seconds, gaps in asked:
            calendar.due(start, seconds, HOURS, gaps)
    return rounds * len(asked) / (perf_counter() - began)


def never(calendar: Calendar, case: Case) -> datetime | None:
    """A calendar that never opens has no deadline."""
    try:
        return calendar.due(moment(case.get("start") or case["at"]), case.get("seconds", 1), HOURS)
    except NeverOpens:
        return None


def shifts(hours: list[list[str]]) -> tuple[Shift, ...]:
    """Pairs of "09:00" as minutes of the day."""
    return tuple((minutes(opening), minutes(closing)) for opening, closing in hours)


def minutes(text: str) -> int:
    """Minutes of the day; "24:00" is its end."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def moment(text: str) -> datetime:
    """A moment written in UTC."""
    return datetime.fromisoformat(text)


def pauses(case: Case) -> list[Gap]:
    """The times in which the clock of this case stood still."""
    return [(moment(begin), moment(end)) for begin, end in case.get("pauses", ())]


ANSWERS: dict[str, Answer] = {
    "due": lambda calendar, case: calendar.due(moment(case["start"]), case["seconds"], HOURS, pauses(case)),
    "due_back": lambda calendar, case: calendar.due_back(moment(case["end"]), case["seconds"], HOURS),
    "elapsed": lambda calendar, case: calendar.elapsed(moment(case["start"]), moment(case["end"]), HOURS, pauses(case)),
    "open_at": lambda calendar, case: calendar.is_open(moment(case["at"])),
    "next_open": lambda calendar, case: calendar.next_open(moment(case["at"])),
    "next_close": lambda calendar, case: calendar.next_close(moment(case["at"])),
    "never": never,
}

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
