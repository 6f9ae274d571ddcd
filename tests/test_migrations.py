"""The migrations make what the models describe, and can be undone, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import func, inspect, select, text

from helpdesk.accounts import Presence, User, presence_of
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets import Ticket
from tests import factories
from tests.conftest import ENGINES, make_app
from tests.postgres import new_database

OLD_USER = """
    INSERT INTO users (email, name, role, password_hash, has_demo_password, session_key, is_active, is_absent)
    VALUES ('person-' || :number || '@desk.example.com', 'P', 'agent', '-', FALSE, 'key-' || :number, TRUE, :is_absent)
"""
Schema = dict[str, dict[str, list[str]]]


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Flask]]:
    """Make an app on an empty database, as often as asked; it stands in its context until the test ends."""
    with ExitStack() as stack:

        def make() -> Flask:
            url = f"sqlite:///{tmp_path / f'{len(made)}.db'}"
            if request.param == "postgresql":
                url = stack.enter_context(new_database(request.getfixturevalue("postgres")))
            made.append(make_app(url, tmp_path))
            return made[-1]

        made: list[Flask] = []
        yield make
        for app in made:
            with app.app_context():
                db.engine.dispose()


def schema() -> Schema:
    """Everything the database knows about its tables, in words that can be compared."""
    seen = inspect(db.engine)
    tables = [name for name in seen.get_table_names() if name != "alembic_version"]
    return {table: {part: sorted(map(plain, ask(seen, table))) for part, ask in PARTS.items()} for table in tables}


PARTS: dict[str, Callable[[Any, str], Any]] = {
    "columns": lambda seen, table: seen.get_columns(table),
    "primary key": lambda seen, table: [seen.get_pk_constraint(table)],
    "foreign keys": lambda seen, table: seen.get_foreign_keys(table),
    "unique": lambda seen, table: seen.get_unique_constraints(table),
    "checks": lambda seen, table: seen.get_check_constraints(table),
    "indexes": lambda seen, table: seen.get_indexes(table),
}


def plain(found: Any) -> str:
    """As text: the condition of a partial index, for one, is an object that only equals itself."""
    if isinstance(found, dict):
        return ", ".join(f"{key}=({plain(value)})" for key, value in sorted(found.items()))
    return str(found)


def test_migrations_make_what_the_models_describe(empty: Callable[[], Flask]) -> None:
    with empty().app_context():
        upgrade()
        migrated = schema()
    with empty().app_context():
        db.create_all()
        assert migrated == schema()


def test_alembic_finds_nothing_to_add(empty: Callable[[], Flask]) -> None:
    with empty().app_context():
        upgrade()
        check()  # ends the program where there is something


def test_down_to_nothing_and_up_again_is_the_same(empty: Callable[[], Flask]) -> None:
    with empty().app_context():
        upgrade()
        first = schema()
        downgrade(revision="base")
        assert schema() == {}
        upgrade()
        assert schema() == first


def test_upgrading_twice_keeps_what_is_there(empty: Callable[[], Flask]) -> None:
    with empty().app_context():
        upgrade()
        factories.ticket()
        db.session.commit()
        upgrade()
        assert db.session.scalar(select(func.count(Ticket.id))) == 1
        db.session.remove()


def test_who_was_marked_as_absent_is_away_until_further_notice(empty: Callable[[], Flask]) -> None:
    with empty().app_context():
        upgrade(revision="0001")
        for number, is_absent in enumerate([True, False]):
            db.session.execute(text(OLD_USER).bindparams(number=number, is_absent=is_absent))
        db.session.commit()
        upgrade()
        ada, bob = db.session.scalars(select(User).order_by(User.email))
        here = presence_of([ada, bob], clock.now() + timedelta(minutes=1))
        assert (here[ada.id], here[bob.id]) == (Presence(False, "absent", None), Presence(True))
        db.session.remove()
        downgrade(revision="0001")
        marked = db.session.scalars(text("SELECT email FROM users WHERE is_absent")).all()
        assert marked == ["person-0@desk.example.com"]
        db.session.remove()


def test_the_app_works_on_migrated_tables_only(empty: Callable[[], Flask]) -> None:
    app = empty()
    with app.app_context():
        upgrade()
    assert app.test_client().get("/livez").status_code == 200
