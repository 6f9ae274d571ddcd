"""work on tickets: merges, snoozes, tags, fields, links, turns, and the terms for them

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SNOOZED = {
    "ix_tickets_snoozed": ["snoozed_until"],
    "ix_tickets_snoozed_warn": ["next_warn_at"],
    "ix_tickets_snoozed_due": ["next_due_at", "id"],
}


def upgrade() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("main_id", sa.Integer(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["into_id"], ["tickets.id"], name=op.f("fk_merges_into_id_tickets")),
        sa.ForeignKeyConstraint(["main_id"], ["tickets.id"], name=op.f("fk_merges_main_id_tickets")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_merges_made_by_id_users")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_merges_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["users.id"], name=op.f("fk_merges_undone_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_table(
        "snoozes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["begun_by_id"], ["users.id"], name=op.f("fk_snoozes_begun_by_id_users")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_snoozes_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snoozes")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    for name, columns in SNOOZED.items():
        _partial("tickets", name, columns, "snoozed_until IS NOT NULL")
    with op.batch_alter_table("stores", schema=None) as batch_op:
        batch_op.add_column(sa.Column("work_terms", sa.JSON(), server_default="{}", nullable=False))
    op.create_table(
        "ticket_fields",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_fields_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "name", name=op.f("pk_ticket_fields")),
    )
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_tags_store_id_stores")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("store_id", "name", name=op.f("uq_tags_store_id_name")),
    )
    with op.batch_alter_table("tags", schema=None) as batch_op:
        batch_op.create_index("ix_tags_used", ["store_id", "used_at"], unique=False)
    op.create_table(
        "ticket_tags",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_ticket_tags_tag_id_tags"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_tags_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "tag_id", name=op.f("pk_ticket_tags")),
    )
    with op.batch_alter_table("ticket_tags", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_tags_tag_id", ["tag_id", "ticket_id"], unique=False)
    op.create_table(
        "ticket_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_ticket_links_made_by_id_users")),
        sa.ForeignKeyConstraint(["one_id"], ["tickets.id"], name=op.f("fk_ticket_links_one_id_tickets")),
        sa.ForeignKeyConstraint(["other_id"], ["tickets.id"], name=op.f("fk_ticket_links_other_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_links")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_ticket_links_one_id_other_id")),
    )
    with op.batch_alter_table("ticket_links", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_links_other_id", ["other_id"], unique=False)
    _partial("ticket_links", "uq_ticket_links_parent", ["other_id"], "kind = 'parent'", unique=True)
    op.create_table(
        "turns",
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("last", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_turns_store_id_stores"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_turns")),
    )
    _partial("snoozes", "uq_snoozes_in_force", ["ticket_id"], "ended_at IS NULL", unique=True)
    _partial("merges", "uq_merges_in_force", ["ticket_id"], "undone_at IS NULL", unique=True)
    _partial("merges", "ix_merges_main", ["main_id", "ticket_id"], "undone_at IS NULL")
    _partial("merges", "ix_merges_into", ["into_id"], "undone_at IS NULL")


def downgrade() -> None:
    for table in ("turns", "ticket_links", "ticket_tags", "tags", "ticket_fields"):
        op.drop_table(table)
    with op.batch_alter_table("stores", schema=None) as batch_op:
        batch_op.drop_column("work_terms")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        for name in SNOOZED:
            batch_op.drop_index(name)
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("snoozed_until")
    op.drop_table("snoozes")
    op.drop_table("merges")


def _partial(table: str, name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index(name, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
