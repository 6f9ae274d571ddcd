"""Floors: what the law grants, and that it never makes an answer worse."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.policies.decision import Decision
from helpdesk.policies.engine import decide
from helpdesk.policies.reading import BadPolicy
from helpdesk.policies.statutory import FILE, floors_by_id, jurisdictions_of, read_floors, statutory
from helpdesk.policies.words import WORTH, Outcome, Request, ReturnShipping
from tests.policies.files import edition_of, effect, rule, window

FIRST_COMPARED = date(2026, 11, 22)
DELIVERED, ASKED = "2026-03-02T10:00:00+00:00", "2026-03-12T10:00:00+00:00"
REFUSES = edition_of("".join(rule(f"no-{r.value.replace('_', '-')}", "decline", request=f'"{r}"') for r in Request))
SHIRT = {"item_class": "clothing", "days_since_delivery": 10, "reason": "changed_mind"}
SEALED = {"item_class": "food", "opened": False, "days_since_delivery": 10, "reason": "changed_mind"}
FILE_TO_READ = {"item_class": "digital", "accessed": False, "days_since_placed": 10, "reason": "changed_mind"}
WAITING = {"order_stage": "processing", "days_since_placed": 10}
IN_TIME, OVERDUE = WAITING | {"promised_delivery_passed": False}, WAITING | {"promised_delivery_passed": True}
LATE = WAITING | {"days_since_placed": 31}
KETTLE = {"item_class": "electronics", "days_since_delivery": 200, "placed_on": "2026-03-02"}
REPAIRED = KETTLE | {"days_since_delivery": 732, "placed_on": "2026-07-31"}

CASES = [
    # ---- European Union
    ("DE", "return", SHIRT, "approve", "eu-withdrawal"),
    ("FR", "return", SHIRT | {"days_since_delivery": 14}, "approve", "eu-withdrawal"),
    ("de", "return", SHIRT, "approve", "eu-withdrawal"),
    ("DE", "return", SHIRT | {"days_since_delivery": 15}, "decline", None),
    ("DE", "return", SHIRT | {"personalised": True}, "decline", None),
    ("DE", "return", SHIRT | {"perishable": True}, "decline", None),
    ("DE", "return", SHIRT | {"item_class": "perishable"}, "decline", None),
    ("DE", "return", SHIRT | {"item_class": "electronics", "opened": True, "used": True}, "approve", "eu-withdrawal"),
    ("DE", "return", SEALED, "approve", "eu-withdrawal-sealed"),
    ("DE", "return", SEALED | {"opened": True}, "decline", None),
    ("DE", "return", SEALED | {"item_class": "grooming", "opened": True}, "decline", None),
    ("DE", "return", FILE_TO_READ, "approve", "eu-withdrawal-digital"),
    ("DE", "return", FILE_TO_READ | {"accessed": True}, "decline", None),
    ("DE", "return", FILE_TO_READ | {"days_since_placed": 15}, "decline", None),
    ("DE", "return", KETTLE | {"reason": "defective"}, "review", "eu-conformity"),
    ("DE", "return", KETTLE | {"reason": "changed_mind"}, "decline", None),
    ("DE", "defective", KETTLE, "review", "eu-conformity"),
    ("DE", "damaged", KETTLE | {"days_since_delivery": 731}, "review", "eu-conformity"),
    ("DE", "quality", KETTLE | {"days_since_delivery": 732}, "decline", None),
    ("DE", "quality", REPAIRED, "review", "eu-conformity-repaired"),
    ("DE", "quality", REPAIRED | {"days_since_delivery": 1096}, "review", "eu-conformity-repaired"),
    ("DE", "quality", REPAIRED | {"days_since_delivery": 1097}, "decline", None),
    ("DE", "quality", REPAIRED | {"placed_on": "2026-07-30"}, "decline", None),
    ("DE", "missing_item", KETTLE, "review", "eu-conformity"),
    ("DE", "wrong_item", KETTLE, "review", "eu-conformity"),
    ("DE", "cancel_order", WAITING, "approve", "eu-withdrawal-before"),
    ("DE", "cancel_order", IN_TIME | {"personalised": True}, "decline", None),
    ("DE", "cancel_order", IN_TIME | {"production_started": True}, "decline", None),
    ("DE", "cancel_order", WAITING | {"order_stage": "delivered"}, "decline", None),
    ("DE", "delayed", LATE, "review", "eu-late-delivery"),
    ("DE", "delayed", LATE | {"promised_delivery_passed": True}, "review", "eu-late-delivery"),
    ("DE", "delayed", LATE | {"promised_delivery_passed": False}, "decline", None),
    ("DE", "delayed", OVERDUE, "review", "eu-late-promise"),
    ("DE", "delayed", OVERDUE | {"item_class": "digital"}, "decline", None),
    ("DE", "delayed", IN_TIME, "decline", None),
    ("DE", "modify_order", WAITING, "decline", None),
    # ---- United Kingdom
    ("GB", "return", SHIRT, "approve", "uk-withdrawal"),
    ("GB", "return", SHIRT | {"days_since_delivery": 15}, "decline", None),
    ("GB", "return", SEALED, "approve", "uk-withdrawal-sealed"),
    ("GB", "return", SEALED | {"item_class": "health", "opened": True}, "decline", None),
    ("GB", "return", FILE_TO_READ, "approve", "uk-withdrawal-digital"),
    ("GB", "defective", KETTLE | {"days_since_delivery": 30}, "review", "uk-reject"),
    ("GB", "defective", KETTLE | {"days_since_delivery": 31}, "review", "uk-conformity"),
    ("GB", "defective", KETTLE | {"days_since_delivery": 2192}, "review", "uk-conformity"),
    ("GB", "defective", KETTLE | {"days_since_delivery": 2193}, "decline", None),
    ("GB", "cancel_order", WAITING, "approve", "uk-withdrawal-before"),
    ("GB", "delayed", LATE, "review", "uk-late-delivery"),
    ("GB", "delayed", OVERDUE, "review", "uk-late-promise"),
    ("GB", "delayed", OVERDUE | {"item_class": "digital"}, "decline", None),
    ("GB", "delayed", IN_TIME, "decline", None),
    # ---- Türkiye
    ("TR", "return", SHIRT, "approve", "tr-withdrawal"),
    ("TR", "return", SHIRT | {"item_class": "electronics", "opened": True}, "approve", "tr-withdrawal"),
    ("TR", "return", SHIRT | {"days_since_delivery": 15}, "decline", None),
    ("TR", "return", SEALED, "approve", "tr-withdrawal-sealed"),
    ("TR", "return", SEALED | {"opened": True}, "decline", None),
    ("TR", "return", FILE_TO_READ | {"order_stage": "processing"}, "approve", "tr-withdrawal-digital"),
    ("TR", "return", FILE_TO_READ | {"order_stage": "delivered"}, "decline", None),
    ("TR", "defective", KETTLE, "review", "tr-defective"),
    ("TR", "defective", KETTLE | {"days_since_delivery": 732}, "decline", None),
    ("TR", "cancel_order", WAITING, "approve", "tr-withdrawal-before"),
    ("TR", "delayed", LATE, "approve", "tr-late-delivery"),
    ("TR", "delayed", LATE | {"promised_delivery_passed": False}, "approve", "tr-late-delivery"),
    ("TR", "delayed", LATE | {"personalised": True, "promised_delivery_passed": False}, "decline", None),
    ("TR", "delayed", OVERDUE | {"personalised": True}, "review", "tr-late-promise"),
    ("TR", "delayed", OVERDUE, "review", "tr-late-promise"),
    ("TR", "delayed", IN_TIME, "decline", None),
    # ---- United States
    ("US", "return", SHIRT, "decline", None),
    ("US", "defective", KETTLE, "decline", None),
    ("US", "cancel_order", OVERDUE, "approve", "us-late-shipping"),
    ("US", "delayed", OVERDUE, "approve", "us-late-shipping"),
    ("US", "delayed", OVERDUE | {"item_class": "live"}, "decline", None),
    ("US", "delayed", OVERDUE | {"payment": "cash"}, "decline", None),
    ("US", "delayed", IN_TIME, "decline", None),
    ("US", "delayed", LATE, "approve", "us-late-shipping-30"),
    ("US", "delayed", LATE | {"promised_delivery_passed": False}, "decline", None),
    ("US", "delayed", LATE | {"order_stage": "shipped"}, "decline", None),
    # ---- nobody's law
    ("JP", "return", SHIRT, "decline", None),
    (None, "return", SHIRT, "decline", None),
]


@pytest.mark.parametrize("country, request_, facts, outcome, law", CASES)
def test_a_refusal_is_lifted_to_what_the_law_grants(
    country: str | None, request_: str, facts: dict[str, Any], outcome: str, law: str | None
) -> None:
    decision = decide(REFUSES, Request(request_), facts | {"country": country})
    assert (decision.outcome, decision.laws[:1]) == (outcome, (law,) if law else ())


def test_what_the_refusal_told_to_do_falls_with_it() -> None:
    refuses = edition_of(rule("no", "decline", more='steps = ["Keep it."]\nreturn_shipping = "customer"'))
    decision = decide(refuses, Request.RETURN, {"country": "DE", "item_value": 1000, "shipping_paid": 400} | SHIRT)
    assert "Keep it." not in decision.steps
    assert decision.because == floors_by_id()["eu-withdrawal"].because
    assert decision.refund is not None
    assert (decision.refund.cents, decision.refund.shipping, decision.remedies) == (1400, True, ("refund",))


FEES = (
    rule("yes", more='remedies = ["store_credit"]\nrefund = { method = "store_credit" }\nreturn_shipping = "customer"')
    + effect("restocking", more='fee = { kind = "restocking", percent = 15 }')
    + effect("label", more='fee = { kind = "return_shipping", amount = 5 }')
    + effect("wear", more='deduction = { kind = "wear", percent = 20 }')
)


@pytest.mark.parametrize(
    "country, more, charges, cents, shipping",
    [
        ("JP", {}, ["restocking", "return_shipping", "wear"], 6000, "customer"),
        ("DE", {}, ["return_shipping", "wear"], 7500, "customer"),
        ("DE", {"used": False, "packaging_complete": True}, ["return_shipping"], 9500, "customer"),
        ("DE", {"used": True, "packaging_complete": True}, ["return_shipping", "wear"], 7500, "customer"),
        ("DE", {"reason": "defective"}, [], 10000, "prepaid"),
        ("GB", {}, ["return_shipping", "wear"], 7500, "customer"),
        ("GB", {"reason": "defective", "days_since_delivery": 184}, [], 10000, "prepaid"),
        ("GB", {"reason": "defective", "days_since_delivery": 185}, ["wear"], 8000, "prepaid"),
        ("TR", {}, [], 10000, "prepaid"),
        ("TR", {"condition": "worn"}, [], 10000, "prepaid"),
        ("TR", {"condition": "unusable"}, ["wear"], 8000, "prepaid"),
        ("TR", {"soiled": True}, ["wear"], 8000, "prepaid"),
        ("TR", {"placed_on": "2025-12-31"}, [], 10000, "prepaid"),
        ("US", {}, ["restocking", "return_shipping", "wear"], 6000, "customer"),
    ],
)
def test_what_may_be_charged(country: str, more: dict[str, Any], charges: list[str], cents: int, shipping: str) -> None:
    facts = SHIRT | {"item_value": 10000, "country": country} | more
    decision = decide(edition_of(FEES), Request.RETURN, facts)
    assert decision.refund is not None
    assert [charge.kind for charge in decision.charges] == charges
    assert (decision.refund.cents, decision.return_shipping) == (cents, ReturnShipping(shipping))
    assert bool(decision.laws) == (country not in ("JP", "US"))


def test_money_goes_back_by_the_way_it_was_paid() -> None:
    decision = decide(edition_of(FEES), Request.RETURN, SHIRT | {"item_value": 10000, "country": "DE"})
    assert decision.refund is not None
    assert (decision.refund.method, "refund" in decision.remedies) == ("original", True)


def test_a_window_ends_no_sooner_than_the_law_says() -> None:
    week = edition_of(window("week", more="days = 7") + rule("no", "decline", "late = true") + rule("yes"))
    facts = {"item_class": "clothing", "reason": "other", "delivered_at": DELIVERED, "requested_at": ASKED}
    decision = decide(week, Request.RETURN, facts | {"country": "DE"})
    end = decision.deadline("return_window")
    assert end is not None
    assert (decision.outcome, end.ends_at, end.source) == ("approve", "2026-03-17T00:00:00+00:00", "eu-withdrawal")
    without = decide(week, Request.RETURN, facts | {"country": "US"}).deadline("return_window")
    assert without is not None
    assert without.ends_at == "2026-03-10T00:00:00+00:00"


def test_a_right_that_may_exist_is_asked_for_before_it_is_refused() -> None:
    decision = decide(REFUSES, Request.RETURN, {"country": "DE", "item_class": "food", "reason": "other"})
    assert (decision.outcome, decision.missing) == ("need_information", ("delivered_at", "opened"))
    assert "Directive 2011/83/EU" in decision.because


def test_evidence_the_policy_asks_for_is_still_asked_for() -> None:
    rows = rule("yes", request='"damaged"', more='evidence = ["photos_of_damage"]\nremedies = ["refund"]')
    decision = decide(edition_of(rows), Request.DAMAGED, {"country": "DE", "days_since_delivery": 1})
    assert (decision.outcome, decision.pending, decision.missing) == (
        "need_information", "approve", ("photos_of_damage",)
    )  # fmt: skip
    assert {"repair", "replacement"} <= set(decision.remedies)


def test_every_jurisdiction_and_floor_says_where_it_comes_from() -> None:
    for floor in statutory().floor:
        assert floor.text
        assert floor.law
        assert floor.source not in floor.read_in  # the live official pages were never read
        assert floor.checked >= FIRST_COMPARED
    assert [law.id for law in jurisdictions_of("GB")] == ["UK"]
    us = jurisdictions_of("US")[0]
    assert us.none
    assert us.source
    assert us.read_in


def test_a_floor_says_what_of_it_was_read_at_second_hand() -> None:
    floor = floors_by_id()["eu-withdrawal"]
    assert floor.provenance == "checked on 2026-11-22, at second hand: Articles 13, 14 and 16"
    assert floor.model_copy(update={"second_hand": ""}).provenance == "checked on 2026-11-22"


def _changed(old: str, new: str) -> str:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('days_since_delivery = "<= 14"', 'days_since_delivry = "<= 14"', "did you mean “days_since_delivery”?"),
        ('item_class = "digital"', 'item_class = "digitl"', "when.item_class"),
        ('outcome = "approve"', 'outcome = "decline"', "outcome is approve or review"),
        ('id = "uk-reject"', 'id = "uk-conformity"', "this id is there 2 times"),
        ('jurisdiction = "UK"', 'jurisdiction = "XX"', "jurisdiction: there is none “XX”"),
        ("window_days", "window_weeks", "there is no such field"),
        ('read_in = [\n  "https', 'read_in = [\n  "ftp', "read_in"),
        ('remedies = ["refund"]', 'remedies = ["exchange"]', "a least refund needs a remedy"),
        ("[[floor]]", "[[floor", "not a TOML file"),
    ],
)
def test_a_wrong_file_of_floors_is_refused_in_words(old: str, new: str, said: str) -> None:
    with pytest.raises(BadPolicy, match=r"statutory\.toml: ") as problem:
        read_floors(_changed(old, new))
    assert said in str(problem.value)


# ---- for any policy and any facts

_when = st.sampled_from(
    ["", "opened = true", "late = true", "used = false", 'item_class = "food"', 'fault = "none"', 'days_late = "> 3"']
)
_more = st.lists(
    st.sampled_from(
        [
            'remedies = ["refund"]', 'remedies = ["store_credit", "replacement"]', 'withhold = ["replacement"]',
            'refund = { method = "store_credit", percent = 80 }', "refund = { shipping = true }",
            'return_shipping = "customer"', 'return_shipping = "prepaid"', 'evidence = ["photos_of_damage"]',
            'fee = { kind = "restocking", up_to_percent = 15 }', 'fee = { kind = "return_shipping", amount = 4.5 }',
            'deduction = { kind = "wear", percent = 30 }', 'steps = ["Wait."]', 'escalate = "high_value"',
        ]
    ),
    max_size=5, unique_by=lambda line: line.split(" =")[0],
).map("\n".join)  # fmt: skip
REQUESTS = ["return", "exchange", "damaged", "defective", "cancel_order", "delayed"]
_request = ", ".join(f'"{request}"' for request in REQUESTS)


@st.composite
def policies(draw: st.DrawFn) -> str:
    rows = [
        rule(f"rule-{n}", draw(st.sampled_from(["approve", "review", "decline"])), draw(_when), _request, draw(_more))
        for n in range(draw(st.integers(1, 3)))
    ]
    rows += [effect(f"effect-{n}", draw(_when), _request, draw(_more)) for n in range(draw(st.integers(0, 3)))]
    lengths = st.sampled_from([None, "days = 7", "days = 20", "hours = 48"])
    if length := draw(lengths):
        rows.append(window("window", "", _request, length))
    return "".join(rows)


FACTS = st.fixed_dictionaries(
    {"country": st.sampled_from(["DE", "GB", "TR", "US"]), "requested_at": st.just("2026-03-20T10:00:00+00:00")},
    optional={
        "delivered_at": st.sampled_from([f"2026-{day}T09:00:00+00:00" for day in ("03-19", "03-08", "03-01", "01-05")]),
        "placed_at": st.sampled_from([f"2026-{day}T09:00:00+00:00" for day in ("03-18", "03-01", "02-01")]),
        "item_class": st.sampled_from(["food", "clothing", "electronics", "digital", "perishable"]),
        "reason": st.sampled_from(["changed_mind", "defective", "damaged"]),
        "order_stage": st.sampled_from(["paid", "shipped", "delivered"]),
        "item_value": st.integers(0, 30_000),
        "shipping_paid": st.integers(0, 2_000),
        "photos_of_damage": st.integers(0, 2),
    }
    | dict.fromkeys(
        ["opened", "used", "accessed", "personalised", "packaging_complete", "promised_delivery_passed"], st.booleans()
    ),
)


@settings(max_examples=150, deadline=None)
@given(policies(), st.sampled_from(REQUESTS), FACTS)
def test_a_floor_never_worsens_and_names_its_law(rows: str, request_: str, facts: dict[str, Any]) -> None:
    edition, request = edition_of(rows), Request(request_)
    before = decide(edition, request, {name: value for name, value in facts.items() if name != "country"})
    after = decide(edition, request, facts)
    assert WORTH[after.outcome] >= WORTH[before.outcome]
    assert {charge.kind for charge in after.charges} <= {charge.kind for charge in before.charges}
    assert set(before.remedies) <= set(after.remedies)
    assert _cents(after) >= _cents(before) or before.refund is None
    # A window that a refusal named was nobody's: the law's own takes its place.
    assert before.outcome is Outcome.DECLINE or _window_end(after) >= _window_end(before)
    if not after.laws:
        assert replace(after, facts=before.facts) == before
    else:
        assert replace(after, facts=before.facts, laws=()) != before
        assert set(after.laws) <= set(floors_by_id())
        if facts["country"] == "US":
            assert request_ in ("cancel_order", "delayed")
    if before.outcome is Outcome.APPROVE:
        assert (after.rule, after.because) == (before.rule, before.because)


def _cents(decision: Decision) -> tuple[int, int]:
    refund = decision.refund
    return (refund.cents or 0, refund.least_cents or 0) if refund else (0, 0)


def _window_end(decision: Decision) -> str:
    end = decision.deadline("return_window")
    return (end.ends_at or "") if end else ""
