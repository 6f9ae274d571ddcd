"""What the shipped policy answers customers on the spot, as they read it before sending and afterwards."""

from datetime import timedelta

import pytest

from helpdesk.core import clock
from helpdesk.orders import ProductClass, Stage
from helpdesk.tickets import IssueType
from tests import factories
from tests.returns.judged import decision_on
from tests.web.browsing import Browser, read
from tests.web.policed import came, petito
from tests.web.wizard import Wizard


@pytest.mark.parametrize("flags, words", [
    ([], "The order has not been processed yet, so you can cancel it free of charge."),
    (["personalised"], "we have to look whether the work has begun"),
])  # fmt: skip
def test_one_personalised_thing_makes_it_no_ordinary_order(client: Browser, flags: list[str], words: str) -> None:
    shop, _ = petito()
    order = factories.order(shop, lines=2, stage=Stage.PAID)
    order.lines[1].flags = flags
    wizard = Wizard(client, shop, "cancel_order")
    wizard.find(order)
    wizard.tell()
    assert words in read(wizard.get("review"))
    contact = {"number": order.number, "contact": "ada@mail.example.com"}
    assert words in read(client.post(f"/{shop.slug}/track", data=contact))
    ticket = factories.ticket(shop, issue=IssueType.CANCEL_ORDER, order=order)
    assert words in decision_on(ticket).because


def test_who_is_refused_reads_no_day_to_ask_by(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.PRESCRIPTION)
    wizard = Wizard(client, shop, "return")
    wizard.find(order)
    wizard.choose_all(order)
    wizard.post("questions", **{f"fact_{order.lines[0].id}_reason": "changed_mind"})
    wizard.tell()
    page = read(wizard.get("review"))
    assert "What a vet prescribed cannot come back" in page
    assert "You can ask for it until" not in page


def test_where_nothing_is_paid_back_no_money_is_named(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.FOOD)
    order.lines[0].flags = ["subscription"]
    wizard = Wizard(client, shop, "cancel_subscription")
    wizard.find(order)
    wizard.choose_all(order)
    wizard.tell()
    page = read(wizard.get("review"))
    assert "You can stop it at any time" in page
    assert "Money back" not in page


def test_the_law_and_the_longer_window_are_both_told_with_the_label(client: Browser) -> None:
    shop, _ = petito()
    shop.country = "TR"
    order = came(shop, ProductClass.TOY, ship_country="TR")
    wizard = Wizard(client, shop, "return")
    wizard.find(order)
    wizard.choose_all(order)
    wizard.tell()
    page = read(wizard.get("review"))
    for words in ("By law, without a reason, until", "By our own policy, until", "You get an RMA number"):
        assert words in page
    assert "Print our prepaid label" in page
    assert "You can ask for it until" not in page


def test_a_clause_that_the_law_overrules_is_no_reason(client: Browser) -> None:
    shop, _ = petito()
    order = factories.order(shop, stage=Stage.PROCESSING, ship_country="TR")
    wizard = Wizard(client, shop, "cancel_order")
    wizard.find(order)
    wizard.tell()
    page = read(wizard.get("review"))
    reasons, overruled = page.split("The law goes further than")
    assert "Withdrawal before delivery" in reasons
    assert "8.4 Too late to cancel" not in reasons
    assert "8.4 Too late to cancel" in overruled


def test_what_is_no_subscription_is_looked_for_by_a_person(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.FOOD)
    wizard = Wizard(client, shop, "cancel_subscription")
    wizard.find(order)
    wizard.choose_all(order)
    wizard.tell()
    page = read(wizard.get("review"))
    assert "A person decides" in page
    assert "We cannot find a subscription in this order" in page
    assert "You can stop it at any time" not in page


def test_what_was_answered_is_told_and_asked_again_only_to_be_changed(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.CLOTHING)
    name = f"fact_{order.lines[0].id}_reason"
    wizard = Wizard(client, shop, "return")
    wizard.find(order)
    wizard.choose_all(order)
    wizard.post("questions", **{name: "wrong_size"})
    page = wizard.get("questions")
    assert "Your answers so far Bowl 1 Reason Size or colour does not fit Change" in read(page)
    assert f'name="{name}"' not in page.text
    assert f'name="{name}"' in wizard.get("questions?change=1").text
    wizard.post("questions", **{name.replace("reason", "used"): "yes"})
    wizard.tell()
    page = read(wizard.get("review"))
    assert "Size or colour does not fit" in page
    assert "Clothing that was worn or altered cannot come back" in page


def test_an_exchange_is_asked_about_as_an_exchange(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.CLOTHING)
    wizard = Wizard(client, shop, "exchange")
    wizard.find(order)
    wizard.choose_all(order)
    page = read(wizard.get("questions"))
    assert "Why would you like to exchange it?" in page
    assert "Why would you like to return it?" not in page


@pytest.mark.parametrize("days_ago, known", [(None, False), (1, True), (9, True)])
def test_damage_says_tell_us_when_only_where_it_was_not_said(
    client: Browser, days_ago: int | None, known: bool
) -> None:
    shop, _ = petito()
    wizard = Wizard(client, shop, "damaged")
    wizard.post("order", without="1")
    assert "When did it arrive?" in read(wizard.get("details"))
    day = (clock.now() - timedelta(days=days_ago)).date().isoformat() if days_ago else ""
    wizard.tell(delivered_on=day)
    assert ("Tell us when the parcel arrived" not in read(wizard.get("review"))) == known


def test_the_day_of_arrival_can_be_said_on_the_tickets_page(client: Browser) -> None:
    shop, _ = petito()
    wizard = Wizard(client, shop, "damaged")
    wizard.post("order", without="1")
    page = wizard.filed()
    assert "When did it arrive?" in read(page)
    address = page.request.path
    client.post(
        f"{address}/answers", data={"form_key": "k" * 20, "fact_0_delivered_at": clock.now().date().isoformat()}
    )
    page = read(client.get(address))
    assert "When did it arrive?" not in page
    assert "Tell us when the parcel arrived" not in page


def test_a_parcel_that_no_carrier_reported_can_be_said_to_be_there(client: Browser) -> None:
    shop, _ = petito()
    wizard = Wizard(client, shop, "damaged")
    order = factories.order(shop, stage=Stage.SHIPPED)
    wizard.find(order)
    wizard.choose_all(order)
    assert "When did it arrive?" in read(wizard.get("details"))


def test_items_with_the_same_answer_share_a_card(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.TOY, ProductClass.TOY, ProductClass.FOOD, shipping_cents=500)
    wizard = Wizard(client, shop, "return")
    wizard.find(order)
    wizard.choose_all(order)
    toys, food = [line.id for line in order.lines[:2]], order.lines[2].id
    both = {f"fact_{line}_{name}": value for line in toys for name, value in (
        ("reason", "changed_mind"), ("used", "no"), ("packaging_complete", "yes"),
    )}  # fmt: skip
    opened = {f"fact_{food}_reason": "changed_mind", f"fact_{food}_opened": "yes"}
    for _answer_leads_to_the_next in range(3):
        wizard.post("questions?change=1", **both, **opened)
    page = read(wizard.filed())
    assert "Our answer: Bowl 1, Bowl 2 Yes" in page
    assert "Our answer: Bowl 3 Not possible" in page
    assert page.count("Our answer:") == 2
    assert "Bowl 1: $40.34, the way you paid; Bowl 2: $40.33, the way you paid" in page


def test_a_solved_ticket_needs_nothing_any_more(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.CLOTHING)
    page = Wizard(client, shop, "return").filed(order)
    assert "We need something from you" in read(page)
    client.post(f"{page.request.path}/solution")
    page = read(client.get(page.request.path))
    assert "We need something from you" not in page
    assert "A few questions" not in page


@pytest.mark.parametrize("name, value, words", [
    ("deployed", "yes", "Send us a document that shows your deployment"),
    ("disaster", "yes", "Something beyond you got in the way"),
    ("disaster", "no", "The last day to return it was"),
])  # fmt: skip
def test_who_is_late_is_asked_what_kept_them(client: Browser, name: str, value: str, words: str) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.TOY, days_ago=200)
    line = order.lines[0].id
    wizard = Wizard(client, shop, "return")
    wizard.find(order)
    wizard.choose_all(order)
    wizard.post("questions", **{f"fact_{line}_reason": "changed_mind"})
    page = read(wizard.get("questions"))
    assert "Are you on military deployment?" in page
    assert "Did extreme weather or a disaster keep you from it?" in page
    wizard.post("questions", **{f"fact_{line}_{name}": value})
    if value == "yes":
        wizard.post("questions", **{f"fact_{line}_used": "no", f"fact_{line}_packaging_complete": "yes"})
    wizard.tell()
    assert words in read(wizard.get("review"))


def test_who_is_refused_for_something_else_is_not_asked_about_the_weather(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.PRESCRIPTION)
    wizard = Wizard(client, shop, "return")
    wizard.find(order)
    wizard.choose_all(order)
    wizard.post("questions", **{f"fact_{order.lines[0].id}_reason": "changed_mind"})
    assert wizard.get("questions").location is None
    assert "extreme weather" not in read(wizard.get("questions"))


def test_shipping_is_included_in_one_amount_only(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.TOY, ProductClass.TOY, ship_country="TR", shipping_cents=500, total_cents=8900)
    wizard = Wizard(client, shop, "return")
    page = read(wizard.filed(order))
    assert "Bowl 1: $47.00, shipping included, the way you paid; Bowl 2: $42.00, the way you paid" in page


def test_money_that_a_person_may_grant_is_not_promised(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.HOME, days_ago=30)
    line = order.lines[0].id
    wizard = Wizard(client, shop, "return")
    wizard.find(order)
    wizard.choose_all(order)
    said = {"reason": "changed_mind", "used": "yes", "soiled": "no", "washable": "yes"}
    for _answer_leads_to_the_next in said:
        wizard.post("questions?change=1", **{f"fact_{line}_{name}": value for name, value in said.items()})
    wizard.tell()
    page = read(wizard.get("review"))
    assert "Money back, if it is granted $29.40 to $42.00" in page
    assert "for condition or lateness: up to 30 %" in page


def test_what_the_law_grants_cites_the_window_on_the_items_page(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.TOY, ship_country="TR")
    wizard = Wizard(client, shop, "return")
    wizard.find(order)
    assert "Clause 2.1" in read(wizard.get("items"))
