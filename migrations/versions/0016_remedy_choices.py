"""what customers choose of the remedies that a decision offers

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remedy_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("remedy", sa.String(length=40), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_remedy_choices_ticket_id_tickets")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_remedy_choices_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy_choices")),
        sa.UniqueConstraint("form_key", name=op.f("uq_remedy_choices_form_key")),
    )
    op.create_index("ix_remedy_choices_ticket_id", "remedy_choices", ["ticket_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_remedy_choices_ticket_id", "remedy_choices")
    op.drop_table("remedy_choices")
