"""Tracking an order, and a store's home page."""

from datetime import timedelta
from html import unescape

import pytest
from werkzeug.test import TestResponse

from helpdesk.core import clock
from helpdesk.orders import Parcel, Stage
from helpdesk.stores import Store
from tests import factories
from tests.web.browsing import Browser, read


def track(client: Browser, shop: Store, number: str, contact: str = "ada@mail.example.com") -> TestResponse:
    """Ask for an order."""
    return client.post(f"/{shop.slug}/track", data={"number": number, "contact": contact})


def test_a_delivered_order_shows_every_stage(client: Browser, shop: Store) -> None:
    parcel = Parcel(carrier="Pigeon Post", tracking_number="PP-99")
    order = factories.order(shop, delivered_at=clock.now(), parcels=[parcel])
    page = read(track(client, shop, order.number))
    assert all(word in page for word in ("Placed", "Paid", "Being prepared", "On its way", "Delivered", "1 × Bowl 1"))
    assert "Pigeon Post PP-99" in page


def test_a_cancelled_order_says_so(client: Browser, shop: Store) -> None:
    order = factories.order(shop, stage=Stage.CANCELLED, cancelled_at=clock.now() - timedelta(hours=1))
    assert "Cancelled" in read(track(client, shop, order.number))


@pytest.mark.parametrize("number, contact", [
    ("#5001", "eve@mail.example.com"), ("#5001", "+1 681 555 9999"), ("#5001", "@"), ("#9999", "ada@mail.example.com"),
    ("%", "%"), ("' OR 1=1 --", "' OR 1=1 --"), ("5001\x00", "x\x00"), ("#", "#"),
])  # fmt: skip
def test_whoever_does_not_know_both_learns_nothing(client: Browser, shop: Store, number: str, contact: str) -> None:
    factories.order(shop, number="#5001")
    answer = track(client, shop, number, contact)
    assert answer.status_code == 422
    assert "We found no order with this number and this address or phone. Please check both." in read(answer)
    assert "Bowl" not in answer.text


def test_an_order_without_contact_is_nobodys(client: Browser, shop: Store) -> None:
    order = factories.order(shop, email="", phone_key="")
    assert track(client, shop, order.number, "nobody").status_code == 422


def test_another_stores_order_is_not_found(client: Browser, shop: Store) -> None:
    order = factories.order(factories.store())
    assert track(client, shop, order.number).status_code == 422


def test_missing_fields_are_named(client: Browser, shop: Store) -> None:
    page = read(track(client, shop, "", ""))
    assert "The order number is missing." in page
    assert "We need the address or number to be sure it is your order." in page


def test_the_home_page_says_what_is_promised_and_leads_to_every_issue(client: Browser, shop: Store) -> None:
    answer = client.get(f"/{shop.slug}/")
    assert "Within 24 hours on business days" in read(answer)
    assert answer.text.count("/report?issue=") == 21


def test_a_store_that_does_not_exist_is_not_found(client: Browser) -> None:
    assert client.get("/nowhere/").status_code == 404
    assert client.get("/favicon.ico", follow_redirects=True).status_code == 404


def test_a_stores_colour_is_a_stylesheet(client: Browser, shop: Store) -> None:
    answer = client.get(f"/{shop.slug}/accent.css")
    assert answer.mimetype == "text/css"
    assert "--accent:#3b4fa8" in answer.text


# ---- what can still be done with an order


def wishes(page: str) -> dict[str, bool]:
    """What the page speaks of, and whether it can be asked for."""
    part = page[page.index("What you can do now") :] if "What you can do now" in page else ""
    names = ("Cancel my order", "Change my order", "I want to return something")
    return {name: f"Ask for it: {name}" in part for name in names if name in part}


def wished(client: Browser, shop: Store, stage: Stage, **given: object) -> str:
    """The answer's text for an order that is this far."""
    order = factories.order(shop, stage=stage, **given)
    return unescape(track(client, shop, order.number).text)


@pytest.mark.parametrize("stage, can", [
    (Stage.PLACED, True), (Stage.PAID, True), (Stage.PROCESSING, True), (Stage.SHIPPED, False),
])  # fmt: skip
def test_an_order_can_be_stopped_until_it_has_left(client: Browser, shop: Store, stage: Stage, can: bool) -> None:
    found = wishes(wished(client, shop, stage))
    assert list(found.values()) == [can, can]


def test_what_cannot_be_asked_for_says_why_and_by_which_clause(client: Browser, shop: Store) -> None:
    page = wished(client, shop, Stage.SHIPPED)
    assert "The order has been sent. Once it is there you can return it." in page
    assert "#clause-4" in page


def test_a_delivered_order_can_be_returned_until_a_day(client: Browser, shop: Store) -> None:
    order = factories.order(shop, delivered_at=clock.now() - timedelta(days=1))
    page = unescape(track(client, shop, order.number).text)
    found = wishes(page)
    assert [name for name, can in found.items() if can] == ["I want to return something"]
    assert "a few answers decide" in page


def test_a_cancelled_order_offers_nothing(client: Browser, shop: Store) -> None:
    assert wishes(wished(client, shop, Stage.CANCELLED, cancelled_at=clock.now())) == {}


def test_asking_leads_to_a_report_that_knows_the_order(client: Browser, shop: Store) -> None:
    order = factories.order(shop, stage=Stage.PAID)
    sent = client.post(f"/{shop.slug}/track/cancel_order", data={"number": order.number, "contact": order.email})
    report = sent.location.rsplit("/", 1)[0]
    assert client.get(sent.location, follow_redirects=True).status_code == 200
    assert f"We have your order {order.number}" in read(client.get(f"{report}/order"))
    assert 'value="cancel_order" id="issue_type-cancel_order" checked' in client.get(f"{report}/issue").text
    client.post(f"{report}/details", data={"body": "Please stop it.", "email": "ada@mail.example.com", "name": "Ada"})
    page = read(client.get(client.post(f"{report}/review").location))
    assert "Our answer Yes" in page
    assert "The order is not being prepared yet." in page


@pytest.mark.parametrize("contact", ["eve@mail.example.com", "", "+1 681 555 9999"])
def test_asking_for_an_order_of_somebody_else_is_refused(client: Browser, shop: Store, contact: str) -> None:
    order = factories.order(shop, stage=Stage.PAID)
    answer = client.post(f"/{shop.slug}/track/cancel_order", data={"number": order.number, "contact": contact})
    assert answer.status_code == 422
    assert "Bowl" not in answer.text


def test_only_wishes_that_exist_can_be_asked_for(client: Browser, shop: Store) -> None:
    order = factories.order(shop, stage=Stage.PAID)
    given = {"number": order.number, "contact": order.email}
    assert [client.post(f"/{shop.slug}/track/{wish}", data=given).status_code for wish in ("damaged", "x")] == [
        404,
        404,
    ]
