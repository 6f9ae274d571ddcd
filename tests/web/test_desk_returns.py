"""The desk's pages of returns: every step by its form, what is refused, what is listed."""

import re

import pytest
from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.policies import Remedy
from helpdesk.returns import (
    Cancellation,
    Claim,
    ClaimKind,
    Exchange,
    Finding,
    Refund,
    Replacement,
    Rma,
    Step,
    some_of,
)
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from helpdesk.web.desk.returns import returns_panel
from tests import factories
from tests.returns.goods import asked_back, at_step, bought, item_of, line_of, staff
from tests.web.browsing import Browser, hidden, read
from tests.web.test_query_counts import asked_for, questions

KEY = {"form_key": "k" * 20}
FEE = {"fees": [{"kind": "restocking", "up_to_percent": 15}]}


@pytest.fixture
def desk(client: Browser, shop: Store) -> Browser:
    """An agent's browser."""
    return client.sign_in(factories.agent(shop))


def page_of(rma: Rma) -> str:
    return f"/desk/tickets/{rma.ticket.reference}/returns/{rma.number or f'request-{rma.id}'}"


def press(desk: Browser, rma: Rma, name: str, **fields: object) -> int:
    """Send the form as the page has it, with these fields; the answer's status."""
    address = page_of(rma)
    form = hidden(desk.get(address), f"/{name}")
    return desk.post(f"{address}/{name}", data={**form, **fields}).status_code


def test_the_whole_way_by_the_pages_own_forms(desk: Browser, shop: Store) -> None:
    rma = asked_back(bought(shop), 2, plan=FEE)
    item = item_of(rma).id
    steps: list[tuple[str, dict[str, object], Step]] = [
        ("approval", {}, Step.APPROVED),
        ("label", {}, Step.LABEL_SENT),
        ("handover", {"carrier": "Parcel Post", "tracking_number": "PP 1"}, Step.IN_TRANSIT),
        ("receipt", {f"count_{item}": 3}, Step.RECEIVED),
        ("inspection", {f"resalable_{item}": 1, f"damaged_{item}": 1, f"deduction_{item}": "10 %",
                        f"reason_{item}": "Scratched"}, Step.INSPECTED),
        ("refund", {"fee_0": 5, "method": "original", "reason": "As agreed"}, Step.REFUNDED),
        ("closing", {}, Step.CLOSED),
    ]  # fmt: skip
    for name, fields, step in steps:
        assert press(desk, rma, name, **fields) == 302, name
        assert rma.state is step
    assert (item_of(rma).surplus, item_of(rma).deduction_percent, rma.carrier) == (1, 10, "Parcel Post")
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.cents, refund.reason, refund.rma) == (7182, "As agreed", rma)  # 84.00 - 8.40 - 5 %
    assert "Nothing can follow" in read(desk.get(page_of(rma)))


def test_a_page_offers_only_what_can_follow(desk: Browser, shop: Store) -> None:
    page = desk.get(page_of(at_step(bought(shop), Step.IN_TRANSIT))).text
    assert {a.rsplit("/", 1)[-1] for a in re.findall(r'action="([^"]*/returns/[^"]*)"', page)} == {
        "receipt", "cancellation",
    }  # fmt: skip


def test_its_life_shows_what_was_left_out_and_how_it_ended(desk: Browser, shop: Store) -> None:
    ticket = bought(shop)
    declined = asked_back(ticket)
    declined.decline("Used.", by=staff(ticket))
    page = read(desk.get(page_of(declined)))
    assert "Requested" in page
    assert "Declined" in page
    assert "Used." in page
    assert "Received" not in page
    walked_in = asked_back(ticket)
    walked_in.approve(by=staff(ticket))
    walked_in.receive({item_of(walked_in).id: 1}, by=staff(ticket))
    assert "Label sent" not in read(desk.get(page_of(walked_in)))


def test_a_second_press_changes_nothing(desk: Browser, shop: Store) -> None:
    rma = at_step(bought(shop), Step.INSPECTED)
    presses = [desk.post(f"{page_of(rma)}/refund", data={**KEY, "method": "original"}) for _ in range(2)]
    assert [answer.status_code for answer in presses] == [302, 302]
    assert db.session.scalar(select(func.count(Refund.id))) == 1


@pytest.mark.parametrize("name", ["refund", "approval", "closing", "receipt"])
def test_what_cannot_follow_is_said_on_the_page(desk: Browser, shop: Store, name: str) -> None:
    rma = at_step(bought(shop), Step.LABEL_SENT)
    answer = desk.post(f"{page_of(rma)}/{name}", data=KEY)
    expected = Step.RECEIVED if name == "receipt" else None
    assert answer.status_code == 422
    assert expected or "cannot follow" in read(answer)
    assert rma.state is Step.LABEL_SENT


@pytest.mark.parametrize("fields, words", [
    ({"resalable": 1}, "add up to 1"), ({"resalable": 3, "damaged": -1}, "A count from 0"),
    ({"deduction": "ten"}, "not an amount"), ({"deduction": "101 %"}, "0 to 100"),
    ({"deduction": "-5"}, "below nothing"),
    ({"deduction": "5 %"}, "what the deduction is for"), ({"result": "failed"}, "Say in the note"),
    ({"resalable": "9" * 5000}, "Not a valid integer"), ({"deduction": "9" * 30}, "20 characters"),
])  # fmt: skip
def test_a_wrong_inspection_is_said_and_kept(desk: Browser, shop: Store, fields: dict[str, object], words: str) -> None:
    rma = at_step(bought(shop), Step.RECEIVED, 2)
    item = item_of(rma).id
    given = {"resalable": 2, "damaged": 0, "missing": 0, "donated": 0, **fields}
    named = {name if name == "result" else f"{name}_{item}": value for name, value in given.items()}
    answer = desk.post(f"{page_of(rma)}/inspection", data={**KEY, **named})
    assert answer.status_code == 422
    assert words in read(answer)
    assert rma.state is Step.RECEIVED


def test_the_refund_is_shown_before_the_inspection_is_kept(desk: Browser, shop: Store) -> None:
    rma = at_step(bought(shop), Step.RECEIVED, 2, plan=FEE)
    item = item_of(rma).id
    counts = {f"resalable_{item}": 1, f"missing_{item}": 1, f"deduction_{item}": "2.00", f"reason_{item}": "Box"}
    page = read(desk.post(f"{page_of(rma)}/inspection", data={**KEY, **counts, "preview": "1"}))
    assert "Paid for what came back $42.00 Deductions -$2.00 Restocking fee -$6.00 To be paid out $34.00" in page
    assert rma.state is Step.RECEIVED
    assert 'value="2.00"' in desk.post(f"{page_of(rma)}/inspection", data={**KEY, **counts, "preview": "1"}).text


def test_another_fee_is_worked_out_without_being_recorded(desk: Browser, shop: Store) -> None:
    rma = at_step(bought(shop), Step.INSPECTED, plan=FEE)
    answer = desk.post(f"{page_of(rma)}/refund", data={**KEY, "fee_0": 10, "method": "original", "preview": "1"})
    assert "To be paid out $37.80" in read(answer)
    assert db.session.scalar(select(Refund.id)) is None
    too_much = desk.post(f"{page_of(rma)}/refund", data={**KEY, "fee_0": 16, "method": "original"})
    assert "From 0 to 15 percent." in read(too_much)


def test_what_is_not_refunded_is_replaced_exchanged_or_rejected(desk: Browser, shop: Store) -> None:
    replaced = at_step(bought(shop), Step.INSPECTED, remedy=Remedy.REPLACEMENT)
    exchanged = at_step(bought(shop), Step.INSPECTED, remedy=Remedy.EXCHANGE)
    rejected = at_step(bought(shop), Step.INSPECTED)
    press(desk, replaced, "replacement")
    item = item_of(exchanged).id
    assert press(desk, exchanged, "exchange", **{f"difference_{item}": "8"}) == 422  # for what?
    press(desk, exchanged, "exchange", **{f"wanted_{item}": "The blue one", f"difference_{item}": "8.00"})
    press(desk, rejected, "rejection", reason="Used.")
    assert [r.state for r in (replaced, exchanged, rejected)] == [Step.REPLACED, Step.EXCHANGED, Step.REJECTED]
    assert db.session.scalars(select(Replacement)).one().items[0].quantity == 1
    made = db.session.scalars(select(Exchange)).one()
    assert (made.wanted, made.difference_cents, made.paid_by) == ("The blue one", 800, "customer")


def test_every_item_is_exchanged_for_something(desk: Browser, shop: Store) -> None:
    ticket = bought(shop, lines=2)
    rma = Rma.request(ticket, [(line, 1) for line in ticket.order.lines], by=ticket.customer)  # type: ignore[union-attr]
    rma.approve(by=staff(ticket))
    rma.receive({item.id: 1 for item in rma.items}, by=staff(ticket))
    rma.inspect({item.id: Finding(resalable=1) for item in rma.items}, by=staff(ticket))
    wishes = {f"wanted_{item.id}": f"Blue {n}" for n, item in enumerate(rma.items)}
    assert press(desk, rma, "exchange", **wishes) == 302
    assert list(db.session.scalars(select(Exchange.wanted).order_by(Exchange.id))) == ["Blue 0", "Blue 1"]
    assert rma.state is Step.EXCHANGED


@pytest.mark.parametrize("name", ["x", "preview", "label.pdf", "refund/x"])
def test_no_other_step_exists(desk: Browser, shop: Store, name: str) -> None:
    rma = at_step(bought(shop), Step.INSPECTED)
    assert desk.post(f"{page_of(rma)}/{name}", data=KEY).status_code in (404, 405)


def test_another_stores_return_does_not_exist(desk: Browser, shop: Store) -> None:
    foreign = at_step(bought(), Step.IN_TRANSIT)
    answers = [desk.get(page_of(foreign)), desk.post(f"{page_of(foreign)}/cancellation", data={"reason": "x"})]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert foreign.state is Step.IN_TRANSIT
    assert str(foreign.number) not in desk.get("/desk/returns?view=all").text
    assert page_of(foreign) not in desk.get(f"/desk/returns?q={foreign.number}").text


# ---- the list


def test_returns_are_listed_by_where_they_stand(desk: Browser, shop: Store) -> None:
    ticket = bought(shop, quantity=9)
    found = {step: at_step(ticket, step) for step in (Step.REQUESTED, Step.APPROVED, Step.RECEIVED, Step.INSPECTED)}
    views = {"": Step.REQUESTED, "expected": Step.APPROVED, "received": Step.RECEIVED, "inspected": Step.INSPECTED}
    for view, step in views.items():
        page = desk.get(f"/desk/returns?view={view}").text
        assert [page_of(rma) in page for rma in found.values()] == [step is own for own in found]


@pytest.mark.parametrize(
    "query", ["view=nonsense", "view=%00", "q=%00", "q=x&at=broken", "store=nowhere", "q=" + "9" * 99]
)
def test_odd_addresses_do_no_harm(desk: Browser, query: str) -> None:
    assert desk.get(f"/desk/returns?{query}").status_code == 200


def test_a_return_is_found_by_its_number_or_its_orders(desk: Browser, shop: Store) -> None:
    rma = at_step(bought(shop), Step.RECEIVED)
    other = at_step(bought(shop), Step.RECEIVED)
    assert rma.order
    for typed in (str(rma.number).lower().replace("-", " "), rma.order.number.replace("#", "%23")):
        page = desk.get(f"/desk/returns?q={typed}").text
        assert page_of(rma) in page
        assert page_of(other) not in page


def test_pages_go_on_and_back(desk: Browser, shop: Store) -> None:
    ticket = bought(shop, quantity=60)
    for _ in range(30):
        asked_back(ticket)
    first = desk.get("/desk/returns")
    after = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert after
    second = desk.get(after[1].replace("&amp;", "&"))
    links = [set(re.findall(r"/returns/request-\d+", page.text)) for page in (first, second)]
    assert [len(found) for found in links] == [25, 5]
    assert not links[0] & links[1]


@pytest.mark.parametrize("count", [2, 24])
def test_lists_and_pages_ask_the_same_few_questions(client: Browser, shop: Store, count: int) -> None:
    ticket = bought(shop, lines=count, quantity=2)
    rma = Rma.request(ticket, [(line, 1) for line in ticket.order.lines], by=ticket.customer)  # type: ignore[union-attr]
    for line in ticket.order.lines:  # type: ignore[union-attr]
        Rma.request(ticket, [(line, 1)], by=ticket.customer)
    client.sign_in(factories.supervisor(shop))
    for address, most in (("/desk/returns", 5), (page_of(rma), 8)):
        asked = asked_for(client, address)
        assert len(asked) <= most, "\n".join(asked)


# ---- the panel beside a ticket


def everything(ticket: Ticket) -> None:
    """One record of each sort."""
    by = staff(ticket)
    rma = at_step(ticket, Step.INSPECTED)
    asked_back(ticket)
    Refund.record(ticket, some_of({line_of(ticket).id: 4200}, units={line_of(ticket).id: 1}), by=by, rma=rma)
    Refund.goodwill(ticket, 500, by=by, reason="Sorry.")
    Claim.open(ticket, ClaimKind.DAMAGE, by=ticket.customer)
    Replacement.record(ticket, [(line_of(ticket), 1)], by=by)
    Exchange.record(ticket, line_of(ticket), 1, wanted="Blue", by=by)
    assert ticket.order
    ticket.order.stage = "processing"  # type: ignore[assignment]
    Cancellation.request(ticket, [(line_of(ticket), 1)], by=ticket.customer)


def test_the_panel_shows_every_record_and_asks_once(client: Browser, shop: Store) -> None:
    ticket = bought(shop, quantity=9)
    everything(ticket)
    with client.application.test_request_context(), questions() as asked:
        panel = returns_panel(ticket)
    assert len(asked) == 1
    shown = {(record["words"], record["state"], record["amount"]) for record in panel}
    number = db.session.scalar(select(Rma.number).where(Rma.number.is_not(None)))
    assert shown == {
        (f"Return {number}", "Refund recorded", ""), ("Return", "Requested", ""),
        ("Refund", "To be paid out", "$42.00"), ("Goodwill", "To be paid out", "$5.00"), ("Claim: damaged", "Open", ""),
        ("Replacement", "To be sent", ""), ("Exchange for Blue", "To be sent", ""), ("Cancellation", "Requested", ""),
    }  # fmt: skip
    assert all(record["url"] for record in panel)


def test_the_timeline_tells_every_step(desk: Browser, shop: Store) -> None:
    ticket = bought(shop, quantity=9)
    everything(ticket)
    page = read(desk.get(f"/desk/tickets/{ticket.reference}/timeline"))
    for words in (
        "asked to send 1 piece back, for refund", "approved return R-", "received return R-", "inspected return R-",
        "recorded a refund of $42.00 for return R-", "recorded a goodwill of $5.00", "opened the claim “damaged”",
        "recorded a replacement of 1 piece", "recorded an exchange of 1 piece for “Blue”", "asked to cancel 1 piece",
    ):  # fmt: skip
        assert words in page
