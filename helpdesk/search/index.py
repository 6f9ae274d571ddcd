"""The index of words beside messages and tickets: laid, kept right by the database itself, filled anew.

Its tables stand outside the models: each engine has its own, and nobody loads from them. What keeps it right are
triggers, so that no door, no import and no bulk load can pass it by.
"""

from types import ModuleType
from typing import Any

from sqlalchemy import Connection, event, func, select

from helpdesk.core.db import Base, db
from helpdesk.search import postgres, sqlite
from helpdesk.tickets import Message

#: Tables with these names are ours, or FTS5's own beneath them: Alembic shall not wonder at them.
OURS = "search_"
_ENGINES = {"sqlite": sqlite, "postgresql": postgres}


def engine_of(connection: Connection) -> ModuleType:
    """The module that speaks this database's language."""
    return _ENGINES[connection.dialect.name]


def lay(connection: Connection) -> bool:
    """Make sure, after migrations, that the index is kept right; filled anew where it was not. Says whether it was.

    A table that a migration makes anew loses its triggers, and what was written then went past the index.
    """
    engine = engine_of(connection)
    if not engine.tables_are_there(connection) or engine.keepers_are_right(connection):
        return False
    engine.lay_keepers(connection)
    engine.fill(connection)
    return True


def rebuild() -> None:
    """Lay and fill it anew, whatever it looks like. The door commits."""
    connection = db.session.connection()
    engine_of(connection).lay_keepers(connection)
    engine_of(connection).fill(connection)


def is_whole() -> bool:
    """Whether it is kept right, and has the newest message."""
    connection = db.session.connection()
    engine = engine_of(connection)
    if not engine.keepers_are_right(connection):
        return False
    newest = db.session.scalar(select(func.max(Message.id)))
    return newest is None or bool(engine.holds(connection, newest))


@event.listens_for(Base.metadata, "after_create")
def _lay_out(_metadata: object, connection: Connection, **_how: Any) -> None:
    for statement in engine_of(connection).TABLES:
        connection.exec_driver_sql(statement)
    lay(connection)
