"""One promise running: what it does to itself, reckoned with the calendar it is given (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from helpdesk.sla.words import OPEN, State, Target
from helpdesk.stores.calendar import Calendar, Counts, Gap

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Edition:
    """The store's hours that count from one moment on, by the number of their edition."""

    number: int
    calendar: Calendar
    since: datetime = LONG_AGO
    made_by: str = ""


@dataclass(frozen=True)
class Promise:
    """How long, counted how, warned of how much before its end, and what it rests on."""

    seconds: int
    counts: Counts
    warn_before: int
    because: str = ""
    clause: str | None = None
    policy_edition: str | None = None


@dataclass
class Run:
    """A promise and all that its due time was reckoned from; `SlaClock` keeps it as a row."""

    target: Target
    subject: str | None  # which of several: an RMA number
    counts: Counts
    seconds: int  # the promise, in counted seconds
    warn_seconds: int  # how much of it has gone by when the warning is due
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    calendar_version: int
    because: str = ""
    clause: str | None = None
    policy_edition: str | None = None
    state: State = State.RUNNING
    pauses: list[Any] = field(default_factory=list)  # [[from, to or null, reason]], ISO moments
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    stopped_at: datetime | None = None
    overrun_seconds: int | None = None
    overrun_wall_seconds: int | None = None

    @classmethod
    def begin(
        cls, target: Target, promise: Promise, *, at: datetime, edition: Edition, subject: str | None = None
    ) -> "Run":
        """Set a promise running."""
        run = cls(
            target=target,
            subject=subject,
            counts=promise.counts,
            seconds=promise.seconds,
            warn_seconds=max(0, promise.seconds - promise.warn_before),
            started_at=at,
            warn_at=at,
            due_at=at,
            calendar_version=edition.number,
            because=promise.because,
            clause=promise.clause,
            policy_edition=promise.policy_edition,
        )
        run.reckon(edition)
        return run

    def reckon(self, edition: Edition) -> None:
        """Work out when the warning and the end are: a pure function of start, promise, calendar and pauses."""
        gaps = gaps_of(self.pauses)
        self.calendar_version = edition.number
        self.warn_at = edition.calendar.due(self.started_at, self.warn_seconds, self.counts, gaps)
        self.due_at = edition.calendar.due(self.started_at, self.seconds, self.counts, gaps)

    def promise_anew(self, promise: Promise, edition: Edition) -> None:
        """Another promise, from the same start."""
        self.seconds, self.counts, self.because = promise.seconds, promise.counts, promise.because
        self.warn_seconds = max(0, promise.seconds - promise.warn_before)
        self.reckon(edition)

    def pause(self, at: datetime, reason: str) -> None:
        """Stand still: time that passes now is not ours."""
        self.state = State.PAUSED
        self.pauses = [*self.pauses, [at.isoformat(), None, reason]]

    def resume(self, at: datetime, edition: Edition) -> None:
        """Go on: what was left is left."""
        *earlier, (since, _, reason) = self.pauses
        self.pauses = [*earlier, [since, at.isoformat(), reason]]
        self.state = State.RUNNING
        if self.breached_at is None:
            self.reckon(edition)

    def stop(self, at: datetime, edition: Edition) -> None:
        """The promise is answered: in time or not is decided by this moment, not by when anybody looked."""
        if self.state is State.PAUSED:
            self.resume(max(at, datetime.fromisoformat(self.pauses[-1][0])), edition)
        self.stopped_at = at
        late = self.breached_at is not None or at > self.due_at
        self.state = State.BREACHED if late else State.MET
        if late:
            self.breached_at = self.breached_at or self.due_at
            self.overrun_seconds = edition.calendar.elapsed(self.due_at, at, self.counts, gaps_of(self.pauses))
            self.overrun_wall_seconds = int((at - self.due_at).total_seconds())

    def cancel(self, at: datetime) -> None:
        """The promise has lost its object."""
        self.state, self.stopped_at = State.CANCELLED, at

    def go_on(self, at: datetime, reason: str, edition: Edition) -> None:
        """Run again after a stop, without the time in between."""
        if self.stopped_at:
            self.pauses = [*self.pauses, [self.stopped_at.isoformat(), at.isoformat(), reason]]
        self.state, self.stopped_at = State.RUNNING, None
        self.overrun_seconds = self.overrun_wall_seconds = None
        if self.breached_at is None:
            self.reckon(edition)

    def take_back_end(self, edition: Edition) -> None:
        """Run on, or stand still, as if it had not ended."""
        stands_still = bool(self.pauses) and self.pauses[-1][1] is None
        self.state, self.stopped_at = State.PAUSED if stands_still else State.RUNNING, None
        self.overrun_seconds = self.overrun_wall_seconds = None
        if self.can_move:
            self.reckon(edition)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be answered."""
        return self.state in OPEN

    @property
    def can_move(self) -> bool:
        """Whether its due time is not settled yet: it runs, and nobody said that it ran over."""
        return self.state is State.RUNNING and self.breached_at is None


def gaps_of(pauses: Sequence[Sequence[str]]) -> list[Gap]:
    """The pauses that have ended."""
    return [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b, _ in pauses if b]
