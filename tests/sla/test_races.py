"""Sweeps, answers and supervisors at the same time, each on a connection of its own: on PostgreSQL they can meet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, Thread

import pytest
from flask import Flask
from flask_migrate import upgrade

from helpdesk import sla
from helpdesk.accounts import Role, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.escalation import Escalation, open_escalation
from helpdesk.sla import State, Target
from helpdesk.tickets import Action, Ticket
from tests import factories
from tests.conftest import make_app
from tests.postgres import new_database
from tests.scenes import actions_on, clock_of

OPENED_AT = datetime(2026, 6, 1, 14, tzinfo=UTC)
LATE = OPENED_AT + timedelta(hours=25)
SECONDS = 20  # after which a test has hung


@pytest.fixture(scope="module")
def postgres_app(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app on a database of its own, in which things are really committed."""
    with new_database(postgres) as url:
        app = make_app(url, tmp_path_factory.mktemp("races"))
        with app.app_context():
            upgrade()
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def ids(postgres_app: Flask) -> tuple[int, int]:
    """A committed ticket whose first answer is an hour late, and that answer's clock."""
    with at_work(postgres_app, OPENED_AT):
        shop = factories.store()
        factories.agent(shop)
        factories.supervisor(shop)
        factories.agent(shop, role=Role.MANAGER)
        ticket = factories.ticket(shop)
        db.session.commit()
        return ticket.id, clock_of(ticket, Target.FIRST_RESPONSE).id


@contextmanager
def at_work(app: Flask, now: datetime = LATE) -> Iterator[None]:
    """A session and so a connection of its own."""
    with app.app_context(), clock.at(now):
        yield


def together(app: Flask, *acts: Callable[[], object]) -> None:
    """Let all begin at the same moment, each in a thread; what one raises is raised here."""
    start, problems = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            with at_work(app):
                start.wait(SECONDS)
                act()
                db.session.commit()
        except Exception as problem:
            problems.append(problem)

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    assert problems == []


def the_ticket(ticket_id: int) -> Ticket:
    """As every door that changes a ticket loads it."""
    return db.session.get_one(Ticket, ticket_id, with_for_update=True)


def somebody(ticket: Ticket, role: Role) -> User:
    query = db.select(User).where(User.role == role, User.stores.any(id=ticket.store_id))
    found: User = db.session.scalars(query).one()
    return found


def reply(ticket_id: int) -> None:
    ticket = the_ticket(ticket_id)
    ticket.reply(by=somebody(ticket, Role.AGENT), body="Sorry, here it is.")


def test_many_sweeps_tell_one_breach_once(postgres_app: Flask, ids: tuple[int, int]) -> None:
    ticket_id, clock_id = ids
    together(postgres_app, *[lambda: sla.breach(clock_id)] * 4)
    with at_work(postgres_app):
        ticket = db.session.get_one(Ticket, ticket_id)
        assert actions_on(ticket) == [Action.OPENED, Action.BREACHED, Action.ESCALATED]


def test_an_answer_and_many_sweeps_at_once_tell_one_breach(postgres_app: Flask, ids: tuple[int, int]) -> None:
    ticket_id, clock_id = ids
    sweeps = [lambda: sla.breach(clock_id), lambda: sla.warn(clock_id)] * 2
    together(postgres_app, lambda: reply(ticket_id), *sweeps)
    with at_work(postgres_app):
        ticket = db.session.get_one(Ticket, ticket_id)
        assert actions_on(ticket).count(Action.BREACHED) == 1
        assert clock_of(ticket, Target.FIRST_RESPONSE).state is State.BREACHED
        assert actions_on(ticket).count(Action.ESCALATED) <= 1


def test_a_sweep_goes_past_a_ticket_that_is_being_answered(postgres_app: Flask, ids: tuple[int, int]) -> None:
    ticket_id, clock_id = ids
    with at_work(postgres_app):
        reply(ticket_id)
        with at_work(postgres_app):
            assert clock_id in sla.ids_to_breach(LATE)
            sla.breach(clock_id)  # does not wait for the answer
            db.session.commit()
        db.session.commit()
        ticket = db.session.get_one(Ticket, ticket_id)
        assert actions_on(ticket).count(Action.BREACHED) == 1
        assert open_escalation(ticket) is None
        assert clock_id not in sla.ids_to_breach(LATE)


def test_an_answer_waits_for_the_sweep_and_sees_what_it_did(postgres_app: Flask, ids: tuple[int, int]) -> None:
    ticket_id, clock_id = ids
    is_under_way = Event()

    def answer() -> None:
        with at_work(postgres_app, LATE + timedelta(minutes=5)):
            is_under_way.set()
            reply(ticket_id)
            db.session.commit()

    with at_work(postgres_app):
        sla.breach(clock_id)
        thread = Thread(target=answer)
        thread.start()
        assert is_under_way.wait(SECONDS)
        thread.join(0.3)
        assert thread.is_alive()  # it waits
        db.session.commit()
        thread.join(SECONDS)
    with at_work(postgres_app):
        ticket = db.session.get_one(Ticket, ticket_id)
        stopped = clock_of(ticket, Target.FIRST_RESPONSE)
        assert actions_on(ticket).count(Action.BREACHED) == 1
        assert (stopped.state, stopped.overrun_wall_seconds) == (State.BREACHED, 3900)


def test_two_replies_at_once_are_one_first_answer(postgres_app: Flask, ids: tuple[int, int]) -> None:
    ticket_id, _ = ids
    together(postgres_app, *[lambda: reply(ticket_id)] * 3)
    with at_work(postgres_app):
        ticket = db.session.get_one(Ticket, ticket_id)
        assert actions_on(ticket).count(Action.BREACHED) == 1
        assert actions_on(ticket).count(Action.STAFF_REPLIED) == 3


def test_a_supervisor_who_takes_it_and_a_sweep_that_sends_it_on(postgres_app: Flask, ids: tuple[int, int]) -> None:
    ticket_id, clock_id = ids
    with at_work(postgres_app, LATE):
        sla.breach(clock_id)
        db.session.commit()
        ack_id = clock_of(db.session.get_one(Ticket, ticket_id), Target.ESCALATION_ACK).id
    much_later = LATE + timedelta(days=7)

    def send_on() -> None:
        with clock.at(much_later):
            sla.breach(ack_id)

    def take() -> None:
        with clock.at(much_later):
            ticket = the_ticket(ticket_id)  # the door locks the ticket first, as all do
            escalation = open_escalation(ticket)
            assert escalation
            escalation.acknowledge(by=somebody(ticket, Role.SUPERVISOR))

    together(postgres_app, send_on, take)
    with at_work(postgres_app):
        ticket = db.session.get_one(Ticket, ticket_id)
        (escalation,) = db.session.scalars(db.select(Escalation).where(Escalation.ticket_id == ticket_id))
        assert (escalation.state, escalation.to) == ("acknowledged", somebody(ticket, Role.SUPERVISOR))
        assert not [c for c in sla.clocks_of([ticket_id])[ticket_id] if c.target is Target.ESCALATION_ACK and c.is_open]
