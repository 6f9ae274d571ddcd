"""One row for one key: written if it is new, changed if it is there, in one statement on both engines."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from helpdesk.core.db import Base, db


def upsert(model: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Two at the same moment make one row; `key` names the columns of a primary or unique key."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(model).values(**key, **values)
    statement = statement.on_conflict_do_update(index_elements=list(key), set_=dict(values))
    db.session.execute(statement.execution_options(synchronize_session=False))
