"""Bringing orders in: what is taken, what is kept, what is refused, and that twice is as good as once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.orders import Flag, Order, OrderLine, Parcel, ProductClass, Stage, by_number
from helpdesk.orders import feed as feed_module
from helpdesk.orders.feed import Report, import_orders
from helpdesk.stores import Store
from tests import factories
from tests.orders.files import LINE, SHOPIFY_LINE, SHOPIFY_ORDER, order, own_csv, own_row, shopify_csv, written

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def store() -> Store:
    return factories.store(slug="petito", country="TR", currency="USD", timezone="Europe/Istanbul")


@pytest.fixture
def feed(store: Store, tmp_path: Path) -> Any:
    """Import this content into the store."""

    def feed(content: str | bytes | list[Any], **options: Any) -> Report:
        return import_orders(store, written(tmp_path, content), **options)

    return feed


def the_order(store: Store, number: str = "1001") -> Order:
    db.session.expire_all()
    return db.session.scalars(by_number(store, number)).one()


def how_many(table: type[Order] | type[OrderLine] | type[Parcel]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.left_out


def test_our_csv_brings_everything(store: Store, feed: Any) -> None:
    report = feed(
        own_csv(
            [
                own_row(
                    phone="0532 123 45 67",
                    name="Ada L.",
                    paid_at="2026-03-02 10:05:00 +0000",
                    shipped_at="2026-03-03",
                    delivered_at="2026-03-05",
                    currency="eur",
                    shipping="3.90",
                    discount="1",
                    total="1.234,50",
                    payment_method="card",
                    ship_to="1 Road, Town",
                    carrier="DHL",
                    tracking_number="T1",
                    line_discount="0,50",
                    product_class="Toy",
                    flags="final sale|large",
                ),
                own_row(sku="BED", title="Bed", quantity="1", unit_price="30", tracking_number="T2"),
            ]
        )
    )
    ours = the_order(store)
    assert counts(report) == (1, 0, 0, 0)
    assert (ours.email, ours.phone_key, ours.customer_name) == ("ada@example.com", "+905321234567", "Ada L.")
    assert (ours.currency, ours.shipping_cents, ours.discount_cents, ours.total_cents) == ("EUR", 390, 100, 123450)
    assert (ours.placed_at, ours.paid_at) == (utc("2026-03-02T10:00"), utc("2026-03-02T10:05"))
    assert ours.shipped_at == utc("2026-03-02T21:00"), "midnight in Istanbul"
    assert ours.delivered_at == utc("2026-03-05T20:59:59"), "the end of that day in Istanbul"
    assert ours.stage is Stage.DELIVERED
    ball, bed = ours.lines
    assert (ball.sku, ball.quantity, ball.unit_cents, ball.discount_cents) == ("BALL-1", 2, 450, 50)
    assert (ball.product_class, ball.flags) == (ProductClass.TOY, [Flag.FINAL_SALE, Flag.LARGE])
    assert (bed.position, bed.product_class, bed.flags) == (2, ProductClass.OTHER, [])
    assert [(parcel.carrier, parcel.tracking_number) for parcel in ours.parcels] == [("DHL", "T1"), ("", "T2")]


def test_shopify_brings_what_it_knows(store: Store, feed: Any) -> None:
    first = SHOPIFY_ORDER | {
        "Financial Status": "paid",
        "Paid at": "2026-03-01 10:01:00 +0200",
        "Fulfilled at": "2026-03-02 12:00:00 +0200",
        "Shipping": "5.00",
        "Discount Amount": "1.00",
        "Payment Method": "Shopify Payments",
        "Shipping Name": "Ada L.",
        "Shipping Address1": "1 Road",
        "Shipping City": "Town",
        "Shipping Zip": "'01234",
        "Shipping Country": "US",
        "Shipping Phone": "'(415) 555-2671",
        "Tags": "vip, Final Sale",
        "Lineitem discount": "0.50",
    }
    feed(shopify_csv(first | SHOPIFY_LINE, {"Name": "#1001"} | SHOPIFY_LINE))
    ours = the_order(store)
    assert (ours.number, ours.stage, ours.placed_at) == ("#1001", Stage.SHIPPED, utc("2026-03-01T08:00"))
    assert (ours.shipped_at, ours.delivered_at) == (utc("2026-03-02T10:00"), None)
    assert (ours.ship_to, ours.phone_key) == ("1 Road, Town, 01234, US", "+14155552671")
    assert (ours.total_cents, ours.shipping_cents, ours.discount_cents) == (2400, 500, 100)
    assert [(line.unit_cents, line.discount_cents, line.flags) for line in ours.lines] == [
        (450, 50, ["final_sale", "vip"]),
        (450, 0, ["final_sale", "vip"]),
    ]


def test_json_brings_parcels_with_their_moments(store: Store, feed: Any) -> None:
    parcel = {"carrier": "UPS", "tracking_number": "1Z", "delivered_at": "2026-03-04"}
    feed([order(lines=[LINE | {"flags": ["subscription"], "unit_price": 4.5, "quantity": 2}], parcels=[parcel])])
    ours = the_order(store)
    assert (ours.lines[0].unit_cents, ours.lines[0].flags, ours.total_cents) == (450, ["subscription"], 900)
    assert ours.parcels[0].delivered_at == utc("2026-03-04T20:59:59")


@pytest.mark.parametrize(
    "content",
    [
        own_csv([own_row(tracking_number="T", flags="large", shipped_at="2026-03-02"), own_row(sku="", title="Bed")]),
        shopify_csv(
            SHOPIFY_ORDER | SHOPIFY_LINE | {"Fulfillment Status": "fulfilled"}, {"Name": "#1001"} | SHOPIFY_LINE
        ),
        [order(lines=[LINE, LINE], parcels=[{"carrier": "A"}], delivered_at="2026-03-04")],
    ],
    ids=["own csv", "shopify", "json"],
)
def test_the_same_file_twice_changes_nothing(feed: Any, content: str | list[Any]) -> None:
    assert counts(feed(content)) == (1, 0, 0, 0)
    assert counts(feed(content)) == (0, 0, 1, 0)
    assert (how_many(Order), how_many(OrderLine)) == (1, 2)


def test_a_newer_file_brings_the_order_forward(store: Store, feed: Any) -> None:
    feed([order()])
    line = the_order(store).lines[0].id
    report = feed(
        [order(shipped_at="2026-03-03T08:00:00+03:00", lines=[LINE | {"quantity": 1}, LINE | {"sku": "NEW"}])]
    )
    ours = the_order(store)
    assert counts(report) == (0, 1, 0, 0)
    assert (ours.stage, ours.shipped_at) == (Stage.SHIPPED, utc("2026-03-03T05:00"))
    assert [(line.sku, line.quantity) for line in ours.lines] == [("BALL-1", 1), ("NEW", 2)]
    assert ours.lines[0].id == line


def test_an_older_file_takes_nothing_away(store: Store, feed: Any) -> None:
    feed(
        [order(shipped_at="2026-03-03", delivered_at="2026-03-05", phone="0532 123 45 67", parcels=[{"carrier": "X"}])]
    )
    assert counts(feed([order()])) == (0, 0, 1, 0)
    ours = the_order(store)
    assert (ours.stage, ours.delivered_at) == (Stage.DELIVERED, utc("2026-03-05T20:59:59"))
    assert (ours.phone_key, len(ours.parcels)) == ("+905321234567", 1)


def test_what_a_file_does_not_tell_stays(store: Store, feed: Any) -> None:
    line = LINE | {"product_class": "toy", "flags": ["large"], "line_discount": "1"}
    feed([order(number="#1001", currency="EUR", shipping="5", total="20", name="Ada L.", lines=[line])])
    feed(
        shopify_csv(
            SHOPIFY_ORDER | SHOPIFY_LINE | {"Total": "", "Currency": "", "Created at": "2026-03-02 10:00:00 UTC"}
        )
    )
    ours = the_order(store)
    assert (ours.currency, ours.shipping_cents, ours.total_cents, ours.customer_name) == ("EUR", 500, 2000, "Ada L.")
    assert [(line.product_class, line.flags, line.discount_cents) for line in ours.lines] == [("toy", ["large"], 100)]


def test_a_file_that_leaves_an_order_out_does_not_delete_it(feed: Any) -> None:
    feed([order(), order(number="1002")])
    feed([order(number="1002")])
    assert how_many(Order) == 2


def test_a_newer_file_corrects_a_known_moment(store: Store, feed: Any) -> None:
    feed([order(delivered_at="2026-03-05")])
    feed([order(delivered_at="2026-03-06T09:00:00+00:00")])
    assert the_order(store).delivered_at == utc("2026-03-06T09:00")


def test_lines_that_change_places_stay_the_same_lines(store: Store, feed: Any) -> None:
    one, two = LINE | {"sku": "ONE"}, LINE | {"sku": "TWO"}
    feed([order(lines=[one, two])])
    before = {line.sku: line.id for line in the_order(store).lines}
    feed([order(lines=[two, one])])
    after = the_order(store).lines
    assert [line.sku for line in after] == ["TWO", "ONE"]
    assert {line.sku: line.id for line in after} == before


def test_lines_and_parcels_that_are_gone_make_room(store: Store, feed: Any) -> None:
    parcels = [{"tracking_number": "WRONG"}, {"tracking_number": "T2"}]
    feed([order(lines=[LINE | {"sku": sku} for sku in "ABC"], parcels=parcels)])
    feed([order(lines=[LINE | {"sku": sku} for sku in "BXD"], parcels=[{"tracking_number": "T2", "carrier": "DHL"}])])
    ours = the_order(store)
    assert [(line.position, line.sku) for line in ours.lines] == [(1, "B"), (2, "X"), (3, "D")]
    assert [(parcel.tracking_number, parcel.carrier) for parcel in ours.parcels] == [("T2", "DHL")]


@pytest.mark.parametrize(
    "values, stage",
    [
        ({}, Stage.PLACED),
        ({"paid_at": "2026-03-02T10:00:00Z"}, Stage.PAID),
        ({"processing_at": "2026-03-03"}, Stage.PROCESSING),
        ({"shipped_at": "2026-03-02"}, Stage.SHIPPED),
        ({"delivered_at": "2026-03-02"}, Stage.DELIVERED),
        ({"delivered_at": "2026-03-04", "cancelled_at": "2026-03-03"}, Stage.CANCELLED),
        ({"stage": "Shipped"}, Stage.SHIPPED),
        ({"stage": "paid", "shipped_at": "2026-03-04"}, Stage.SHIPPED),
    ],
)
def test_the_stage_follows_from_the_moments(store: Store, feed: Any, values: dict[str, str], stage: Stage) -> None:
    assert feed([order(**values)]).bad == []
    assert the_order(store).stage is stage


@pytest.mark.parametrize(
    "cells, stage",
    [
        ({"Fulfillment Status": "unfulfilled", "Financial Status": "pending"}, Stage.PLACED),
        ({"Fulfillment Status": "unfulfilled", "Financial Status": "paid"}, Stage.PAID),
        ({"Fulfillment Status": "partial", "Financial Status": "paid"}, Stage.PROCESSING),
        ({"Fulfillment Status": "fulfilled", "Financial Status": "refunded"}, Stage.SHIPPED),
        ({"Financial Status": "voided", "Cancelled at": "2026-03-02 10:00:00 +0200"}, Stage.CANCELLED),
        ({"Financial Status": "paid", "Paid at": "2026-03-01 08:00:00 UTC"}, Stage.PAID),
    ],
)
def test_shopifys_statuses(store: Store, feed: Any, cells: dict[str, str], stage: Stage) -> None:
    feed(shopify_csv(SHOPIFY_ORDER | SHOPIFY_LINE | cells))
    assert the_order(store).stage is stage


IMPOSSIBLE = [
    ({"number": ""}, "no order number"),
    ({"number": "#-#"}, "neither letter nor digit"),
    ({"number": "1" * 61}, "number is longer than 60"),
    ({"placed_at": ""}, "placed_at is missing"),
    ({"placed_at": "02/03/2026"}, "is not a time like"),
    ({"placed_at": "0001-01-01T00:00:00+14:00"}, "is not a time like"),
    ({"placed_at": "0999-01-01"}, "too long ago"),
    ({"placed_at": "9999-12-31T23:59:59-12:00"}, "placed_at"),
    ({"placed_at": "2026-03-12T10:00:01Z"}, "lies in the future"),
    ({"delivered_at": "2027-01-01"}, "lies in the future"),
    ({"shipped_at": "2026-03-04T10:00:00Z", "delivered_at": "2026-03-04T09:00:00Z"}, "is before shipped_at"),
    ({"delivered_at": "2026-03-01"}, "is before placed_at"),
    ({"cancelled_at": "2026-03-01"}, "is before placed_at"),
    ({"email": "ada"}, "is not an e-mail address"),
    ({"email": "a" * 400 + "@example.com"}, "longer than any e-mail"),
    ({"email": "", "phone": "call me"}, "is not a phone number"),
    ({"name": "x" * 121}, "name is longer than 120"),
    ({"name": "x" * 1_000_000}, "name is longer than 120"),
    ({"name": "a\x00b"}, "cannot be read (U+0000)"),
    ({"name": "a\ud800b"}, "cannot be read (U+D800)"),
    ({"name": "a\u202eb"}, "cannot be read (U+202E)"),
    ({"name": "a" + "\u0301" * 50}, "cannot be read (U+0301)"),
    ({"currency": "ZZZ"}, "is not a currency"),
    ({"currency": "dollars"}, "is not a currency"),
    ({"shipping": "-1"}, "is negative"),
    ({"total": "abc"}, "is not an amount"),
    ({"total": "NaN"}, "is not an amount"),
    ({"total": "1e999999999"}, "is not an amount"),
    ({"total": "1.005"}, "is not an amount of money in USD"),
    ({"total": "1,234"}, "could be read in two ways"),
    ({"total": "99999999"}, "more than an order can cost"),
    ({"discount": "100"}, "comes out negative"),
    ({"stage": "lost"}, "is not one of placed, paid"),
    ({"lines": []}, "lines are missing"),
    ({"lines": [LINE] * 501}, "at most 500"),
    ({"parcels": [{}] * 51}, "at most 50"),
    ({"parcels": [{"shipped_at": "2026-03-05", "delivered_at": "2026-03-04"}]}, "is before shipped_at"),
    ({"lines": [LINE | {"quantity": 0}]}, "item 1, line 1 (order 1001): quantity “0” is not"),
    ({"lines": [LINE | {"quantity": 1.5}]}, "quantity “1.5” is not"),
    ({"lines": [LINE | {"quantity": "٣"}]}, "quantity “٣” is not"),
    ({"lines": [LINE | {"unit_price": -1}]}, "unit_price “-1” is negative"),
    ({"lines": [LINE | {"unit_price": ""}]}, "unit_price is missing"),
    ({"lines": [LINE | {"title": "", "sku": ""}]}, "title is missing"),
    ({"lines": [LINE | {"line_discount": "9.01"}]}, "more than the line costs"),
    ({"lines": [LINE | {"product_class": "furniture"}]}, "“furniture” is not one of food"),
    ({"lines": [LINE | {"flags": "50% off!"}]}, "“50%_off!” is not a flag like final_sale"),
    ({"lines": [LINE | {"unit_price": 9999999, "quantity": 100}]}, "more than an order can cost"),
]


@pytest.mark.parametrize("values, words", IMPOSSIBLE)
def test_what_cannot_be_is_refused_in_words(feed: Any, values: dict[str, Any], words: str) -> None:
    with clock.at(utc("2026-03-11T10:00")):
        report = feed([order(**values)])
    assert words in "\n".join(report.lines())
    assert (counts(report), how_many(Order)) == ((0, 0, 0, 1), 0)


@pytest.mark.parametrize(
    "text, cents",
    [("12.5", 1250), ("12,50", 1250), ("1,234.50", 123450), ("1.234,50", 123450), ("1 234,50", 123450), ("", 900)],
)
def test_amounts_in_every_common_way_of_writing(store: Store, feed: Any, text: str, cents: int) -> None:
    feed([order(total=text)])
    assert the_order(store).total_cents == cents


def test_sound_orders_go_in_beside_bad_ones(feed: Any) -> None:
    rows = [own_row(number="1"), own_row(number="2", email="no"), own_row(number="2"), own_row(number="3")]
    report = feed(own_csv(rows), batch=1)
    assert counts(report) == (2, 0, 0, 1)
    assert [bad.place for bad in report.bad] == ["line 4", "line 3"]


def test_an_order_with_one_bad_line_is_left_out_whole(feed: Any) -> None:
    report = feed(own_csv([own_row(), own_row(sku="B", quantity="0")]))
    assert (counts(report), how_many(OrderLine)) == ((0, 0, 0, 1), 0)
    assert str(report.bad[0]).startswith("line 3 (order 1001): quantity “0”")


def test_an_order_scattered_over_the_file_is_not_merged_with_itself(store: Store, feed: Any) -> None:
    report = feed(own_csv([own_row(), own_row(number="1002"), own_row(number="#1001", sku="B")]))
    assert counts(report) == (2, 0, 0, 1)
    assert "line 4 (order #1001): this order is already at line 2" in report.lines()[1]
    assert len(the_order(store).lines) == 1


def test_shopifys_own_column_names_stand_in_the_reasons(feed: Any) -> None:
    report = feed(shopify_csv(SHOPIFY_ORDER | SHOPIFY_LINE | {"Lineitem quantity": "0", "Created at": ""}))
    assert [bad.reason.split(" is")[0] for bad in report.bad] == ["Created at", "Lineitem quantity “0”"]


def test_what_is_known_makes_a_new_moment_impossible(store: Store, feed: Any) -> None:
    feed([order(shipped_at="2026-03-05T10:00:00Z")])
    report = feed([order(delivered_at="2026-03-04T10:00:00Z", name="New name")])
    assert "known from an earlier import" in str(report.bad[0])
    assert the_order(store).customer_name == ""


def test_the_same_number_in_two_stores_is_two_orders(store: Store, feed: Any, tmp_path: Path) -> None:
    other = factories.store(slug="other")
    feed([order()])
    report = import_orders(other, written(tmp_path, [order(name="Somebody else")]))
    assert counts(report) == (1, 0, 0, 0)
    assert the_order(store).customer_name == ""


def test_the_door_commits_and_hears_of_progress_once_a_batch(feed: Any) -> None:
    commits: list[int] = []
    heard: list[int] = []
    feed([order(number=str(n)) for n in range(5)], batch=2, commit=lambda: commits.append(1), progress=heard.append)
    assert len(commits) == 3
    assert heard == sorted(heard)
    assert heard[-1] > 0


def test_what_the_database_refuses_costs_only_its_order(monkeypatch: pytest.MonkeyPatch, feed: Any) -> None:
    merge = feed_module.merge

    def refuse_second(checked: Any, ours: Order) -> bool:
        if checked.key == "2":
            raise IntegrityError("DELETE", {}, Exception("a return needs this line"))
        return merge(checked, ours)

    monkeypatch.setattr(feed_module, "merge", refuse_second)
    report = feed([order(number=str(number)) for number in (1, 2, 3)])
    assert counts(report) == (2, 0, 0, 1)
    assert "refused by the database" in str(report.bad[0])


def test_a_wrong_file_of_many_rows_keeps_a_thousand_reasons(feed: Any) -> None:
    report = feed(own_csv(own_row(number=str(number), email="no") for number in range(1100)))
    assert (report.left_out, report.bad_count, len(report.bad)) == (1100, 1100, 1000)
    assert report.lines()[-1] == "... and 100 more."


def test_a_day_without_a_time_may_be_the_day_of_the_order(store: Store, feed: Any) -> None:
    feed([order(placed_at="2026-03-02T15:00:00", shipped_at="2026-03-02", cancelled_at="2026-03-02")])
    ours = the_order(store)
    assert ours.placed_at == utc("2026-03-02T12:00"), "local time of the store"
    assert ours.shipped_at == ours.cancelled_at == ours.placed_at


def test_a_delivery_day_ends_when_the_stores_day_ends(store: Store, feed: Any) -> None:
    store.timezone = "America/New_York"
    feed([order(delivered_at="2026-03-08")])  # clocks go forward on this day
    assert the_order(store).delivered_at == utc("2026-03-09T03:59:59")


def test_an_order_may_be_a_few_hours_ahead_of_our_clock(feed: Any) -> None:
    ahead = clock.now() + timedelta(hours=12)
    assert counts(feed([order(placed_at=ahead.isoformat())])) == (1, 0, 0, 0)
