"""Orders that come back: the scene for the tests of returns, refunds and what else follows from a decision."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.orders import Order, OrderLine
from helpdesk.returns import Finding, Rma, RmaItem, Step
from helpdesk.stores import Store
from helpdesk.tickets import IssueType, Ticket
from tests import factories


def bought(shop: Store | None = None, *, lines: int = 1, quantity: int = 2, **given: Any) -> Ticket:
    """A ticket about an order that arrived two days ago: bowls at 42.00."""
    shop = shop or factories.store()
    order = factories.order(shop, lines=lines, quantity=quantity, delivered_at=clock.now() - timedelta(days=2), **given)
    return factories.ticket(shop, order=order, issue=IssueType.RETURN)


def order_of(ticket: Ticket) -> Order:
    """The order of such a ticket."""
    assert ticket.order
    return ticket.order


def line_of(ticket: Ticket, number: int = 0) -> OrderLine:
    """One line of its order."""
    return order_of(ticket).lines[number]


def staff(ticket: Ticket) -> User:
    """Somebody of the store who may do everything."""
    return factories.supervisor(ticket.store)


def asked_back(ticket: Ticket, units: int = 1, **given: Any) -> Rma:
    """A return of the first line that the customer asked for."""
    return Rma.request(ticket, [(line_of(ticket), units)], by=ticket.customer, **given)


def item_of(rma: Rma) -> RmaItem:
    """Its only item."""
    (item,) = rma.items
    return item


def at_step(ticket: Ticket, step: Step, units: int = 1, **given: Any) -> Rma:
    """A return that has come this far, on the straight way."""
    by, rma = staff(ticket), asked_back(ticket, units, **given)
    for act in _way_to(step):
        act(rma, by)
    return rma


def _way_to(step: Step) -> Iterable[Any]:
    acts = {
        Step.APPROVED: lambda rma, by: rma.approve(by=by),
        Step.LABEL_SENT: lambda rma, by: rma.send_label(by=by),
        Step.IN_TRANSIT: lambda rma, by: rma.hand_over(by=by, carrier="Parcel Post"),
        Step.RECEIVED: lambda rma, by: rma.receive({item.id: item.quantity for item in rma.items}, by=by),
        Step.INSPECTED: lambda rma, by: rma.inspect(
            {item.id: Finding(resalable=item.quantity) for item in rma.items}, by=by
        ),
    }
    for name, act in acts.items():
        if step is Step.REQUESTED:
            return
        yield act
        if name is step:
            return
