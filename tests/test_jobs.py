"""The timetable: each step by itself, twice as good as once, and a process that starts, works and stops."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, func, select

from helpdesk import jobs
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.escalation import Escalation
from helpdesk.mail import MailState, OutgoingMail
from helpdesk.stores import Store
from helpdesk.tickets import Action, Attachment, Event, Filing, Status, Ticket
from tests import factories
from tests.conftest import ENGINES
from tests.lasting import ended, lasting_app, start_jobs, wait_until
from tests.mail.smtp_server import mail_server
from tests.scenes import actions_on

Clock = Callable[[str], datetime]


def how_many(*conditions: ColumnElement[bool], of: type[Base] = Ticket) -> int:
    return db.session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0


@pytest.fixture(params=ENGINES)
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app whose rows several connections see."""
    with lasting_app(request.param, request, tmp_path) as app:
        yield app


# ---- one step in one transaction


@pytest.mark.usefixtures("database")
def test_a_step_that_works_is_kept() -> None:
    assert jobs.attempt(lambda: factories.store(slug="kept").slug) == "kept"
    db.session.rollback()
    assert how_many(Store.slug == "kept", of=Store) == 1


@pytest.mark.usefixtures("database")
def test_a_step_that_fails_leaves_nothing_but_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def half(slug: str) -> None:
        factories.store(slug=slug)
        raise ZeroDivisionError("the second half")

    assert jobs.attempt(half, "half") is None
    assert how_many(Store.slug == "half", of=Store) == 0
    assert "half('half',) failed; the next round tries it again" in caplog.text
    assert "ZeroDivisionError: the second half" in caplog.text


@pytest.mark.usefixtures("database")
def test_one_broken_ticket_does_not_stop_the_others(caplog: pytest.LogCaptureFixture, at: Clock) -> None:
    at("2026-03-02 15:00")
    broken, *others = [factories.ticket() for _ in range(3)]
    broken.store.promise_terms = {"escalation_ack": {"hours": "a few"}}
    db.session.commit()
    at("2026-03-04 15:00")
    jobs.sweep_clocks()
    assert [Action.BREACHED in actions_on(ticket) for ticket in (broken, *others)] == [False, True, True]
    assert "breach" in caplog.text


@pytest.mark.usefixtures("database")
def test_what_was_broken_is_made_up_for_once_mended(at: Clock) -> None:
    at("2026-03-02 15:00")
    ticket = factories.ticket()
    ticket.store.promise_terms = {"escalation_ack": {"hours": "a few"}}
    db.session.commit()
    at("2026-03-04 15:00")
    jobs.sweep_clocks()
    ticket.store.promise_terms = {}
    db.session.commit()
    at("2026-03-04 15:00:30")  # the next round
    jobs.sweep_clocks()
    assert actions_on(ticket).count(Action.BREACHED) == 1


# ---- every job once, and once more


@pytest.mark.usefixtures("database")
def test_twice_is_as_good_as_once(app: Flask, at: Clock) -> None:
    at("2026-03-02 15:00")
    ticket = factories.ticket()
    factories.supervisor(ticket.store)
    Filing.begin(ticket.store)
    at("2026-03-10 15:00")
    db.session.commit()
    states = []
    for _ in range(2):
        jobs.run_all(app)
        db.session.expire_all()
        counts = [how_many(of=each) for each in (Event, OutgoingMail, Escalation, Filing)]
        states.append((counts, actions_on(ticket), ticket.store.calendar_version))
        db.session.commit()
    assert states[0] == states[1]
    assert how_many(OutgoingMail.state != MailState.SENT, of=OutgoingMail) == 0


# ---- upkeep


@pytest.mark.parametrize(
    "later, status",
    [(timedelta(days=7), Status.SOLVED), (timedelta(days=7, seconds=1), Status.CLOSED)],
    ids=["at seven days", "after seven days"],
)
@pytest.mark.usefixtures("database")
def test_what_is_solved_for_a_week_is_closed(later: timedelta, status: Status, at: Clock) -> None:
    now = at("2026-03-02 15:00")
    ticket, unsolved = factories.ticket(), factories.ticket()
    ticket.solve(by=ticket.customer)
    db.session.commit()
    with clock.at(now + later):
        jobs.upkeep()
    assert (ticket.status, unsolved.status) == (status, Status.NEW)


@pytest.mark.usefixtures("database")
def test_what_was_opened_again_stays_open(at: Clock) -> None:
    at("2026-03-02 15:00")
    ticket = factories.ticket()
    ticket.solve(by=ticket.customer)
    ticket.write(by=ticket.customer, body="It is not solved.")
    db.session.commit()
    at("2026-03-20 15:00")
    jobs.upkeep()
    assert ticket.status is Status.OPEN


@pytest.mark.usefixtures("database")
def test_a_report_that_was_never_sent_is_forgotten_with_its_files(at: Clock) -> None:
    at("2026-03-02 15:00")
    shop = factories.store()
    old, sent = (Filing.begin(shop)[0] for _ in range(2))
    for filing in (old, sent):
        filing.attachments.append(factories.photo())
    sent.ticket_id = factories.ticket(shop, attachments=sent.attachments).id
    at("2026-03-09 15:00")
    young, _ = Filing.begin(shop)
    young.attachments.append(factories.photo())
    db.session.commit()
    at("2026-03-09 15:01")
    kept = {sent.id, young.id}
    jobs.upkeep()
    assert set(db.session.scalars(select(Filing.id))) == kept
    assert how_many(of=Attachment) == 2


@pytest.mark.usefixtures("database")
def test_the_next_years_holidays_are_written_down(at: Clock) -> None:
    at("2026-12-31 15:00")
    shop = factories.store(holiday_country="US")
    db.session.commit()
    for _ in range(2):
        jobs.upkeep()
    assert {day.on.year for day in shop.special_days} == {2026, 2027, 2028}
    assert shop.calendar_version == 2


def test_two_processes_may_tidy_up_at_once(lasting: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with lasting.app_context(), clock.at(clock.now() - timedelta(days=30)):
        shop = factories.store()
        for _ in range(15):
            filing, _ = Filing.begin(shop)
            filing.attachments.append(factories.photo())
            ticket = factories.ticket(shop)
            ticket.solve(by=ticket.customer)
        db.session.commit()
    at_once(lambda: in_context(lasting, jobs.upkeep), times=2)
    with lasting.app_context():
        assert how_many(of=Filing) == how_many(of=Attachment) == 0
        assert how_many(Event.action == Action.CLOSED, of=Event) == how_many(Ticket.status == Status.CLOSED) == 15
    assert not caplog.records


def at_once(act: Callable[[], None], *, times: int) -> None:
    threads = [threading.Thread(target=act) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()


def in_context(app: Flask, job: Callable[[], None]) -> None:
    with app.app_context():
        job()


# ---- the process


@pytest.fixture
def small(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app on a laptop."""
    with lasting_app("sqlite", request, tmp_path) as app:
        yield app


def test_the_process_starts_works_and_stops_when_told(small: Flask, tmp_path: Path) -> None:
    with small.app_context(), clock.at(clock.now() - timedelta(days=30)):
        ticket = factories.ticket()
        ticket.solve(by=ticket.customer)
        factories.ticket(ticket.store)
        db.session.commit()
    process = start_jobs(small, tmp_path)
    with ended(process):
        wait_until(lambda: len(list((tmp_path / "mail").glob("*.eml"))) == 2)
        wait_until(lambda: in_small(small, Ticket.status == Status.CLOSED))
        wait_until(lambda: in_small(small, Event.action == Action.BREACHED, of=Event))
        assert seconds_to_stop(process) < 5
    assert process.returncode == 0
    assert "Traceback" not in (tmp_path / "jobs.log").read_text()


def test_a_long_outbox_does_not_keep_the_process_from_stopping(small: Flask, tmp_path: Path) -> None:
    with small.app_context():
        shop = factories.store()
        for _ in range(40):
            factories.ticket(shop)
        db.session.commit()
    with mail_server() as slow:
        slow.on_letter = lambda: time.sleep(0.5)
        process = start_jobs(small, tmp_path, MAIL_URL=slow.url)
        with ended(process):
            wait_until(lambda: slow.received)
            assert seconds_to_stop(process) < 5
    assert process.returncode == 0
    assert in_small(small, OutgoingMail.state == MailState.WAITING, of=OutgoingMail)


def in_small(app: Flask, *conditions: ColumnElement[bool], of: type[Base] = Ticket) -> int:
    with app.app_context():
        return how_many(*conditions, of=of)


def seconds_to_stop(process: subprocess.Popen[bytes]) -> float:
    began = time.monotonic()
    process.terminate()
    process.wait(timeout=20)
    return time.monotonic() - began
