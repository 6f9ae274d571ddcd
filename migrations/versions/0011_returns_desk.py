"""returns desk

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

#: Who carries what we send, and under which clause something was refused: empty on what is there already.
WORDS = (
    ("replacements", "carrier", 80),
    ("exchanges", "carrier", 80),
    ("cancellations", "clause", 20),
    ("claims", "clause", 20),
)
SENT = ("replacements", "exchanges")
BY = "fk_refunds_taken_back_by_id_users"


def upgrade() -> None:
    for table, name, length in WORDS:
        op.add_column(table, sa.Column(name, sa.String(length=length), server_default="", nullable=False))
    for table in SENT:
        op.add_column(table, sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("refunds") as batch_op:
        batch_op.add_column(sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("taken_back_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("taken_back_why", sa.Text(), server_default="", nullable=False))
        batch_op.create_foreign_key(op.f(BY), "users", ["taken_back_by_id"], ["id"])
    op.create_table(
        "policy_drafts",
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["kept_by_id"], ["users.id"], name=op.f("fk_policy_drafts_kept_by_id_users")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_policy_drafts_store_id_stores")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_policy_drafts")),
    )
    op.add_column("policy_exceptions", sa.Column("form_key", sa.String(length=64), nullable=True))
    op.create_index("uq_policy_exceptions_form_key", "policy_exceptions", ["form_key"], unique=True)


def downgrade() -> None:
    op.drop_table("policy_drafts")
    op.drop_index("uq_policy_exceptions_form_key", table_name="policy_exceptions")
    op.drop_column("policy_exceptions", "form_key")
    # What was taken back counts as nothing, and the older program has no word for it: it would stand there to be paid.
    op.execute("DELETE FROM refund_lines WHERE refund_id IN (SELECT id FROM refunds WHERE state = 'taken_back')")
    op.execute("DELETE FROM refunds WHERE state = 'taken_back'")
    with op.batch_alter_table("refunds") as batch_op:
        batch_op.drop_constraint(op.f(BY), type_="foreignkey")
        for name in ("taken_back_why", "taken_back_by_id", "taken_back_at"):
            batch_op.drop_column(name)
    op.execute("UPDATE cancellations SET state = 'refused' WHERE state = 'withdrawn'")
    op.execute("UPDATE replacements SET state = 'sent' WHERE state = 'delivered'")
    op.execute("UPDATE exchanges SET state = 'sent' WHERE state = 'delivered'")
    for table in SENT:
        op.drop_column(table, "delivered_at")
    for table, name, _ in WORDS:
        op.drop_column(table, name)
