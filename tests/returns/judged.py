"""Tickets with a decision of the house policy: the scene for acting on it, exceptions and facts."""

from datetime import timedelta
from typing import Any

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.policies import Edition
from helpdesk.returns import Decision, edition_of, latest_decision
from helpdesk.stores import Store
from helpdesk.tickets import Evidence, IssueType, Ticket
from tests import factories

BOTH = (Evidence.DAMAGE, Evidence.PACKAGING)


def asked(
    issue: IssueType = IssueType.RETURN, *, shop: Store | None = None, days_ago: float | None = 1, lines: int = 1,
    quantity: int = 1, said: dict[str, Any] | None = None, **given: Any,
) -> Ticket:  # fmt: skip
    """A ticket about every line of an order (42.00 apiece) that arrived so long ago, or is still here."""
    shop = shop or factories.store()
    delivered = clock.now() - timedelta(days=days_ago) if days_ago is not None else None
    order = factories.order(shop, lines=lines, quantity=quantity, delivered_at=delivered, **given.pop("order", {}))
    items = [(line, quantity) for line in order.lines]
    facts = {str(line.id): said for line in order.lines} if said else None
    answers = {"facts": facts} if facts else {}
    return factories.ticket(shop, issue=issue, order=order, items=items, answers=answers, **given)


def damaged(**given: Any) -> Ticket:
    """Reported in time with both photos: a replacement or a refund, nothing comes back."""
    return asked(IssueType.DAMAGED, photos=BOTH, **given)


def unused(**given: Any) -> Ticket:
    """A return that is approved."""
    return asked(said={"used": False}, **given)


def too_late(**given: Any) -> Ticket:
    """A return that is declined."""
    return asked(days_ago=90, **given)


def decision_on(ticket: Ticket) -> Decision:
    """The one in force."""
    return db.session.scalars(latest_decision(ticket.id)).one()


def edition_on(ticket: Ticket) -> Edition:
    """The edition it was made under."""
    return edition_of(decision_on(ticket), ticket)
