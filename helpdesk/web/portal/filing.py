"""From a finished report to its ticket."""

from typing import Any

from helpdesk.accounts import Customer, customer_for, known_customer
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.language import _, current
from helpdesk.orders import Order, OrderLine
from helpdesk.returns import is_about_all
from helpdesk.tickets import Channel, Filing, OrderFacts, Sorted, Ticket, from_choice, is_buyers, sort


def what_is_missing(filing: Filing) -> list[tuple[str, str]]:
    """What still has to be given before it can be sent: step and words."""
    missing = []
    details = filing.given("details")
    if not filing.given("issue").get("issue_type"):
        missing.append(("issue", _("Add what happened")))
    if has_items_to_choose(filing) and not _items(filing):
        missing.append(("items", _("Add which items it is about")))
    if not details.get("is_right"):
        missing.append(("details", _("Add your words and your address")))
    return missing


def has_items_to_choose(filing: Filing) -> bool:
    """Whether it is about some of an order's items, so that somebody has to say which."""
    return bool(filing.order and filing.order.lines) and not is_about_all(filing.issue_type)


def file_ticket(filing: Filing) -> Ticket:
    """Open the ticket; the filing's key lets only one come of it."""
    details = filing.given("details")
    customer = _customer(filing, details)
    ticket = Ticket.open(
        store=filing.store,
        customer=customer,
        sorted_as=_sorted(filing, details["body"]),
        body=details["body"],
        by=customer,
        channel=Channel.PORTAL,
        order=filing.order,
        items=_items(filing),
        attachments=filing.attachments,
        answers=_answers(filing, details),
        filing_key=filing.key,
    )
    filing.ticket_id = ticket.id
    return ticket


def ticket_of(filing: Filing) -> Ticket:
    """The ticket that came of it."""
    return db.session.get_one(Ticket, filing.ticket_id)


def order_facts(order: Order | None) -> OrderFacts | None:
    """What the order says to the sorter."""
    if order is None:
        return None
    now = clock.now()

    def days(moment: Any) -> float | None:
        return (now - moment).total_seconds() / 86400 if moment else None

    return OrderFacts(
        stage=order.stage.value, days_since_delivery=days(order.delivered_at), days_since_placed=days(order.placed_at),
        is_late=None,
    )  # fmt: skip


def _customer(filing: Filing, details: dict[str, Any]) -> Customer:
    known = known_customer(filing.store_id, details["email"])
    if known and not is_buyers(filing.order, details["email"]):
        return known  # anybody can type this address: what we know of the customer stays as it is
    name, phone = details.get("name", ""), details.get("phone", "")
    customer = customer_for(filing.store_id, details["email"], name=name, phone=phone)
    customer.language = current().code
    return customer


def _sorted(filing: Filing, body: str) -> Sorted:
    if filing.issue_type:
        return from_choice(filing.issue_type)
    return sort(body, order_facts(filing.order))


def _items(filing: Filing) -> list[tuple[OrderLine, int]]:
    chosen = filing.given("items").get("items", {})
    lines = filing.order.lines if filing.order else []
    return [(line, chosen[str(line.id)]) for line in lines if str(line.id) in chosen]


def _answers(filing: Filing, details: dict[str, Any]) -> dict[str, Any]:
    answers = {name: details[name] for name in ("order_number", "delivered_on", "phone") if details.get(name)}
    facts = filing.given("questions").get("facts")
    return {**answers, "facts": facts} if facts else answers
