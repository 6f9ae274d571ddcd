"""High value: where much money is at stake, a supervisor knows of it from the beginning."""

from sqlalchemy import select

from helpdesk.accounts import SYSTEM
from helpdesk.core.db import db
from helpdesk.escalation.escalation import Escalation, Reason
from helpdesk.escalation.raising import escalate
from helpdesk.tickets import Event, IssueType, Ticket

#: Here the goods or their price are in question; a question about tracking costs nobody anything.
AT_STAKE = {
    IssueType.NOT_ARRIVED,
    IssueType.LOST,
    IssueType.DAMAGED,
    IssueType.DEFECTIVE,
    IssueType.WRONG_ITEM,
    IssueType.MISSING_ITEM,
    IssueType.ADVERSE_REACTION,
    IssueType.QUALITY,
    IssueType.RETURN,
    IssueType.EXCHANGE,
    IssueType.REFUND_STATUS,
    IssueType.CANCEL_ORDER,
    IssueType.POLICY_EXCEPTION,
}


def escalate_high_value(event: Event) -> None:
    """Goods worth more than the store's threshold are in question; once per ticket."""
    ticket = event.ticket
    if ticket.issue_type in AT_STAKE and is_high_value(ticket) and not _was_raised(ticket):
        escalate(ticket, Reason.HIGH_VALUE, by=SYSTEM)


def is_high_value(ticket: Ticket) -> bool:
    """Whether what is in question reaches the threshold of its currency; where the store names none, never."""
    if ticket.order is None:
        return False
    threshold = ticket.store.ladder.threshold_cents(ticket.order.currency, ticket.store.currency)
    return threshold is not None and cents_at_stake(ticket) >= threshold


def cents_at_stake(ticket: Ticket) -> int:
    """The items in question at their price, but never more than was paid; without items the whole order."""
    if ticket.order is None:
        return 0
    items = sum(item.order_line.unit_cents * item.quantity for item in ticket.items)
    return min(items, ticket.order.total_cents) if ticket.items else ticket.order.total_cents


def _was_raised(ticket: Ticket) -> bool:
    reasons = db.session.scalars(select(Escalation.reasons).where(Escalation.ticket_id == ticket.id))
    return any(reason == Reason.HIGH_VALUE for lines in reasons for reason, *_ in lines)
