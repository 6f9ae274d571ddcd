"""What if: a draft answers a past decision's facts again, and the money on both sides is summed."""

from typing import Any

import pytest

from helpdesk.policies.decision import Decision
from helpdesk.policies.edition import Edition
from helpdesk.policies.whatif import Replayed, Tally, replay
from helpdesk.policies.words import Outcome
from tests.policies.lamps import answer, lamps

OLD = lamps()
STRICT = lamps(("days = 30", "days = 14"))
GENEROUS = lamps(('outcome = "review"', 'outcome = "approve"'), ("percent = 10", "percent = 0"))
ASKED = {"delivered_at": "2026-03-01", "requested_at": "2026-03-21", "timezone": "Europe/Berlin"}
OWN = """
[[fact]]
name = "grade"
type = "{}"
{}
"""


def redone(draft: Edition, request: str = "return", ticket: str = "AAAA-0001", **facts: Any) -> Replayed:
    before = answer(OLD, request, **ASKED, **facts)
    after = replay(draft, before, "USD")
    assert after
    return Replayed(ticket, "Lamp", before, after, "USD")


def test_the_same_text_changes_nothing() -> None:
    for facts in ({}, {"used": True}, {"used": False, "item_value": 4200, "item_size": "large"}, {"final_sale": True}):
        assert redone(OLD, **facts).differences == []
    assert redone(OLD, "damaged").differences == []


def test_what_a_customer_would_have_been_told_differently() -> None:
    assert redone(STRICT, used=False, item_value=4200).differences == [
        "Yes → No",
        "remedies: a refund → none",
        "refund: $42.00 without shipping, to original → none",
    ]


def test_a_longer_window_changes_nothing_for_who_has_asked_in_time() -> None:
    assert redone(lamps(("days = 30", "days = 60")), used=False).differences == []


def test_deadlines_that_lie_ahead_are_compared() -> None:
    send_back = (
        '\n[[effect]]\nid = "by"\nrequest = "return"\n'
        'deadline = {{ target = "send_back", days = {}, from = "approval" }}\n'
    )
    before = answer(lamps(more=send_back.format(14)), **ASKED, used=False)
    after = replay(lamps(more=send_back.format(10)), before, "USD")
    assert after
    assert Replayed("AAAA-0001", "", before, after, "USD").differences == [
        "deadlines: send back 14 days from approval → send back 10 days from approval"
    ]


def test_fees_and_what_is_paid_back() -> None:
    assert redone(GENEROUS, used=False, item_value=4200, item_size="large").differences == [
        "fees: restocking $4.20 → restocking $0.00",
        "refund: $37.80 without shipping, to original → $42.00 without shipping, to original",
    ]


def test_another_rule_or_wording_alone_is_no_change() -> None:
    draft = lamps(('id = "in-time"', 'id = "fine"'), ("It can go back until {until}.", "Fine."))
    assert redone(draft, used=False).differences == []


def test_other_questions_are_a_change() -> None:
    draft = lamps(("when = { used = false }", "when = { used = false, tags_attached = true }"))
    assert redone(draft, used=False).differences[0] == "Yes → Something is still missing"
    asks = lamps(("when = { used = true }", "when = { tags_attached = false }"))
    assert redone(asks).differences == ["asks: used → tags_attached"]


def test_what_waits_for_photos_says_what_it_leads_to() -> None:
    draft = lamps(('outcome = "approve"\nbecause = "We send', 'outcome = "review"\nbecause = "We send'))
    assert redone(draft, "damaged").differences == [
        "Something is still missing (Yes after that) → A person decides", "asks: photos_of_damage → none",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "then, now, value, is_kept",
    [
        (("text", ""), None, "b", False),
        (("text", ""), ("text", ""), "b", True),
        (("text", ""), ("number", ""), "b", False),
        (("number", ""), ("number", ""), 2, True),
        (("number", ""), ("yes_no", ""), 2, False),
        (("yes_no", ""), ("number", ""), True, False),
        (("choice", 'choices = ["a", "b"]'), ("choice", 'choices = ["a"]'), "b", False),
        (("choice", 'choices = ["a", "b"]'), ("choice", 'choices = ["b", "c"]'), "b", True),
    ],
)
def test_a_shops_own_fact_counts_where_the_draft_still_knows_it(
    then: tuple[str, str], now: tuple[str, str] | None, value: Any, is_kept: bool
) -> None:
    before = answer(lamps(more=OWN.format(*then)), **ASKED, used=False, grade=value)
    after = replay(lamps(more=OWN.format(*now) if now else ""), before, "USD")
    assert after
    assert (after.outcome, "grade" in after.facts) == (Outcome.APPROVE, is_kept)


def test_amounts_of_another_currency_are_not_compared() -> None:
    after = replay(lamps(('"USD"', '"EUR"')), answer(OLD, **ASKED, used=False, item_value=4200), "USD")
    assert after
    assert after.refund
    assert (after.refund.cents, "item_value" in after.facts) == (None, False)


def test_a_decision_without_its_facts_cannot_be_replayed() -> None:
    old = Decision.from_dict({"request": "damaged", "outcome": "review", "rule": "damage-late", "because": "Late."})
    assert replay(OLD, old, "USD") is None


def test_the_tally_counts_tickets_decisions_and_money() -> None:
    tally = Tally("USD")
    changed = tally.add([redone(STRICT, used=False, item_value=4200), redone(STRICT, used=True, item_value=1000)])
    changed += tally.add([redone(STRICT, final_sale=True, item_value=9900)])
    changed += tally.add([redone(STRICT, used=False)])
    assert [one.before.outcome for one in changed] == ["approve", "review", "approve"]
    assert tally.as_dict() == {
        "currency": "USD",
        "tickets": 3,
        "tickets_changed": 2,
        "decisions": 4,
        "decisions_changed": 3,
        "not_replayed": 0,
        "moves": [{"from": "approve", "to": "decline", "count": 2}, {"from": "review", "to": "decline", "count": 1}],
        "before": {"refund_cents": 4200, "review_cents": 1000, "unknown": 1},
        "after": {"refund_cents": 0, "review_cents": 0, "unknown": 0},
    }
