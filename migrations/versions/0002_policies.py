"""policies

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["users.id"], name=op.f("fk_policy_editions_published_by_id_users")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_policy_editions_store_id_stores")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_editions")),
        sa.UniqueConstraint("store_id", "effective_on", name=op.f("uq_policy_editions_store_id_effective_on")),
        sa.UniqueConstraint("store_id", "name", name=op.f("uq_policy_editions_store_id_name")),
    )
    op.create_table(
        "given_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_given_facts_customer_id_customers")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_given_facts_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_given_facts_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_facts")),
        sa.UniqueConstraint("ticket_id", "line_id", "name", name=op.f("uq_given_facts_ticket_id_line_id_name")),
    )
    op.create_table(
        "policy_exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("clause", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_policy_exceptions_decided_by_id_users")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_policy_exceptions_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_policy_exceptions_proposed_by_id_users")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_policy_exceptions_store_id_stores")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_policy_exceptions_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_exceptions")),
    )
    with op.batch_alter_table("policy_exceptions", schema=None) as batch_op:
        batch_op.create_index("ix_policy_exceptions_store_state", ["store_id", "state", "id"], unique=False)
        batch_op.create_index("ix_policy_exceptions_ticket_id", ["ticket_id"], unique=False)

    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("edition_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("request", sa.String(length=40), nullable=False, server_default="damaged"))
        batch_op.add_column(sa.Column("items", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.alter_column(
            "rule", existing_type=sa.VARCHAR(length=60), type_=sa.String(length=80), existing_nullable=False
        )
        batch_op.alter_column("because", existing_type=sa.VARCHAR(length=500), type_=sa.Text(), existing_nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_decisions_edition_id_policy_editions"), "policy_editions", ["edition_id"], ["id"]
        )

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ship_country", sa.String(length=2), nullable=False, server_default=""))

    _give_old_decisions_the_new_form()
    # The defaults were for rows that were there before; new ones say it themselves.
    with op.batch_alter_table("decisions") as batch_op:
        batch_op.alter_column("request", server_default=None)
        batch_op.alter_column("items", server_default=None)
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("ship_country", server_default=None)


def _give_old_decisions_the_new_form() -> None:
    """Damage claims were the only decisions there were; what they miss is now called as the policy's facts are."""
    decisions = sa.table(
        "decisions", sa.column("id"), sa.column("outcome"), sa.column("rule"), sa.column("because"),
        sa.column("remedies", sa.JSON), sa.column("missing", sa.JSON), sa.column("steps", sa.JSON),
        sa.column("items", sa.JSON),
    )  # fmt: skip
    connection = op.get_bind()
    for row in connection.execute(sa.select(decisions)).all():
        because = f"{row.because[:1].upper()}{row.because[1:]}."
        missing = [f"photos_of_{kind}" for kind in row.missing]
        answer = {
            "request": "damaged", "outcome": row.outcome, "rule": row.rule, "because": because,
            "remedies": row.remedies, "missing": missing, "evidence": missing, "steps": row.steps,
            "pending": "approve" if row.outcome == "need_information" else None, "facts": {},
        }  # fmt: skip
        items = [{"line": 0, "title": "", "quantity": 1, "decision": answer}]
        changed = decisions.update().where(decisions.c.id == row.id)
        connection.execute(changed.values(because=because, missing=missing, items=items))


def downgrade() -> None:
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_column("ship_country")

    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_decisions_edition_id_policy_editions"), type_="foreignkey")
        batch_op.alter_column("because", existing_type=sa.Text(), type_=sa.VARCHAR(length=500), existing_nullable=False)
        batch_op.alter_column(
            "rule", existing_type=sa.String(length=80), type_=sa.VARCHAR(length=60), existing_nullable=False
        )
        batch_op.drop_column("items")
        batch_op.drop_column("request")
        batch_op.drop_column("edition_id")

    with op.batch_alter_table("policy_exceptions", schema=None) as batch_op:
        batch_op.drop_index("ix_policy_exceptions_ticket_id")
        batch_op.drop_index("ix_policy_exceptions_store_state")

    op.drop_table("policy_exceptions")
    op.drop_table("given_facts")
    op.drop_table("policy_editions")
