"""Returns and claims: from a ticket to its facts to a decision, and what follows from it."""

from helpdesk.returns.claims import REQUESTS, assess, edition_of, is_about_all, reassess, request_of, stop_waiting
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
from helpdesk.returns.facts import KINDS, edition_for, of_line, of_order
from helpdesk.returns.given import WHOLE, GivenFact, give_facts, given_facts
from helpdesk.returns.preview import Preview, possible_with, preview

__all__ = [
    "KINDS",
    "REQUESTS",
    "WHOLE",
    "Answer",
    "Decision",
    "ExceptionState",
    "GivenFact",
    "PolicyException",
    "Preview",
    "assess",
    "edition_for",
    "edition_of",
    "exceptions_for",
    "exceptions_of",
    "give_facts",
    "given_facts",
    "is_about_all",
    "is_within_limit",
    "latest_decision",
    "limit_of",
    "needs_exception",
    "of_line",
    "of_order",
    "possible_with",
    "preview",
    "propose",
    "reassess",
    "request_of",
    "stop_waiting",
]
