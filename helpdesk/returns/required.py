"""What a store wants to know before staff call a ticket solved: one guard for page, bulk and API."""

from collections.abc import Callable

from helpdesk.accounts import Actor, User
from helpdesk.core.db import db
from helpdesk.core.errors import WrongState
from helpdesk.returns.decision import latest_decision
from helpdesk.stores import FACTS
from helpdesk.tickets import Ticket, fields_of, tags_of

HAS: dict[str, Callable[[Ticket], bool]] = {
    "category": lambda ticket: not ticket.sorting.get("is_unsure", False),
    "order": lambda ticket: ticket.order_id is not None,
    "decision": lambda ticket: db.session.scalar(latest_decision(ticket.id)) is not None,
    "assignee": lambda ticket: ticket.assignee_id is not None,
    "answer": lambda ticket: ticket.first_answered_at is not None,
    "tag": lambda ticket: bool(tags_of(ticket.id)),
}


def refuse_without_facts(ticket: Ticket, by: Actor) -> None:
    """Staff first fill in what the store requires; the customer may always say that it is over."""
    if isinstance(by, User) and (missing := missing_facts(ticket)):
        raise WrongState(f"Before this can be solved: {'; '.join(missing)}.")


def missing_facts(ticket: Ticket) -> list[str]:
    """All that is missing, in words; nothing for stores that require nothing."""
    work = ticket.store.work
    facts = [FACTS[word] for word in work.solving.require if word in FACTS and not HAS[word](ticket)]
    empty = [terms.label for terms, value in fields_of(ticket) if not value and work.is_required(terms)]
    return facts + [f"“{label}” is not filled in" for label in empty]
