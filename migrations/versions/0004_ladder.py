"""the ladder: absences, shifts, moves, digests, and what a store says about escalation

Revision ID: 0004
Revises: 0003
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_off_by_id", sa.Integer(), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["called_off_by_id"], ["users.id"], name=op.f("fk_absences_called_off_by_id_users")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["users.id"], name=op.f("fk_absences_planned_by_id_users")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_absences_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_user_id", "absences", ["user_id", "ends_at"])
    op.create_table(
        "weekly_shifts",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("weekly", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_weekly_shifts_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_weekly_shifts")),
    )
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_words", sa.String(), nullable=False),
        sa.Column("tickets", sa.JSON(), nullable=False),
        sa.Column("left_count", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_moves_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index("ix_moves_by_id", "moves", ["by_id", "id"])
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("shift_began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_digests_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("user_id", "shift_began_at", name=op.f("uq_digests_user_id_shift_began_at")),
    )
    # Who was marked as absent is away until further notice.
    op.get_bind().execute(
        sa.text(
            "INSERT INTO absences (user_id, begins_at, ends_at, note, planned_at) "
            "SELECT id, :now, :never, 'Off duty', :now FROM users WHERE is_absent"
        ).bindparams(
            sa.bindparam("now", datetime.now(UTC), sa.DateTime(timezone=True)),
            sa.bindparam("never", NEVER, sa.DateTime(timezone=True)),
        )
    )
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("is_absent")
    with op.batch_alter_table("stores") as batch_op:
        batch_op.add_column(sa.Column("ladder_terms", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("escalations") as batch_op:
        batch_op.add_column(sa.Column("taken_from_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_escalations_taken_from_id_users"), "users", ["taken_from_id"], ["id"])
        batch_op.create_index("ix_escalations_state_raised", ["state", "raised_at", "id"])
        batch_op.create_index("ix_escalations_state_decided", ["state", "decided_at", "id"])
    op.create_index("ix_sla_clocks_finished", "sla_clocks", ["target", "stopped_at"])


def downgrade() -> None:
    op.drop_index("ix_sla_clocks_finished", "sla_clocks")
    with op.batch_alter_table("escalations") as batch_op:
        batch_op.drop_index("ix_escalations_state_decided")
        batch_op.drop_index("ix_escalations_state_raised")
        batch_op.drop_constraint(op.f("fk_escalations_taken_from_id_users"), type_="foreignkey")
        batch_op.drop_column("taken_from_id")
    with op.batch_alter_table("stores") as batch_op:
        batch_op.drop_column("ladder_terms")
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("is_absent", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("is_absent", server_default=None)
    op.get_bind().execute(
        sa.text(
            "UPDATE users SET is_absent = TRUE WHERE id IN (SELECT user_id FROM absences "
            "WHERE called_off_at IS NULL AND begins_at <= :now AND ends_at > :now)"
        ).bindparams(sa.bindparam("now", datetime.now(UTC), sa.DateTime(timezone=True)))
    )
    op.drop_table("digests")
    op.drop_table("moves")
    op.drop_table("weekly_shifts")
    op.drop_table("absences")
