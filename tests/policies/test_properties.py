"""What holds for every edition and any facts: those we ship and one we do not."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.policies import WORTH, Decision, Edition, Fact, Kind, Request, decide, read_policy_file
from helpdesk.policies.facts import Source
from helpdesk.seed import SEEDS

SHIPPED = sorted(SEEDS.glob("*/policy-*.toml"))
FILES = [*SHIPPED, Path(__file__).parent / "bookshop" / "policy.toml"]
EDITIONS = [pytest.param(read_policy_file(path), id=f"{path.parent.name}-{path.stem}") for path in FILES]
every_edition = pytest.mark.parametrize("edition", EDITIONS)

ASKED = datetime(2026, 6, 20, 15, tzinfo=UTC)
ZONES = ["UTC", "America/New_York", "Europe/Istanbul"]
#: Computed from the others; given outright they would contradict them.
COMPUTED = {"late", "days_late", "fault", "requested_on", "requested_at", "timezone"}
CLOCKED = {"placed_on"}  # and whatever counts from a moment


def _moments() -> st.SearchStrategy[str]:
    ago = st.integers(0, 150 * 24).map(lambda hours: ASKED - timedelta(hours=hours))
    return ago.map(lambda moment: moment.isoformat()) | ago.map(lambda moment: moment.date().isoformat())


def _values(fact: Fact) -> st.SearchStrategy[Any]:
    return {
        Kind.YES_NO: st.booleans(),
        Kind.NUMBER: st.integers(0, 3) if fact.source is Source.EVIDENCE else st.integers(0, 120),
        Kind.MONEY: st.integers(0, 40_000),
        Kind.CHOICE: st.sampled_from(sorted(fact.choices) or [""]),
        Kind.TEXT: st.sampled_from(["DE", "GB", "TR", "US"]),
        Kind.DAY: st.dates(min_value=ASKED.date() - timedelta(days=200), max_value=ASKED.date()).map(str),
        Kind.MOMENT: _moments(),
    }[fact.kind]


def _facts(edition: Edition) -> st.SearchStrategy[dict[str, Any]]:
    """Some of all that the edition and the floors may ask, so that much stays unknown."""
    asked = {*edition.asked, "delivered_at", "placed_at", "shipped_at", "reason", "country", "item_value"}
    asked |= {"order_value", "shipping_paid", "item_class"}
    names = [
        name
        for name in sorted(asked - COMPUTED - CLOCKED)
        if edition.facts[name].source is not Source.POLICY and not edition.facts[name].asks
    ]
    always = {"requested_at": st.just(ASKED.isoformat()), "timezone": st.sampled_from(ZONES)}
    return st.fixed_dictionaries(always, optional={name: _values(edition.facts[name]) for name in names})


def _draw(data: st.DataObject, edition: Edition) -> tuple[Request, dict[str, Any]]:
    return data.draw(st.sampled_from(list(Request))), data.draw(_facts(edition))


@every_edition
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_the_order_of_facts_does_not_matter(edition: Edition, data: st.DataObject) -> None:
    request, facts = _draw(data, edition)
    shuffled = dict(data.draw(st.permutations(list(facts.items()))))
    assert decide(edition, request, shuffled) == decide(edition, request, facts)


@every_edition
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_what_was_answered_is_not_asked_again(edition: Edition, data: st.DataObject) -> None:
    request, facts = _draw(data, edition)
    answered: set[str] = set()
    decision = decide(edition, request, facts)
    while decision.outcome == "need_information":
        assert decision.missing
        assert not answered & set(decision.missing)
        answered |= set(decision.missing)
        facts |= {name: _answer(data, edition, name) for name in decision.missing}
        decision = decide(edition, request, facts)
    assert decision.outcome in ("approve", "review", "decline")


def _answer(data: st.DataObject, edition: Edition, name: str) -> Any:
    """Something a person could say; of evidence at least one piece, for none is no answer."""
    fact = edition.facts[name]
    if fact.source is Source.EVIDENCE:
        return True if fact.kind is Kind.YES_NO else 1
    return data.draw(_values(fact), label=name)


@every_edition
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_waiting_longer_never_helps_a_return(edition: Edition, data: st.DataObject) -> None:
    facts = data.draw(_facts(edition))
    facts["delivered_at"] = data.draw(_moments())
    later = facts | {"requested_at": (ASKED + timedelta(days=data.draw(st.integers(1, 90)))).isoformat()}
    sooner = decide(edition, Request.RETURN, facts)
    assert WORTH[decide(edition, Request.RETURN, later).outcome] <= WORTH[sooner.outcome]


@every_edition
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_stored_decision_is_the_same_again_and_replays(edition: Edition, data: st.DataObject) -> None:
    request, facts = _draw(data, edition)
    facts.pop("requested_at")
    decision = decide(edition, request, facts, ASKED)
    stored = json.loads(json.dumps(decision.as_dict()))
    assert Decision.from_dict(stored) == decision
    assert decide(edition, Request(stored["request"]), stored["facts"]) == decision


@every_edition
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_refund_is_more_than_was_paid(edition: Edition, data: st.DataObject) -> None:
    request, facts = _draw(data, edition)
    facts |= {"item_value": data.draw(st.integers(0, 40_000)), "shipping_paid": data.draw(st.integers(0, 2_000))}
    refund = decide(edition, request, facts).refund
    if refund is not None and refund.cents is not None and refund.least_cents is not None:
        most = facts["item_value"] + (facts["shipping_paid"] if refund.shipping else 0)
        assert 0 <= refund.least_cents <= refund.cents <= most


@every_edition
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_floor_never_worsens(edition: Edition, data: st.DataObject) -> None:
    request, facts = _draw(data, edition)
    facts.pop("country", None)
    before = decide(edition, request, facts)
    after = decide(edition, request, facts | {"country": data.draw(st.sampled_from(["DE", "GB", "TR", "US"]))})
    assert WORTH[after.outcome] >= WORTH[before.outcome]
    assert {charge.kind for charge in after.charges} <= {charge.kind for charge in before.charges}
    assert after.laws or (after.outcome, after.refund) == (before.outcome, before.refund)


def test_there_is_always_something_to_hold_this_against() -> None:
    assert len(EDITIONS) > len(SHIPPED)
