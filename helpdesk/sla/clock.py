"""An SLA clock: one promise running on one ticket."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.core import clock as time
from helpdesk.core.db import Base, Word, db
from helpdesk.core.prepared import prepared
from helpdesk.stores import Calendar, Counts, calendar_of
from helpdesk.tickets import Ticket


class Target(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    DAMAGE_REPORT = "damage_report"
    EVIDENCE = "evidence"
    ESCALATION_ACK = "escalation_ack"


#: The promises of the store; the other clocks are the customer's or the supervisor's.
STAFF_TARGETS = (Target.FIRST_RESPONSE, Target.NEXT_RESPONSE, Target.RESOLUTION)
CUSTOMER_TARGETS = (Target.DAMAGE_REPORT, Target.EVIDENCE)

NAMES = {
    Target.FIRST_RESPONSE: "First answer",
    Target.NEXT_RESPONSE: "Next answer",
    Target.RESOLUTION: "Solution",
    Target.DAMAGE_REPORT: "Damage report",
    Target.EVIDENCE: "Photos",
    Target.ESCALATION_ACK: "Supervisor takes it",
}


class State(StrEnum):
    """What a clock is doing. One that ran over and still runs is running, with `breached_at` set."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


WARNABLE = text("state = 'running' AND warned_at IS NULL AND breached_at IS NULL")
BREACHABLE = text("state = 'running' AND breached_at IS NULL")


class SlaClock(Base):
    """One promise on one ticket, with all that its due time was computed from."""

    __tablename__ = "sla_clocks"
    __table_args__ = (
        Index("ix_sla_clocks_ticket_id", "ticket_id"),
        Index("ix_sla_clocks_to_warn", "warn_at", sqlite_where=WARNABLE, postgresql_where=WARNABLE),
        Index("ix_sla_clocks_to_breach", "due_at", sqlite_where=BREACHABLE, postgresql_where=BREACHABLE),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    target: Mapped[Target] = mapped_column(Word(Target))
    state: Mapped[State] = mapped_column(Word(State), default=State.RUNNING)
    counts: Mapped[Counts] = mapped_column(Word(Counts))
    seconds: Mapped[int]  # the promise, in counted seconds
    warn_seconds: Mapped[int]  # how much of it has gone by when the warning is due
    calendar_version: Mapped[int]
    started_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    due_at: Mapped[datetime]
    pauses: Mapped[list[Any]] = mapped_column(default=list)  # [[from, to or null, reason]], ISO moments
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    overrun_seconds: Mapped[int | None]  # counted the clock's way, frozen when it stops
    overrun_wall_seconds: Mapped[int | None]
    ticket: Mapped[Ticket] = relationship()

    @classmethod
    def start(
        cls, ticket: Ticket, target: Target, *, seconds: int, counts: Counts, warn_before: int, at: datetime
    ) -> "SlaClock":
        """Set a promise running; `warn_before` is how many counted seconds before its end the warning comes."""
        clock = cls(
            ticket=ticket,
            target=target,
            state=State.RUNNING,
            counts=counts,
            seconds=seconds,
            warn_seconds=max(0, seconds - warn_before),
            started_at=at,
            pauses=[],
        )
        clock.compute()
        db.session.add(clock)
        return clock

    def compute(self) -> None:
        """Work out when the warning and the end are: a pure function of start, promise, calendar and pauses."""
        calendar, gaps = self.calendar, self.gaps
        self.calendar_version = self.ticket.store.calendar_version
        self.warn_at = calendar.due(self.started_at, self.warn_seconds, self.counts, gaps)
        self.due_at = calendar.due(self.started_at, self.seconds, self.counts, gaps)

    def pause(self, at: datetime, reason: str) -> None:
        """Stand still: time that passes now is not ours."""
        self.state = State.PAUSED
        self.pauses = [*self.pauses, [at.isoformat(), None, reason]]

    def resume(self, at: datetime) -> None:
        """Go on: what was left is left."""
        *earlier, (since, _, reason) = self.pauses
        self.pauses = [*earlier, [since, at.isoformat(), reason]]
        self.state = State.RUNNING
        if self.breached_at is None:
            self.compute()

    def stop(self, at: datetime) -> None:
        """The promise is answered: in time or not is decided by this moment, not by when anybody looked."""
        if self.state is State.PAUSED:
            self.resume(at)
        self.stopped_at = at
        late = self.breached_at is not None or at > self.due_at
        self.state = State.BREACHED if late else State.MET
        if late:
            self.breached_at = self.breached_at or self.due_at
            self.overrun_seconds = self.calendar.elapsed(self.due_at, at, self.counts, self.gaps)
            self.overrun_wall_seconds = int((at - self.due_at).total_seconds())

    def cancel(self, at: datetime) -> None:
        """The promise has lost its object."""
        self.state, self.stopped_at = State.CANCELLED, at

    def go_on(self, since: datetime, at: datetime, reason: str) -> None:
        """Run again after a stop, without the time in between."""
        self.pauses = [*self.pauses, [since.isoformat(), at.isoformat(), reason]]
        self.state, self.stopped_at = State.RUNNING, None
        self.overrun_seconds = self.overrun_wall_seconds = None
        if self.breached_at is None:
            self.compute()

    @property
    def calendar(self) -> Calendar:
        """The store's calendar."""
        return calendar_of(self.ticket.store)

    @property
    def gaps(self) -> list[tuple[datetime, datetime]]:
        """The pauses that have ended."""
        return [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b, _ in self.pauses if b]

    @property
    def is_running(self) -> bool:
        """Whether time counts against somebody now."""
        return self.state is State.RUNNING

    @property
    def is_overdue(self) -> bool:
        """Whether it has run over and nobody has answered yet."""
        return self.state is State.RUNNING and (self.breached_at is not None or self.due_at < time.now())

    @property
    def is_open(self) -> bool:
        """Whether it is still to be answered."""
        return self.state in (State.RUNNING, State.PAUSED)


def clocks_of(ticket_ids: Iterable[int]) -> dict[int, list[SlaClock]]:
    """All clocks of these tickets in one query, oldest first."""
    found: dict[int, list[SlaClock]] = defaultdict(list)
    for clock in _clocks.objects(ids=list(ticket_ids)):
        found[clock.ticket_id].append(clock)
    return found


@prepared
def _clocks(ids: list[int]) -> Select[SlaClock]:
    return select(SlaClock).where(SlaClock.ticket_id.in_(ids)).order_by(SlaClock.id)
