"""Who keeps the timetable, and what its jobs did: seen by everybody, forgotten after a while."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.heartbeat import (
    KEPT_FOR,
    PASSING,
    SILENT_AFTER,
    Heartbeat,
    Pulse,
    forget_silent,
    heartbeats,
    step_failed,
    step_worked,
)

pytestmark = pytest.mark.usefixtures("database")
At = Callable[[str], datetime]
SECOND = timedelta(seconds=1)


def remembered() -> list[Heartbeat]:
    db.session.expire_all()
    return list(db.session.scalars(heartbeats()))


def test_a_process_is_one_row_however_often_it_beats(at: At) -> None:
    started = at("2026-03-02 09:00")
    pulse = Pulse()
    pulse.beat()
    later = at("2026-03-02 09:05")
    pulse.beat()
    (row,) = remembered()
    assert (row.host, row.pid, row.started_at, row.beat_at) == (pulse.host, pulse.pid, started, later)


def test_it_tells_what_a_job_did(at: At) -> None:
    began = at("2026-03-02 09:00")
    pulse = Pulse()
    with pulse.of("sweep_clocks"):
        step_worked()
        step_failed("breach(7): ZeroDivisionError: nothing to divide by")
        step_worked()
        ended = at("2026-03-02 09:01")
    pulse.beat()
    run = remembered()[0].runs["sweep_clocks"]
    assert (run.began_at, run.ended_at) == (began.isoformat(), ended.isoformat())
    assert (run.worked, run.failed, run.is_failing) == (2, 1, False)
    assert (run.problem, run.problem_at) == ("breach(7): ZeroDivisionError: nothing to divide by", ended.isoformat())


def test_a_job_of_which_nothing_works_is_failing_until_it_works_and_its_problem_is_kept() -> None:
    pulse = Pulse()
    with pulse.of("deliver_mail"):
        step_failed("no route to host")
    assert pulse.runs["deliver_mail"].is_failing
    with pulse.of("deliver_mail"):
        assert pulse.runs["deliver_mail"].is_failing  # until this run is over, the last one counts
        step_worked()
    assert (pulse.runs["deliver_mail"].is_failing, pulse.runs["deliver_mail"].problem) == (False, "no route to host")


def test_a_run_that_breaks_off_has_ended() -> None:
    pulse = Pulse()
    with pytest.raises(ZeroDivisionError), pulse.of("upkeep"):
        raise ZeroDivisionError
    assert pulse.runs["upkeep"].ended_at


def test_steps_outside_a_job_count_for_nobody() -> None:
    step_worked()
    step_failed("nobody hears")
    pulse = Pulse()
    with pulse.of("upkeep"):
        pass
    assert (pulse.runs["upkeep"].worked, pulse.runs["upkeep"].problem) == (0, "")


def test_two_processes_are_two_rows_and_one_that_ends_takes_only_its_own() -> None:
    one, other = Pulse(), Pulse()
    other.pid += 1
    for pulse in (one, other):
        pulse.beat()
    one.end()
    assert [row.pid for row in remembered()] == [other.pid]


def test_processes_that_come_and_go_share_one_row(at: At) -> None:
    for moment in ("2026-03-02 09:00", "2026-03-02 09:01"):
        at(moment)
        Pulse(PASSING).beat()
    assert [f"{row.beat_at:%H:%M}" for row in remembered()] == ["09:01"]


@pytest.mark.parametrize("silence, is_alive", [
    (timedelta(0), True), (SILENT_AFTER, True), (SILENT_AFTER + SECOND, False),
    (-SILENT_AFTER, True), (-SILENT_AFTER - SECOND, False),
])  # fmt: skip
def test_alive_is_who_was_heard_of_just_now(silence: timedelta, is_alive: bool) -> None:
    Pulse().beat()
    (row,) = remembered()
    assert row.is_alive(row.beat_at + silence) is is_alive


@pytest.mark.parametrize("age, is_kept", [
    (KEPT_FOR, True), (KEPT_FOR + SECOND, False), (-SILENT_AFTER, True), (-SILENT_AFTER - SECOND, False),
])  # fmt: skip
def test_who_is_silent_for_long_is_forgotten(age: timedelta, is_kept: bool, at: At) -> None:
    now = at("2026-03-02 09:00")
    pulse = Pulse()
    pulse.beat()
    with clock.at(now + age):
        forget_silent()
    assert len(remembered()) == is_kept
    pulse.beat()  # it was only held up
    assert len(remembered()) == 1
