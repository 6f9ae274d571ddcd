"""the worklist: claims, cancellations and what is to be sent, by store and state

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ("replacements", "exchanges", "cancellations", "claims")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(f"ix_{table}_store_state", table, ["store_id", "state", "id"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_index(f"ix_{table}_store_state", table)
