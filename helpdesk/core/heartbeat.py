"""Heartbeats: every process that keeps the timetable says that it lives, and what its jobs did last."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, UniqueConstraint, delete, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Base, db

EVERY = timedelta(seconds=15)
#: Longer silence than this is a fault; so is a beat that lies further than this in the future.
SILENT_AFTER = timedelta(seconds=75)
KEPT_FOR = timedelta(hours=1)
#: In place of a number for processes that come and go (`flask jobs --once`): they share one row.
PASSING = 0


@dataclass
class JobRun:
    """What one job did: its last start and end, how many steps of the last whole run worked or failed, and why."""

    began_at: str
    ended_at: str | None = None
    worked: int = 0
    failed: int = 0
    problem: str = ""  # the last one there was, kept for whoever looks later
    problem_at: str | None = None

    @property
    def is_failing(self) -> bool:
        """Whether nothing at all worked the last time."""
        return self.failed > 0 and self.worked == 0


class Heartbeat(Base):
    """One process that keeps the timetable."""

    __tablename__ = "heartbeats"
    __table_args__ = (UniqueConstraint("host", "pid", "started_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    jobs: Mapped[dict[str, Any]]  # a JobRun's fields by the job's name

    @property
    def runs(self) -> dict[str, JobRun]:
        """What its jobs did, by name."""
        return {name: JobRun(**fields) for name, fields in self.jobs.items()}

    def is_alive(self, now: datetime) -> bool:
        """Whether it was heard of just now. A beat from the future says nothing: some clock is wrong."""
        return abs(now - self.beat_at) <= SILENT_AFTER


def heartbeats() -> Select[Heartbeat]:
    """All that are remembered, last heard of first."""
    return select(Heartbeat).order_by(Heartbeat.beat_at.desc(), Heartbeat.id)


def forget_silent() -> None:
    """Upkeep: processes that ended long ago. One that was only held up comes back with its next beat."""
    now = clock.now()
    is_gone = or_(Heartbeat.beat_at < now - KEPT_FOR, Heartbeat.beat_at > now + SILENT_AFTER)
    db.session.execute(delete(Heartbeat).where(is_gone).execution_options(synchronize_session=False))


@dataclass
class _Tally:
    worked: int = 0
    failed: int = 0
    problem: str = ""


_tally: ContextVar[_Tally | None] = ContextVar("tally_of_the_running_job", default=None)


def step_worked() -> None:
    """Count a step of the job that is running here."""
    if tally := _tally.get():
        tally.worked += 1


def step_failed(problem: str) -> None:
    """Count a step that failed, and remember why."""
    if tally := _tally.get():
        tally.failed, tally.problem = tally.failed + 1, problem[:500]


class Pulse:
    """This process, as it will be seen by others. Jobs only count; `beat` writes, in one small statement."""

    def __init__(self, pid: int | None = None) -> None:
        self.host, self.pid = socket.gethostname()[:255], os.getpid() if pid is None else pid
        self.started_at = clock.now()
        self.runs: dict[str, JobRun] = {}

    @contextmanager
    def of(self, job: str) -> Iterator[None]:
        """Watch one run of a job."""
        run = self.runs.setdefault(job, JobRun(began_at=""))
        run.began_at = clock.now().isoformat()
        tally = _Tally()
        token = _tally.set(tally)
        try:
            yield
        finally:
            _tally.reset(token)
            run.ended_at, run.worked, run.failed = clock.now().isoformat(), tally.worked, tally.failed
            if tally.failed:
                run.problem, run.problem_at = tally.problem, run.ended_at

    def beat(self) -> None:
        """Say that this process lives. The caller commits."""
        said = {"beat_at": clock.now(), "jobs": {name: asdict(run) for name, run in list(self.runs.items())}}
        known = db.session.execute(self._row(update(Heartbeat)).values(said)).rowcount  # type: ignore[attr-defined]
        if not known:
            who = {"host": self.host, "pid": self.pid, "started_at": self.started_at}
            db.session.execute(insert(Heartbeat).values(**who, **said))

    def end(self) -> None:
        """It ends because it was told to: nobody should miss it. The caller commits."""
        db.session.execute(self._row(delete(Heartbeat)))

    def _row(self, statement: Any) -> Any:
        mine = [Heartbeat.host == self.host, Heartbeat.pid == self.pid]
        if self.pid != PASSING:
            mine.append(Heartbeat.started_at == self.started_at)
        return statement.where(*mine).execution_options(synchronize_session=False)
