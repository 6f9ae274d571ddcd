"""What every test stands on: an app on each database, and a transaction that is rolled back after each test."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import make_url

from helpdesk import create_app
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.stores import forget_calendars
from tests.postgres import PostgresMissing, new_database, postgres_cluster

ENGINES = ("sqlite", "postgresql")
SETTINGS = {
    "TESTING": True,
    "DEMO": False,
    "SECRET_KEY": "a-secret-for-tests-that-is-long-enough-to-be-one",
    "PASSWORD_COST": "cheap",
    "WTF_CSRF_ENABLED": False,
    "RATELIMIT_ENABLED": False,
    "UNDO_SEND_SECONDS": 0,
    "BASE_URL": "http://help.example.com",
    "MAIL_DOMAIN": "help.example.com",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One engine after the other, so that each worker sets up few of them."""
    items[:] = [item for item in items if not (_is_large(item) and item.get_closest_marker("one_engine"))]
    items.sort(key=_is_large)


def _is_large(item: pytest.Item) -> bool:
    return "[postgresql" in item.nodeid or "-postgresql" in item.nodeid


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The administrator's address of a private PostgreSQL; its absence is a failure where everything is required."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_cluster())
        except PostgresMissing as problem:
            if os.environ.get("HELPDESK_REQUIRE_ALL"):
                pytest.fail(f"PostgreSQL is required here: {problem}")
            pytest.skip(str(problem))
        yield url


@pytest.fixture(scope="session", params=ENGINES)
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app on one of the two databases, with the tables that the migrations make."""
    folder = tmp_path_factory.mktemp(request.param)
    with ExitStack() as stack:
        if request.param == "postgresql":
            url = stack.enter_context(new_database(request.getfixturevalue("postgres")))
        else:
            url = f"sqlite:///{folder / 'test.db'}"
        made = make_app(url, folder)
        with made.app_context():
            upgrade()
        yield made
        with made.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables that the migrations make, to be copied: to run them takes seconds."""
    folder = tmp_path_factory.mktemp("migrated")
    _migrate(f"sqlite:///{folder / 'migrated.db'}", folder)
    return folder / "migrated.db"


@pytest.fixture(scope="session")
def migrated_postgresql(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database with the tables that the migrations make, to be copied."""
    with new_database(postgres) as url:
        _migrate(url, tmp_path_factory.mktemp("migrated"))
        yield str(make_url(url).database)


def _migrate(url: str, folder: Path) -> None:
    with make_app(url, folder).app_context():
        upgrade()
        db.engine.dispose()  # PostgreSQL copies nothing that somebody is in; SQLite's log goes into the file


def make_app(url: str, folder: Path, **settings: object) -> Flask:
    """An app for tests on this database."""
    paths = {"STORAGE_URL": str(folder / "files"), "MAIL_URL": f"folder:{folder / 'mail'}"}
    return create_app({**SETTINGS, **paths, "SQLALCHEMY_DATABASE_URI": url, **settings})


@pytest.fixture
def database(app: Flask) -> Iterator[None]:
    """An app context in one transaction; whatever a test commits is gone after it."""
    forget_calendars()
    with app.app_context():
        engine = db.engines[None]
        with engine.connect() as connection:
            transaction = connection.begin()
            db.engines[None] = connection  # type: ignore[index]
            try:
                yield
            finally:
                db.session.remove()
                db.engines[None] = engine  # type: ignore[index]
                transaction.rollback()


@pytest.fixture
def client(app: Flask, database: None) -> FlaskClient:
    """A browser without a screen."""
    return app.test_client()


@pytest.fixture
def at() -> Iterator[Callable[[str], datetime]]:
    """Set the clock: `at("2026-03-02 09:00")` is UTC, `at("2026-03-02 09:00", "Europe/Berlin")` is local."""
    with ExitStack() as stack:

        def set_clock(text: str, zone: str = "UTC") -> datetime:
            moment = datetime.fromisoformat(text).replace(tzinfo=UTC if zone == "UTC" else ZoneInfo(zone))
            return stack.enter_context(clock.at(moment))

        yield set_clock
