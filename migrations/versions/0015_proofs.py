"""proof that whoever filed a ticket is its customer

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("undone_at IS NULL")
#: Filed on the portal about an order that was found by number and contact, and placed with the same address.
FROM_ORDERS = sa.text(
    "INSERT INTO proofs (ticket_id, shown_by, shown_at) "
    "SELECT tickets.id, 'order', tickets.opened_at FROM tickets "
    "JOIN orders ON orders.id = tickets.order_id JOIN customers ON customers.id = tickets.customer_id "
    "WHERE tickets.channel = 'portal' AND orders.email <> '' AND orders.email = customers.email"
)


def upgrade() -> None:
    op.create_table(
        "proofs",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("shown_by", sa.String(length=40), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_proofs_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_proofs")),
    )
    op.execute(FROM_ORDERS)
    op.drop_index("ix_merges_into", "merges")
    op.create_index("ix_merges_into", "merges", ["into_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_merges_into", "merges")
    op.create_index(
        "ix_merges_into", "merges", ["into_id"], unique=False, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE
    )
    op.drop_table("proofs")
