"""the queue: orders, saved views, unread marks, changes of many tickets

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("status IN ('new', 'open', 'pending', 'on_hold')")
FINISHED = sa.text("status = 'solved' OR status = 'closed'")
INDEXES = (
    ("ix_tickets_unfinished", ["next_due_at", "id"], UNFINISHED),
    ("ix_tickets_unfinished_assignee", ["assignee_id", "next_due_at", "id"], UNFINISHED),
    ("ix_tickets_unfinished_opened", ["opened_at", "id"], UNFINISHED),
    ("ix_tickets_unfinished_updated", ["updated_at", "id"], UNFINISHED),
    ("ix_tickets_finished_opened", ["status", "opened_at", "id"], FINISHED),
)


def upgrade() -> None:
    for name, columns, where in INDEXES:
        op.create_index(name, "tickets", columns, unique=False, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=4000), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_views_owner_id_users"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_views_store_id_stores"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_views")),
    )
    op.create_index("ix_views_owner_id", "views", ["owner_id"], unique=False)
    op.create_index("ix_views_store_id", "views", ["store_id"], unique=False)
    op.create_table(
        "seen_tickets",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_seen_tickets_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_seen_tickets_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "ticket_id", name=op.f("pk_seen_tickets")),
    )
    _make_bulk_changes()


def downgrade() -> None:
    for table in ("bulk_tickets", "bulk_changes", "seen_tickets", "views"):
        op.drop_table(table)
    for name, _, where in reversed(INDEXES):
        op.drop_index(name, "tickets", sqlite_where=where, postgresql_where=where)


def _make_bulk_changes() -> None:
    op.create_table(
        "bulk_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_bulk_changes_by_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_changes")),
        sa.UniqueConstraint("form_key", name=op.f("uq_bulk_changes_form_key")),
    )
    op.create_index("ix_bulk_changes_state", "bulk_changes", ["state", "claimed_until"], unique=False)
    op.create_index("ix_bulk_changes_by_id", "bulk_changes", ["by_id"], unique=False)
    op.create_table(
        "bulk_tickets",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["bulk_changes.id"], name=op.f("fk_bulk_tickets_change_id_bulk_changes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_bulk_tickets_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_id", "ticket_id", name=op.f("pk_bulk_tickets")),
    )
    op.create_index("ix_bulk_tickets_outcome", "bulk_tickets", ["change_id", "outcome", "ticket_id"], unique=False)
