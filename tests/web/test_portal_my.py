"""My requests: the link by mail, and what stands behind it."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk.accounts import Customer, MyLink
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.stores import Store
from helpdesk.tickets import Filing, IssueType, Ticket, merge
from tests import factories
from tests.web.browsing import Browser, hidden, read
from tests.web.guest import mailed
from tests.web.test_query_counts import asked_for

ADA = "ada@mail.example.com"


@pytest.fixture
def ada(shop: Store) -> Customer:
    """A customer, beside others who must never show: the same name, the same address elsewhere."""
    other = factories.store()
    for store, email, number in [(shop, "ada@other.example.com", "#7001"), (other, ADA, "#7002")]:
        stranger = factories.customer(store, email, name="Ada Buyer")
        order = factories.order(store, number=number, email=email)
        factories.ticket(store, by=stranger, order=order, issue=IssueType.DAMAGED)
    db.session.commit()
    return factories.customer(shop, ADA)


def link_of(shop: Store, email: str = ADA) -> str:
    """A link as its letter has it."""
    token = MyLink.ask(shop, email, "en").open()
    db.session.commit()
    return f"/{shop.slug}/my/{token}"


def test_every_address_gets_the_same_answer(client: Browser, shop: Store, ada: Customer) -> None:
    answers = [client.post(f"/{shop.slug}/my", data={"email": email}) for email in (ADA, "eve@mail.example.com")]
    assert answers[0].location == answers[1].location
    assert answers[0].data == answers[1].data
    assert "If we know this address, a letter with the link is on its way." in read(client.get(answers[0].location))
    assert db.session.query(MyLink).count() == 2


def test_every_address_costs_the_database_the_same(client: Browser, shop: Store, ada: Customer) -> None:
    from tests.web.test_query_counts import questions

    asked = []
    client.post(f"/{shop.slug}/my", data={"email": "warm@mail.example.com"})
    for email in (ADA, "eve@mail.example.com"):
        with questions() as statements:
            client.post(f"/{shop.slug}/my", data={"email": email})
        asked.append(statements)
    assert asked[0] == asked[1]


@pytest.mark.parametrize("email", ["", "ada", "ada@", "ada@mail.example.com\nBcc: eve@mail.example.com"])
def test_what_is_no_address_is_told_beside_the_field(client: Browser, shop: Store, email: str) -> None:
    answer = client.post(f"/{shop.slug}/my", data={"email": email})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert db.session.query(MyLink).count() == 0


def test_asking_too_often_is_refused_for_friend_and_stranger(strict: Flask) -> None:
    strict.config["WTF_CSRF_ENABLED"] = False
    with strict.app_context():
        shop = factories.store()
        factories.customer(shop, ADA)
        db.session.commit()
        slug = shop.slug
    client = strict.test_client()
    for email in (ADA, "eve@mail.example.com"):
        told = [client.post(f"/{slug}/my", data={"email": email}).status_code for _ in range(6)]
        assert told == [302] * 5 + [429]


def test_it_shows_their_requests_and_orders_and_nobody_elses(client: Browser, shop: Store, ada: Customer) -> None:
    order = factories.order(shop, number="#5001", email=ADA, delivered_at=clock.now())
    ticket = factories.ticket(shop, by=ada, order=order, issue=IssueType.DAMAGED)
    page = client.get(link_of(shop))
    assert "Damaged, order #5001" in read(page)
    assert "We have your message and will answer it." in read(page)
    assert "We are back by" in read(page) or "Your turn, by" in read(page)
    assert f'href="{mailed(ticket)}"' in page.text
    assert "#7001" not in page.text
    assert "#7002" not in page.text
    assert page.text.count('class="card request"') == 2


def test_what_is_done_stands_below_and_says_so(client: Browser, shop: Store, ada: Customer) -> None:
    agent = factories.agent(shop)
    closed = factories.ticket(shop, by=ada, issue=IssueType.TRACKING)
    closed.solve(by=agent)
    closed.close(by=agent)
    factories.ticket(shop, by=ada, issue=IssueType.EXCHANGE)
    page = read(client.get(link_of(shop)))
    assert page.index("Exchange") < page.index("Done") < page.index("Tracking")
    assert "This is closed. A new message begins a new request that knows this one." in page


def test_a_merged_one_says_where_it_goes_on(client: Browser, shop: Store, ada: Customer) -> None:
    agent = factories.agent(shop)
    merged, main = factories.ticket(shop, by=ada), factories.ticket(shop, by=ada, issue=IssueType.RETURN)
    merge(merged, into=main, by=agent)
    assert f"This goes on in your request {main.reference}." in read(client.get(link_of(shop)))


def test_who_only_bought_sees_the_orders(client: Browser, shop: Store) -> None:
    factories.order(shop, number="#5001", email="bea@mail.example.com")
    page = read(client.get(link_of(shop, "bea@mail.example.com")))
    assert "No requests yet" in page
    assert "Order #5001" in page


def test_an_order_is_tracked_with_one_press(client: Browser, shop: Store, ada: Customer) -> None:
    factories.order(shop, number="#5001", email=ADA)
    fields = hidden(client.get(link_of(shop)), "/track")
    assert "Being prepared" in read(client.post(f"/{shop.slug}/track", data=fields))


def test_a_report_begins_with_the_order_found(client: Browser, shop: Store, ada: Customer) -> None:
    order = factories.order(shop, number="#5001", email=ADA)
    answer = client.post(f"{link_of(shop)}/report", data={"number": "#5001"})
    assert answer.status_code == 302
    filing = db.session.query(Filing).one()
    assert (filing.order_id, filing.given("order")) == (order.id, {"number": "#5001", "contact": ADA})
    assert client.get(answer.location).status_code == 200


def test_a_report_about_somebody_elses_order_does_not_begin(client: Browser, shop: Store, ada: Customer) -> None:
    for number in ("#7001", "#7002", "", "%"):
        assert client.post(f"{link_of(shop)}/report", data={"number": number}).status_code == 404
    assert db.session.query(Filing).count() == 0


@pytest.mark.parametrize("change", [
    lambda address, other: address + "x",
    lambda address, other: address[:-1],
    lambda address, other: f"/{other.slug}/my/{address.rpartition('/')[2]}",
], ids=["longer", "shorter", "elsewhere"])  # fmt: skip
def test_a_link_that_is_not_good_offers_a_new_one(client: Browser, shop: Store, ada: Customer, change: object) -> None:
    factories.ticket(shop, by=ada)
    answer = client.get(change(link_of(shop), factories.store()))  # type: ignore[operator]
    assert answer.status_code == 404
    assert "This link no longer works." in read(answer)
    assert "Damaged" not in answer.text


def test_a_link_ends_after_a_day(client: Browser, shop: Store, ada: Customer) -> None:
    address = link_of(shop)
    with clock.at(clock.now() + timedelta(hours=23, minutes=59)):
        assert client.get(address).status_code == 200
    with clock.at(clock.now() + timedelta(hours=24)):
        assert client.get(address).status_code == 404
        assert client.post(f"{address}/report", data={"number": "#5001"}).status_code == 404


def test_a_wish_without_its_letter_opens_nothing(client: Browser, shop: Store, ada: Customer) -> None:
    MyLink.ask(shop, ADA, "en")
    assert client.get(f"/{shop.slug}/my/None").status_code == 404


def test_a_customer_can_end_every_link(client: Browser, shop: Store, ada: Customer) -> None:
    first, second = link_of(shop), link_of(shop)
    client.post(f"{first}/end")
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 404


def test_one_purposes_secret_is_worthless_for_another(client: Browser, shop: Store, ada: Customer) -> None:
    ticket: Ticket = factories.ticket(shop, by=ada)
    token = link_of(shop).rpartition("/")[2]
    assert client.get(f"/{shop.slug}/tickets/{token}").status_code == 404
    assert client.get(f"/{shop.slug}/my/{ticket.guest_token}").status_code == 404


def test_many_requests_ask_the_database_no_more(client: Browser, shop: Store, ada: Customer) -> None:
    def fill(many: int) -> None:
        for _ in range(many):
            factories.ticket(shop, by=ada, order=factories.order(shop, email=ADA))

    fill(1)
    address = link_of(shop)
    few = len(asked_for(client, address))
    fill(7)
    assert len(asked_for(client, address)) == few <= 9
