"""The trace: which rules were looked at, and what decided each."""

from typing import Any

from helpdesk.policies.trace import Look, effects_of, replayed, trace_of
from helpdesk.policies.words import Request
from tests.policies.lamps import answer, lamps

NEW = {"delivered_at": "2026-03-01", "requested_at": "2026-03-09"}


def looked(**facts: Any) -> list[tuple[str, bool | None, str]]:
    return [(look.row, look.held, look.words) for look in trace_of(lamps(), Request.RETURN, facts)]


def test_every_rule_up_to_the_one_that_held_says_by_which_fact() -> None:
    assert looked(**NEW, used=False) == [
        ("final", False, "sold as final: no; it asks for yes"),
        ("late", False, "past the window: no; it asks for yes"),
        ("used", False, "used: no; it asks for yes"),
        ("in-time", True, "used: no"),
    ]


def test_it_ends_at_the_rule_that_needs_to_know_more() -> None:
    assert looked()[-1] == ("late", None, "past the window: not known; it asks for yes")


def test_a_fact_that_rules_out_wins_over_one_that_is_not_known() -> None:
    edition = lamps(("when = { used = true }", "when = { opened = true, used = true }"))
    look = trace_of(edition, Request.RETURN, {**NEW, "used": False})[2]
    assert (look.held, look.fact, look.value, look.asked) == (False, "used", "no", "yes")


def test_a_rule_without_conditions_says_so() -> None:
    assert [look.words for look in trace_of(lamps(), Request.DAMAGED, {})] == ["it has no conditions"]


def test_amounts_and_choices_are_read_by_people() -> None:
    edition = lamps(("when = { final_sale = true }", 'when = { item_value = "> 50", item_class = ["toy", "food"] }'))
    facts = {"item_value": 7550, "item_class": "home"}
    assert trace_of(edition, Request.RETURN, facts)[0] == Look(
        "final", False, "kind of product", "home and furniture", "toy or accessory or food and treats"
    )
    both = trace_of(edition, Request.RETURN, facts | {"item_class": "toy"})[0]
    assert both.words == "paid for the item: $75.50; kind of product: toy or accessory"


def test_every_effect_is_shown_whether_it_held_or_not() -> None:
    held = [effects_of(lamps(), Request.RETURN, facts)[0].held for facts in ({}, {"item_size": "large"})]
    assert held == [False, True]


def test_a_kept_decision_has_the_trace_it_had() -> None:
    decision = answer(lamps(), **NEW, used=True)
    assert replayed(lamps(), decision)[-1].row == decision.rule == "used"
