"""Spans of whole seconds: what counts, how much of it, how far it reaches, and how local days are cut from them."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

Span = tuple[int, int]  # [begin, end)
Days = Callable[[int], tuple[Span, ...]]  # day number since 1970 -> what counts on that day, in order

DAY = 86_400
FOREVER = 253_370_764_800  # the year 9999: dates end there, and so does every search


class NeverOpens(ValueError):
    """Nothing counts for so long that no deadline can be promised."""


def merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Join ordered spans that touch or overlap."""
    joined: Span | None = None
    for begin, end in spans:
        if joined is None:
            joined = begin, end
        elif begin <= joined[1]:
            joined = joined[0], max(joined[1], end)
        else:
            yield joined
            joined = begin, end
    if joined is not None:
        yield joined


def without(spans: Iterable[Span], holes: Iterable[Span]) -> Iterator[Span]:
    """What is left of the spans when the holes are cut out; holes may come in any order and overlap."""
    cuts = sorted(hole for hole in holes if hole[0] < hole[1])
    for begin, end in spans:
        for cut, on in cuts:
            if on <= begin or cut >= end:
                continue
            # An empty piece is kept: a duration that ended where the hole begins is due there, not behind it.
            if cut >= begin:
                yield begin, cut
            begin = on
        if begin < end:
            yield begin, end


def walk(days: Days, lo: int, hi: int = FOREVER, patience: int = FOREVER) -> Iterator[Span]:
    """Yield what counts from `lo` to `hi`, clipped; raise NeverOpens after `patience` days of nothing."""
    # One day more on either side: a local day begins up to 14 hours before or 12 hours after the UTC day of its name.
    last = lo // DAY
    for day in range(lo // DAY - 1, hi // DAY + 2):
        if day - last > patience:
            raise NeverOpens(f"There is no working time within {patience} days.")
        for begin, end in days(day):
            if end < lo:
                continue
            if begin > hi:
                return
            last = day
            yield max(begin, lo), min(end, hi)


def reach(days: Days, at: int, seconds: int, gaps: Iterable[Span] = (), patience: int = FOREVER) -> int:
    """The first moment at which so many seconds have counted since `at`; nothing counts in the gaps."""
    if seconds < 0:
        raise ValueError("A promise cannot be shorter than nothing.")
    for window in without([(at, FOREVER)], gaps):
        for begin, end in walk(days, *window, patience=patience):
            if seconds <= end - begin:
                return begin + seconds
            seconds -= end - begin
    raise NeverOpens("The working time ends before the promise does.")


def measure(days: Days, lo: int, hi: int, gaps: Iterable[Span] = ()) -> int:
    """How many seconds count from `lo` to `hi`, outside the gaps."""
    windows = without([(lo, hi)], gaps)
    return sum(end - begin for window in windows for begin, end in walk(days, *window))


def mirrored(days: Days) -> Days:
    """The same days with time running backwards, so that looking back is looking ahead."""
    return lambda day: tuple((-end, -begin) for begin, end in reversed(days(-day - 1)))


def epoch(moment: datetime) -> int:
    """Seconds since 1970, UTC; a naive moment is refused."""
    if moment.tzinfo is None:
        raise ValueError("A calendar needs to know which moment it is: give an aware datetime.")
    return int(moment.timestamp())


def utc(second: int) -> datetime:
    """The moment so many seconds after 1970."""
    return datetime.fromtimestamp(second, UTC)


# A wall reading is what the clock on the store's wall shows, in seconds since 1970 as it counts them. Readings never
# run backwards. In autumn, when an hour is shown twice, the later showing counts: during the first the reading stands
# still. In spring the reading jumps: what falls due within the hour that is never shown is due at the jump. Whole
# seconds cannot tell those apart, so only there has more elapsed than was promised.
def wall_reading(zone: ZoneInfo, second: int) -> int:
    """What the store's clock shows at that second."""
    if (offset := _steady_offset(zone, second // DAY)) is not None:
        return second + offset
    shown = datetime.fromtimestamp(second, zone)
    again = shown.replace(fold=1)
    if shown.utcoffset() != again.utcoffset():
        shown = datetime.fromtimestamp(_change(zone, second, epoch(again)), zone)
    return _as_shown(shown)


def second_at(zone: ZoneInfo, reading: int) -> int:
    """The second at which the store's clock shows that reading, or jumps over it."""
    if (offset := _steady_offset(zone, reading // DAY)) is not None:
        return reading - offset
    shown = utc(reading).replace(tzinfo=zone)
    earlier, later = epoch(shown), epoch(shown.replace(fold=1))
    # For a reading that is never shown, the two folds lie the wrong way round and embrace the jump.
    return later if earlier <= later else _change(zone, later, earlier)


def shifts_on(zone: ZoneInfo, day: int, shifts: Iterable[Span]) -> Iterator[Span]:
    """When the store's clock shows a time within the shifts (in minutes of that local day)."""
    wanted = [(day * DAY + opening * 60, day * DAY + closing * 60) for opening, closing in shifts]
    for begin, end, offset in _stretches(zone, day):
        for opening, closing in wanted:
            first, last = max(begin, opening - offset), min(end, closing - offset)
            if first < last:
                yield first, last


def _stretches(zone: ZoneInfo, day: int) -> list[tuple[int, int, int]]:
    """The local day as [begin, end) with its offset from UTC, in two parts when the clock changes on it."""
    midnights = [utc(n * DAY).replace(tzinfo=zone, fold=fold) for n in (day, day + 1) for fold in (0, 1)]
    begin, end = min(map(epoch, midnights)), max(map(epoch, midnights))
    before, after = _offset(zone, begin), _offset(zone, end)
    if before == after:
        return [(begin, end, before)]
    change = _change(zone, begin, end)
    return [(begin, change, before), (change, end, after)]


@lru_cache(maxsize=8192)
def _steady_offset(zone: ZoneInfo, day: int) -> int | None:
    """The offset from UTC all around that day, so that most days need no look at the clock; None near a change."""
    before, after = _offset(zone, (day - 1) * DAY), _offset(zone, (day + 2) * DAY)
    return before if before == after else None


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second that has the offset from UTC that holds at `after`."""
    settled = _offset(zone, after)
    seconds = range(before, after)
    return before + bisect_left(seconds, True, key=lambda second: _offset(zone, second) == settled)


def _offset(zone: ZoneInfo, second: int) -> int:
    return _as_shown(datetime.fromtimestamp(second, zone)) - second


def _as_shown(local: datetime) -> int:
    return epoch(local.replace(tzinfo=UTC))
