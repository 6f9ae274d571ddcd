"""Drafts of a decision's letter: a beginning to write on, with gaps that cannot be sent unfilled."""

import re

from helpdesk.accounts import User
from helpdesk.escalation import Verdict
from helpdesk.tickets import Ticket

GAP = re.compile(r"\[\[.*?\]\]", re.DOTALL)

TEXTS = {
    Verdict.GRANTED: (
        "I am {name}, {role} at {store}, and have looked at your request {reference} myself. The answer is yes: "
        "[[what the customer gets]].\n\nWhat happens next: [[what we do, and by when]]."
    ),
    Verdict.DECLINED: (
        "I am {name}, {role} at {store}, and have looked at your request {reference} myself. I am sorry that I cannot "
        "do what you asked for, because [[why not]].\n\nWhat I can do: [[what else there is]]."
    ),
}


def draft_of(verdict: Verdict, ticket: Ticket, by: User) -> str:
    """What the letter could say; empty where the customer has nothing to be told."""
    if verdict not in TEXTS:
        return ""
    first_name = ticket.customer.name.split()[0] if ticket.customer.name.strip() else ""
    text = TEXTS[verdict].format(
        name=by.name, role=by.role.value, store=ticket.store.name, reference=ticket.reference
    )  # fmt: skip
    return f"Hello{' ' if first_name else ''}{first_name},\n\n{text}\n\n{by.name}"


def has_gaps(text: str) -> bool:
    """Whether something is still to be filled in."""
    return GAP.search(text) is not None
