"""Returns and claims: from a ticket to its facts to a decision, and what follows from it."""

from helpdesk.returns.claims import REQUESTS, assess, edition_of, reassess, request_of, stop_waiting
from helpdesk.returns.decision import Answer, Decision, latest_decision
from helpdesk.returns.exceptions import (
    ExceptionState,
    PolicyException,
    exceptions_for,
    exceptions_of,
    is_within_limit,
    limit_of,
    needs_exception,
    propose,
)
from helpdesk.returns.facts import counted_days, edition_for, house_of, of_line, of_order, promised
from helpdesk.returns.given import WHOLE, GivenFact, give_facts, given_facts
from helpdesk.returns.whatif import what_if

__all__ = [
    "REQUESTS",
    "WHOLE",
    "Answer",
    "Decision",
    "ExceptionState",
    "GivenFact",
    "PolicyException",
    "assess",
    "counted_days",
    "edition_for",
    "edition_of",
    "exceptions_for",
    "exceptions_of",
    "give_facts",
    "given_facts",
    "house_of",
    "is_within_limit",
    "latest_decision",
    "limit_of",
    "needs_exception",
    "of_line",
    "of_order",
    "promised",
    "propose",
    "reassess",
    "request_of",
    "stop_waiting",
    "what_if",
]
