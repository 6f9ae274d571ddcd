"""Cells: what a rule asks of one fact, read and held against values."""

from typing import Any

import pytest

from helpdesk.policies.cells import BadCell, cell_of, in_cell_words, value_of
from helpdesk.policies.facts import VOCABULARY

DAYS, CLASS, OPENED, VALUE = (VOCABULARY[n] for n in ("days_since_delivery", "item_class", "opened", "order_value"))
PLACED, COUNTRY, MOMENT = (VOCABULARY[n] for n in ("placed_on", "country", "delivered_at"))


@pytest.mark.parametrize(
    "fact, raw, value, holds",
    [
        (DAYS, 7, 7, True), (DAYS, 7, 7.0, True), (DAYS, 7, 8, False), (DAYS, 7, None, None),
        (DAYS, "> 7", 7, False), (DAYS, "> 7", 8, True), (DAYS, ">= 7", 7, True), (DAYS, "< 7", 7, False),
        (DAYS, "<= 7", 7, True), (DAYS, "<=7", 7.5, False), (DAYS, "= 7", 7, True), (DAYS, ">7", None, None),
        (DAYS, "1..5", 1, True), (DAYS, "1..5", 5, True), (DAYS, "1..5", 5.5, False), (DAYS, "1..5", 0, False),
        (DAYS, "not 3", 3, False), (DAYS, "not 3", 4, True), (DAYS, "not 3", None, None),
        (DAYS, ["< 2", "> 5"], 1, True), (DAYS, ["< 2", "> 5"], 3, False), (DAYS, [1, "4..6"], 1, True),
        (DAYS, ["> 5", "unknown"], None, True), (DAYS, ["> 5", "unknown"], 3, False),
        (DAYS, "unknown", None, True), (DAYS, "unknown", 3, False), (DAYS, "known", None, False),
        (DAYS, "known", 0, True),
        (OPENED, True, True, True), (OPENED, False, True, False), (OPENED, "yes", True, True),
        (OPENED, "no", False, True),
        (OPENED, [True, "unknown"], None, True), (OPENED, "known", False, True),
        (CLASS, "food", "food", True), (CLASS, "not food", "food", False), (CLASS, "not food", "toy", True),
        (CLASS, ["food", "toy"], "toy", True), (CLASS, ["not food", "not toy"], "food", True),
        (CLASS, ["not food", "food"], "food", True), (CLASS, ["not food", "unknown"], None, True),
        (CLASS, ["not food", "unknown"], "food", False),
        (VALUE, "> 12.50", 1250, False), (VALUE, "> 12.50", 1251, True), (VALUE, "10..20", 2000, True),
        (PLACED, ">= 2026-01-01", "2026-01-01", True), (PLACED, "< 2026-01-01", "2026-01-01", False),
        (PLACED, "2026-01-01..2026-01-31", "2026-01-31", True),
        (COUNTRY, "not DE", "TR", True), (COUNTRY, ["DE", "FR"], "FR", True),
        (MOMENT, "unknown", None, True), (MOMENT, "known", "2026-01-01", True),
    ],
)  # fmt: skip
def test_a_cell_holds_or_not_or_nobody_knows(fact: Any, raw: Any, value: Any, holds: bool | None) -> None:
    assert cell_of(raw, fact, "USD").holds(value) is holds


@pytest.mark.parametrize(
    "fact, raw, said",
    [
        (DAYS, "soon", "is a number of days, not 'soon'"), (DAYS, "> soon", "is a number"), (DAYS, True, "is a number"),
        (DAYS, "5..1", "ends before it begins"), (DAYS, [], "empty list"), (DAYS, float("nan"), "no number"),
        (DAYS, "> 9e99", "no number"), (DAYS, "inf", "no number"),
        (OPENED, "perhaps", "is true or false"), (OPENED, 1, "is true or false"),
        (CLASS, "fod", "is one of food, perishable"), (CLASS, "> food", "is one of"), (CLASS, ["food", 3], "is one of"),
        (VALUE, "12.505", "not an amount"), (VALUE, True, "amount of money"), (VALUE, "lots", "amount"),
        (PLACED, "yesterday", "is a day like"), (COUNTRY, " ", "is a text"), (COUNTRY, 5, "is a text"),
        (MOMENT, "2026-01-01", 'only be "known" or "unknown"'), (MOMENT, "> 2026-01-01", "ask for the days or hours"),
    ],
)  # fmt: skip
def test_a_cell_that_means_nothing_is_refused_in_words(fact: Any, raw: Any, said: str) -> None:
    with pytest.raises(BadCell) as problem:
        cell_of(raw, fact, "USD")
    assert said in str(problem.value)


def test_money_without_a_currency_is_refused() -> None:
    with pytest.raises(BadCell, match=r"say policy\.currency"):
        cell_of("> 10", VALUE)


@pytest.mark.parametrize(
    "fact, raw, words",
    [
        (DAYS, "> 7", "more than 7 days"), (DAYS, "1..5", "1 to 5 days"), (DAYS, 1, "1 day"),
        (DAYS, "> 1", "more than 1 day"),
        (VALUE, "10..20", "$10.00 to $20.00"), (PLACED, "2026-01-01..2026-01-31", "2026-01-01 to 2026-01-31"),
        (CLASS, "not food", "not food and treats"),
        (CLASS, ["food", "toy"], "food and treats or toy or accessory"), (OPENED, True, "yes"),
        (DAYS, ["unknown", "<= 2"], "not known or at most 2 days"), (VALUE, ">= 40", "at least $40.00"),
    ],
)  # fmt: skip
def test_a_cell_can_be_said(fact: Any, raw: Any, words: str) -> None:
    assert in_cell_words(raw, fact, "USD") == words


@pytest.mark.parametrize(
    "fact, text, value",
    [
        (DAYS, "8", 8), (DAYS, "8.5", 8.5), (OPENED, "Yes", True), (VALUE, "1,234.50", 123450), (VALUE, 12.5, 1250),
        (PLACED, "2026-12-24", "2026-12-24"), (COUNTRY, " DE ", "DE"), (MOMENT, "2026-12-24", "2026-12-24"),
    ],
)  # fmt: skip
def test_values_are_read_from_forms(fact: Any, text: Any, value: Any) -> None:
    assert value_of(text, fact, "USD") == value


@pytest.mark.parametrize("text", ["2026-12-24T10:00:00", "24.12.2026", ""])
def test_a_moment_needs_its_offset(text: str) -> None:
    with pytest.raises(BadCell, match="is a day or moment"):
        value_of(text, MOMENT)
