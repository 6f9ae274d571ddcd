"""The moves between statuses, as one table."""

from itertools import product

import pytest

from helpdesk.tickets import MOVES, STATUS_NAMES, UNFINISHED, Status
from helpdesk.tickets.status import WAITING_FOR_US, can_move

ALLOWED = {
    "new": "open pending on_hold solved",
    "open": "pending on_hold solved",
    "pending": "open on_hold solved",
    "on_hold": "open pending solved",
    "solved": "open closed",
    "closed": "",
}


@pytest.mark.parametrize("now, to", list(product(Status, Status)))
def test_a_ticket_moves_only_where_the_table_lets_it(now: Status, to: Status) -> None:
    assert can_move(now, to) is (to.value in ALLOWED[now].split())


def test_nothing_becomes_new_again() -> None:
    assert all(Status.NEW not in moves for moves in MOVES.values())


def test_only_a_closed_ticket_has_nowhere_to_go() -> None:
    assert [status for status, moves in MOVES.items() if not moves] == [Status.CLOSED]


def test_every_status_has_a_name_and_its_moves() -> None:
    assert set(STATUS_NAMES) == set(MOVES) == set(Status)


def test_who_waits_for_us_is_unfinished() -> None:
    assert set(WAITING_FOR_US) < set(UNFINISHED)
    assert set(Status) - set(UNFINISHED) == {Status.SOLVED, Status.CLOSED}
