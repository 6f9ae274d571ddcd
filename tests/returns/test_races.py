"""Two agents at the same moment, on two tickets of one order, each on a connection of its own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, Problem
from helpdesk.returns import Cancellation, Refund, Replacement, Rma, some_of
from helpdesk.tickets import Ticket
from tests import factories
from tests.conftest import ENGINES
from tests.lasting import lasting_app
from tests.returns.goods import bought, line_of, staff

NOW = datetime(2026, 6, 1, 14, tzinfo=UTC)
SECONDS = 30  # after which a test has hung


@pytest.fixture(params=ENGINES)
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database of its own, in which things are really committed."""
    with lasting_app(request.param, request, tmp_path) as app:
        yield app


@pytest.fixture
def tickets(live: Flask) -> list[int]:
    """Two tickets about the same order of one bowl, with shipping of 7.95."""
    with live.app_context(), clock.at(NOW):
        first = bought(quantity=1, shipping_cents=795, total_cents=4995)
        second = factories.ticket(first.store, by=first.customer, order=first.order)
        db.session.commit()
        return [first.id, second.id]


def at_once(app: Flask, act: Callable[[Ticket], object], tickets: list[int]) -> list[Problem]:
    """Let one agent act on each ticket at the same moment; what was refused."""
    start, refused, broken = Barrier(len(tickets)), list[Problem](), list[BaseException]()

    def run(ticket_id: int) -> None:
        try:
            with app.app_context(), clock.at(NOW):
                start.wait(SECONDS)
                act(db.session.get_one(Ticket, ticket_id, with_for_update=True))
                db.session.commit()
        except Problem as problem:
            refused.append(problem)
        except BaseException as problem:
            broken.append(problem)

    threads = [Thread(target=run, args=[ticket_id]) for ticket_id in tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    assert broken == []
    return refused


def pay_bowl(ticket: Ticket) -> None:
    line = line_of(ticket).id
    Refund.record(ticket, some_of({line: 4200}, units={line: 1}), by=staff(ticket))


def pay_part(ticket: Ticket) -> None:
    Refund.record(ticket, some_of({line_of(ticket).id: 3000}), by=staff(ticket), kind="partial_refund")  # type: ignore[arg-type]


def pay_shipping(ticket: Ticket) -> None:
    Refund.record(ticket, some_of({}, shipping_cents=795), by=staff(ticket))


def send_back(ticket: Ticket) -> None:
    Rma.request(ticket, [(line_of(ticket), 1)], by=staff(ticket))


def replace(ticket: Ticket) -> None:
    Replacement.record(ticket, [(line_of(ticket), 1)], by=staff(ticket))


@pytest.mark.parametrize("act", [pay_bowl, pay_part, pay_shipping, send_back, replace], ids=lambda act: act.__name__)
def test_one_of_two_is_refused(live: Flask, tickets: list[int], act: Callable[[Ticket], object]) -> None:
    (refused,) = at_once(live, act, tickets)
    assert isinstance(refused, Invalid)
    made = {pay_bowl: Refund, pay_part: Refund, pay_shipping: Refund, send_back: Rma, replace: Replacement}[act]
    with live.app_context():
        assert db.session.scalar(select(func.count(made.id))) == 1


def test_one_order_is_cancelled_once(live: Flask, tickets: list[int]) -> None:
    with live.app_context():
        ticket = db.session.get_one(Ticket, tickets[0])
        assert ticket.order
        ticket.order.stage = "processing"  # type: ignore[assignment]
        db.session.commit()
    (refused,) = at_once(live, lambda ticket: Cancellation.request(ticket, by=staff(ticket)), tickets)
    assert isinstance(refused, Invalid)
