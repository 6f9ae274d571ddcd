"""Browsers for these tests, and apps whose data is really committed."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from helpdesk.accounts import Role
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.escalation import ask_for_help
from helpdesk.returns import Refund, Step
from helpdesk.stores import Store
from tests import factories
from tests.conftest import make_app
from tests.postgres import new_database
from tests.returns.goods import at_step
from tests.web.browsing import Browser
from tests.web.odd import Scene


@pytest.fixture
def client(app: Flask, database: None) -> Browser:
    """A stranger's browser."""
    return Browser(app)


@pytest.fixture
def shop(database: None) -> Store:
    """A store of its own for the test."""
    return factories.store()


@pytest.fixture(scope="session")
def live(app: Flask, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app on a database that keeps what is committed: for requests at the same time, and for limits."""
    folder = tmp_path_factory.mktemp("live")
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'live.db'}"
        if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
            url = stack.enter_context(new_database(request.getfixturevalue("postgres")))
        made = make_app(url, folder)
        with made.app_context():
            db.create_all()
        yield made
        with made.app_context():
            db.engine.dispose()


@pytest.fixture
def strict(live: Flask) -> Iterator[Flask]:
    """The live app as it runs at a customer's: forms need their token, tries are counted."""
    guards = {"WTF_CSRF_ENABLED": True, "RATELIMIT_ENABLED": True}
    live.config.update(guards)
    yield live
    live.config.update(dict.fromkeys(guards, False))


@pytest.fixture
def scene(client: Browser, shop: Store) -> Scene:
    """With a manager signed in, who may open every page."""
    order = factories.order(shop, quantity=9, delivered_at=clock.now())
    boss = factories.agent(shop, role=Role.MANAGER)
    ticket = factories.ticket(shop, order=order)
    plan = {"fees": [{"kind": "restocking", "up_to_percent": 15}]}
    steps = (Step.REQUESTED, Step.APPROVED, Step.IN_TRANSIT, Step.RECEIVED, Step.INSPECTED)
    returns = [at_step(ticket, step, plan=plan) for step in steps]
    payout = Refund.goodwill(ticket, 500, by=boss, reason="Sorry.")
    ticket.reply(by=boss, body="Which one?")
    raised = ask_for_help(factories.ticket(shop), by=boss, note="Help.")
    return Scene(client.sign_in(boss), shop, boss, order, ticket, raised, returns, payout)
