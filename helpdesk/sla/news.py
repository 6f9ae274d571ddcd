"""News of the orders that tickets wait for: handed over, delivered, cancelled. Each becomes an event of the ticket."""

from sqlalchemy import ColumnElement, and_, or_, select, text

from helpdesk.accounts import SYSTEM
from helpdesk.core.db import db, fixed
from helpdesk.orders import Order
from helpdesk.sla.clock import SlaClock
from helpdesk.sla.words import State, Target
from helpdesk.tickets import Action, Event, Ticket

AT_ONCE = 500


def tickets_with_news() -> list[int]:
    """Tickets whose order went on since their delivery clock last heard of it."""
    query = (
        select(SlaClock.ticket_id)
        .join(Ticket, Ticket.id == SlaClock.ticket_id)
        .join(Order, Order.id == Ticket.order_id)
        .where(text("sla_clocks.target = 'delivery' AND sla_clocks.stopped_at IS NULL"), _is_news())
    )
    return list(db.session.scalars(query.order_by(SlaClock.id).limit(AT_ONCE)))


def follow_order_of(ticket_id: int) -> None:
    """Tell one ticket; nothing if somebody is at work on it, or it was told meanwhile."""
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update(skip_locked=True)
    if ticket := db.session.scalar(query):
        tell_news(ticket)


def tell_news(ticket: Ticket) -> bool:
    """Record what happened to the order since its delivery clock was last told; False if nothing did."""
    query = select(SlaClock).where(
        SlaClock.ticket_id == ticket.id, SlaClock.target == fixed(Target.DELIVERY), SlaClock.stopped_at.is_(None)
    )
    clock, order = db.session.scalar(query), ticket.order
    if clock is None or order is None:
        return False
    if order.cancelled_at:
        ticket.record(Action.ORDER_CALLED_OFF, by=SYSTEM, cancelled_at=order.cancelled_at.isoformat())
    elif order.delivered_at:
        ticket.record(Action.ORDER_DELIVERED, by=SYSTEM, delivered_at=order.delivered_at.isoformat())
    elif clock.state is State.PAUSED and order.shipped_at:
        ticket.record(Action.ORDER_SHIPPED, by=SYSTEM, shipped_at=order.shipped_at.isoformat())
    else:
        return False
    return True


def hear_of_order(event: Event) -> None:
    """A ticket waits for its order again: what happened to it meanwhile is told at once."""
    tell_news(event.ticket)


def _is_news() -> ColumnElement[bool]:
    is_handed_over = and_(SlaClock.state == fixed(State.PAUSED), Order.shipped_at.is_not(None))
    return or_(Order.delivered_at.is_not(None), Order.cancelled_at.is_not(None), is_handed_over)
