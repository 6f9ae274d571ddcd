"""The days between start and end of a clock, each cut into what counted and what did not (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.core.language import N_, Words, _
from helpdesk.stores.calendar import Calendar, Counts

WHOLE_DAY = 24 * 60
#: So many days are shown at the beginning and at the end of a long wait; those between are only counted.
FIRST_DAYS, LAST_DAYS = 11, 3
ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What a stretch of a day was to a clock."""

    COUNTED = "counted"
    NIGHT = "night"
    BREAK = "break"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSE = "pause"


@dataclass(frozen=True)
class Piece:
    """A stretch of one day, in minutes by the store's wall."""

    begin: int
    end: int
    kind: Kind
    reason: str = ""

    @property
    def span(self) -> str:
        """ "09:00-12:00"."""
        return f"{_clock(self.begin)}-{_clock(self.end)}"


@dataclass(frozen=True)
class Day:
    """One local day of the wait; `hidden` days before it are not shown."""

    on: date
    name: str
    pieces: tuple[Piece, ...]
    hidden: int = 0

    @property
    def words(self) -> str:
        """What the picture of this day shows."""
        return "; ".join(_words(self.pieces, self.name)) or _("nothing counted")


@dataclass(frozen=True)
class Wait:
    """What a picture is made of."""

    calendar: Calendar
    counts: Counts
    start: datetime
    end: datetime
    pauses: Sequence[tuple[datetime, datetime, str]]
    names: Mapping[str, str]


def picture(wait: Wait) -> list[Day]:
    """The days of a wait, the middle of a long one left out."""
    zone = ZoneInfo(wait.calendar.timezone)
    # What ends at midnight ends on the day before it.
    first, last = wait.start.astimezone(zone).date(), (wait.end - timedelta(seconds=1)).astimezone(zone).date()
    count = max(1, (last - first).days + 1)
    numbers = list(range(count))
    if count > FIRST_DAYS + LAST_DAYS + 1:
        numbers = [*numbers[:FIRST_DAYS], *numbers[-LAST_DAYS:]]
    days = []
    for before, number in zip([-1, *numbers], numbers, strict=False):
        on = first + number * ONE_DAY
        days.append(Day(on, wait.names.get(on.isoformat(), ""), tuple(_pieces(wait, on, zone)), number - before - 1))
    return days


def as_plain(days: Sequence[Day]) -> list[dict[str, Any]]:
    """The same as data."""
    return [
        {
            "on": day.on.isoformat(),
            "name": day.name,
            "days_left_out_before": day.hidden,
            "pieces": [
                {"from": _clock(p.begin), "until": _clock(p.end), "kind": p.kind.value, "reason": p.reason}
                for p in day.pieces
            ],
        }
        for day in days
    ]


def _pieces(wait: Wait, on: date, zone: ZoneInfo) -> Iterator[Piece]:
    midnight = datetime.combine(on, time(), zone)
    day_end = datetime.combine(on + ONE_DAY, time(), zone)
    begin, end = max(midnight.astimezone(UTC), wait.start), min(day_end.astimezone(UTC), wait.end)
    if begin >= end:
        return
    paused = [(max(a, begin), min(b, end), why) for a, b, why in wait.pauses if a < end and b > begin]
    counted = [(a, b, "") for a, b in wait.calendar.spans(begin, end, wait.counts)]
    still = [(a, b, Kind.PAUSE, why) for a, b, why in paused]
    runs = [(a, b, Kind.COUNTED, "") for part in counted for a, b in _without(part[:2], paused)]
    at = begin
    for a, b, kind, why in sorted([*still, *runs]):
        if at < a:
            yield _piece(at, a, on, zone, _not_counted(wait, on, at, a))
        if at < b:
            yield _piece(max(a, at), b, on, zone, kind, why)
        at = max(at, b)
    if at < end:
        yield _piece(at, end, on, zone, _not_counted(wait, on, at, end))


def _without(
    span: tuple[datetime, datetime], holes: Sequence[tuple[datetime, datetime, str]]
) -> Iterator[tuple[datetime, datetime]]:
    begin, end = span
    for a, b, _why in sorted(holes):
        if b <= begin or a >= end:
            continue
        if begin < a:
            yield begin, a
        begin = b
    if begin < end:
        yield begin, end


def _not_counted(wait: Wait, on: date, begin: datetime, end: datetime) -> Kind:
    if not wait.calendar.is_business_day(on):
        return Kind.HOLIDAY if on in wait.calendar.special_days else Kind.WEEKEND
    zone = ZoneInfo(wait.calendar.timezone)
    shifts = wait.calendar.special_days.get(on, wait.calendar.week.get(on.weekday(), ()))
    first, last = min(opens for opens, _ in shifts), max(closes for _, closes in shifts)
    is_between = first <= _minute(begin, on, zone) and _minute(end, on, zone) <= last
    return Kind.BREAK if is_between else Kind.NIGHT


def _piece(begin: datetime, end: datetime, on: date, zone: ZoneInfo, kind: Kind, reason: str = "") -> Piece:
    return Piece(_minute(begin, on, zone), _minute(end, on, zone), kind, reason)


def _minute(moment: datetime, on: date, zone: ZoneInfo) -> int:
    local = moment.astimezone(zone)
    return WHOLE_DAY if local.date() > on else local.hour * 60 + local.minute


def _words(pieces: Sequence[Piece], name: str) -> Iterator[str]:
    shut = _("closed")
    closed = {Kind.WEEKEND: shut, Kind.HOLIDAY: f"{shut}, {name}" if name else shut}
    counted = [piece.span for piece in pieces if piece.kind is Kind.COUNTED]
    if counted:
        is_whole = counted == [f"00:00-{_clock(WHOLE_DAY)}"]
        yield _("counted all day") if is_whole else _("counted %(times)s", times=", ".join(counted))
    for piece in pieces:
        if piece.kind is Kind.PAUSE:
            yield _("stood still %(time)s, %(reason)s", time=piece.span, reason=_(piece.reason))
        elif piece.kind in closed:
            yield closed[piece.kind]
    others = {piece.kind for piece in pieces} & {Kind.NIGHT, Kind.BREAK}
    if others:
        yield _(
            "not counted: %(times)s", times=_(" and ").join(NOT_COUNTED[kind] for kind in NOT_COUNTED if kind in others)
        )


NOT_COUNTED = Words({Kind.BREAK: N_("the break"), Kind.NIGHT: N_("the night")})


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
