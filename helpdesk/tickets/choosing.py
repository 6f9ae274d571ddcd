"""Saying afterwards which items of its order a ticket is about."""

from collections.abc import Iterable

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.orders import OrderLine
from helpdesk.tickets.ticket import Ticket, TicketItem
from helpdesk.tickets.timeline import Action, refuse_unless_ready


def choose_items(ticket: Ticket, items: Iterable[tuple[OrderLine, int]], *, by: User) -> None:
    """It is about these pieces, and no others. Raises Invalid for none, and for more than were bought."""
    refuse_unless_ready(ticket, Action.ITEMS_CHOSEN, by)
    wanted = {line.id: (line, quantity) for line, quantity in items if quantity}
    if not wanted:
        raise Invalid("Choose at least one piece.")
    for line, quantity in wanted.values():
        if line.order_id != ticket.order_id or not 1 <= quantity <= line.quantity:
            raise Invalid(f"“{line.title}”: choose up to {line.quantity} of this order's.")
    if {line_id: quantity for line_id, (_, quantity) in wanted.items()} == _chosen(ticket):
        return
    _keep(ticket, wanted)
    told = [f"{quantity} × {line.title}" for line, quantity in wanted.values()]
    ticket.record(Action.ITEMS_CHOSEN, by=by, items=told)


def _chosen(ticket: Ticket) -> dict[int, int]:
    return {item.order_line_id: item.quantity for item in ticket.items}


def _keep(ticket: Ticket, wanted: dict[int, tuple[OrderLine, int]]) -> None:
    for item in list(ticket.items):
        if item.order_line_id in wanted:
            item.quantity = wanted.pop(item.order_line_id)[1]
        else:
            db.session.delete(item)
    db.session.add_all(
        TicketItem(ticket_id=ticket.id, order_line=line, quantity=quantity) for line, quantity in wanted.values()
    )
    db.session.flush()
    db.session.expire(ticket, ["items"])
