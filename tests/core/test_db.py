"""The database's types on both engines, and SQLite's locks on a real file."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.core import db as database
from helpdesk.core.db import NEVER, UtcMoment, Word, db, fixed
from helpdesk.core.limits import RateLimit
from tests.conftest import make_app
from tests.lasting import lasting_app
from tests.postgres import new_database


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Flask]:
    """An app of its own on a SQLite file, with tables."""
    app = make_app(f"sqlite:///{tmp_path / 'own.db'}", tmp_path)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def stored(value: object, kind: sa.types.TypeEngine[Any]) -> Any:
    """What comes back of a value that went through the database."""
    return db.session.scalar(sa.select(sa.literal(value, kind)))


# Moments


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Europe/Istanbul")),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
        datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
        datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
        NEVER,
    ],
)
def test_a_moment_comes_back_the_same_and_in_utc(database: None, moment: datetime) -> None:
    found = stored(moment, UtcMoment())
    assert (found, found.tzinfo) == (moment.astimezone(UTC), UTC)


def test_no_moment_comes_back_as_none(database: None) -> None:
    assert stored(None, UtcMoment()) is None


def test_a_naive_datetime_is_refused(database: None) -> None:
    with pytest.raises(sa.exc.StatementError, match="A naive datetime cannot be stored"):
        stored(datetime(2026, 3, 2, 9, 0), UtcMoment())  # noqa: DTZ001 - naive is what is tested


def test_moments_of_different_zones_compare_by_what_they_are(database: None) -> None:
    istanbul = datetime(2026, 3, 2, 11, 30, tzinfo=ZoneInfo("Europe/Istanbul"))  # 08:30 UTC
    earlier = sa.literal(istanbul, UtcMoment()) < sa.literal(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), UtcMoment())
    assert db.session.scalar(sa.select(earlier))


# Words


def test_a_word_is_stored_by_its_value_and_comes_back_as_a_word(database: None) -> None:
    assert stored(Size.LARGE, Word(Size)) is Size.LARGE
    assert db.session.scalar(sa.select(sa.type_coerce(sa.literal(Size.LARGE, Word(Size)), sa.String))) == "large"


def test_an_unknown_word_is_refused(database: None) -> None:
    with pytest.raises(sa.exc.StatementError, match="'huge' is not a valid Size"):
        stored("huge", Word(Size))


def test_a_fixed_word_stands_in_the_statement_itself(database: None) -> None:
    statements: list[str] = []
    connection = db.session.connection()
    sa.event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
    connection.execute(sa.select(fixed(Size.SMALL)))
    assert "'small'" in statements[0]


# SQLite


@pytest.mark.parametrize(
    "pragma, value",
    [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 15000), ("synchronous", 2)],
)
def test_sqlite_is_prepared(lite: Flask, pragma: str, value: object) -> None:
    assert db.session.scalar(sa.text(f"PRAGMA {pragma}")) == value


def test_sqlite_keeps_foreign_keys(lite: Flask) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.text("INSERT INTO memberships (user_id, store_id) VALUES (7, 7)"))


@pytest.mark.parametrize(
    "method, may_another_write",
    [
        ("GET", True),
        ("HEAD", True),
        ("OPTIONS", True),
        ("POST", False),
        ("PUT", False),
        ("PATCH", False),
        ("DELETE", False),
    ],
)
def test_only_requests_that_may_write_take_the_write_lock(lite: Flask, method: str, may_another_write: bool) -> None:
    with lite.test_request_context(method=method):
        db.session.execute(sa.text("SELECT 1"))
        assert can_write(lite) is may_another_write


def test_commands_and_jobs_take_the_write_lock(lite: Flask) -> None:
    db.session.execute(sa.text("SELECT 1"))
    assert not can_write(lite)


def test_a_page_is_read_while_another_writes(lite: Flask) -> None:
    with sqlite3.connect(db.engine.url.database or "", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with lite.test_request_context(method="GET"):
            assert db.session.scalar(sa.select(sa.func.count(RateLimit.key))) == 0
    writer.close()


def can_write(app: Flask) -> bool:
    """Whether somebody else gets the write lock at once."""
    other = sqlite3.connect(db.engine.url.database or "", timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    else:
        return True
    finally:
        other.close()


def test_the_folder_of_a_new_sqlite_file_is_made(tmp_path: Path) -> None:
    make_app(f"sqlite:///{tmp_path / 'not' / 'yet' / 'there.db'}", tmp_path)
    assert (tmp_path / "not" / "yet").is_dir()


# Pages on PostgreSQL


@pytest.fixture
def large(postgres: str, tmp_path: Path) -> Iterator[Flask]:
    """An app of its own on a PostgreSQL database, with tables."""
    with new_database(postgres) as url:
        app = make_app(url, tmp_path)
        with app.app_context():
            db.create_all()
            yield app
            db.session.remove()
            db.engine.dispose()


@pytest.mark.parametrize("method, are_kept", [("GET", True), ("POST", False)])
def test_plans_outlast_requests_that_only_read(large: Flask, method: str, are_kept: bool) -> None:
    for _ in range(10):
        with large.test_request_context(method=method):
            db.session.execute(sa.text("SELECT 'keep me'"))
            db.session.remove()
    kept = "SELECT count(*) > 0 FROM pg_prepared_statements WHERE statement = 'SELECT ' || quote_literal('keep me')"
    assert db.session.scalar(sa.text(kept)) is are_kept


def test_what_a_request_writes_is_undone_together_even_after_a_page_on_the_same_connection(large: Flask) -> None:
    count = sa.select(sa.func.count(RateLimit.key))
    with large.test_request_context(method="GET"):
        assert db.session.scalar(count) == 0
        db.session.remove()
    with large.test_request_context(method="POST"):
        db.session.execute(sa.insert(RateLimit).values(key="undone", used=1, expires=0))
        db.session.rollback()
    assert db.session.scalar(count) == 0


def test_upkeep_that_no_transaction_may_hold_is_possible(large: Flask) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")


# Writers at once


THREADS, TIMES = 4, 10


def test_writers_at_once_lose_nothing(app: Flask) -> None:
    with app.app_context():
        db.session.add(RateLimit(key="written by many", used=0, expires=0))
        db.session.commit()
    together(app, count_up)
    with app.app_context():
        row = db.session.get_one(RateLimit, "written by many")
        counted = row.used
        db.session.delete(row)
        db.session.commit()
    assert counted == THREADS * TIMES


def together(app: Flask, step: Any) -> None:
    """Let several threads do it, all starting at once."""
    start = Barrier(THREADS)

    def work() -> None:
        start.wait()
        for _ in range(TIMES):
            with app.app_context():
                step()

    threads = [Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def count_up() -> None:
    """Read, then write: what loses updates where nobody takes care."""
    row = db.session.get_one(RateLimit, "written by many", with_for_update=True)
    row.used += 1
    db.session.commit()


@pytest.fixture
def pooled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app on PostgreSQL whose connections are its own."""
    with lasting_app("postgresql", request, tmp_path) as made, made.app_context():
        db.engine.dispose()
        yield made


def who_serves() -> int:
    with db.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def hang_up_on(served_by: int) -> None:
    another = sa.create_engine(db.engine.url, poolclass=sa.NullPool)
    with another.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({served_by}, 5000)")


def test_a_connection_that_was_lost_while_it_rested_is_made_anew(
    pooled: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "RESTS_SAFELY", 0)
    first = who_serves()
    hang_up_on(first)
    assert who_serves() != first


@pytest.mark.parametrize("rest, asked", [(3600, 0), (0, 1)])
def test_only_after_a_rest_a_connection_is_asked_whether_it_stands(
    pooled: Flask, monkeypatch: pytest.MonkeyPatch, rest: int, asked: int
) -> None:
    monkeypatch.setattr(database, "RESTS_SAFELY", rest)
    who_serves()
    seen: list[object] = []
    monkeypatch.setattr(db.engine.dialect, "do_ping", seen.append)
    who_serves()
    assert len(seen) == asked
