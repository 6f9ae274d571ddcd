"""heartbeats of the schedulers, leases on clocks, and which rows name which bytes

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEYS = ("file_key", "screen_key", "thumb_key")


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jobs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeats")),
        sa.UniqueConstraint("host", "pid", "started_at", name=op.f("uq_heartbeats_host_pid_started_at")),
    )
    with op.batch_alter_table("sla_clocks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        for key in KEYS:
            batch_op.create_index(f"ix_attachments_{key}", [key], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        for key in KEYS:
            batch_op.drop_index(f"ix_attachments_{key}")
    with op.batch_alter_table("sla_clocks", schema=None) as batch_op:
        batch_op.drop_column("claimed_until")
    op.drop_table("heartbeats")
