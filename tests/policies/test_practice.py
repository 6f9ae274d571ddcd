"""Where the law goes further than the store: its practical steps stay, what the law overrules is named as such."""

from typing import Any

import pytest

from helpdesk.policies.decision import Decision
from helpdesk.policies.engine import decide
from helpdesk.policies.words import Request
from tests.policies.files import edition_of, effect, rule, window

DELIVERED, ASKED = "2026-03-02T10:00:00+00:00", "2026-03-05T10:00:00+00:00"
TOY = {"item_class": "toy", "delivered_at": DELIVERED, "requested_at": ASKED, "country": "TR"}
LABEL = effect(
    "label",
    'fault = "none"',
    more='outcome = "approve"\nclauses = ["2"]\nreturn_shipping = "prepaid"\nsteps = ["Print our label."]\n'
    'deadline = { target = "send_back", days = 14, from = "approval" }',
)
STORE = (
    window("sixty", more="days = 60")
    + rule("used", "decline", 'used = true, fault = "none"')
    + rule("fine", when="used = false", more='remedies = ["refund"]\nsteps = ["Keep the bill."]')
    + LABEL
    + effect("no", more='outcome = "decline"\nsteps = ["Ask a supervisor."]')
    + effect("papers", more='outcome = "approve"\nevidence = ["other_documents"]\nsteps = ["Show us a paper."]')
    + effect("fee", more='fee = { kind = "restocking", percent = 15 }\nsteps = ["We keep a fee."]')
)


def told(country: str = "TR", rows: str = STORE, **facts: Any) -> Decision:
    return decide(edition_of(rows), Request.RETURN, TOY | {"country": country} | facts)


def ends(decision: Decision) -> dict[str, str]:
    return {each.target: (each.ends_at or "")[:10] for each in decision.deadlines}


def test_the_number_and_the_label_stay_where_the_law_grants_it_at_once() -> None:
    granted = told()
    assert granted.outcome == "approve"
    assert [step.split()[0] for step in granted.steps] == ["With", "Print"]
    assert (granted.clauses, granted.overruled, granted.effects) == (("2",), (), ("label",))


def test_beside_the_day_of_the_law_the_longer_window_of_the_store_is_named() -> None:
    assert ends(told()) == {"withdrawal": "2026-03-17", "return_window": "2026-05-02", "send_back": ""}


def test_whom_the_store_refuses_has_the_days_of_the_law_only() -> None:
    granted = told(reason="changed_mind", used=True)
    assert (granted.outcome, granted.overruled) == ("approve", ("1",))
    assert ends(granted) == {"return_window": "2026-03-17", "send_back": ""}


@pytest.mark.parametrize("used, shipping", [(None, "prepaid"), (True, "customer")])
def test_a_free_way_back_is_only_owed_to_whom_the_store_would_not_refuse_it(used: bool | None, shipping: str) -> None:
    assert told("DE", reason="changed_mind", used=used).return_shipping == shipping


def test_what_is_only_asked_for_before_the_law_grants_it_overrules_nothing() -> None:
    asking = told("DE", item_class="food", reason="changed_mind", used=True)
    assert (asking.outcome, asking.clauses, asking.overruled) == ("need_information", ("1",), ())


KEEPS = rule("yes", more='remedies = ["refund"]') + effect(
    "shipping", 'shipping_paid = "> 0"', more='clauses = ["2"]\nrefund = { shipping = false }\nsteps = ["We keep it."]'
)


@pytest.mark.parametrize("country, steps, clauses, overruled", [
    ("US", ("We keep it.",), ("1", "2"), ()),
    ("TR", (), ("1",), ("2",)),
])  # fmt: skip
def test_no_step_says_what_the_law_forbids(
    country: str, steps: tuple[str, ...], clauses: tuple[str, ...], overruled: tuple[str, ...]
) -> None:
    decision = told(country, KEEPS, shipping_paid=500, item_value=2000)
    assert (decision.steps, decision.clauses, decision.overruled) == (steps, clauses, overruled)
    assert Decision.from_dict(decision.as_dict()) == decision
