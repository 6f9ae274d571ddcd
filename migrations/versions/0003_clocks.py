"""clocks: every promise, editions of hours, drafts

Revision ID: 0003
Revises: 0002
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RUNNING = sa.text("state = 'running' AND breached_at IS NULL")
AWAITED = sa.text("target = 'delivery' AND stopped_at IS NULL")


def upgrade() -> None:
    op.add_column("stores", sa.Column("hours_key", sa.String(length=16), nullable=True))
    op.add_column("tickets", sa.Column("complex_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("events", sa.Column("edition", sa.Integer(), nullable=True))
    op.create_table(
        "hours_editions",
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("promise_terms", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("clocks", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name=op.f("fk_hours_editions_store_id_stores"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("store_id", "version", name=op.f("pk_hours_editions")),
    )
    op.create_table(
        "hours_drafts",
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name=op.f("fk_hours_drafts_store_id_stores"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_hours_drafts")),
    )
    with op.batch_alter_table("sla_clocks") as batch_op:
        batch_op.add_column(sa.Column("store_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("subject", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("because", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("clause", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("policy_edition", sa.String(length=60), nullable=True))
    op.execute(
        "UPDATE sla_clocks SET store_id = (SELECT store_id FROM tickets WHERE tickets.id = sla_clocks.ticket_id)"
    )
    with op.batch_alter_table("sla_clocks") as batch_op:
        batch_op.alter_column("store_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(op.f("fk_sla_clocks_store_id_stores"), "stores", ["store_id"], ["id"])
    op.create_index(
        "ix_sla_clocks_to_move", "sla_clocks", ["store_id", "calendar_version", "id"],
        unique=False, sqlite_where=RUNNING, postgresql_where=RUNNING,
    )  # fmt: skip
    op.create_index(
        "ix_sla_clocks_deliveries", "sla_clocks", ["id"],
        unique=False, sqlite_where=AWAITED, postgresql_where=AWAITED,
    )  # fmt: skip
    _write_down_what_counts()


def downgrade() -> None:
    op.drop_index("ix_sla_clocks_deliveries", "sla_clocks", sqlite_where=AWAITED, postgresql_where=AWAITED)
    op.drop_index("ix_sla_clocks_to_move", "sla_clocks", sqlite_where=RUNNING, postgresql_where=RUNNING)
    with op.batch_alter_table("sla_clocks") as batch_op:
        batch_op.drop_constraint(op.f("fk_sla_clocks_store_id_stores"), type_="foreignkey")
        for name in ("policy_edition", "clause", "because", "subject", "store_id"):
            batch_op.drop_column(name)
    op.drop_table("hours_drafts")
    op.drop_table("hours_editions")
    for table, name in (("events", "edition"), ("tickets", "complex_since"), ("stores", "hours_key")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(name)


def _write_down_what_counts() -> None:
    """The hours in force are the first edition that is known, so that the next change does not lose them."""
    connection = op.get_bind()
    stores = sa.table(
        "stores", sa.column("id"), sa.column("timezone"), sa.column("weekly_hours", sa.JSON()),
        sa.column("promise_terms", sa.JSON()), sa.column("calendar_version"),
    )  # fmt: skip
    days = sa.table(
        "special_days", sa.column("store_id"), sa.column("on", sa.Date()), sa.column("name"),
        sa.column("hours", sa.JSON()),
    )  # fmt: skip
    editions = sa.table(
        "hours_editions", sa.column("store_id"), sa.column("version"), sa.column("since", sa.DateTime(timezone=True)),
        sa.column("hours", sa.JSON()), sa.column("promise_terms", sa.JSON()), sa.column("made_by"), sa.column("why"),
        sa.column("clocks"), sa.column("moved_at", sa.DateTime(timezone=True)),
    )  # fmt: skip
    for store in connection.execute(sa.select(stores)).all():
        special = connection.execute(sa.select(days).where(days.c.store_id == store.id).order_by(days.c.on)).all()
        hours = {
            "timezone": store.timezone,
            "weekly": store.weekly_hours,
            "days": {day.on.isoformat(): {"name": day.name, "hours": day.hours} for day in special},
        }
        connection.execute(
            editions.insert().values(
                store_id=store.id, version=store.calendar_version, since=sa.func.current_timestamp(),
                hours=json.loads(json.dumps(hours)), promise_terms=store.promise_terms, made_by="the helpdesk",
                why="editions are kept from here on", clocks=0,
            )
        )  # fmt: skip
