"""Which promise a ticket gets: the most specific row that names it, and why."""

import pytest
from pydantic import ValidationError

from helpdesk.cli_targets import WORDS
from helpdesk.sla import Asked, Target, all_choices, choose, unknown_words
from helpdesk.sla.targets import promise_for, warn_before
from helpdesk.stores import Promises

FIRST = Target.FIRST_RESPONSE
DAMAGED_URGENT = Asked("post_purchase", "damaged", "urgent")


def promises(*rows: dict[str, object]) -> Promises:
    return Promises.model_validate({"first_response": {"hours": 99}, "targets": list(rows)})


def row(hours: int, **conditions: str) -> dict[str, object]:
    return {**conditions, "first_response": {"hours": hours}}


#: From the most specific to the least; each wins over all that follow.
ORDER = [
    row(1, issue_type="damaged", priority="urgent"),
    row(2, issue_type="damaged"),
    row(3, category="post_purchase", priority="urgent"),
    row(4, category="post_purchase"),
    row(5, priority="urgent"),
]


@pytest.mark.parametrize("first", range(len(ORDER) + 1))
@pytest.mark.parametrize("backwards", [False, True])
def test_the_most_specific_row_wins_wherever_it_stands(first: int, backwards: bool) -> None:
    rows = ORDER[first:][::-1] if backwards else ORDER[first:]
    term = choose(promises(*rows), FIRST, DAMAGED_URGENT).term
    assert term.hours == (first + 1 if rows else 99)


@pytest.mark.parametrize("asked", [
    Asked("policy", "return", "normal"), Asked("shipping", "lost", "low"), Asked("post_purchase", "damaged", "normal"),
])  # fmt: skip
def test_a_row_is_only_for_those_it_names(asked: Asked) -> None:
    assert choose(promises(ORDER[0], ORDER[2], ORDER[4]), FIRST, asked).term.hours == 99


def test_what_a_row_does_not_promise_comes_from_the_next() -> None:
    found = promises({"priority": "urgent", "refund": {"days": 2}}, row(1, issue_type="damaged"))
    choices = all_choices(found, DAMAGED_URGENT)
    assert (choices[FIRST].term.hours, choices[Target.REFUND].term.days) == (1, 2)
    assert choices[Target.UPDATE].because == "the store's promise for every ticket"
    assert choices[FIRST].because == "the store's promise for issue type damaged"


@pytest.mark.parametrize("rows", [
    [row(1)],
    [{"priority": "urgent"}],
    [row(1, category="policy", issue_type="return")],
    [row(1, priority="urgent"), row(2, priority="urgent")],
    [{**row(1, priority="urgent"), "fastest": {"hours": 1}}],
])  # fmt: skip
def test_rows_that_say_nothing_or_twice_are_refused(rows: list[dict[str, object]]) -> None:
    with pytest.raises(ValidationError):
        promises(*rows)


def test_two_rows_may_promise_different_things_to_the_same_tickets() -> None:
    found = promises(row(1, priority="urgent"), {"priority": "urgent", "refund": {"days": 2}})
    assert len(all_choices(found, DAMAGED_URGENT)) == 10


def test_words_that_no_ticket_has_are_named() -> None:
    wrong = list(unknown_words(promises(row(1, priority="hasty"), row(2, issue_type="eaten")), WORDS))
    assert [line.split(" is not")[0] for line in wrong] == [
        "promises.targets.0.priority: “hasty”", "promises.targets.1.issue_type: “eaten”",
    ]  # fmt: skip


@pytest.mark.parametrize("target, seconds, before", [
    (FIRST, 4000, 1000), (Target.EVIDENCE, 48 * 3600, 12 * 3600), (Target.EVIDENCE, 3600, 3600),
    (Target.SEND_BACK, 14 * 86_400, 3 * 86_400), (Target.RETURN_WINDOW, 60 * 86_400, 7 * 86_400),
])  # fmt: skip
def test_how_long_before_its_end_a_promise_is_warned_of(target: Target, seconds: int, before: int) -> None:
    assert warn_before(Promises(), target, seconds) == before


def test_a_promise_knows_why_it_is_that_long() -> None:
    promise = promise_for(promises(*ORDER), FIRST, DAMAGED_URGENT)
    assert (promise.seconds, promise.warn_before) == (3600, 900)
    assert promise.because == "the store's promise for issue type damaged and priority urgent"
