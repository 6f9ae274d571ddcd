"""The life of a return as a table."""

from itertools import product

import pytest

from helpdesk.returns.steps import ENDS, MOVES, NAMES, SETTLED, Result, Step, can_move, result_of

ALLOWED = {
    "requested": "approved declined cancelled",
    "approved": "label_sent in_transit received cancelled",
    "label_sent": "in_transit received cancelled",
    "in_transit": "received cancelled",
    "received": "inspected",
    "inspected": "refunded replaced exchanged rejected",
    "refunded": "closed",
    "replaced": "closed",
    "exchanged": "closed",
    "rejected": "closed",
    "declined": "",
    "closed": "",
    "cancelled": "",
}


@pytest.mark.parametrize("now, to", [*product(Step, Step)])
def test_only_these_moves_are_allowed(now: Step, to: Step) -> None:
    assert can_move(now, to) == (to in ALLOWED[now].split())


def test_nothing_can_be_cancelled_once_it_was_received() -> None:
    after = {Step.RECEIVED, Step.INSPECTED, *SETTLED, *ENDS}
    assert not any(can_move(step, Step.CANCELLED) for step in after)
    assert all(can_move(step, Step.CANCELLED) for step in set(Step) - after)


def test_every_step_has_a_name_and_leads_to_an_end() -> None:
    assert set(NAMES) == set(Step) == set(MOVES)
    reached = {Step.REQUESTED}
    while more := {to for now in reached for to in MOVES[now]} - reached:
        reached |= more
    assert reached == set(Step)
    assert {step for step, moves in MOVES.items() if not moves} == set(ENDS)


@pytest.mark.parametrize("authorised, missing, damaged, refused, result", [
    (2, 0, 0, 0, Result.PASSED), (2, 1, 0, 0, Result.PARTIAL), (2, 0, 1, 0, Result.PARTIAL),
    (2, 0, 2, 0, Result.PARTIAL), (2, 0, 2, 2, Result.FAILED), (2, 1, 1, 1, Result.FAILED),
    (2, 2, 0, 0, Result.FAILED), (3, 1, 0, 1, Result.PARTIAL),
])  # fmt: skip
def test_what_the_counts_say(authorised: int, missing: int, damaged: int, refused: int, result: Result) -> None:
    assert result_of(authorised, missing, damaged, refused) is result
