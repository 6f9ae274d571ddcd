"""What if: which promises would have been kept with another target, way of counting or calendar (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

# From the module, not the package: what decides knows no database.
from helpdesk.stores.calendar import Calendar, Counts, Gap


@dataclass(frozen=True)
class Past:
    """One promise that was answered: from when to when, with the pauses in between, and whether that was in time."""

    reference: str
    started_at: datetime
    stopped_at: datetime
    gaps: tuple[Gap, ...]
    due_at: datetime
    was_kept: bool


@dataclass(frozen=True)
class Promise:
    """What could have been promised instead."""

    seconds: int
    counts: Counts
    calendar: Calendar

    def due(self, past: Past) -> datetime:
        """When it would have been due."""
        return self.calendar.due(past.started_at, self.seconds, self.counts, past.gaps)


@dataclass(frozen=True)
class Judged:
    """One past promise beside what it would have been."""

    past: Past
    due_at: datetime

    @property
    def would_be_kept(self) -> bool:
        """An answer at the very second it is due is in time."""
        return self.past.stopped_at <= self.due_at

    @property
    def changes(self) -> bool:
        """Whether the other promise makes a difference here."""
        return self.would_be_kept is not self.past.was_kept


@dataclass(frozen=True)
class Summary:
    """How many there are, how many were kept, and how many would have been."""

    count: int
    kept: int
    would_be_kept: int

    @property
    def share(self) -> float:
        """Kept, of a hundred."""
        return _share(self.kept, self.count)

    @property
    def would_be_share(self) -> float:
        """Would have been kept, of a hundred."""
        return _share(self.would_be_kept, self.count)


def judge(pasts: Iterable[Past], promise: Promise) -> list[Judged]:
    """Each of them under the other promise. Raises NeverOpens when the calendar leaves no time for it."""
    return [Judged(past, promise.due(past)) for past in pasts]


def summary_of(judged: Sequence[Judged]) -> Summary:
    """The numbers."""
    return Summary(
        count=len(judged),
        kept=sum(each.past.was_kept for each in judged),
        would_be_kept=sum(each.would_be_kept for each in judged),
    )


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
