"""What a decision leaves to the customer: one of several remedies, once it is approved."""

import pytest

from helpdesk.policies.choosing import asked_for, choices_of
from helpdesk.policies.decision import Decision
from helpdesk.policies.words import Outcome, Remedy, Request

YES, PERSON, NO, ASKS = Outcome.APPROVE, Outcome.REVIEW, Outcome.DECLINE, Outcome.NEED_INFORMATION


@pytest.mark.parametrize("outcome, remedies, choices", [
    (YES, "replacement refund", "replacement refund"),
    (YES, "refund replacement partial_refund", "refund replacement partial_refund"),
    (YES, "exchange refund", "exchange refund"),
    (YES, "resend partial_refund", "resend partial_refund"),
    (YES, "repair store_credit", "repair store_credit"),
    (YES, "information resend refund", "resend refund"),
    (YES, "refund", ""),
    (YES, "cancellation refund", ""),  # the money follows from it
    (YES, "cancellation change", ""),
    (YES, "refund compensation", ""),  # both, not one of them
    (YES, "", ""),
    (PERSON, "replacement refund", ""),
    (NO, "replacement refund", ""),
    (ASKS, "replacement refund", ""),
])  # fmt: skip
def test_what_is_left_to_the_customer(outcome: Outcome, remedies: str, choices: str) -> None:
    offered = tuple(Remedy(word) for word in remedies.split())
    decision = Decision(Request.DAMAGED, outcome, "rule", "Because.", remedies=offered, pending=None)
    assert " ".join(remedy.value for remedy in choices_of(decision)) == choices


@pytest.mark.parametrize("request_, remedies, wanted", [
    ("exchange", "exchange refund", "exchange"),
    ("return", "refund exchange", "refund"),
    ("return", "refund", None),  # no choice at all
    ("return", "replacement refund", None),  # something is wrong: what helps is theirs to say
    ("exchange", "replacement refund", None),
    ("damaged", "replacement refund", None),
])  # fmt: skip
def test_what_the_request_has_said_already(request_: str, remedies: str, wanted: str | None) -> None:
    offered = tuple(Remedy(word) for word in remedies.split())
    decision = Decision(Request(request_), YES, "rule", "Because.", remedies=offered)
    assert asked_for(decision) == wanted
