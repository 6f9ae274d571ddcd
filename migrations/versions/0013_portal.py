"""questions and answers, searches for help, ratings, and links to one's own tickets

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "faq_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("group", sa.String(length=80), nullable=False),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("clause", sa.String(length=20), nullable=False),
        sa.Column("also", sa.String(length=500), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("helped", sa.Integer(), nullable=False),
        sa.Column("not_helped", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_faq_entries_store_id_stores")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_entries")),
        sa.UniqueConstraint("store_id", "language", "slug", name=op.f("uq_faq_entries_store_id_language_slug")),
    )
    op.create_table(
        "faq_votes",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("visitor", sa.String(length=32), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["faq_entries.id"], name=op.f("fk_faq_votes_entry_id_faq_entries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "on", "visitor", name=op.f("pk_faq_votes")),
    )
    op.create_index("ix_faq_votes_on", "faq_votes", ["on"])
    op.create_table(
        "help_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("clicked", sa.String(length=120), nullable=False),
        sa.Column("helped", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_help_searches_store_id_stores")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_searches")),
    )
    op.create_index("ix_help_searches_store", "help_searches", ["store_id", "asked_at"])
    op.create_index("ix_help_searches_asked_at", "help_searches", ["asked_at"])
    op.create_table(
        "my_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_my_links_store_id_stores")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_my_links")),
        sa.UniqueConstraint("key", name=op.f("uq_my_links_key")),
    )
    op.create_index("ix_my_links_email", "my_links", ["store_id", "email"])
    op.create_index("ix_my_links_asked_at", "my_links", ["asked_at"])
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_ratings_score")),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name=op.f("fk_ratings_assignee_id_users")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_ratings_store_id_stores")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ratings_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("ticket_id", "solved_at", name=op.f("uq_ratings_ticket_id_solved_at")),
    )
    op.create_index("ix_ratings_store", "ratings", ["store_id", "rated_at"])


def downgrade() -> None:
    for table in ("ratings", "my_links", "help_searches", "faq_votes", "faq_entries"):
        op.drop_table(table)
