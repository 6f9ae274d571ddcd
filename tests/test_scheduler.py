"""The process that keeps the timetable: it beats, and sees when the host's clock was set."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import jobs, scheduler
from helpdesk.core.db import db
from helpdesk.core.heartbeat import Heartbeat, heartbeats
from tests.conftest import ENGINES
from tests.lasting import lasting_app, wait_until


@pytest.fixture(params=ENGINES)
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app whose rows several connections see."""
    with lasting_app(request.param, request, tmp_path) as app:
        yield app


def seen(app: Flask) -> list[Heartbeat]:
    with app.app_context():
        return list(db.session.scalars(heartbeats()))


@contextmanager
def kept(app: Flask, anchor: scheduler.Anchor | None = None) -> Iterator[None]:
    """A timetable that is kept inside the block."""
    stop = threading.Event()
    keeper = threading.Thread(target=scheduler.keep_timetable, args=(app, anchor or scheduler.Anchor(), stop))
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(timeout=20)
    assert not keeper.is_alive()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks around all the time."""
    monkeypatch.setattr(scheduler, "LOOK_AT_CLOCK_EVERY", 0.01)
    monkeypatch.setattr(scheduler, "EVERY", timedelta(seconds=0.05))


# ---- heartbeats


@pytest.mark.usefixtures("quick")
def test_it_is_heard_of_while_it_lives_and_says_what_its_jobs_did(
    lasting: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tidy() -> None:
        jobs.attempt(lambda: None)

    monkeypatch.setattr(jobs, "TIMETABLE", [(tidy, {"hours": 1})])
    with kept(lasting):
        wait_until(lambda: [row for row in seen(lasting) if "tidy" in row.jobs and row.runs["tidy"].ended_at], 20)
        (row,) = seen(lasting)
        assert (row.runs["tidy"].worked, row.runs["tidy"].failed) == (1, 0)
    assert seen(lasting) == []  # told to end, it is not missed


@pytest.mark.usefixtures("quick")
def test_a_job_that_hangs_does_not_silence_it(lasting: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(jobs, "TIMETABLE", [(lambda: goes_on.wait(20), {"hours": 1})])
    with kept(lasting):
        wait_until(lambda: seen(lasting), 20)
        with lasting.app_context():
            db.session.execute(db.delete(Heartbeat))
            db.session.commit()
        wait_until(lambda: seen(lasting), 20)
        goes_on.set()


@pytest.mark.usefixtures("quick")
def test_without_its_database_it_goes_on_and_is_heard_of_again(
    lasting: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(jobs, "TIMETABLE", [])
    broken = threading.Event()
    broken.set()
    really = scheduler.Pulse.beat

    def beat(self: scheduler.Pulse) -> None:
        if broken.is_set():
            raise OSError("the database is away")
        really(self)

    monkeypatch.setattr(scheduler.Pulse, "beat", beat)
    with kept(lasting):
        wait_until(lambda: "the database is away" in caplog.text, 20)
        broken.clear()
        wait_until(lambda: seen(lasting), 20)


# ---- the host's clock


@pytest.mark.parametrize(
    "readings, moved",
    [
        ([(1000, 10), (1005, 15), (1010, 20)], [0, 0]),
        ([(1000, 10), (1008, 15), (1010, 20)], [0, 0]),
        ([(1000, 10), (4605, 15), (4610, 20)], [3600, 0]),
        ([(5000, 10), (1405, 15), (1410, 20)], [-3600, 0]),
        ([(1000, 10), (1009, 15), (1018, 20), (1023, 25)], [0, 8, 0]),
        ([(1000, 10), (8200, 15), (1010, 20)], [7195, -7195]),
    ],
    ids=["steady", "drift", "ahead", "back", "drift adds up", "there and back"],
)
def test_a_clock_that_is_set_is_noticed_once(readings: list[tuple[float, float]], moved: list[float]) -> None:
    wall, steady = (iter(each) for each in zip(*readings, strict=True))
    anchor = scheduler.Anchor(lambda: next(wall), lambda: next(steady))
    assert [anchor.moved() for _ in moved] == moved


@pytest.mark.parametrize("jump", [-3600, 3600], ids=["back", "ahead"])
def test_after_the_clock_was_set_the_timetable_starts_anew(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, jump: int
) -> None:
    runs, shift = threading.Semaphore(0), [0]
    monkeypatch.setattr(jobs, "TIMETABLE", [(lambda: runs.release(), {"hours": 1})])
    monkeypatch.setattr(scheduler, "LOOK_AT_CLOCK_EVERY", 0.01)
    with kept(app, scheduler.Anchor(lambda: time.time() + shift[0])):
        assert runs.acquire(timeout=10)
        shift[0] = jump
        assert runs.acquire(timeout=10)
    assert f"clock moved by {jump} s; the timetable starts anew" in caplog.text
