"""What is known of a request: from order, line, files and the clock, in the policy's words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.core import clock
from helpdesk.orders import ProductClass, Stage
from helpdesk.returns import edition_for, of_line, of_order
from helpdesk.tickets import Evidence, IssueType
from tests import factories
from tests.returns.judged import asked, decision_on
from tests.web.policed import petito, with_policy

pytestmark = pytest.mark.usefixtures("database")
When = Callable[[str], datetime]


def order_facts(**given: Any) -> dict[str, Any]:
    shop = factories.store()
    order = factories.order(shop, **given)
    return of_order(shop, order, edition_for(shop, order)[0], clock.now())


def test_an_order_says_what_it_knows(at: When) -> None:
    at("2026-06-03 12:00")
    facts = order_facts(
        delivered_at=clock.now() - timedelta(days=2), shipping_cents=500, total_cents=4700, ship_country="CA",
        payment_method="Visa **** 4242", discount_cents=100,
    )  # fmt: skip
    assert facts | {
        "order_stage": "delivered", "delivered_at": "2026-06-01T12:00:00+00:00",
        "requested_at": "2026-06-03T12:00:00+00:00",
        "placed_at": "2026-05-28T12:00:00+00:00", "shipped_at": "2026-05-30T12:00:00+00:00", "payment": "card",
        "country": "CA", "international": True, "discounted": True, "order_value": 4700, "shipping_paid": 500,
        "timezone": "America/New_York", "proof_of_purchase": True,
    } == facts  # fmt: skip


@pytest.mark.parametrize("method, payment", [
    ("Mastercard", "card"), ("gift_card", "gift_card"), ("Store credit", "store_credit"), ("PayPal", "wallet"),
    ("Apple Pay", "wallet"), ("bank-transfer", "transfer"), ("Cash on delivery", "cash"), ("Bitcoin", "other"),
    ("", None),
])  # fmt: skip
def test_shops_write_in_many_ways_how_it_was_paid(method: str, payment: str | None) -> None:
    assert order_facts(payment_method=method)["payment"] == payment


def test_an_order_that_was_called_off_is_cancelled_however_far_it_was() -> None:
    assert order_facts(stage=Stage.PROCESSING, cancelled_at=clock.now())["order_stage"] == "cancelled"


def test_another_currency_is_not_compared() -> None:
    assert {"order_value", "shipping_paid"} & order_facts(currency="EUR").keys() == set()


def test_without_an_order_only_the_shop_and_the_clock_speak() -> None:
    shop = factories.store()
    assert of_order(shop, None, edition_for(shop, None)[0], clock.now()).keys() == {
        "timezone",
        "requested_at",
        "country",
    }


def test_a_line_says_its_kind_its_flags_and_what_was_paid_for_so_many() -> None:
    shop, _ = petito()
    order = factories.order(shop, quantity=3, discount_cents=600, total_cents=3 * 4200 - 600)
    line = order.lines[0]
    line.product_class, line.flags = ProductClass.FOOD, ["perishable", "large"]
    facts = of_line(order, line, 2, edition_for(shop, order)[0])
    assert facts["item_value"] == 8000
    assert (facts["item_class"], facts["item_size"], facts["item_quantity"]) == ("food", "large", 2)
    assert (facts["perishable"], facts["personalised"]) == (True, False)


def test_files_are_counted_by_what_they_show_and_only_papers_may_be_papers() -> None:
    photo, scan, torn = (factories.photo(each) for each in (Evidence.DAMAGE, Evidence.VET, Evidence.PACKAGING))
    scan.screen_key = torn.screen_key = None
    ticket = asked(IssueType.DAMAGED, attachments=[photo, scan, torn])
    facts = decision_on(ticket).facts
    assert (facts["photos_of_damage"], facts["vet_documents"], facts["photos_of_packaging"]) == (1, 1, 0)


@pytest.mark.parametrize("body, described", [("Broken.", False), ("The handle came off on the first day.", True)])
def test_a_few_letters_describe_nothing(body: str, described: bool) -> None:
    assert decision_on(asked(body=body)).facts["described"] is described


def test_the_order_is_judged_by_the_edition_of_its_day(at: When) -> None:
    at("2026-06-03 12:00")
    shop = with_policy(e2025_01_01=60, e2026_06_01=30)
    old, new = (asked(shop=shop, days_ago=days, said={"used": False}) for days in (40, 1))
    assert (decision_on(old).edition, decision_on(new).edition) == ("2025-01-01", "2025-01-01")
    at("2026-06-20 12:00")
    assert decision_on(asked(shop=shop, days_ago=1)).edition == "2026-06-01"


def test_what_people_said_goes_before_what_was_found() -> None:
    ticket = asked(said={"used": False, "item_class": "food"})
    assert decision_on(ticket).facts["item_class"] == "food"
