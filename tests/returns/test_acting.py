"""Acting on a decision: which records one press makes, that it makes them once, and who may."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.orders import ProductClass, Stage
from helpdesk.policies import Remedy
from helpdesk.returns import (
    Cancellation,
    CancellationState,
    Claim,
    ClaimState,
    Kind,
    Refund,
    Replacement,
    Rma,
    RmaKind,
    Step,
    act,
)
from helpdesk.tickets import IssueType, Ticket
from tests import factories
from tests.returns.judged import BOTH, asked, damaged, decision_on, too_late, unused
from tests.web.policed import petito

pytestmark = pytest.mark.usefixtures("database")


def press(ticket: Ticket, remedy: Remedy, key: str | None = None) -> None:
    """An agent's press on what the decision offers."""
    act(ticket, decision_on(ticket), remedy, by=factories.agent(ticket.store), key=key)


def counted() -> dict[str, int]:
    """How many records of each sort there are."""
    kinds = (Rma, Refund, Replacement, Cancellation)
    found = {kind.__name__: db.session.scalar(select(func.count(kind.id))) or 0 for kind in kinds}
    return {name: count for name, count in found.items() if count}


def test_damage_is_refunded_with_its_shipping_and_nothing_comes_back() -> None:
    ticket = damaged(order={"shipping_cents": 500, "total_cents": 4700})
    press(ticket, Remedy.REFUND)
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.cents, refund.kind, refund.rests_on["clauses"]) == (4700, Kind.REFUND, ["2"])
    assert counted() == {"Refund": 1}


def test_the_claim_is_accepted_with_what_was_done() -> None:
    ticket = damaged()
    press(ticket, Remedy.REPLACEMENT)
    claim = db.session.scalars(select(Claim)).one()
    assert (claim.state, claim.remedy) == (ClaimState.ACCEPTED, Remedy.REPLACEMENT)
    assert counted() == {"Replacement": 1}


def test_a_return_is_approved_with_a_number_and_the_days_that_the_policy_gives(at: Callable[[str], datetime]) -> None:
    now = at("2026-06-01 12:00")
    ticket = unused()
    press(ticket, Remedy.REFUND)
    rma = db.session.scalars(select(Rma)).one()
    assert (rma.state, rma.kind, rma.send_by) == (Step.APPROVED, RmaKind.RETURN, now + timedelta(days=14))
    assert rma.number
    assert counted() == {"Rma": 1}


def test_what_has_to_be_back_by_a_day_is_sent_by_that_day(at: Callable[[str], datetime]) -> None:
    at("2026-06-03 12:00")
    shop, _ = petito()
    ticket = asked(shop=shop, said={"reason": "changed_mind", "opened": False, "deteriorated": False})
    assert ticket.order
    ticket.order.lines[0].product_class = ProductClass.PERISHABLE
    ticket.write(by=ticket.customer, body="Any news?")  # the policy is asked again
    press(ticket, Remedy.REFUND)
    send_back = decision_on(ticket).answers[0].decision.deadline("send_back")
    assert send_back
    assert send_back.ends_at
    assert db.session.scalars(select(Rma)).one().send_by == datetime.fromisoformat(send_back.ends_at)


def test_an_exchange_is_a_return_of_its_own_kind() -> None:
    press(asked(IssueType.EXCHANGE, said={"used": False}), Remedy.EXCHANGE)
    assert db.session.scalars(select(Rma)).one().kind is RmaKind.EXCHANGE


def test_an_order_is_cancelled_and_paid_back() -> None:
    ticket = asked(IssueType.CANCEL_ORDER, days_ago=None, order={"stage": Stage.PAID})
    press(ticket, Remedy.CANCELLATION)
    cancellation = db.session.scalars(select(Cancellation)).one()
    assert (cancellation.state, ticket.order and ticket.order.stage) == (CancellationState.CONFIRMED, Stage.CANCELLED)
    assert db.session.scalars(select(Refund)).one().cents == 4200


def test_stopping_a_subscription_cancels_no_order() -> None:
    shop, _ = petito()
    ticket = asked(IssueType.CANCEL_SUBSCRIPTION, shop=shop, days_ago=None, order={"stage": Stage.PAID})
    with pytest.raises(Invalid, match="done in words"):
        press(ticket, Remedy.CANCELLATION)
    assert counted() == {}


def test_what_is_missing_is_sent_and_not_asked_back() -> None:
    press(asked(IssueType.MISSING_ITEM), Remedy.RESEND)
    assert counted() == {"Replacement": 1}


def test_for_the_wrong_item_a_label_goes_out_with_the_right_one() -> None:
    press(asked(IssueType.WRONG_ITEM), Remedy.RESEND)
    assert counted() == {"Replacement": 1, "Rma": 1}


def test_a_return_of_something_broken_that_may_be_kept_is_refunded_at_once() -> None:
    shop, _ = petito()
    ticket = asked(shop=shop, said={"reason": "damaged"}, photos=BOTH)
    press(ticket, Remedy.REFUND)
    assert counted() == {"Refund": 1}


def test_items_with_different_terms_are_different_returns() -> None:
    shop, _ = petito()
    ticket = asked(shop=shop, lines=2, said={"reason": "changed_mind", "used": False, "packaging_complete": True})
    assert ticket.order
    ticket.order.lines[1].flags = ["large"]
    ticket.write(by=ticket.customer, body="Any news?")
    press(ticket, Remedy.REFUND, key="k" * 20)
    plans = [(len(rma.items), bool(rma.plan.fees)) for rma in db.session.scalars(select(Rma).order_by(Rma.id))]
    assert plans == [(1, False), (1, True)]


@pytest.mark.parametrize("remedy", [Remedy.REFUND, Remedy.REPLACEMENT])
def test_the_same_press_again_does_nothing(remedy: Remedy) -> None:
    ticket = damaged(quantity=2)
    for _ in range(2):
        press(ticket, remedy, key="k" * 20)
    assert sum(counted().values()) == 1


@pytest.mark.parametrize("first, second", [
    (Remedy.REFUND, Remedy.REPLACEMENT), (Remedy.REPLACEMENT, Remedy.REFUND), (Remedy.REFUND, Remedy.REFUND),
])  # fmt: skip
def test_a_replacement_or_a_refund_is_not_both(first: Remedy, second: Remedy) -> None:
    ticket = damaged()
    press(ticket, first)
    with pytest.raises(WrongState, match="dealt with already"):
        press(ticket, second)
    assert sum(counted().values()) == 1


def test_after_a_return_that_came_to_nothing_something_else_may_be_done() -> None:
    ticket = unused()
    press(ticket, Remedy.REFUND)
    db.session.scalars(select(Rma)).one().cancel("They would rather keep it.", by=factories.agent(ticket.store))
    press(ticket, Remedy.REFUND)
    assert counted() == {"Rma": 2}


def test_what_is_not_offered_needs_an_exception() -> None:
    with pytest.raises(NotAllowed, match="Propose an exception"):
        press(too_late(), Remedy.REFUND)
    with pytest.raises(NotAllowed, match="Propose an exception"):
        press(damaged(), Remedy.STORE_CREDIT)
    assert counted() == {}


def test_nothing_is_done_while_something_is_missing() -> None:
    ticket = asked(IssueType.DAMAGED)
    with pytest.raises(NotAllowed, match="still missing"):
        press(ticket, Remedy.REFUND)


def test_a_persons_judgement_ends_at_their_limit() -> None:
    cheap, dear = asked(IssueType.DEFECTIVE), asked(IssueType.DEFECTIVE, quantity=2)
    press(cheap, Remedy.REFUND)
    with pytest.raises(NotAllowed, match="above your limit"):
        press(dear, Remedy.REFUND)
    act(dear, decision_on(dear), Remedy.REFUND, by=factories.supervisor(dear.store))
    assert counted() == {"Refund": 2}


def test_a_part_that_the_policy_does_not_measure_is_not_paid_in_full() -> None:
    shop, _ = petito()
    ticket = asked(IssueType.DAMAGED, shop=shop, days_ago=5)
    assert "partial_refund" in decision_on(ticket).remedies
    with pytest.raises(Invalid, match="how large the part is"):
        press(ticket, Remedy.PARTIAL_REFUND)


def test_without_an_order_there_is_nothing_to_send_or_pay() -> None:
    ticket = factories.ticket(issue=IssueType.WRONG_ITEM)
    with pytest.raises(Invalid, match="No order is linked"):
        press(ticket, Remedy.RESEND)
