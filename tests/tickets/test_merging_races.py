"""Merging crosswise and in a ring at the same moment, each on a connection of its own: on PostgreSQL they can meet."""

from collections.abc import Iterator
from contextlib import suppress
from threading import Barrier, Thread

import pytest
from flask import Flask

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.tickets import Action, Status, Ticket, main_of, merge, merge_of
from tests import factories
from tests.lasting import lasting_app
from tests.scenes import actions_on

SECONDS = 20


@pytest.fixture(scope="module")
def lasting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with lasting_app("postgresql", request, tmp_path_factory.mktemp("merging")) as app:
        yield app


@pytest.fixture
def ids(lasting: Flask) -> list[int]:
    """An agent, and three tickets of one customer."""
    with lasting.app_context():
        shop = factories.store()
        agent, buyer = factories.agent(shop), factories.customer(shop)
        tickets = [factories.ticket(shop, customer=buyer, by=buyer) for _ in range(3)]
        db.session.commit()
        return [agent.id, *(ticket.id for ticket in tickets)]


def together(app: Flask, agent_id: int, pairs: list[tuple[int, int]]) -> None:
    """Merge each first into its second, all at the same moment; a refusal is an answer, anything else is not."""
    start, problems = Barrier(len(pairs)), []

    def run(away: int, into: int) -> None:
        try:
            with app.app_context():
                one, other = (db.session.get_one(Ticket, number) for number in (away, into))
                agent = db.session.get_one(User, agent_id)
                start.wait(SECONDS)
                with suppress(Problem):
                    merge(one, into=other, by=agent)
                db.session.commit()
        except Exception as problem:
            problems.append(problem)

    threads = [Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    assert problems == []


def test_two_who_merge_crosswise_leave_one_ticket_open(lasting: Flask, ids: list[int]) -> None:
    agent, one, other, _ = ids
    together(lasting, agent, [(one, other), (other, one)])
    with lasting.app_context():
        tickets = [db.session.get_one(Ticket, number) for number in (one, other)]
        assert sorted(ticket.status for ticket in tickets) == [Status.CLOSED, Status.NEW]
        assert [Action.MERGED in actions_on(ticket) for ticket in tickets].count(True) == 1
        assert len({main_of(ticket).id for ticket in tickets}) == 1


def test_a_ring_never_closes(lasting: Flask, ids: list[int]) -> None:
    agent, one, two, three = ids
    together(lasting, agent, [(one, two), (two, three), (three, one)])
    with lasting.app_context():
        tickets = [db.session.get_one(Ticket, number) for number in (one, two, three)]
        still_open = [ticket for ticket in tickets if ticket.status is not Status.CLOSED]
        assert still_open
        assert {main_of(ticket) for ticket in tickets} == set(still_open)


def test_the_same_pressed_twice_is_one_merge(lasting: Flask, ids: list[int]) -> None:
    agent, one, other, _ = ids
    together(lasting, agent, [(one, other)] * 3)
    with lasting.app_context():
        assert actions_on(db.session.get_one(Ticket, other)).count(Action.MERGED) == 1


def test_an_undo_and_a_further_merge_at_once(lasting: Flask, ids: list[int]) -> None:
    agent, one, two, three = ids
    together(lasting, agent, [(one, two)])
    start = Barrier(2)

    def undo() -> None:
        with lasting.app_context(), suppress(Problem):
            found = merge_of(db.session.get_one(Ticket, one))
            assert found
            start.wait(SECONDS)
            found.undo(by=db.session.get_one(User, agent))
            db.session.commit()

    def go_on() -> None:
        with lasting.app_context(), suppress(Problem):
            tickets = [db.session.get_one(Ticket, number) for number in (two, three)]
            start.wait(SECONDS)
            merge(tickets[0], into=tickets[1], by=db.session.get_one(User, agent))
            db.session.commit()

    threads = [Thread(target=each) for each in (undo, go_on)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    with lasting.app_context():
        first, second, third = (db.session.get_one(Ticket, number) for number in (one, two, three))
        assert main_of(second) is third
        undone = first.status is not Status.CLOSED
        assert main_of(first) is (first if undone else third)
