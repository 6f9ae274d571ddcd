"""Reporting an issue: which order, and which of its items."""

import re

import pytest

from helpdesk.stores import Store
from tests import factories
from tests.web.browsing import Browser, read
from tests.web.wizard import Wizard, tickets


@pytest.mark.parametrize("number", ["#W-1042", "w1042", " # W 10 42 ", "Ｗ１０４２"])
@pytest.mark.parametrize("contact", [
    "ada@mail.example.com", " ADA@Mail.Example.COM ", "+1 681 555 0123", "(681) 555-0123", "681.555.0123",
])  # fmt: skip
def test_an_order_is_found_however_it_is_written(client: Browser, shop: Store, number: str, contact: str) -> None:
    factories.order(shop, number="#W-1042")
    answer = Wizard(client, shop).post("order", number=number, contact=contact)
    assert answer.location.endswith("/items")


def test_a_wrong_contact_and_an_unknown_number_look_the_same(client: Browser, shop: Store) -> None:
    factories.order(shop, number="#7001", email="bob@mail.example.com", phone_key="+16815559999")

    def answer_to(number: str) -> tuple[int, str]:
        wizard = Wizard(client, shop)
        answer = wizard.post("order", number=number, contact="eve@mail.example.com")
        text = answer.text.replace(wizard.address, "").replace(number, "")
        return answer.status_code, re.sub(r'name="csrf_token" value="[^"]+"', "", text)  # it carries the second

    wrong_contact, unknown_number = answer_to("7001"), answer_to("7002")
    assert wrong_contact == unknown_number
    assert wrong_contact[0] == 422


def test_another_stores_order_is_not_found(client: Browser, shop: Store) -> None:
    answer = Wizard(client, shop).find(factories.order(factories.store()))
    assert answer.status_code == 422
    assert "We found no order" in read(answer)


def test_whoever_found_an_order_by_phone_is_not_told_its_mail_address(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.find(factories.order(shop, email="secret@mail.example.com"), "+16815550123")
    assert "secret@" not in wizard.get("details").text


def test_it_works_without_an_order(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    assert wizard.post("order", without="1").location.endswith("/questions")
    assert wizard.get("questions").location.endswith("/details")  # nothing is to be asked
    wizard.tell(order_number="maybe 17")
    wizard.send()
    ticket = tickets()[0]
    assert (ticket.order, ticket.answers["order_number"]) == (None, "maybe 17")


@pytest.mark.parametrize("given, kept", [
    ("2", 2), ("99", 3), ("0", 1), ("-4", 3), ("", 3), ("two", 3), ("²", 3), ("9" * 5000, 3),
])  # fmt: skip
def test_a_quantity_stays_within_what_was_bought(client: Browser, shop: Store, given: str, kept: int) -> None:
    wizard, order = Wizard(client, shop), factories.order(shop, quantity=3)
    wizard.find(order)
    line = order.lines[0].id
    wizard.post("items", **{"item": str(line), f"quantity-{line}": given})
    wizard.tell()
    wizard.send()
    assert [item.quantity for item in tickets()[0].items] == [kept]


def test_no_item_chosen_is_said(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.find(factories.order(shop, lines=2))
    answer = wizard.post("items")
    assert answer.status_code == 422
    assert "Choose at least one item" in read(answer)


def test_an_order_without_lines_does_not_stop_anybody(client: Browser, shop: Store) -> None:
    wizard, order = Wizard(client, shop), factories.order(shop, lines=0)
    wizard.find(order)
    assert wizard.post("items").location.endswith("/questions")
    assert wizard.get("questions").location.endswith("/details")
    wizard.tell()
    wizard.send()
    assert tickets()[0].order_id == order.id


def test_another_order_needs_its_own_items(client: Browser, shop: Store) -> None:
    wizard, first = Wizard(client, shop), factories.order(shop)
    wizard.find(first)
    wizard.choose_all(first)
    wizard.find(factories.order(shop))
    wizard.tell()
    assert "Add which items it is about" in read(wizard.send())
