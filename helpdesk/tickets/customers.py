"""A customer's tickets at one store, and where those went that were joined with another."""

from collections.abc import Iterable

from sqlalchemy import Select, case, select
from sqlalchemy.orm import contains_eager, joinedload

from helpdesk.accounts import Customer
from helpdesk.core.db import db
from helpdesk.tickets.merging import Merge
from helpdesk.tickets.status import UNFINISHED
from helpdesk.tickets.ticket import Ticket


def tickets_of(store_id: int, email: str) -> Select[Ticket]:
    """The tickets of the customer with this address at this store: unfinished ones first, then the latest."""
    mine = select(Ticket).join(Ticket.customer).where(Customer.store_id == store_id, Customer.email == email)
    is_finished = case((Ticket.status.in_(UNFINISHED), 0), else_=1)
    ordered = mine.where(Ticket.store_id == store_id).order_by(is_finished, Ticket.updated_at.desc(), Ticket.id.desc())
    return ordered.options(contains_eager(Ticket.customer), joinedload(Ticket.order))


def merged_into(ticket_ids: Iterable[int]) -> dict[int, str]:
    """For each ticket that was merged into another: the reference of the one where it goes on."""
    mine = select(Merge.ticket_id, Ticket.reference).join(Ticket, Ticket.id == Merge.main_id)
    rows = db.session.execute(mine.where(Merge.ticket_id.in_(list(ticket_ids)), Merge.undone_at.is_(None)))
    return {row.ticket_id: row.reference for row in rows}
