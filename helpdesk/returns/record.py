"""What every record that follows from a decision has in common, and the lock they all take."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from helpdesk.accounts import Actor, columns_for
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.orders import Order
from helpdesk.tickets import Ticket

if TYPE_CHECKING:
    from helpdesk.returns.tally import Tally

#: More than any sentence for a colleague or a customer needs.
LONGEST = 2000


class TicketRecord:
    """One return, refund, replacement, exchange, cancellation or claim; its history stands on the ticket's timeline."""

    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # staff; else the customer or ourselves
    rests_on: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"edition": ..., "clauses": [...]}
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # one press makes one record

    @declared_attr
    def ticket(cls) -> Mapped[Ticket]:
        """The ticket it was made on."""
        return relationship(Ticket)

    @declared_attr
    def order(cls) -> Mapped[Order | None]:
        """The order it is about."""
        return relationship(Order)


def common(ticket: Ticket, by: Actor, rests_on: dict[str, Any] | None, key: str | None) -> dict[str, Any]:
    """The columns of a new record."""
    return {
        "store_id": ticket.store_id,
        "ticket": ticket,
        "order": ticket.order,
        "made_at": clock.now(),
        "made_by_id": staff_id(by),
        "rests_on": rests_on or {},
        "form_key": key,
    }


def staff_id(by: Actor) -> int | None:
    """The person's id, if it is one of ours."""
    found = columns_for(by).get("user_id")
    return found if isinstance(found, int) else None


def said(text: str, missing: str) -> str:
    """A reason in somebody's words. Raises Invalid when there is none, or no end to it."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Invalid(missing)
    if len(text) > LONGEST:
        raise Invalid(f"Please keep it under {LONGEST:,} characters.")
    return text


def the_order(ticket: Ticket) -> Order:
    """The ticket's order, locked: what was counted stays true until the end. Raises Invalid without one."""
    if ticket.order is None:
        raise Invalid("No order is linked to this ticket: there is nothing that could be sent or paid back.")
    # After the ticket, before anything else; tickets of one order wait for each other here (SQLite has one writer).
    db.session.execute(select(Order.id).where(Order.id == ticket.order.id).with_for_update())
    return ticket.order


def tally_for(ticket: Ticket) -> "Tally":
    """What may still be sent and paid back of the ticket's order, counted under the lock."""
    from helpdesk.returns.tally import tally_of  # it counts what all the records' modules keep

    return tally_of(the_order(ticket))
