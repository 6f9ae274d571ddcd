"""What would change it: only what truly gives a better answer, and what a person can do comes first."""

from typing import Any

import pytest

from helpdesk.policies.alternatives import Alternative, what_would_change
from helpdesk.policies.edition import Edition
from helpdesk.policies.words import WORTH, Outcome
from tests.policies.lamps import answer, lamps, rows

IN_TIME = {"delivered_at": "2026-03-01", "requested_at": "2026-03-09"}


def found(edition: Edition, request: str = "return", **facts: Any) -> list[Alternative]:
    return what_would_change(edition, answer(edition, request, **facts))


def told(edition: Edition, request: str = "return", **facts: Any) -> list[tuple[str, str]]:
    return [(one.words, one.outcome.value) for one in found(edition, request, **facts)]


def test_an_approval_needs_nothing() -> None:
    assert found(lamps(), **IN_TIME, used=False) == []


def test_what_alone_would_lift_a_review() -> None:
    assert told(lamps(), **IN_TIME, used=True) == [("not used", "approve")]


def test_what_nobody_can_change_is_told_too_but_not_offered() -> None:
    late = found(lamps(), delivered_at="2026-03-01", requested_at="2026-05-01", used=False)
    assert [(one.words, one.can_change) for one in late] == [("not past the window", False)]


def test_where_two_things_stand_in_the_way_no_single_one_helps() -> None:
    assert found(lamps(), delivered_at="2026-03-01", requested_at="2026-05-01", used=False, final_sale=True) == []


@pytest.mark.parametrize(
    "cell, value, words",
    [
        ('"< 5"', 9, "pieces in question: 4 pieces"),
        ('"<= 5"', 9, "pieces in question: 5 pieces"),
        ('"> 5"', 2, "pieces in question: 6 pieces"),
        ('">= 5"', 2, "pieces in question: 5 pieces"),
        ('"3..5"', 9, "pieces in question: 5 pieces"),
        ('"3..5"', 1, "pieces in question: 3 pieces"),
        ('"not 0"', 0, "pieces in question: 1 piece"),
        ("[2, 8]", 7, "pieces in question: 8 pieces"),
    ],
)
def test_of_numbers_the_nearest_that_helps(cell: str, value: int, words: str) -> None:
    edition = rows(("few", f"item_quantity = {cell}", "approve"), ("many", "", "decline"))
    assert told(edition, item_quantity=value) == [(words, "approve")]


@pytest.mark.parametrize(
    "cell, words",
    [
        ('"< 2026-03-05"', "the day it was ordered: 2026-03-04"),
        ('">= 2026-03-20"', "the day it was ordered: 2026-03-20"),
        ('["> 2026-03-20", "< 2026-03-05"]', "the day it was ordered: 2026-03-04"),
    ],
)
def test_of_days_the_nearest_that_helps(cell: str, words: str) -> None:
    edition = rows(("some", f"placed_on = {cell}", "approve"), ("others", "", "decline"))
    assert told(edition, placed_on="2026-03-09") == [(words, "approve")]


def test_of_values_the_one_that_gives_the_best_answer() -> None:
    edition = rows(
        ("not-liked", 'reason = "changed_mind"', "decline"), ("faulty", 'reason = "defective"', "approve"),
        ("others", "", "review"),
    )  # fmt: skip
    assert told(edition, reason="changed_mind") == [("reason: It does not work", "approve")]


def test_a_photo_is_called_by_what_it_shows_and_several_are_counted() -> None:
    def needing(photos: int) -> list[tuple[str, str]]:
        edition = rows(("shown", f'photos_of_item = ">= {photos}"', "approve"), ("not-shown", "", "review"))
        return told(edition, photos_of_item=0)

    assert needing(1) == [("a photo of the item", "approve")]
    assert needing(3) == [("a photo of the item: 3 photos", "approve")]


def test_where_a_photo_is_all_that_is_missing_it_is_asked_for_and_not_an_alternative() -> None:
    assert found(lamps(), "damaged") == []


def test_a_fact_of_the_shops_own_is_reached_through_what_it_is_computed_of() -> None:
    dear = """
[[fact]]
name = "dear"
type = "yes_no"
values = [{ when = { item_value = "> 100" }, value = true }, { value = false }]
"""
    edition = rows(("cheap", "dear = false", "approve"), ("others", "", "decline"), more=dear)
    assert told(edition, item_value=15000) == [("not dear", "approve"), ("paid for the item: $100.00", "approve")]


def test_what_is_promised_is_what_the_edition_then_answers() -> None:
    edition = rows(
        ("late", 'days_since_delivery = "> 30", fault = "none"', "decline"),
        ("worn", "used = true", "review"),
        ("good", 'used = false, item_value = "> 10"', "approve"),
        ("small", "", "decline"),
    )
    decision = answer(edition, days_since_delivery=31, reason="other", used=True, item_value=500)
    alternatives = what_would_change(edition, decision)
    assert alternatives
    for one in alternatives:
        again = answer(edition, **{**decision.facts, one.fact: one.value})
        assert one.outcome in (again.outcome, again.pending)
        assert WORTH[one.outcome] > WORTH[Outcome.DECLINE]
