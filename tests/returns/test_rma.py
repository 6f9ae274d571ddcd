"""The life of a return: its number, its counts, its inspection, and what it refuses."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.policies import Remedy
from helpdesk.returns import Finding, Result, Rma, RmaKind, Step, as_rma_number, returns_visible_to
from helpdesk.returns import rma as rma_module
from helpdesk.tickets import Action, Ticket
from tests import factories
from tests.returns.goods import asked_back, at_step, bought, item_of, line_of, staff
from tests.scenes import actions_on, last

pytestmark = pytest.mark.usefixtures("database")
RESALABLE = Finding(resalable=2)


@pytest.fixture
def ticket() -> Ticket:
    return bought()


def test_the_whole_way_is_on_the_timeline(ticket: Ticket) -> None:
    by, rma = staff(ticket), asked_back(ticket, 2)
    rma.approve(by=by)
    rma.send_label(by=by)
    rma.hand_over(by=by, carrier="Parcel Post", tracking_number="PP 1")
    rma.receive({item_of(rma).id: 2}, by=by)
    rma.inspect({item_of(rma).id: RESALABLE}, by=by)
    rma.reject("It is not ours.", by=by)
    rma.close(by=by)
    steps = [action for action in actions_on(ticket) if action.startswith("return_")]
    assert steps == [
        Action.RETURN_REQUESTED, Action.RETURN_APPROVED, Action.RETURN_LABEL_SENT, Action.RETURN_IN_TRANSIT,
        Action.RETURN_RECEIVED, Action.RETURN_INSPECTED, Action.RETURN_REJECTED, Action.RETURN_CLOSED,
    ]  # fmt: skip
    assert all(last(ticket, action).details["rma"] == rma.number for action in steps[1:])
    assert last(ticket, Action.RETURN_INSPECTED).details["result"] == "passed"
    assert rma.state is Step.CLOSED


def test_what_was_wanted_is_kept(ticket: Ticket) -> None:
    rests_on = {"edition": "2025-06-07", "clauses": ["3.1"]}
    rma = asked_back(ticket, kind=RmaKind.EXCHANGE, remedy=Remedy.EXCHANGE, plan={"percent": 50}, rests_on=rests_on)
    assert (rma.kind, rma.remedy, rma.plan.percent, rma.rests_on) == ("exchange", "exchange", 50, rests_on)


# ---- the number


def test_a_number_is_made_on_approval_and_can_be_said_on_the_phone(ticket: Ticket) -> None:
    rma = asked_back(ticket)
    assert rma.number is None
    rma.approve(by=staff(ticket))
    assert re.fullmatch(r"R-[3467ACDEFGHJKMNPQRTWXY]{4}-[3467ACDEFGHJKMNPQRTWXY]{4}", rma.number or "")


@pytest.mark.parametrize("typed", ["R-7K4M-9QXT", "r7k4m9qxt", "7k4m 9qxt", " R 7K4M-9QXT ", "7K4M-9QXT"])
def test_a_number_is_read_however_it_was_typed(typed: str) -> None:
    assert as_rma_number(typed) == "R-7K4M-9QXT"


def test_a_number_that_begins_with_the_letter_is_not_cut() -> None:
    assert as_rma_number("R-RRRR-RRRR") == as_rma_number("RRRR-RRRR") == "R-RRRR-RRRR"


def test_a_number_is_never_given_twice_in_a_store(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["7K4M9QXT", "7K4M9QXT", "3467ACDE"])
    monkeypatch.setattr(rma_module, "spoken_code", lambda: next(codes))
    one, other = asked_back(ticket), asked_back(ticket)
    for rma in (one, other):
        rma.approve(by=staff(ticket))
    assert (one.number, other.number) == ("R-7K4M-9QXT", "R-3467-ACDE")


def test_the_database_refuses_a_second_one_too(ticket: Ticket) -> None:
    one, other = at_step(ticket, Step.APPROVED), at_step(ticket, Step.APPROVED)
    other.number = one.number
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.flush()


def test_it_is_to_be_sent_within_two_weeks_unless_said_otherwise(ticket: Ticket, at: Callable[[str], datetime]) -> None:
    at("2026-03-02 09:00")
    one, other = asked_back(ticket), asked_back(ticket)
    one.approve(by=staff(ticket))
    other.approve(by=staff(ticket), send_by=datetime(2026, 4, 1, tzinfo=UTC))
    assert (one.send_by, other.send_by) == (datetime(2026, 3, 16, 9, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


# ---- moves


REFUSED = {
    Step.REQUESTED: "send_label hand_over receive inspect reject close",
    Step.APPROVED: "approve decline inspect reject close",
    Step.IN_TRANSIT: "approve decline send_label hand_over inspect reject close",
    Step.RECEIVED: "approve decline send_label hand_over receive reject cancel close",
    Step.INSPECTED: "approve decline send_label hand_over receive inspect cancel close",
}


@pytest.mark.parametrize("step, verb", [(step, verb) for step, verbs in REFUSED.items() for verb in verbs.split()])
def test_what_cannot_follow_is_refused_and_leaves_no_trace(ticket: Ticket, step: Step, verb: str) -> None:
    rma, by = at_step(ticket, step), staff(ticket)
    told = len(actions_on(ticket))
    given: dict[str, tuple[Any, ...]] = {
        "decline": ("No.",), "reject": ("No.",), "cancel": ("No.",), "receive": ({item_of(rma).id: 1},),
        "inspect": ({item_of(rma).id: Finding(resalable=1)},),
    }  # fmt: skip
    with pytest.raises(WrongState, match="cannot follow"):
        getattr(rma, verb)(*given.get(verb, ()), by=by)
    assert (rma.state, len(actions_on(ticket))) == (step, told)


@pytest.mark.parametrize("step", [Step.REQUESTED, Step.APPROVED, Step.LABEL_SENT, Step.IN_TRANSIT])
def test_it_can_be_cancelled_until_it_is_here(ticket: Ticket, step: Step) -> None:
    rma = at_step(ticket, step)
    rma.cancel("She keeps it.", by=ticket.customer)
    assert (rma.state, rma.reason) == (Step.CANCELLED, "She keeps it.")


@pytest.mark.parametrize("verb", ["decline", "cancel"])
def test_an_end_needs_a_reason(ticket: Ticket, verb: str) -> None:
    rma = asked_back(ticket)
    with pytest.raises(Invalid, match="Say why"):
        getattr(rma, verb)(" \n", by=staff(ticket))
    assert rma.state is Step.REQUESTED


# ---- what may be sent back, over all tickets of the order


@pytest.mark.parametrize("units", [0, -1, 3])
def test_no_more_can_be_asked_for_than_was_bought(ticket: Ticket, units: int) -> None:
    with pytest.raises(Invalid):
        asked_back(ticket, units)


def test_two_tickets_cannot_send_the_same_piece_back(ticket: Ticket) -> None:
    asked_back(ticket, 2)
    second = factories.ticket(ticket.store, by=ticket.customer, order=ticket.order)
    with pytest.raises(Invalid, match="nothing can any more be sent back"):
        asked_back(second, 1)


@pytest.mark.parametrize("end", ["decline", "cancel"])
def test_what_was_declined_or_cancelled_can_be_asked_for_again(ticket: Ticket, end: str) -> None:
    getattr(asked_back(ticket, 2), end)("No.", by=staff(ticket))
    assert asked_back(ticket, 2).units == 2


def test_what_was_rejected_went_back_and_what_never_came_is_still_there(ticket: Ticket) -> None:
    by, rejected = staff(ticket), at_step(ticket, Step.INSPECTED)
    rejected.reject("Used.", by=by)
    rejected.close(by=by)
    short = at_step(ticket, Step.APPROVED, 2)
    short.receive({item_of(short).id: 1}, by=by)
    short.inspect({item_of(short).id: Finding(resalable=1, missing=1)}, by=by)
    assert asked_back(ticket, 1).units == 1
    with pytest.raises(Invalid):
        asked_back(ticket, 1)


def test_another_orders_line_is_refused(ticket: Ticket) -> None:
    with pytest.raises(Invalid, match="do not belong"):
        Rma.request(ticket, [(line_of(bought(ticket.store)), 1)], by=ticket.customer)


def test_without_an_order_nothing_can_be_sent_back() -> None:
    with pytest.raises(Invalid, match="No order"):
        Rma.request(factories.ticket(), [(line_of(bought()), 1)], by=factories.agent())


# ---- counting


@pytest.mark.parametrize("counted, received, surplus, told", [
    (2, 2, 0, {"units": 2, "short": 0, "surplus": 0}),
    (1, 1, 0, {"units": 1, "short": 1, "surplus": 0}),
    (5, 2, 3, {"units": 5, "short": 0, "surplus": 3}),
])  # fmt: skip
def test_what_came_may_be_another_number(
    ticket: Ticket, counted: int, received: int, surplus: int, told: dict[str, int]
) -> None:
    rma = at_step(ticket, Step.IN_TRANSIT, 2)
    rma.receive({item_of(rma).id: counted}, by=staff(ticket))
    assert (item_of(rma).received, item_of(rma).surplus) == (received, surplus)
    assert told.items() <= last(ticket, Action.RETURN_RECEIVED).details.items()


@pytest.mark.parametrize("counted", [0, -1, 10_001])
def test_a_count_that_cannot_be_is_refused(ticket: Ticket, counted: int) -> None:
    rma = at_step(ticket, Step.IN_TRANSIT)
    with pytest.raises(Invalid):
        rma.receive({item_of(rma).id: counted}, by=staff(ticket))
    assert (rma.state, item_of(rma).received) == (Step.IN_TRANSIT, 0)


# ---- inspecting


@pytest.mark.parametrize("finding, result", [
    (Finding(resalable=2), Result.PASSED),
    (Finding(resalable=1, donated=1), Result.PASSED),
    (Finding(resalable=1, damaged=1), Result.PARTIAL),
    (Finding(resalable=1, missing=1), Result.PARTIAL),
    (Finding(resalable=2, deduction_percent=20, deduction_reason="Box missing"), Result.PARTIAL),
    (Finding(damaged=2, deduction_percent=100, deduction_reason="Chewed"), Result.FAILED),
    (Finding(missing=2), Result.FAILED),
])  # fmt: skip
def test_the_result_follows_from_the_counts(ticket: Ticket, finding: Finding, result: Result) -> None:
    rma = at_step(ticket, Step.RECEIVED, 2)
    rma.inspect({item_of(rma).id: finding}, by=staff(ticket))
    assert (rma.result, item_of(rma).finding) == (result, finding)


def test_another_result_needs_a_note(ticket: Ticket) -> None:
    rma, by = at_step(ticket, Step.RECEIVED, 2), staff(ticket)
    with pytest.raises(Invalid, match="note"):
        rma.inspect({item_of(rma).id: RESALABLE}, by=by, result=Result.FAILED)
    rma.inspect({item_of(rma).id: RESALABLE}, by=by, result=Result.FAILED, note="It is a copy.")
    details = last(ticket, Action.RETURN_INSPECTED).details
    assert (details["result"], details["derived"], details["note"]) == ("failed", "passed", "It is a copy.")


@pytest.mark.parametrize("finding, words", [
    (Finding(resalable=1), "add up to 1"),
    (Finding(resalable=3), "add up to 3"),
    (Finding(resalable=3, damaged=-1), "below nothing"),
    (Finding(resalable=2, deduction_percent=101, deduction_reason="x"), "0 to 100"),
    (Finding(resalable=2, deduction_cents=-1, deduction_reason="x"), "0 to 100"),
    (Finding(resalable=2, deduction_percent=5, deduction_cents=5, deduction_reason="x"), "not both"),
    (Finding(resalable=2, deduction_percent=5), "what the deduction is for"),
])  # fmt: skip
def test_a_finding_that_cannot_be_is_refused(ticket: Ticket, finding: Finding, words: str) -> None:
    rma = at_step(ticket, Step.RECEIVED, 2)
    with pytest.raises(Invalid, match=words):
        rma.inspect({item_of(rma).id: finding}, by=staff(ticket))
    assert (rma.state, item_of(rma).resalable) == (Step.RECEIVED, 0)


def test_nothing_is_found_that_did_not_arrive(ticket: Ticket) -> None:
    rma = at_step(ticket, Step.IN_TRANSIT, 2)
    rma.receive({item_of(rma).id: 1}, by=staff(ticket))
    with pytest.raises(Invalid, match="at least 1 are missing"):
        rma.inspect({item_of(rma).id: RESALABLE}, by=staff(ticket))


# ---- who sees it


def test_another_stores_return_does_not_exist(ticket: Ticket) -> None:
    rma = asked_back(ticket)
    mine, theirs = factories.agent(ticket.store), factories.agent(factories.store())
    assert list(db.session.scalars(returns_visible_to(mine))) == [rma]
    assert list(db.session.scalars(returns_visible_to(theirs))) == []
