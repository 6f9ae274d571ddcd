"""Petito: requests with the answers that its published page gives, against the edition that the program runs."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core.money import cents_of
from helpdesk.policies.cells import value_of
from helpdesk.policies.decision import Decision
from helpdesk.policies.edition import Edition
from helpdesk.policies.engine import NO_RULE, decide
from helpdesk.policies.examples import failures, last_day
from helpdesk.policies.facts import VOCABULARY, Kind, Source
from helpdesk.policies.reading import read_policy_file
from helpdesk.policies.words import Outcome, Request

HERE = Path(__file__).parent
FILE = HERE.parents[1] / "helpdesk" / "seed" / "petito" / "policy-2025-06-07.toml"
ROWS = tomli.loads((HERE / "requests" / "petito.toml").read_text(encoding="utf-8"))["request"]
GIVEN = ("request", "facts", "source")
UNORDERED = ("remedies", "missing", "fees", "deadlines")
#: Nobody has to answer more than this before there is a decision.
MOST_QUESTIONS = 6


@cache
def edition() -> Edition:
    """Petito's edition, compiled once."""
    return read_policy_file(FILE)


def decided(request: str, facts: dict[str, Any]) -> Decision:
    """The edition's answer to facts as a file writes them."""
    known = edition()
    return decide(known, Request(request), {n: value_of(v, known.facts[n], known.currency) for n, v in facts.items()})


def found(decision: Decision, expected: dict[str, Any]) -> dict[str, Any]:
    """What the decision holds of everything that a row expects, in the row's words."""
    refund = decision.refund
    answers = {
        "until": last_day(decision),
        "clauses": [clause for clause in expected.get("clauses", ()) if clause in decision.clauses],
        "fees": [charge.kind for charge in decision.charges],
        "deadlines": [deadline.target for deadline in decision.deadlines],
        "method": refund and refund.method,
        "refund": refund and refund.cents,
        "least_refund": refund and refund.least_cents,
        "says": expected.get("says")
        if expected.get("says", "") in " ".join((decision.because, *decision.steps))
        else "",
    }
    return {name: answers[name] if name in answers else getattr(decision, name) for name in expected}


def comparable(answers: dict[str, Any]) -> dict[str, Any]:
    """The same with lists in one order."""
    return {name: sorted(value) if name in UNORDERED else value for name, value in answers.items()}


def name_of(row: dict[str, Any]) -> str:
    """How a row reads in a test's name."""
    return f"{row['request']}-{row['outcome']}-{row['source'][:60]}"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_edition_answers_as_page_does(row: dict[str, Any]) -> None:
    expected = {name: value for name, value in row.items() if name not in GIVEN}
    for name in ("refund", "least_refund"):
        if name in expected:
            expected[name] = cents_of(str(expected[name]), "USD")
    decision = decided(row["request"], row["facts"])
    assert comparable(found(decision, expected)) == comparable(expected), decision.rule


def test_table_speaks_of_every_request_and_says_where_it_stands() -> None:
    assert len(ROWS) >= 90
    assert {row["request"] for row in ROWS} == {request.value for request in Request}
    assert all(row["source"].startswith(("section", "ours")) for row in ROWS)


def test_edition_has_no_warnings_and_keeps_its_own_examples() -> None:
    assert list(edition().warnings) == []
    assert len(edition().file.example) >= 60
    assert failures(edition()) == []


def test_clauses_have_the_thirteen_sections_of_the_page() -> None:
    assert {clause.split(".")[0] for clause in edition().clauses} == {str(number) for number in range(1, 14)}


def test_every_rule_decides_in_some_row_or_example() -> None:
    cases = [(row["request"], row["facts"]) for row in ROWS]
    cases += [(example.request.value, dict(example.facts)) for example in edition().file.example]
    reached = {decided(request, facts).rule for request, facts in cases}
    assert {rule.id for rule in edition().file.rule} - reached == set()


# ---- whatever is known, there is an answer


def values_of(name: str) -> st.SearchStrategy[Any]:
    """Values that a fact can have, and none."""
    fact = VOCABULARY[name]
    if fact.kind is Kind.YES_NO:
        return st.sampled_from([None, True, False])
    if fact.kind is Kind.CHOICE:
        return st.sampled_from([None, *fact.choices])
    return st.sampled_from([None, 0, 1, 7, 8, 48, 49, 60, 61, 74, 75, 90, 91, 181, 731])


ASKED = [n for n, fact in VOCABULARY.items() if fact.kind in (Kind.YES_NO, Kind.CHOICE, Kind.NUMBER)]
FACTS = st.fixed_dictionaries({name: values_of(name) for name in ASKED if name not in ("late", "days_late", "fault")})


@given(request=st.sampled_from(list(Request)), facts=FACTS)
def test_some_rule_answers_whatever_is_known(request: Request, facts: dict[str, Any]) -> None:
    decision = decide(edition(), request, facts)
    assert decision.rule != NO_RULE
    if decision.pending is None and decision.outcome is Outcome.NEED_INFORMATION:
        assert all(edition().facts[name].is_for_customer for name in decision.missing), decision.missing


@given(request=st.sampled_from(list(Request)), facts=FACTS)
def test_few_questions_lead_to_an_answer(request: Request, facts: dict[str, Any]) -> None:
    told = {name: value for name, value in facts.items() if VOCABULARY[name].source in (Source.ORDER, Source.ITEM)}
    told["requested_at"] = "2026-03-12T09:00:00+03:00"
    asked: list[str] = []
    while (decision := decide(edition(), request, told)).outcome is Outcome.NEED_INFORMATION and not decision.pending:
        assert not set(decision.missing) & set(asked), "a question came back"
        asked += decision.missing
        told |= {name: answer_to(name, facts) for name in decision.missing}
    assert len(asked) <= MOST_QUESTIONS, asked


def answer_to(name: str, facts: dict[str, Any]) -> Any:
    """What is known of it, or else some answer to the question."""
    fact = VOCABULARY[name]
    if fact.kind is Kind.MOMENT:
        return "2026-03-02"
    if facts[name] is not None:
        return facts[name]
    fact = VOCABULARY[name]
    return next(iter(fact.choices)) if fact.kind is Kind.CHOICE else False
