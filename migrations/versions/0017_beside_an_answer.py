"""what a macro changes beside an answer can be taken back with it

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("held_replies", sa.Column("beside", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("held_replies") as batch_op:
        batch_op.drop_column("beside")
