"""Tracking an order, and a store's home page."""

from datetime import timedelta

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
