"""Petito's edition answers as its page says: requests written down from the page, not from the edition."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.policies.engine import NO_RULE, decide
from helpdesk.policies.examples import answer, failures
from helpdesk.policies.facts import VOCABULARY, Kind, Source
from helpdesk.policies.words import Outcome, Request
from tests.policies.asking import Row, ask, edition_of, name_of, refused_unheard, rows_of, unanswered, wrong

EDITION = edition_of("petito", "2025-06-07")
ROWS = rows_of("petito")
#: Nobody has to answer more than this before there is a decision, even if the order says nothing.
MOST_QUESTIONS = 7


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_answers_as_the_page_says(row: Row) -> None:
    assert row["source"].startswith(("section", "ours")), "every row traces to the page, or says that it does not"
    assert wrong(EDITION, row) == []


def test_table_speaks_of_every_request() -> None:
    assert len(ROWS) >= 90
    assert {row["request"] for row in ROWS} == {request.value for request in Request}


def test_every_situation_has_an_answer_and_asks_only_what_can_be_told() -> None:
    assert list(unanswered(EDITION)) == []


def test_no_machine_declines_a_fault_or_a_lost_parcel() -> None:
    assert list(refused_unheard(EDITION)) == []


def test_its_own_examples_hold_and_no_row_is_out_of_reach() -> None:
    assert len(EDITION.file.example) >= 60
    assert failures(EDITION) == []
    assert EDITION.warnings == []


def test_clauses_have_the_thirteen_sections_of_the_page() -> None:
    assert {clause.split(".")[0] for clause in EDITION.clauses} == {str(number) for number in range(1, 14)}


def test_every_rule_decides_some_row_or_example() -> None:
    decisions = [ask(EDITION, row) for row in ROWS] + [answer(EDITION, example) for example in EDITION.file.example]
    assert {rule.id for rule in EDITION.file.rule} - {decision.rule for decision in decisions} == set()


# ---- whatever is known


def values_of(name: str) -> st.SearchStrategy[Any]:
    """Values that a fact can have, and none."""
    fact = VOCABULARY[name]
    if fact.kind is Kind.YES_NO:
        return st.sampled_from([None, True, False])
    if fact.kind is Kind.CHOICE:
        return st.sampled_from([None, *fact.choices])
    return st.sampled_from([None, 0, 1, 7, 8, 48, 49, 60, 61, 74, 75, 90, 91, 181, 731])


TRIED = [n for n, fact in VOCABULARY.items() if fact.kind in (Kind.YES_NO, Kind.CHOICE, Kind.NUMBER)]
FACTS = st.fixed_dictionaries({name: values_of(name) for name in TRIED if name not in ("late", "days_late", "fault")})


@given(request=st.sampled_from(list(Request)), facts=FACTS)
def test_some_rule_answers_whatever_is_known(request: Request, facts: dict[str, Any]) -> None:
    decision = decide(EDITION, request, facts)
    assert decision.rule != NO_RULE
    assert all(EDITION.facts[name].is_for_customer for name in decision.missing), decision.missing


@given(request=st.sampled_from(list(Request)), facts=FACTS)
def test_few_questions_lead_to_an_answer(request: Request, facts: dict[str, Any]) -> None:
    told = {name: value for name, value in facts.items() if VOCABULARY[name].source in (Source.ORDER, Source.ITEM)}
    told["requested_at"] = "2026-03-12T09:00:00+03:00"
    asked: list[str] = []
    while (decision := decide(EDITION, request, told)).outcome is Outcome.NEED_INFORMATION and not decision.pending:
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
    return next(iter(fact.choices)) if fact.kind is Kind.CHOICE else False
