"""What may stand in braces in a macro or an answer, and how it is filled in (pure).

`{order.number}` is replaced by its value; `{{order.number}}` stands for itself. Other braces mean nothing.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches

#: Every placeholder, and what it stands for.
PLACEHOLDERS: dict[str, str] = {
    "customer.first_name": "the customer's first name",
    "customer.name": "the customer's name",
    "customer.email": "the customer's mail address",
    "order.number": "the order's number",
    "order.items": "what the ticket is about",
    "order.tracking": "carrier and tracking number",
    "ticket.reference": "the ticket's reference",
    "ticket.subject": "what the ticket is called",
    "ticket.link": "the customer's secret link to the ticket",
    "decision.outcome": "what the policy answers",
    "decision.because": "why, in a sentence",
    "decision.clauses": "the clauses it rests on",
    "decision.next_steps": "what happens next",
    "deadline.evidence": "by when photos are needed",
    "deadline.send_back": "by when the parcel is to be sent",
    "deadline.return_window": "until when a return can be asked for",
    "deadline.refund": "by when the money is paid back",
    "return.number": "the RMA number",
    "agent.name": "your name",
    "agent.first_name": "your first name",
    "store.name": "the store's name",
    "store.email": "the store's mail address",
    "store.phone": "the store's phone number",
}
FOUND = re.compile(r"\{\{\s*(?P<literal>[a-z_]+\.[a-z_]+)\s*\}\}|\{\s*(?P<name>[a-z_]+\.[a-z_]+)\s*\}")


def filled(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with what is known put in, and what is wrong with the rest: a sentence for each."""
    wrong: list[str] = []

    def put_in(found: re.Match[str]) -> str:
        if found["literal"]:
            return "{" + found["literal"] + "}"
        if value := values.get(found["name"]):
            return value
        wrong.append(_complaint(found["name"]))
        return found[0]

    done = FOUND.sub(put_in, text)
    return done, list(dict.fromkeys(wrong))


def filled_as_far_as_known(text: str, values: Mapping[str, str]) -> str:
    """For the box: what has a value is put in, all else stays as it is written, escapes too."""
    return FOUND.sub(lambda found: (found["name"] and values.get(found["name"])) or found[0], text)


def unknown_in(text: str) -> list[str]:
    """Placeholders that nothing ever has a value for: a sentence for each."""
    names = (found["name"] for found in FOUND.finditer(text))
    return list(dict.fromkeys(_complaint(name) for name in names if name and name not in PLACEHOLDERS))


def named_in(text: str) -> set[str]:
    """Which values a text needs."""
    return {found["name"] for found in FOUND.finditer(text) if found["name"]}


def _complaint(name: str) -> str:
    shown = "{" + name + "}"
    if name in PLACEHOLDERS:
        return f"{shown} has no value here."
    close = get_close_matches(name, PLACEHOLDERS, 1)
    return f"{shown} is not a placeholder." + (f" Did you mean {{{close[0]}}}?" if close else "")
