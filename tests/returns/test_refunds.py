"""Refunds: recorded, handed over, never more than was paid, however many tickets ask."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from helpdesk.accounts import By
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.returns import (
    Finding,
    Kind,
    Method,
    PaidBack,
    Payout,
    Refund,
    Step,
    payouts_visible_to,
    proposed_refund,
    some_of,
    tally_of,
)
from helpdesk.tickets import Action, Ticket
from tests import factories
from tests.returns.goods import at_step, bought, item_of, line_of, order_of, staff
from tests.scenes import actions_on, last

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def ticket() -> Ticket:
    return bought(shipping_cents=795, total_cents=8400 + 795)


def one_bowl(ticket: Ticket, cents: int = 4200, units: int = 1, shipping: int = 0) -> PaidBack:
    line = line_of(ticket).id
    return some_of({line: cents}, units={line: units}, shipping_cents=shipping)


def same_order(ticket: Ticket) -> Ticket:
    return factories.ticket(ticket.store, by=ticket.customer, order=ticket.order)


def test_a_refund_is_to_be_paid_out_and_says_so(ticket: Ticket) -> None:
    refund = Refund.record(ticket, one_bowl(ticket, shipping=795), by=staff(ticket), reason="Broken")
    assert (refund.state, refund.cents, refund.shipping_cents, refund.currency) == (Payout.TO_BE_PAID, 4995, 795, "USD")
    assert [(line.order_line_id, line.quantity, line.cents) for line in refund.lines] == [(line_of(ticket).id, 1, 4200)]
    told = last(ticket, Action.REFUND_RECORDED)
    assert (told.by, told.details["cents"], told.details["kind"]) == (By.STAFF, 4995, "refund")


def test_store_credit_is_another_event(ticket: Ticket) -> None:
    refund = Refund.record(ticket, one_bowl(ticket), by=staff(ticket), kind=Kind.STORE_CREDIT)
    assert refund.method is Method.STORE_CREDIT
    assert Action.STORE_CREDIT_RECORDED in actions_on(ticket)
    assert Action.REFUND_RECORDED not in actions_on(ticket)


@pytest.mark.parametrize("cents, units, shipping, words", [
    (8401, 2, 0, r"at most \$84.00"), (4200, 3, 0, "at most 2"), (-1, 0, 5, "below nothing"), (0, 1, 0, "nothing"),
    (4200, 1, 796, r"shipping at most \$7.95"), (4200, -1, 0, "below nothing"), (4200, 1, -1, "shipping"),
])  # fmt: skip
def test_more_than_was_paid_is_refused(ticket: Ticket, cents: int, units: int, shipping: int, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        Refund.record(ticket, one_bowl(ticket, cents, units, shipping), by=staff(ticket))
    assert db.session.query(Refund).count() == 0


def test_all_tickets_of_an_order_share_what_was_paid(ticket: Ticket) -> None:
    Refund.record(ticket, one_bowl(ticket, 8000, 1, 795), by=staff(ticket))
    other = same_order(ticket)
    with pytest.raises(Invalid, match=r"at most \$4.00"):
        Refund.record(other, one_bowl(ticket, 401, 1), by=staff(ticket))
    with pytest.raises(Invalid, match="shipping"):
        Refund.record(other, one_bowl(ticket, 400, 1, 1), by=staff(ticket))
    assert Refund.record(other, one_bowl(ticket, 400, 1), by=staff(ticket)).cents == 400


def test_pieces_that_stay_with_the_customer_count_only_in_money(ticket: Ticket) -> None:
    Refund.record(ticket, one_bowl(ticket, 1000, 2), by=staff(ticket), kind=Kind.PARTIAL_REFUND)
    assert Refund.record(ticket, one_bowl(ticket, 7400, 2), by=staff(ticket)).cents == 7400


def test_what_was_paid_back_without_a_return_cannot_be_sent_back(ticket: Ticket) -> None:
    Refund.record(ticket, one_bowl(ticket, 4200, 1), by=staff(ticket))
    assert tally_of(order_of(ticket)).of(line_of(ticket).id).can_return == 1


def test_goodwill_counts_against_nothing_that_was_bought(ticket: Ticket) -> None:
    given = Refund.goodwill(ticket, 1500, by=staff(ticket), reason="For the vet.")
    assert (given.kind, given.cents, given.lines) == (Kind.GOODWILL, 1500, [])
    assert Refund.record(ticket, one_bowl(ticket, 8400, 2), by=staff(ticket)).cents == 8400


@pytest.mark.parametrize("cents, reason", [(0, "x"), (-5, "x"), (2**31, "x"), (5, " ")])
def test_goodwill_is_an_amount_with_a_reason(ticket: Ticket, cents: int, reason: str) -> None:
    with pytest.raises(Invalid):
        Refund.goodwill(ticket, cents, by=staff(ticket), reason=reason)


def test_one_press_makes_one_refund(ticket: Ticket) -> None:
    Refund.record(ticket, one_bowl(ticket), by=staff(ticket), key="k" * 20)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        Refund.record(ticket, one_bowl(ticket), by=staff(ticket), key="k" * 20)


# ---- of a return


def test_an_inspected_return_is_settled_by_its_refund(ticket: Ticket) -> None:
    rma = at_step(ticket, Step.INSPECTED, plan={"fees": [{"kind": "restocking", "up_to_percent": 15}]})
    refund = Refund.record(ticket, proposed_refund(rma), by=staff(ticket), rma=rma)
    assert (refund.cents, rma.state, last(ticket, Action.REFUND_RECORDED).details["rma"]) == (
        3570, Step.REFUNDED, rma.number,
    )  # fmt: skip
    assert refund.sums["fees"] == [["restocking", 630]]


@pytest.mark.parametrize("chosen, cents", [({}, 3570), ({"restocking": 0}, 4200), ({"restocking": 90}, 3570)])
def test_a_fee_that_is_up_to_can_be_less_but_never_more(ticket: Ticket, chosen: dict[str, int], cents: int) -> None:
    rma = at_step(ticket, Step.INSPECTED, plan={"fees": [{"kind": "restocking", "up_to_percent": 15}]})
    assert proposed_refund(rma, fees=chosen).total_cents == cents


def test_what_is_missing_is_not_paid_and_deductions_are_taken(ticket: Ticket) -> None:
    rma = at_step(ticket, Step.RECEIVED, 2)
    finding = Finding(damaged=1, missing=1, deduction_cents=1200, deduction_reason="Scratched")
    assert proposed_refund(rma, findings={item_of(rma).id: finding}).total_cents == 3000
    rma.inspect({item_of(rma).id: finding}, by=staff(ticket))
    assert proposed_refund(rma).total_cents == 3000


@pytest.mark.parametrize("step", [Step.REQUESTED, Step.RECEIVED])
def test_a_return_is_not_paid_before_it_was_inspected(ticket: Ticket, step: Step) -> None:
    rma = at_step(ticket, step)
    with pytest.raises(WrongState), db.session.begin_nested():
        Refund.record(ticket, one_bowl(ticket), by=staff(ticket), rma=rma)
    assert rma.state is step


def test_the_orders_discount_is_not_paid_back() -> None:
    ticket = bought(lines=2, quantity=1, discount_cents=1001, total_cents=8400 - 1001)
    paid = {line_id: line.paid.paid_cents for line_id, line in tally_of(order_of(ticket)).lines.items()}
    assert sorted(paid.values()) == [3699, 3700]


# ---- paid out


def test_whoever_pays_gives_a_reference(ticket: Ticket, at: Callable[[str], datetime]) -> None:
    refund, boss = Refund.record(ticket, one_bowl(ticket), by=staff(ticket)), staff(ticket)
    with pytest.raises(Invalid, match="reference"):
        refund.mark_paid(" ", by=boss)
    at("2026-03-02 09:00")
    refund.mark_paid("TX-9", by=boss)
    assert (refund.state, refund.payout_reference, refund.paid_at) == (
        Payout.PAID, "TX-9", datetime(2026, 3, 2, 9, tzinfo=UTC),
    )  # fmt: skip
    assert last(ticket, Action.REFUND_PAID).details["reference"] == "TX-9"
    with pytest.raises(WrongState):
        refund.mark_paid("TX-10", by=boss)


def test_an_agent_does_not_pay_out(ticket: Ticket) -> None:
    refund = Refund.record(ticket, one_bowl(ticket), by=staff(ticket))
    with pytest.raises(NotAllowed):
        refund.mark_paid("TX-9", by=factories.agent(ticket.store))


def test_payouts_are_the_stores_own(ticket: Ticket) -> None:
    refund = Refund.record(ticket, one_bowl(ticket), by=staff(ticket))
    assert list(db.session.scalars(payouts_visible_to(staff(ticket)))) == [refund]
    assert list(db.session.scalars(payouts_visible_to(factories.supervisor(factories.store())))) == []
