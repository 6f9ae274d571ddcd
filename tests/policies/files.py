"""Small policy files for tests."""

from datetime import datetime
from typing import Any

from helpdesk.policies.decision import Decision
from helpdesk.policies.edition import Edition
from helpdesk.policies.engine import decide
from helpdesk.policies.reading import read_policy
from helpdesk.policies.words import Request

HEAD = """
[policy]
store = "lantern"
edition = "2026-01"
effective = 2026-01-01
title = "Returns"
currency = "USD"

[[clause]]
id = "1"
title = "Returns"
text = "Send it back."

[[clause]]
id = "2"
title = "Windows"
text = "In time."
"""


def edition_of(rows: str, head: str = HEAD) -> Edition:
    """An edition with two clauses and these rows."""
    return read_policy(head + rows)


def answer(rows: str, request: str = "return", now: str | None = None, **facts: Any) -> Decision:
    """What these rows answer."""
    moment = datetime.fromisoformat(now) if now else None
    return decide(edition_of(rows), Request(request), facts, moment)


def rule(id: str, outcome: str = "approve", when: str = "", request: str = '"return"', more: str = "") -> str:
    """One rule."""
    return f"""
[[rule]]
id = "{id}"
request = [{request}]
when = {{ {when} }}
outcome = "{outcome}"
because = "Because of {id}."
clauses = ["1"]
{more}
"""


def effect(id: str, when: str = "", request: str = '"return"', more: str = "") -> str:
    """One effect."""
    return f"""
[[effect]]
id = "{id}"
request = [{request}]
when = {{ {when} }}
{more}
"""


def window(id: str, when: str = "", request: str = '"return"', more: str = "days = 30") -> str:
    """One window."""
    return f"""
[[window]]
id = "{id}"
request = [{request}]
when = {{ {when} }}
clauses = ["2"]
{more}
"""
