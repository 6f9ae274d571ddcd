"""How migrations run: on the app's own engine, in one transaction, on both databases."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from helpdesk import search
from helpdesk.core.db import StorageKey, UtcMoment, Word, db


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as what they are in the database: migrations outlive the code of today."""
    if kind == "type" and isinstance(item, Word):
        return "sa.String(length=40)"
    if kind == "type" and isinstance(item, StorageKey):
        return "sa.String(length=64)"
    if kind == "type" and isinstance(item, UtcMoment):
        return "sa.DateTime(timezone=True)"
    return False


def is_new_type(_context: object, _column: object, _meta_column: object, found: Any, wanted: Any) -> bool | None:
    """Moments and words come back as the plain types they are stored as."""
    if isinstance(wanted, UtcMoment):
        return not isinstance(found, sa.DateTime)
    if isinstance(wanted, (Word, StorageKey)):
        return not isinstance(found, sa.String)
    return None


def is_in_the_models(name: str | None, kind: str, _parents: object) -> bool:
    """The index of words is each engine's own, and stands in no model."""
    return not (kind == "table" and (name or "").startswith(search.OURS))


def run() -> None:
    """Bring the database to the wanted revision."""
    settings = current_app.extensions["migrate"].configure_args | {"compare_type": is_new_type}
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # A table is changed by making it anew; with foreign keys on, dropping the old one would empty others.
            connection.connection.execute("PRAGMA foreign_keys=OFF")
            # And taking the old one's name would fail, because triggers and a view ask for the table meanwhile.
            connection.connection.execute("PRAGMA legacy_alter_table=ON")
        settings |= {"render_item": render_item, "include_name": is_in_the_models}
        context.configure(connection=connection, target_metadata=db.metadata, **settings)
        with context.begin_transaction():
            context.run_migrations()
        search.lay(connection)
        connection.commit()
    db.engine.dispose()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database to work on: run them without --sql.")
run()
