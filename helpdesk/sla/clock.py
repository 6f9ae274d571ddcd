"""An SLA clock: one promise running on one ticket, as a row."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Row, Select, String, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from helpdesk.core import clock as time
from helpdesk.core.db import Base, Word, fixed
from helpdesk.core.prepared import AnySelect, Question, Rows, prepared
from helpdesk.sla.run import Run, gaps_of
from helpdesk.sla.taking_back import put_back
from helpdesk.sla.words import OPEN, State, Target
from helpdesk.stores import Calendar, Counts, calendar_at
from helpdesk.tickets import Ticket

WARNABLE = text("state = 'running' AND warned_at IS NULL AND breached_at IS NULL")
BREACHABLE = text("state = 'running' AND breached_at IS NULL")
AWAITED = text("target = 'delivery' AND stopped_at IS NULL")
FIELDS = tuple(field.name for field in fields(Run))


class SlaClock(Base):
    """One promise on one ticket, with all that its due time was computed from."""

    __tablename__ = "sla_clocks"
    __table_args__ = (
        Index("ix_sla_clocks_ticket_id", "ticket_id"),
        Index("ix_sla_clocks_finished", "store_id", "target", "stopped_at"),
        Index("ix_sla_clocks_to_warn", "warn_at", sqlite_where=WARNABLE, postgresql_where=WARNABLE),
        Index("ix_sla_clocks_to_breach", "due_at", sqlite_where=BREACHABLE, postgresql_where=BREACHABLE),
        Index(
            "ix_sla_clocks_to_move", "store_id", "calendar_version", "id",
            sqlite_where=BREACHABLE, postgresql_where=BREACHABLE,
        ),
        Index("ix_sla_clocks_deliveries", "id", sqlite_where=AWAITED, postgresql_where=AWAITED),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))  # the ticket's, which never changes
    target: Mapped[Target] = mapped_column(Word(Target))
    subject: Mapped[str | None] = mapped_column(String(40))  # which of several: an RMA number
    state: Mapped[State] = mapped_column(Word(State), default=State.RUNNING)
    counts: Mapped[Counts] = mapped_column(Word(Counts))
    seconds: Mapped[int]  # the promise, in counted seconds
    warn_seconds: Mapped[int]  # how much of it has gone by when the warning is due
    because: Mapped[str] = mapped_column(String(200), default="", server_default="")  # why this promise
    clause: Mapped[str | None] = mapped_column(String(60))  # of the policy, where the promise is one of it
    policy_edition: Mapped[str | None] = mapped_column(String(60))
    calendar_version: Mapped[int]
    started_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    due_at: Mapped[datetime]
    pauses: Mapped[list[Any]] = mapped_column(default=list)  # [[from, to or null, reason]], ISO moments
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]  # one of several sweeps has it in hand
    overrun_seconds: Mapped[int | None]  # counted the clock's way, frozen when it stops
    overrun_wall_seconds: Mapped[int | None]
    ticket: Mapped[Ticket] = relationship()

    @property
    def run(self) -> Run:
        """What it is doing, apart from the row."""
        return Run(**{name: getattr(self, name) for name in FIELDS})

    def keep(self, run: Run) -> None:
        """Write back what rules made of it."""
        for name in FIELDS:
            if getattr(self, name) != (value := getattr(run, name)):
                setattr(self, name, value)

    @property
    def calendar(self) -> Calendar:
        """The calendar it was reckoned with."""
        return calendar_at(self.ticket.store, self.calendar_version)

    @property
    def gaps(self) -> list[tuple[datetime, datetime]]:
        """The pauses that have ended."""
        return gaps_of(self.pauses)

    @property
    def is_running(self) -> bool:
        """Whether time counts against somebody now."""
        return self.state is State.RUNNING

    @property
    def is_overdue(self) -> bool:
        """Whether it has run over and nobody has answered yet."""
        return is_overdue(self)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be answered."""
        return self.state in OPEN


def is_overdue(clock: SlaClock | Row[Any]) -> bool:
    """Whether it has run over and nobody has answered yet; of a row of `clock_lines` as well."""
    return clock.state is State.RUNNING and (clock.breached_at is not None or clock.due_at < time.now())


def clock_lines(ticket_id: int) -> Question[Rows]:
    """What a line says of each clock of a ticket that was not cancelled, oldest first."""
    return _lines.question(ticket_id=ticket_id)


def clocks_of(ticket_ids: Iterable[int]) -> dict[int, list[SlaClock]]:
    """All clocks of these tickets in one query, oldest first."""
    found: dict[int, list[SlaClock]] = defaultdict(list)
    for clock in _clocks.objects(ids=list(ticket_ids)):
        found[clock.ticket_id].append(clock)
    return found


def as_they_stood(clocks: Sequence[SlaClock], standing: Sequence[Any]) -> list[SlaClock]:
    """The clocks that there were, as `standing_of` wrote them down; for a page that shows them, never to be written."""
    for row, stood in zip(clocks, standing, strict=False):
        run = row.run
        put_back(run, stood)
        for name in FIELDS:
            set_committed_value(row, name, getattr(run, name))
    return list(clocks[: len(standing)])


@prepared
def _lines(ticket_id: int) -> AnySelect:
    when = SlaClock.started_at, SlaClock.warn_at, SlaClock.due_at, SlaClock.breached_at
    query = select(SlaClock.id, SlaClock.target, SlaClock.subject, SlaClock.state, *when)
    mine = SlaClock.ticket_id == ticket_id, SlaClock.state != fixed(State.CANCELLED)
    return query.where(*mine).order_by(SlaClock.id)


@prepared
def _clocks(ids: list[int]) -> Select[SlaClock]:
    return select(SlaClock).where(SlaClock.ticket_id.in_(ids)).order_by(SlaClock.id)
