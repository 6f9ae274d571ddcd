"""A change of many tickets goes on after the worker that did it was killed, and changes each ticket once."""

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets import Action, BulkAction, BulkChange, BulkState, Event, Outcome, Ticket, change_many, visible_to
from helpdesk.tickets.bulk import BulkTicket
from tests import factories
from tests.conftest import ENGINES
from tests.lasting import end, lasting_app, start_jobs, wait_until

TICKETS = 400


@pytest.fixture(params=ENGINES)
def begun(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app in which somebody has just pressed the button for hundreds of tickets."""
    with ExitStack() as stack:
        app = stack.enter_context(lasting_app(request.param, request, tmp_path))
        with app.app_context():
            shop = factories.store()
            agent = factories.agent(shop)
            for _ in range(TICKETS):
                factories.ticket(shop)
            db.session.flush()
            change_many(visible_to(agent), BulkAction.PRIORITISE, "high", by=agent)
            db.session.commit()
        yield app


def looked_at(app: Flask) -> int:
    # As a page looks, which on SQLite waits for nobody: whoever might write queues behind the worker until it is done.
    with app.test_request_context():
        return db.session.scalar(select(func.count()).where(BulkTicket.outcome.is_not(None))) or 0


def state_of(app: Flask) -> BulkState:
    with app.test_request_context():
        return db.session.scalars(select(BulkChange.state)).one()


def test_a_killed_worker_leaves_the_rest_to_the_next(begun: Flask, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first = _working(begun, tmp_path, stack)
        wait_until(lambda: looked_at(begun) > 0, every=0.005)
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert 0 < looked_at(begun) < TICKETS
        with begun.app_context():  # the lease of the dead is over
            db.session.execute(update(BulkChange).values(claimed_until=clock.now() - timedelta(seconds=1)))
            db.session.commit()
        for _ in range(2):  # two share the rest, or one does it all
            _working(begun, tmp_path, stack)
        wait_until(lambda: state_of(begun) is BulkState.DONE)
    with begun.app_context():
        outcomes = Counter(db.session.scalars(select(BulkTicket.outcome)))
        raised = Counter(db.session.scalars(select(Event.ticket_id).where(Event.action == Action.PRIORITISED)))
        tickets = set(db.session.scalars(select(Ticket.id)))
    assert outcomes == {Outcome.CHANGED: TICKETS}
    assert raised == dict.fromkeys(tickets, 1)


def _working(app: Flask, folder: Path, stack: ExitStack) -> subprocess.Popen[bytes]:
    worker = start_jobs(app, folder)
    stack.callback(end, worker)
    return worker
