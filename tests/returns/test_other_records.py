"""Replacements, exchanges, cancellations and claims: their own states, an event for every move."""

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.orders import Stage
from helpdesk.policies import Remedy
from helpdesk.returns import (
    Cancellation,
    CancellationState,
    Claim,
    ClaimKind,
    ClaimState,
    Exchange,
    Finding,
    Payer,
    Refund,
    Replacement,
    Sending,
    Step,
    tally_of,
    who_pays,
)
from helpdesk.tickets import Action, IssueType, Ticket
from tests import factories
from tests.returns.goods import asked_back, at_step, bought, item_of, line_of, order_of, staff
from tests.scenes import actions_on, last

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def ticket() -> Ticket:
    return bought()


# ---- replacements


def test_a_replacement_is_sent_once(ticket: Ticket) -> None:
    by, made = staff(ticket), Replacement.record(ticket, [(line_of(ticket), 1)], by=staff(ticket))
    made.send(by=by, tracking_number="PP 2")
    assert (made.state, made.tracking_number) == (Sending.SENT, "PP 2")
    for again in (lambda: made.send(by=by), lambda: made.cancel("No.", by=by)):
        with pytest.raises(WrongState):
            again()
    assert actions_on(ticket)[-2:] == [Action.REPLACEMENT_RECORDED, Action.REPLACEMENT_SENT]


def test_no_more_is_replaced_than_was_bought_and_not_paid_back(ticket: Ticket) -> None:
    line, by = line_of(ticket), staff(ticket)
    first = Replacement.record(ticket, [(line, 2)], by=by)
    with pytest.raises(Invalid, match="at most 0"):
        Replacement.record(ticket, [(line, 1)], by=by)
    first.cancel("Out of stock.", by=by)
    assert Replacement.record(ticket, [(line, 1)], by=by).state is Sending.TO_BE_SENT


def test_what_was_replaced_after_a_return_can_come_back_again(ticket: Ticket) -> None:
    rma = at_step(ticket, Step.INSPECTED, 2)
    Replacement.record(ticket, [(line_of(ticket), 2)], by=staff(ticket), rma=rma)
    assert rma.state is Step.REPLACED
    assert tally_of(order_of(ticket)).of(line_of(ticket).id).can_return == 2


def test_a_replacement_that_was_sent_ahead_settles_the_return_that_passes(ticket: Ticket) -> None:
    rma = at_step(ticket, Step.APPROVED)
    Replacement.record(ticket, [(line_of(ticket), 1)], by=staff(ticket), rma=rma)
    assert rma.state is Step.APPROVED
    rma.receive({item_of(rma).id: 1}, by=staff(ticket))
    rma.inspect({item_of(rma).id: Finding(resalable=1)}, by=staff(ticket))
    assert rma.state is Step.REPLACED


def test_one_that_fails_its_inspection_is_left_to_a_person(ticket: Ticket) -> None:
    rma = at_step(ticket, Step.RECEIVED)
    Replacement.record(ticket, [(line_of(ticket), 1)], by=staff(ticket), rma=rma)
    finding = Finding(damaged=1, deduction_percent=100, deduction_reason="Chewed")
    rma.inspect({item_of(rma).id: finding}, by=staff(ticket))
    assert rma.state is Step.INSPECTED


# ---- exchanges


@pytest.mark.parametrize("difference, is_variant, payer", [
    (0, False, Payer.NOBODY), (-500, False, Payer.NOBODY), (500, False, Payer.CUSTOMER), (500, True, Payer.NOBODY),
])  # fmt: skip
def test_who_pays_a_difference(difference: int, is_variant: bool, payer: Payer) -> None:
    assert who_pays(difference, is_variant=is_variant) is payer


def test_a_dearer_exchange_waits_for_its_difference(ticket: Ticket) -> None:
    by, rma = staff(ticket), at_step(ticket, Step.INSPECTED)
    made = Exchange.record(ticket, line_of(ticket), 1, wanted="The large bowl", difference_cents=800, by=by, rma=rma)
    assert (made.state, made.paid_by, rma.state) == (Sending.WAITING_FOR_PAYMENT, Payer.CUSTOMER, Step.EXCHANGED)
    with pytest.raises(WrongState):
        made.send(by=by)
    made.take_payment(by=by)
    made.send(by=by)
    assert actions_on(ticket)[-3:] == [Action.EXCHANGE_RECORDED, Action.EXCHANGE_PAID, Action.EXCHANGE_SENT]


def test_the_store_may_bear_a_difference(ticket: Ticket) -> None:
    made = Exchange.record(
        ticket, line_of(ticket), 1, wanted="Blue", difference_cents=800, paid_by=Payer.STORE, by=staff(ticket)
    )
    assert (made.state, made.paid_by) == (Sending.TO_BE_SENT, Payer.STORE)


@pytest.mark.parametrize("units, wanted", [(0, "Blue"), (3, "Blue"), (1, " ")])
def test_an_exchange_is_of_pieces_for_something(ticket: Ticket, units: int, wanted: str) -> None:
    with pytest.raises(Invalid):
        Exchange.record(ticket, line_of(ticket), units, wanted=wanted, by=staff(ticket))


def test_only_what_came_back_is_exchanged(ticket: Ticket) -> None:
    rma = at_step(ticket, Step.RECEIVED, 2)
    rma.inspect({item_of(rma).id: Finding(resalable=1, missing=1)}, by=staff(ticket))
    with pytest.raises(Invalid, match="at most 1"):
        Exchange.record(ticket, line_of(ticket), 2, wanted="Blue", by=staff(ticket), rma=rma)


# ---- cancellations


def not_sent(**given: object) -> Ticket:
    shop = factories.store()
    order = factories.order(shop, lines=2, quantity=2, shipping_cents=500, total_cents=4 * 4200 + 500, **given)
    return factories.ticket(shop, order=order, issue=IssueType.TRACKING)


def test_a_cancelled_order_is_to_be_paid_back_whole() -> None:
    ticket = not_sent()
    asked = Cancellation.request(ticket, by=ticket.customer)
    assert (asked.is_whole, asked.stage, asked.was_paid) == (True, Stage.PROCESSING, True)
    refund = asked.confirm(by=staff(ticket))
    assert refund is not None
    assert (refund.cents, refund.shipping_cents, order_of(ticket).stage) == (17_300, 500, Stage.CANCELLED)
    assert [a for a in actions_on(ticket) if a not in (Action.OPENED, Action.DECIDED)] == [
        Action.CANCELLATION_REQUESTED, Action.ORDER_CANCELLED, Action.REFUND_RECORDED,
    ]  # fmt: skip


def test_some_pieces_are_cancelled_without_the_shipping_and_less_a_fee() -> None:
    ticket = not_sent()
    asked = Cancellation.request(ticket, [(line_of(ticket), 1)], by=ticket.customer)
    refund = asked.confirm(by=staff(ticket), fee_cents=1000)
    assert refund is not None
    assert (refund.cents, refund.shipping_cents, order_of(ticket).stage) == (3200, 0, Stage.PROCESSING)
    assert tally_of(order_of(ticket)).of(line_of(ticket).id).can_cancel == 1


def test_what_was_not_paid_is_not_paid_back() -> None:
    ticket = not_sent(paid_at=None)
    assert Cancellation.request(ticket, by=ticket.customer).confirm(by=staff(ticket)) is None
    assert db.session.scalar(select(Refund.id)) is None


@pytest.mark.parametrize("stage", [Stage.SHIPPED, Stage.DELIVERED, Stage.CANCELLED])
def test_what_has_left_can_only_be_sent_back(stage: Stage) -> None:
    with pytest.raises(WrongState):
        Cancellation.request(ticket := not_sent(stage=stage), by=ticket.customer)


@pytest.mark.parametrize("stage", [Stage.SHIPPED, Stage.DELIVERED])
def test_what_left_in_between_cannot_be_cancelled_any_more(stage: Stage) -> None:
    ticket = not_sent()
    asked = Cancellation.request(ticket, by=ticket.customer)
    order_of(ticket).stage = stage
    with pytest.raises(WrongState):
        asked.confirm(by=staff(ticket))
    assert asked.state is CancellationState.REQUESTED


def test_a_refused_cancellation_says_why_and_frees_its_pieces() -> None:
    ticket = not_sent()
    asked = Cancellation.request(ticket, by=ticket.customer)
    with pytest.raises(Invalid):
        Cancellation.request(ticket, by=ticket.customer)
    asked.refuse("It is engraved already.", by=staff(ticket))
    assert last(ticket, Action.CANCELLATION_REFUSED).details["reason"] == "It is engraved already."
    assert Cancellation.request(ticket, by=ticket.customer).is_whole
    with pytest.raises(WrongState):
        asked.confirm(by=staff(ticket))


# ---- claims


def test_a_claim_is_open_once_of_its_kind(ticket: Ticket) -> None:
    claim = Claim.open(ticket, ClaimKind.DAMAGE, by=ticket.customer)
    with pytest.raises(WrongState):
        Claim.open(ticket, ClaimKind.DAMAGE, by=ticket.customer)
    Claim.open(ticket, ClaimKind.MISSING, by=ticket.customer)
    claim.withdraw(by=ticket.customer)
    assert Claim.open(ticket, ClaimKind.DAMAGE, by=ticket.customer).state is ClaimState.OPEN


def test_a_claim_is_decided_once(ticket: Ticket) -> None:
    by, claim = staff(ticket), Claim.open(ticket, ClaimKind.DEFECT, by=ticket.customer)
    claim.accept(Remedy.REPLACEMENT, by=by)
    assert (claim.state, claim.remedy) == (ClaimState.ACCEPTED, Remedy.REPLACEMENT)
    for again in (lambda: claim.reject("No.", by=by), lambda: claim.withdraw(by=by)):
        with pytest.raises(WrongState):
            again()
    assert last(ticket, Action.CLAIM_ACCEPTED).details["remedy"] == "replacement"


def test_a_rejected_claim_says_why(ticket: Ticket) -> None:
    claim = Claim.open(ticket, ClaimKind.WRONG, by=ticket.customer)
    with pytest.raises(Invalid):
        claim.reject("", by=staff(ticket))
    claim.reject("It is what was ordered.", by=staff(ticket))
    assert claim.state is ClaimState.REJECTED


def test_a_return_asked_for_counts_against_cancelling(ticket: Ticket) -> None:
    asked_back(ticket, 2)
    assert tally_of(order_of(ticket)).of(line_of(ticket).id).can_cancel == 0
