"""The check-up: every fault shows, and goes away again once it is mended."""

import shutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from helpdesk import checkup, jobs, mail
from helpdesk.checkup import LATE, Finding, Level, check_up, is_well
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.heartbeat import PASSING, SILENT_AFTER, Pulse, step_failed, step_worked
from helpdesk.mail import OutgoingMail
from helpdesk.sla import Target
from tests import factories
from tests.conftest import ENGINES, make_app
from tests.lasting import lasting_app
from tests.mail.smtp_server import mail_server
from tests.scenes import clock_of

At = Callable[[str], datetime]
GOOD, WARN, BAD = Level.GOOD, Level.WARN, Level.BAD
SECOND = timedelta(seconds=1)


def found(about: str) -> Finding:
    return {finding.about: finding for finding in check_up()}[about]


def state(about: str) -> tuple[Level, int | None]:
    return found(about).level, found(about).seconds


@pytest.fixture
def pulse(database: None) -> Pulse:
    """A scheduler that has just been heard of."""
    made = Pulse()
    made.beat()
    return made


def ran(pulse: Pulse, job: str, *, worked: int = 0, problems: tuple[str, ...] = ()) -> None:
    with pulse.of(job):
        for _ in range(worked):
            step_worked()
        for problem in problems:
            step_failed(problem)
    pulse.beat()


# ---- all is well


@pytest.mark.usefixtures("database")
def test_after_a_round_of_the_timetable_all_is_well(app: Flask) -> None:
    jobs.run_all(app)
    findings = check_up()
    assert {finding.about: finding.level for finding in findings if finding.level is not GOOD} == {
        "mail_settings": WARN  # the tests write letters into a folder
    }
    assert is_well(findings)


# ---- the timetable


@pytest.mark.usefixtures("database")
def test_it_is_bad_if_nobody_ever_kept_the_timetable() -> None:
    assert (found("schedulers").level, found("schedulers").says) == (BAD, "Nobody keeps the timetable.")


def test_a_silence_is_bad_and_over_with_the_next_beat(pulse: Pulse, at: At) -> None:
    started = pulse.started_at
    with clock.at(started + SILENT_AFTER):
        assert state("schedulers") == (GOOD, 75)
    with clock.at(started + timedelta(minutes=5)):
        assert state("schedulers") == (BAD, 300)
        assert found("schedulers").says == "Nobody has kept the timetable for 5 minutes."
        pulse.beat()
        assert state("schedulers") == (GOOD, 0)


def test_one_of_several_that_falls_silent_is_named(pulse: Pulse) -> None:
    with clock.at(pulse.started_at + SILENT_AFTER + SECOND):
        Pulse(PASSING).beat()
        finding = found("schedulers")
    assert (finding.level, finding.seconds) == (WARN, 0)
    assert f"{pulse.host} ({pulse.pid})" in finding.says


def test_a_beat_from_the_future_does_not_count_as_a_sign_of_life(pulse: Pulse) -> None:
    with clock.at(pulse.started_at - timedelta(hours=1)):
        assert state("schedulers") == (BAD, 0)
        assert "clocks of the machines" in found("schedulers").advice


# ---- jobs


@pytest.mark.parametrize("worked, level", [(0, BAD), (3, WARN)])
def test_a_job_whose_steps_fail_is_named_until_a_round_goes_well(worked: int, level: Level, pulse: Pulse) -> None:
    ran(pulse, "upkeep", worked=worked, problems=("one", "the last"))
    assert found("jobs").level is level
    assert f"upkeep: 2 steps failed, {worked} worked (the last)." in found("jobs").says
    ran(pulse, "upkeep", worked=1)
    assert found("jobs").level is GOOD


def test_a_real_job_that_fails_shows(pulse: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.jobs.sla.claim_to_breach", lambda: 1 / 0)
    with pulse.of("sweep_clocks"):
        jobs.sweep_clocks()
    pulse.beat()
    assert "ZeroDivisionError: division by zero" in found("jobs").says


# ---- mail


def test_a_mail_server_that_is_away_shows_and_shows_no_more_when_it_is_back(
    app: Flask, pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as server:
        there = mail.transport_from(server.url)
    nowhere = there  # it has gone, nobody listens there any more
    for transport, level in ((nowhere, BAD), (mail.Folder(Path(app.config["STORAGE_URL"])), GOOD)):
        monkeypatch.setitem(app.extensions, "helpdesk.transport", transport)
        with pulse.of("check_mail_server"):
            jobs.check_mail_server()
        pulse.beat()
        assert found("mail_server").level is level
        assert found("jobs").level is GOOD  # one fault is told once


def test_a_mail_server_that_only_one_host_cannot_reach_is_less_bad(pulse: Pulse) -> None:
    ran(pulse, "check_mail_server", problems=("no route to host",))
    other = Pulse(PASSING)
    ran(other, "check_mail_server", worked=1)
    assert (found("mail_server").level, found("mail_server").says) == (WARN, "no route to host")


@pytest.mark.usefixtures("database")
def test_a_letter_that_nobody_sends_shows_until_it_is_sent(at: At) -> None:
    now = at("2026-03-02 15:00")
    factories.ticket()
    assert state("outbox") == (GOOD, 0)
    with clock.at(now + LATE):
        assert state("outbox") == (GOOD, 90)
    with clock.at(now + timedelta(hours=3)):
        assert state("outbox") == (BAD, 10_800)
        assert found("outbox").says == "A letter has been left lying for 3 hours."
        jobs.deliver_mail()
        assert state("outbox") == (GOOD, 0)


@pytest.mark.usefixtures("database")
def test_a_letter_that_is_to_be_tried_later_is_not_late(at: At) -> None:
    now = at("2026-03-02 15:00")
    factories.ticket()
    for letter in db.session.scalars(select(OutgoingMail)):
        letter.next_try_at = now + timedelta(hours=12)
    with clock.at(now + timedelta(hours=6)):
        assert state("outbox") == (GOOD, 0)


@pytest.mark.parametrize("url, settings, says", [
    ("folder:mail", {}, "MAIL_URL names a folder"),
    ("smtp://me:secret@mail.example.com", {}, "password travels in the open"),
    ("smtps://mail.example.com", {"MAIL_DOMAIN": "help.localhost"}, "MAIL_DOMAIN is not set"),
    ("smtps://mail.example.com", {"BASE_URL": "http://127.0.0.1:8000"}, "BASE_URL is not set"),
    ("smtp+tls://me:secret@mail.example.com", {}, "They fit together."),
    ("folder:mail", {"DEMO": True}, "They fit together."),
])  # fmt: skip
def test_mail_settings_that_do_not_fit_are_named(
    url: str, settings: dict[str, Any], says: str, app: Flask, monkeypatch: pytest.MonkeyPatch, database: None
) -> None:
    monkeypatch.setitem(app.extensions, "helpdesk.transport", mail.transport_from(url))
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    finding = checkup.mail_settings()
    assert says in finding.says
    assert "secret" not in finding.says
    assert finding.level is (GOOD if says == "They fit together." else WARN)


# ---- promises


@pytest.mark.usefixtures("database")
def test_a_promise_that_nobody_swept_shows_until_it_is_swept(at: At) -> None:
    at("2026-03-02 15:00")
    due = clock_of(factories.ticket(), Target.FIRST_RESPONSE).due_at
    with clock.at(due + LATE):
        assert state("promises") == (GOOD, 90)
    with clock.at(due + timedelta(days=3)):
        assert state("promises") == (BAD, 259_200)
        assert found("promises").says == "A promise ran out 3 days ago, and nobody was told."
        jobs.sweep_clocks()
        assert state("promises") == (GOOD, 0)


# ---- the machine


@pytest.mark.usefixtures("database")
def test_a_storage_that_cannot_be_written_shows(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from helpdesk.core.storage import LocalStorage

    (tmp_path / "files").write_text("a file stands where the folder should be")
    monkeypatch.setitem(app.extensions, "helpdesk.storage", LocalStorage(tmp_path / "files"))
    assert (found("storage").level, found("disk").level) == (BAD, BAD)
    (tmp_path / "files").unlink()
    assert found("storage").level is GOOD


Usage = namedtuple("Usage", "total used free")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("free, level", [(200 * 1024**2, BAD), (1024**3, WARN), (10 * 1024**3, GOOD)])
def test_a_disk_that_fills_up_shows(free: int, level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 0, free))
    assert found("disk").level is level


# ---- the database


@pytest.fixture(params=ENGINES)
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database of its own."""
    with lasting_app(request.param, request, tmp_path) as app:
        yield app


def test_tables_of_another_version_show_until_they_are_brought_up_to_date(lasting: Flask) -> None:
    with lasting.app_context():
        downgrade(revision="-1")
        finding = check_up()[0]
        assert (finding.about, finding.level, finding.advice) == (
            "database", BAD, "Run “flask db upgrade” with the newest code."
        )  # fmt: skip
        assert "schedulers" not in {each.about for each in check_up()}
        db.session.rollback()
        upgrade()
        assert check_up()[0].level is GOOD
        db.session.rollback()


def test_a_database_that_is_away_shows_and_nothing_breaks(lasting: Flask, tmp_path: Path) -> None:
    url = lasting.config["SQLALCHEMY_DATABASE_URI"]
    away = url.replace("lasting.db", "gone/lasting.db") if url.startswith("sqlite") else url.replace("test_", "gone_")
    app = make_app(away, tmp_path)
    shutil.rmtree(tmp_path / "gone", ignore_errors=True)
    with app.app_context():
        finding, *others = check_up()
        assert (finding.about, finding.level) == ("database", BAD)
        assert finding.says.startswith("The database does not answer: ")
        assert [each.about for each in others] == ["mail_settings", "storage", "disk"]
        db.engine.dispose()
