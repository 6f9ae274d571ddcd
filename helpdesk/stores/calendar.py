"""The business calendar: when a store is open, and when a promise falls due by each way of counting."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from helpdesk.stores.spans import (
    DAY,
    Days,
    NeverOpens,
    Span,
    epoch,
    measure,
    merged,
    mirrored,
    reach,
    second_at,
    shifts_on,
    utc,
    walk,
    wall_reading,
    without,
)

__all__ = ["Calendar", "Counts", "Gap", "NeverOpens", "Shift"]

Shift = tuple[int, int]  # [opening, closing) in minutes of the local day; 1440 is its end
Gap = tuple[datetime, datetime]  # a pause [from, to)

PATIENCE = 60  # days without working time after which a calendar is refused
YEAR = 366 * DAY
FIRST_DAY = date(1970, 1, 1).toordinal()
WHOLE_DAY: tuple[Shift, ...] = ((0, 1440),)


class Counts(StrEnum):
    """What "24 hours" means: by the clock, by the business day, or by the opening hour."""

    ALWAYS = "always"
    BUSINESS_DAYS = "business_days"
    SERVICE_HOURS = "service_hours"


class Way(NamedTuple):
    """One way of counting: the days that count, on a time line of its own, and the way there and back."""

    days: Days
    read: Callable[[datetime], int]
    tell: Callable[[int], datetime]


@dataclass(frozen=True, eq=False)
class Calendar:
    """Opening hours in a store's local time; moments go in aware and come out in UTC, to the second."""

    timezone: str
    week: Mapping[int, tuple[Shift, ...]]  # 0 is Monday; a day left out is closed
    special_days: Mapping[date, tuple[Shift, ...]]  # instead of the weekday's hours; () is a holiday
    breaks: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict)  # taken away from that day's hours

    def __post_init__(self) -> None:
        for opening, closing in chain(*self.week.values(), *self.special_days.values(), *self.breaks.values()):
            if not 0 <= opening < closing <= 1440:
                raise ValueError(f"A shift lies within one day and ends after it begins, not {opening} to {closing}.")

    @classmethod
    def always_open(cls, timezone: str) -> Self:
        """Day and night, every day."""
        return cls(timezone, week=dict.fromkeys(range(7), WHOLE_DAY), special_days={})

    def is_open(self, at: datetime) -> bool:
        """Open from the opening minute on, closed from the closing minute on."""
        second = epoch(at)
        around = range(second // DAY - 1, second // DAY + 2)
        return any(begin <= second < end for day in around for begin, end in self._open_on(day))

    def is_business_day(self, on: date) -> bool:
        """A local day with any opening time at all."""
        return bool(self._open_on(on.toordinal() - FIRST_DAY))

    def next_open(self, at: datetime) -> datetime:
        """The first open moment at or after `at`; raises NeverOpens."""
        return utc(self._opening(epoch(at)))

    def next_close(self, at: datetime) -> datetime | None:
        """When the open time that contains or follows `at` ends; None if it goes on for a year; raises NeverOpens."""
        opening = self._opening(epoch(at))
        _, closing = next(merged(walk(self._open_on, opening, opening + YEAR)))
        return utc(closing) if closing < opening + YEAR else None

    def due(self, start: datetime, seconds: int, counts: Counts, gaps: Iterable[Gap] = ()) -> datetime:
        """When so many seconds have counted since `start`: at closing rather than at the next opening."""
        way = self._ways[counts]
        holes = [(way.read(begin), way.read(end)) for begin, end in gaps]
        return way.tell(reach(way.days, way.read(start), seconds, holes, PATIENCE))

    def due_back(self, end: datetime, seconds: int, counts: Counts = Counts.SERVICE_HOURS) -> datetime:
        """The moment from which so many seconds count until `end`: at opening rather than at the last closing."""
        way = self._ways[counts]
        return way.tell(-reach(mirrored(way.days), -way.read(end), seconds, patience=PATIENCE))

    def elapsed(self, start: datetime, end: datetime, counts: Counts, gaps: Iterable[Gap] = ()) -> int:
        """How many seconds counted from `start` to `end`; negative when `end` is the earlier."""
        if end < start:
            return -self.elapsed(end, start, counts, gaps)
        way = self._ways[counts]
        holes = [(way.read(begin), way.read(end)) for begin, end in gaps]
        return measure(way.days, way.read(start), way.read(end), holes)

    def spans(self, start: datetime, end: datetime, counts: Counts) -> Iterator[tuple[datetime, datetime]]:
        """The unbroken stretches between `start` and `end` that count, so that a clock can explain itself."""
        way = self._ways[counts]
        for begin, stop in merged(walk(way.days, way.read(start), way.read(end))):
            first, last = max(way.tell(begin), start), min(way.tell(stop), end)
            if first < last:
                yield first.astimezone(UTC), last.astimezone(UTC)

    def _opening(self, second: int) -> int:
        # The first second that counts begins one second before it has counted.
        return reach(self._open_on, second, 1, patience=PATIENCE) - 1

    @cached_property
    def _ways(self) -> dict[Counts, Way]:
        zone = self._zone
        return {
            Counts.ALWAYS: Way(_whole_day, epoch, utc),
            Counts.BUSINESS_DAYS: Way(
                lru_cache(maxsize=4096)(lambda day: _whole_day(day) if self._open_on(day) else ()),
                lambda moment: wall_reading(zone, epoch(moment)),
                lambda reading: utc(second_at(zone, reading)),
            ),
            Counts.SERVICE_HOURS: Way(self._open_on, epoch, utc),
        }

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def _open_on(self) -> Days:
        return lru_cache(maxsize=4096)(self._look_up)

    def _look_up(self, day: int) -> tuple[Span, ...]:
        on = date.fromordinal(day + FIRST_DAY)
        hours = self.special_days.get(on, self.week.get(on.weekday(), ()))
        shifts = list(without(merged(sorted(hours)), self.breaks.get(on, ())))
        return tuple(shifts_on(self._zone, day, shifts))


def _whole_day(day: int) -> tuple[Span, ...]:
    return ((day * DAY, (day + 1) * DAY),)
