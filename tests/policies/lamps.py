"""A small shop's policy for tests, and the same with something changed."""

from typing import Any

from helpdesk.policies.decision import Decision
from helpdesk.policies.edition import Edition
from helpdesk.policies.engine import decide
from helpdesk.policies.reading import read_policy
from helpdesk.policies.words import Request

TEXT = """
[policy]
store = "lamps"
edition = "2026-01"
effective = 2026-01-01
title = "Returns"
currency = "USD"

[[clause]]
id = "1"
title = "30 days"
text = "Lamps can go back within 30 days, unused."

[[clause]]
id = "2"
title = "Damage"
text = "Send a photo, and we send another lamp."

[[window]]
id = "thirty-days"
request = "return"
days = 30
clauses = "1"

[[rule]]
id = "final"
request = "return"
when = { final_sale = true }
outcome = "decline"
because = "It was sold as final."
clauses = "1"

[[rule]]
id = "late"
request = "return"
when = { late = true }
outcome = "decline"
because = "It could go back until {until}."
clauses = "1"

[[rule]]
id = "used"
request = "return"
when = { used = true }
outcome = "review"
because = "It was used."
clauses = "1"
remedies = "partial_refund"

[[rule]]
id = "in-time"
request = "return"
when = { used = false }
outcome = "approve"
because = "It can go back until {until}."
clauses = "1"
remedies = "refund"

[[rule]]
id = "broken"
request = "damaged"
outcome = "approve"
because = "We send another."
clauses = "2"
evidence = "photos_of_damage"
remedies = "replacement"

[[effect]]
id = "large"
request = "return"
when = { item_size = "large" }
fee = { kind = "restocking", percent = 10 }
clauses = "1"
"""


def changed(*changes: tuple[str, str], text: str = TEXT) -> str:
    """The text with these parts replaced; each part must be there."""
    for part, other in changes:
        assert part in text, f"not in the policy: {part}"
        text = text.replace(part, other)
    return text


def lamps(*changes: tuple[str, str], more: str = "") -> Edition:
    """The edition, with these parts replaced and these rows added."""
    return read_policy(changed(*changes) + more)


def rows(*rules: tuple[str, str, str], more: str = "") -> Edition:
    """The head and clauses, with rules of our own for returns: id, conditions, outcome."""
    head = TEXT[: TEXT.index("[[window]]")]
    made = (
        f'[[rule]]\nid = "{name}"\nrequest = "return"\nwhen = {{ {when} }}\noutcome = "{outcome}"\n'
        f'because = "Because of {name}."\nclauses = "1"\n'
        for name, when, outcome in rules
    )
    return read_policy(head + more + "\n".join(made))


def answer(edition: Edition, request: str = "return", **facts: Any) -> Decision:
    """What the edition answers."""
    return decide(edition, Request(request), facts)
