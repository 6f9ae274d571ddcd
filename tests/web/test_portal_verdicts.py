"""What the shipped policy answers customers on the spot, as they read it before sending and afterwards."""

import pytest

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
