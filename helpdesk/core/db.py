"""The database session, and the types every table uses: UTC moments, enums by value, named constraints."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy as sa
from flask import Flask, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

#: A moment that never comes: keeps "due next" sortable and never null.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

#: Seconds; a connection that was in use so recently is not asked whether its server is still there.
RESTS_SAFELY = 0.5

_PLAIN_WORD = re.compile(r"[a-z][a-z0-9_]*")


class UtcMoment(sa.types.TypeDecorator[datetime]):
    """A moment: aware going in, aware and UTC coming out, on both engines."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive datetime cannot be stored: say which moment it is.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(sa.types.TypeDecorator[StrEnum]):
    """A StrEnum stored by its value, so that the tables read like the glossary."""

    impl = sa.String(40)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)


class StorageKey(sa.types.TypeDecorator[str]):
    """Names bytes in the storage: upkeep removes those that no column of this type names."""

    impl = sa.String(64)
    cache_ok = True


def fixed(word: StrEnum) -> sa.ColumnElement[str]:
    """A word written into the statement itself, so that both planners see that a partial index covers it."""
    if not _PLAIN_WORD.fullmatch(word.value):
        raise ValueError(f"{word.value!r} is no word of ours that can stand in a statement as it is.")
    return sa.literal_column(f"'{word.value}'", sa.String())


class unindexed(FunctionElement[Any]):  # noqa: N801 - written and read as a function
    """A column that narrows the rows while their order comes from the index on another one."""

    inherit_cache = True


@compiles(unindexed)
def _as_it_is(element: unindexed, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.clauses, **how)


@compiles(unindexed, "sqlite")
def _hidden_from_the_planner(element: unindexed, compiler: SQLCompiler, **how: Any) -> str:
    # SQLite would start at the index on this column and sort. PostgreSQL weighs that by its statistics, which
    # know nothing of an expression, so there it stays a plain column.
    return f"+{compiler.process(element.clauses, **how)}"


def at_most(rows: int) -> sa.ColumnElement[int]:
    """A limit written into the statement itself: a plan that is kept then knows how few rows are asked for."""
    return sa.literal_column(str(int(rows)), sa.Integer())


class Base(DeclarativeBase):
    """The root of all tables."""

    registry = registry(
        type_annotation_map={datetime: UtcMoment, dict[str, Any]: sa.JSON, list[Any]: sa.JSON, list[str]: sa.JSON}
    )
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"join_transaction_mode": "create_savepoint"})


def init_db(app: Flask) -> None:
    """Attach the database: on SQLite with WAL, foreign keys and early write locks; pages that only read are quick."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.startswith("sqlite") and (file := make_url(url).database):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
        else:
            event.listen(db.engine, "begin", _begin_postgres)
            event.listen(db.engine, "checkin", _rest)
            event.listen(db.engine, "checkout", _waker(db.engine.dialect))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once when another wrote in between;
    # taking the write lock first makes it wait its turn instead. Pages that only read never queue.
    if _only_reads():
        connection.connection.cursor().execute("BEGIN")  # which waits for nobody, so that nothing can go wrong
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgres(connection: Connection) -> None:
    # Every statement sees what is committed, within a transaction or not, so a page that only reads needs none.
    # Its end would be a ROLLBACK, with which psycopg drops all plans that the server had made: those cost the most.
    if "isolation_level" not in connection.get_execution_options():  # who asked for one knows why
        driver: Any = connection.connection.driver_connection
        if driver.autocommit != (wanted := _only_reads()):  # to set what is set already takes the driver a while
            driver.autocommit = wanted


def _rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = monotonic()


def _waker(dialect: Dialect) -> Callable[..., None]:
    def wake(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        # As `pool_pre_ping` does, which asks before every page, though: a busy server's next one comes within the rest.
        if monotonic() - record.info.get("rests_since", monotonic()) < RESTS_SAFELY:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # none of them is to be trusted: SQLAlchemy connects anew

    return wake


def _only_reads() -> bool:
    return has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")
