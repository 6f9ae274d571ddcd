"""The process that keeps the timetable: any number of them may run at once, on any number of machines."""

import logging
import signal
import threading
import time
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from helpdesk import jobs
from helpdesk.core import clock
from helpdesk.core.heartbeat import EVERY, Pulse

log = logging.getLogger("helpdesk.scheduler")

LOOK_AT_CLOCK_EVERY = 5.0
DRIFT = 5.0


def run_forever(app: Flask) -> None:
    """Keep the timetable until told to stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: jobs.stopping.set())
    keep_timetable(app, Anchor(), jobs.stopping)


def keep_timetable(app: Flask, anchor: "Anchor", stop: threading.Event) -> None:
    """A scheduler until `stop`; a new one whenever the host's clock was set."""
    heart = Heart(app)
    scheduler = start_scheduler(app, heart.pulse)
    while not stop.wait(LOOK_AT_CLOCK_EVERY):
        heart.beat_if_due()
        if moved := anchor.moved():
            # The scheduler would sit out the difference. What it is doing now may go on beside the new one.
            log.warning("the host's clock moved by %.0f s; the timetable starts anew", moved)
            scheduler.shutdown(wait=False)
            scheduler = start_scheduler(app, heart.pulse)
    scheduler.shutdown(wait=True)
    heart.stop()


class Anchor:
    """Where the host's clock stands against one that nobody can set."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self.wall, self.steady = wall, steady
        self.offset = wall() - steady()

    def moved(self) -> float:
        """By how many seconds the clock was set since it was last asked; 0 for what is only drift."""
        moved = self.wall() - self.steady() - self.offset
        if abs(moved) <= DRIFT:
            return 0.0
        self.offset += moved
        return moved


class Heart:
    """Beats beside the jobs, by a clock that nobody can set: a job that hangs does not silence it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.pulse = app, Pulse()
        self.next_beat = 0.0
        self.beat_if_due()

    def beat_if_due(self) -> None:
        """Write a heartbeat now and then."""
        if time.monotonic() >= self.next_beat:
            self.next_beat = time.monotonic() + EVERY.total_seconds()
            self._write(self.pulse.beat)

    def stop(self) -> None:
        """The last word of a process that was told to end."""
        self._write(self.pulse.end)

    def _write(self, word: Callable[[], None]) -> None:
        with self.app.app_context():
            jobs.attempt(word)


def start_scheduler(app: Flask, pulse: Pulse) -> BackgroundScheduler:
    """A running scheduler with the whole timetable; each job begins at once."""
    scheduler = BackgroundScheduler(timezone="UTC")
    for job, interval in jobs.TIMETABLE:
        scheduler.add_job(
            _watched, "interval", args=[app, pulse, job], name=job.__name__, coalesce=True, max_instances=1,
            misfire_grace_time=None, next_run_time=clock.now(), **interval,
        )  # fmt: skip
    scheduler.start()
    return scheduler


def _watched(app: Flask, pulse: Pulse, job: Callable[[], None]) -> None:
    with app.app_context(), pulse.of(job.__name__):
        job()
