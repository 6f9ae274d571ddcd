"""search

The tables of the index of words. What keeps it right and fills it is laid by `helpdesk.search` at the end of every
upgrade (migrations/env.py), because that follows the tables as they are then.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index("ix_tickets_opened", ["opened_at", "id"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_messages"
            " USING fts5(who, about, body, content='', tokenize='unicode61 remove_diacritics 2')"
        )
        op.execute(
            "CREATE TABLE search_names (key TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (key, word)) WITHOUT ROWID"
        )
        return
    op.execute(
        "CREATE TABLE search_messages"
        " (id integer PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE, words tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_search_messages_words ON search_messages USING gin (words) WITH (fastupdate = off)")
    op.execute(
        "CREATE TABLE search_names (key varchar(40) NOT NULL, word varchar(40) NOT NULL, PRIMARY KEY (key, word))"
    )


def downgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        ours = "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger') AND name LIKE 'search_%'"
        for kind, name in bind.execute(sa.text(ours)).all():
            op.execute(f"DROP {kind} {name}")
    else:
        ours = "SELECT proname FROM pg_proc WHERE starts_with(proname, 'search_')"
        for name in bind.scalars(sa.text(f"{ours} AND pronamespace = current_schema()::regnamespace")).all():
            op.execute(f"DROP FUNCTION {name} CASCADE")
    op.execute("DROP TABLE search_names")
    op.execute("DROP TABLE search_messages")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index("ix_tickets_opened")
