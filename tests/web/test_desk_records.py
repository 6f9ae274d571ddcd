"""The desk's doors for claims, cancellations, what is sent, and refunds: every act by its form, and by whom."""

from typing import Any

import pytest
from sqlalchemy import func, select

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.mail import OutgoingMail
from helpdesk.orders import Stage
from helpdesk.policies import Remedy
from helpdesk.returns import (
    Cancellation,
    CancellationState,
    Claim,
    ClaimKind,
    ClaimState,
    Exchange,
    Payout,
    Refund,
    Replacement,
    Sending,
    Step,
    some_of,
)
from helpdesk.stores import Store
from helpdesk.tickets import IssueType, Ticket
from tests import factories
from tests.returns.goods import at_step, bought, line_of, order_of, staff
from tests.returns.judged import asked, damaged
from tests.web.browsing import Browser, hidden, read

SORTS = {
    Claim: "claim",
    Cancellation: "cancellation",
    Replacement: "replacement",
    Exchange: "exchange",
    Refund: "refund",
}


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


@pytest.fixture
def desk(client: Browser, agent: User) -> Browser:
    """An agent's browser."""
    return client.sign_in(agent)


def boss_of(client: Browser, shop: Store) -> Browser:
    """Another browser, with a supervisor in it."""
    return Browser(client.application).sign_in(factories.supervisor(shop))


def page_of(record: Any) -> str:
    return f"/desk/tickets/{record.ticket.reference}/records/{SORTS[type(record)]}/{record.id}"


def press(desk: Browser, record: Any, name: str, **fields: object) -> Any:
    """Send the form as the page has it, with these fields."""
    address = page_of(record)
    return desk.post(f"{address}/{name}", data={**hidden(desk.get(address), f"/{name}"), **fields})


def only(kind: Any) -> Any:
    return db.session.scalars(select(kind)).one()


def letters(name: str) -> int:
    return db.session.scalar(select(func.count(OutgoingMail.id)).where(OutgoingMail.letter == name)) or 0


def recorded(shop: Store, by: User) -> Refund:
    """A refund of 42.00 that nobody has paid yet."""
    ticket = bought(shop)
    line = line_of(ticket).id
    return Refund.record(ticket, some_of({line: 4200}, units={line: 1}), by=by)


def to_cancel(shop: Store, stage: Stage = Stage.PAID) -> Cancellation:
    """What a customer asked for on the ticket that was just opened."""
    order = factories.order(shop, stage=stage, lines=2, quantity=1, shipping_cents=500, total_cents=2 * 4200 + 500)
    factories.ticket(shop, order=order, issue=IssueType.CANCEL_ORDER)
    made: Cancellation = only(Cancellation)
    return made


# ---- claims


def test_a_claim_is_accepted_and_its_remedy_recorded_in_one_press(desk: Browser, shop: Store) -> None:
    damaged(shop=shop)
    claim = only(Claim)
    assert press(desk, claim, "acceptance", remedy="replacement").status_code == 302
    assert (claim.state, claim.remedy, only(Replacement).state) == (
        ClaimState.ACCEPTED, Remedy.REPLACEMENT, Sending.TO_BE_SENT,
    )  # fmt: skip
    assert "Nothing is left to do here." in read(desk.get(page_of(claim)))


def test_a_claim_without_its_photos_cannot_be_accepted_by_this_door(desk: Browser, shop: Store) -> None:
    asked(IssueType.DAMAGED, shop=shop)
    claim = only(Claim)
    answer = press(desk, claim, "acceptance", remedy="refund")
    assert (answer.status_code, claim.state) == (422, ClaimState.OPEN)
    assert "Something is still missing" in read(answer)


def test_what_the_policy_approves_an_agent_cannot_reject_but_a_supervisor_can(desk: Browser, shop: Store) -> None:
    damaged(shop=shop)
    claim, no = only(Claim), {"reason": "The photos show another parcel.", "clause": ""}
    answer = press(desk, claim, "rejection", **no)
    assert (answer.status_code, claim.state) == (422, ClaimState.OPEN)
    assert "A supervisor can reject it." in read(answer)
    assert no["reason"] in answer.text  # nothing typed is lost
    assert press(boss_of(desk, shop), claim, "rejection", **no).status_code == 302
    assert (claim.state, claim.reason, letters("claim_rejected")) == (ClaimState.REJECTED, no["reason"], 1)


def test_a_rejection_names_its_clause_to_the_customer(client: Browser, shop: Store) -> None:
    damaged(shop=shop)
    claim = only(Claim)
    boss = boss_of(client, shop)
    page = boss.get(page_of(claim)).text
    clause = page.split('name="clause"')[1].split('value="')[1].split('"')[0]
    press(boss, claim, "rejection", reason="It was worn.", clause=clause)
    assert claim.clause == clause
    text = db.session.scalars(select(OutgoingMail.text).where(OutgoingMail.letter == "claim_rejected")).one()
    assert f"(Clause {clause} of our policy.)" in text


def test_a_claim_that_is_not_pursued_is_closed_without_a_letter(desk: Browser, shop: Store) -> None:
    claim = Claim.open(bought(shop), ClaimKind.WRONG, by=factories.supervisor(shop))
    before = db.session.scalar(select(func.count(OutgoingMail.id)))
    press(desk, claim, "withdrawal")
    assert (claim.state, db.session.scalar(select(func.count(OutgoingMail.id)))) == (ClaimState.WITHDRAWN, before)


# ---- cancellations


def test_a_customers_cancellation_waits_and_is_carried_out_once(desk: Browser, shop: Store) -> None:
    asked_for = to_cancel(shop)
    assert asked_for.state is CancellationState.REQUESTED
    press(desk, asked_for, "execution")
    assert (asked_for.state, only(Refund).cents) == (CancellationState.CONFIRMED, 8900)
    assert desk.post(f"{page_of(asked_for)}/execution").status_code == 302  # a second press of an old page
    assert only(Refund).state is Payout.TO_BE_PAID


def test_the_panels_button_carries_out_the_same_request(desk: Browser, shop: Store) -> None:
    asked_for = to_cancel(shop)
    address = f"/desk/tickets/{asked_for.ticket.reference}"
    desk.post(f"{address}/acts/cancellation", data=hidden(desk.get(address), "/acts/cancellation"))
    assert (asked_for.state, only(Refund).cancellation_id) == (CancellationState.CONFIRMED, asked_for.id)


def test_what_is_being_prepared_an_agent_leaves_to_a_supervisor(desk: Browser, shop: Store) -> None:
    asked_for = to_cancel(shop, Stage.PROCESSING)
    answer = press(desk, asked_for, "execution")
    assert (answer.status_code, asked_for.state) == (422, CancellationState.REQUESTED)
    assert "above your limit" in read(answer)


def test_what_was_declined_is_no_request_that_waits(shop: Store) -> None:
    factories.ticket(shop, order=factories.order(shop, stage=Stage.SHIPPED), issue=IssueType.CANCEL_ORDER)
    assert db.session.scalars(select(Cancellation)).all() == []


def test_an_order_that_left_in_between_is_refused_with_its_clause(desk: Browser, shop: Store) -> None:
    asked_for = to_cancel(shop)
    order_of(asked_for.ticket).stage = Stage.SHIPPED
    answer = press(desk, asked_for, "execution")
    assert answer.status_code == 422
    assert "has left already" in read(answer)
    assert press(desk, asked_for, "refusal", reason="It left this morning.", clause="").status_code == 302
    assert (asked_for.state, letters("cancellation_refused")) == (CancellationState.REFUSED, 1)


def test_an_order_that_the_shop_cancelled_itself_is_carried_out_here_too(desk: Browser, shop: Store) -> None:
    asked_for = to_cancel(shop)
    order_of(asked_for.ticket).stage = Stage.CANCELLED
    assert press(desk, asked_for, "execution").status_code == 302
    assert (asked_for.state, only(Refund).cents) == (CancellationState.CONFIRMED, 8900)


def test_what_the_policy_lets_be_cancelled_only_a_supervisor_refuses(desk: Browser, shop: Store) -> None:
    asked_for = to_cancel(shop)
    assert press(desk, asked_for, "refusal", reason="No.", clause="").status_code == 422
    assert letters("cancellation_refused") == 0
    press(boss_of(desk, shop), asked_for, "refusal", reason="No.", clause="")
    assert asked_for.state is CancellationState.REFUSED


def test_a_customer_may_want_it_after_all(desk: Browser, shop: Store) -> None:
    asked_for = to_cancel(shop)
    press(desk, asked_for, "withdrawal")
    assert (asked_for.state, order_of(asked_for.ticket).stage) == (CancellationState.WITHDRAWN, Stage.PAID)


# ---- what is sent


def test_a_replacement_is_sent_and_delivered_by_its_page(desk: Browser, shop: Store) -> None:
    ticket = bought(shop)
    made = Replacement.record(ticket, [(line_of(ticket), 1)], by=staff(ticket))
    press(desk, made, "sending", carrier="Parcel Post", tracking_number="PP 7")
    assert (made.state, made.carrier, made.tracking_number, letters("replacement_sent")) == (
        Sending.SENT, "Parcel Post", "PP 7", 1,
    )  # fmt: skip
    press(desk, made, "delivery")
    assert made.state is Sending.DELIVERED
    assert made.delivered_at is not None
    page = read(desk.get(page_of(made)))
    assert "sent the replacement (Parcel Post PP 7)" in page
    assert "saw that the replacement was delivered" in page


def test_what_is_not_sent_after_all_needs_a_reason_and_opens_its_return_again(desk: Browser, shop: Store) -> None:
    ticket = bought(shop)
    rma = at_step(ticket, Step.INSPECTED)
    made = Replacement.record(ticket, [(line_of(ticket), 1)], by=staff(ticket), rma=rma)
    assert press(desk, made, "cancellation", reason=" ").status_code == 422
    press(desk, made, "cancellation", reason="Out of stock.")
    assert (made.state, rma.state, letters("replacement_cancelled")) == (Sending.CANCELLED, Step.INSPECTED, 1)


def test_a_dearer_exchange_is_paid_and_then_sent(desk: Browser, shop: Store) -> None:
    ticket = bought(shop)
    made = Exchange.record(ticket, line_of(ticket), 1, wanted="Large", difference_cents=500, by=staff(ticket))
    page = desk.get(page_of(made)).text
    assert "/sending" not in page
    press(desk, made, "payment")
    press(desk, made, "sending", carrier="", tracking_number="")
    assert (made.state, letters("exchange_sent")) == (Sending.SENT, 1)


# ---- refunds


def test_a_refund_that_is_taken_back_can_be_recorded_again(desk: Browser, shop: Store, agent: User) -> None:
    refund = recorded(shop, agent)
    press(desk, refund, "withdrawal", reason="It was for the other line.")
    assert (refund.state, letters("refund_taken_back")) == (Payout.TAKEN_BACK, 1)
    again = Refund.record(
        refund.ticket, some_of({line_of(refund.ticket).id: 8400}, units={line_of(refund.ticket).id: 2}), by=agent
    )
    assert again.cents == 8400


def test_an_agent_takes_back_only_what_they_recorded(desk: Browser, shop: Store) -> None:
    refund = recorded(shop, factories.supervisor(shop))
    assert "You cannot change anything here." in read(desk.get(page_of(refund)))
    answer = desk.post(f"{page_of(refund)}/withdrawal", data={"reason": "No.", "form_key": "k" * 20})
    assert (answer.status_code, refund.state) == (422, Payout.TO_BE_PAID)
    assert "a supervisor can take it back" in read(answer)


def test_what_was_paid_stays_paid(client: Browser, shop: Store) -> None:
    refund = recorded(shop, factories.supervisor(shop))
    boss = boss_of(client, shop)
    press(boss, refund, "payment", reference="TX 1")
    answer = boss.post(f"{page_of(refund)}/withdrawal", data={"reason": "No.", "form_key": "k" * 20})
    assert (answer.status_code, refund.state) == (422, Payout.PAID)


def test_the_return_behind_a_refund_that_is_taken_back_waits_for_another(desk: Browser, shop: Store) -> None:
    rma = at_step(bought(shop), Step.INSPECTED)
    boss = boss_of(desk, shop)
    address = f"/desk/tickets/{rma.ticket.reference}/returns/{rma.number}"
    for _ in range(2):
        boss.post(f"{address}/refund", data={**hidden(boss.get(address), "/refund"), "method": "original"})
        refund = db.session.scalars(select(Refund).where(Refund.state == Payout.TO_BE_PAID)).one()
        press(boss, refund, "withdrawal", reason="A slip.")
        assert (rma.state, rma.settled_at) == (Step.INSPECTED, None)


def test_the_refund_of_a_cancelled_order_can_be_recorded_anew(desk: Browser, shop: Store) -> None:
    asked_for = to_cancel(shop)
    press(desk, asked_for, "execution")
    press(desk, only(Refund), "withdrawal", reason="A slip.")
    press(desk, asked_for, "refund")
    alive = db.session.scalars(select(Refund).where(Refund.state == Payout.TO_BE_PAID)).one()
    assert (alive.cents, alive.cancellation_id) == (8900, asked_for.id)


def test_what_was_taken_back_is_listed_and_not_in_the_file(client: Browser, shop: Store) -> None:
    boss, refund = factories.supervisor(shop), recorded(shop, factories.supervisor(shop))
    refund.take_back("A slip.", by=boss)
    client.sign_in(boss)
    assert "A slip." in read(client.get("/desk/payouts?state=taken_back"))
    assert refund.ticket.reference not in client.get("/desk/payouts.csv").text


# ---- who


def every_sort(shop: Store) -> list[Any]:
    ticket = bought(shop, quantity=4)
    by, line = staff(ticket), line_of(ticket)
    return [
        Claim.open(ticket, ClaimKind.WRONG, by=by),
        Replacement.record(ticket, [(line, 1)], by=by),
        Exchange.record(ticket, line, 1, wanted="Blue", by=by),
        Refund.record(ticket, some_of({line.id: 100}, units={line.id: 0}), by=by),
        to_cancel(shop),
    ]


def test_another_stores_records_do_not_exist(desk: Browser) -> None:
    for record in every_sort(factories.store()):
        assert desk.get(page_of(record)).status_code == 404
        assert desk.post(f"{page_of(record)}/withdrawal", data={"reason": "x"}).status_code == 404


def test_a_record_of_another_ticket_does_not_exist_under_this_one(desk: Browser, shop: Store) -> None:
    other = factories.ticket(shop)
    for record in every_sort(shop):
        foreign = page_of(record).replace(record.ticket.reference, other.reference)
        assert desk.get(foreign).status_code == 404


def test_the_tickets_page_leads_to_every_record(desk: Browser, shop: Store) -> None:
    for record in every_sort(shop):
        page = desk.get(f"/desk/tickets/{record.ticket.reference}").text
        assert f'href="{page_of(record)}"' in page
        assert desk.get(page_of(record)).status_code == 200


def test_an_act_that_is_none_is_not_found(desk: Browser, shop: Store) -> None:
    ticket: Ticket = bought(shop)
    made = Replacement.record(ticket, [(line_of(ticket), 1)], by=staff(ticket))
    assert desk.post(f"{page_of(made)}/acceptance").status_code == 404
    assert desk.get(page_of(made).replace("replacement", "rma")).status_code == 404
