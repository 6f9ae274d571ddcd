"""Reporting an issue on the portal, step by step, without JavaScript."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail import OutgoingMail
from helpdesk.orders import Order
from helpdesk.stores import Store
from helpdesk.tickets import IssueType, Ticket
from tests import factories
from tests.web.browsing import Browser, at_once, read
from tests.web.guest import mailed
from tests.web.wizard import JPEG, Files, Wizard, files, tickets


def delivered(shop: Store, hours_ago: float = 1) -> Order:
    """An order that has arrived."""
    return factories.order(shop, delivered_at=clock.now() - timedelta(hours=hours_ago))


def test_a_damage_report_is_answered_on_the_spot(client: Browser, shop: Store) -> None:
    order = delivered(shop)
    damage, packaging = files(("bowl.jpg", JPEG)), files(("box.jpg", JPEG))

    page = read(Wizard(client, shop).filed(order, damage=damage, packaging=packaging))

    assert f"Damaged, order {order.number}" in page
    assert "Our answer Yes" in page
    assert "a replacement or a refund" in page
    assert "We have your report" in page
    assert "The bowl came in two pieces." in page
    assert tickets()[0].reference in page


@pytest.mark.parametrize("hours, kinds, answer", [
    (20, ("damage", "packaging"), "Yes"),
    (20, ("damage",), "We need something from you"),
    (20, (), "We need something from you"),
    (49, ("damage", "packaging"), "A person decides"),
    (49, (), "A person decides"),
])  # fmt: skip
def test_the_damage_rule_decides_while_the_customer_looks(
    client: Browser, shop: Store, hours: int, kinds: tuple[str, ...], answer: str
) -> None:
    photos: dict[str, Files] = {kind: files((f"{kind}.jpg", JPEG)) for kind in kinds}
    page = Wizard(client, shop).filed(delivered(shop, hours), **photos)
    assert f"Our answer {answer}" in read(page)


def test_missing_photos_are_asked_for_one_by_one(client: Browser, shop: Store) -> None:
    page = read(Wizard(client, shop).filed(delivered(shop), damage=files(("bowl.jpg", JPEG))))
    assert "Add a photo of the packaging" in page
    assert "Add a photo of the damage" not in page


def test_the_customer_gets_a_letter_with_the_link(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.filed()
    letter = db.session.scalars(select(OutgoingMail)).one()
    assert letter.to_address == "ada@mail.example.com"
    assert mailed(tickets()[0]) in letter.text


def test_what_was_typed_survives_an_error_and_a_reload(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    answer = wizard.tell(email="nonsense", body="A long story")
    assert answer.status_code == 422
    for page in (answer, wizard.get("details")):
        assert "A long story" in page.text
        assert "nonsense" in page.text


def test_going_back_shows_what_was_given(client: Browser, shop: Store) -> None:
    wizard, order = Wizard(client, shop, "defective"), factories.order(shop, lines=2)
    wizard.find(order)
    wizard.post("items", item=str(order.lines[1].id))
    assert 'value="defective" id="issue_type-defective" checked' in wizard.get("issue").text
    assert f"We have your order {order.number}" in read(wizard.get("order"))
    assert f'value="{order.lines[1].id}" id="item-{order.lines[1].id}" checked' in wizard.get("items").text


def test_a_changed_mind_about_the_issue_counts(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.tell()
    wizard.post("issue", issue_type="return")
    wizard.send()
    assert tickets()[0].issue_type is IssueType.RETURN


def test_the_home_page_can_choose_the_issue(client: Browser, shop: Store) -> None:
    page = client.get(f"/{shop.slug}/report?issue=lost")
    assert 'value="lost" id="issue_type-lost" checked' in page.text


def test_something_else_is_sorted_from_the_words(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop, "other")
    wizard.tell(body="My parcel says delivered but nothing has arrived.")
    wizard.send()
    ticket = tickets()[0]
    assert (ticket.issue_type, ticket.sorting["is_unsure"]) == (IssueType.NOT_ARRIVED, False)


def test_words_that_say_nothing_are_marked_unsure(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop, "other")
    wizard.tell(body="Hm.")
    wizard.send()
    assert tickets()[0].sorting["is_unsure"]


def test_the_review_says_what_is_missing_and_sends_nothing(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.find(factories.order(shop))
    answer = wizard.send()
    assert "Add which items it is about" in read(answer)
    assert "Add your words and your address" in read(answer)
    assert tickets() == []


@pytest.mark.parametrize("wrong", [
    {"email": "nonsense"}, {"email": "a" * 300 + "@mail.example.com"}, {"email": "ü@mail.example.com"},
    {"body": " "}, {"body": "x" * 20_001}, {"name": "x" * 121},
    {"delivered_on": "9999-12-31"}, {"delivered_on": "0001-01-01"}, {"delivered_on": "31 February"},
])  # fmt: skip
def test_details_that_were_refused_cannot_be_sent(client: Browser, shop: Store, wrong: dict[str, str]) -> None:
    wizard = Wizard(client, shop)
    assert wizard.tell(**wrong).status_code == 422
    assert wizard.send().status_code == 200
    assert tickets() == []


def test_a_second_press_of_send_leads_to_the_same_ticket(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.tell()
    first, second = wizard.send(), wizard.send()
    assert len(tickets()) == 1
    assert second.location == first.location.partition("#")[0]
    assert wizard.get("details").location == second.location


def test_presses_at_the_same_moment_make_one_ticket(live: Flask) -> None:
    with live.app_context():
        shop = factories.store()
        wizard = Wizard(Browser(live), shop)
        wizard.tell()
        answers = at_once(4, lambda: live.test_client().post(f"{wizard.address}/review"))
        made = db.session.scalar(select(func.count()).select_from(Ticket).where(Ticket.store_id == shop.id))
    assert made == 1
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.location.partition("#")[0] for answer in answers}) == 1


def test_a_report_is_known_only_by_its_secret_and_at_its_store(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    elsewhere = wizard.address.replace(shop.slug, factories.store().slug)
    assert client.get(f"{elsewhere}/details").status_code == 404
    assert client.get(f"{wizard.address}x/details").status_code == 404
    assert wizard.get("nowhere").status_code == 404
