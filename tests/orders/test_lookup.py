"""Finding an order: number and contact in every common way of writing, and nothing for strangers."""

from typing import Any

import pytest

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.orders import Order, Stage, find_order, lookup, number_key, phone_key
from helpdesk.stores import Store
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def store() -> Store:
    return factories.store(slug="petito", country="US")


def an_order(store: Store, **values: Any) -> Order:
    told = {"number": "#W2611340", "email": "ada@example.com", "phone_key": "+14155552671"} | values
    order = Order(
        store_id=store.id,
        number_key=number_key(told["number"]),
        currency="USD",
        stage=Stage.PLACED,
        placed_at=clock.now(),
        **told,
    )
    db.session.add(order)
    db.session.flush()
    return order


@pytest.mark.parametrize(
    "number", ["#W2611340", "w2611340", " W 2611340 ", "#W-26-11-340", "Ｗ２６１１３４０", "w.2611_340"]
)
def test_an_order_number_as_people_write_it(store: Store, number: str) -> None:
    order = an_order(store)
    assert find_order(store, number, "ada@example.com") is order


@pytest.mark.parametrize(
    "contact",
    [
        "ada@example.com",
        " ADA@Example.COM ",
        "+14155552671",
        "+1 415 555 2671",
        "(415) 555-2671",
        "415.555.2671",
        "011 1 415 555 2671",
        "1-415-555-2671",
        "tel:+1-415-555-2671",
    ],
)
def test_a_contact_as_people_write_it(store: Store, contact: str) -> None:
    order = an_order(store)
    assert find_order(store, "#W2611340", contact) is order


@pytest.mark.parametrize(
    "number, contact",
    [
        ("#W2611341", "ada@example.com"),
        ("#W2611340", "eve@example.com"),
        ("#W2611340", "+14155552672"),
        ("#W2611340", "ada@example.co"),
        ("#W2611340", ""),
        ("#W2611340", " "),
        ("", "ada@example.com"),
        ("###", "ada@example.com"),
        ("%", "ada@example.com"),
        ("\x00", "\x00"),
        ("#W2611340", "-"),
        ("#W2611340", "\x00nobody"),
        ("#W2611340", "\ud800"),
        ("1" * 100_000, "1" * 100_000),
    ],
)
def test_nothing_is_found_unless_both_fit(store: Store, number: str, contact: str) -> None:
    an_order(store)
    assert find_order(store, number, contact) is None


@pytest.mark.parametrize("contact", ["", " ", "-", "\x00nobody", "0", "+", "@"])
def test_an_order_without_contact_is_found_by_nobody(store: Store, contact: str) -> None:
    an_order(store, email="", phone_key="")
    assert find_order(store, "#W2611340", contact) is None


def test_another_stores_order_is_not_found(store: Store) -> None:
    an_order(factories.store(slug="other"))
    assert find_order(store, "#W2611340", "ada@example.com") is None


def test_the_same_number_in_two_stores_finds_each_its_own(store: Store) -> None:
    other = factories.store(slug="other")
    theirs, ours = an_order(other), an_order(store)
    assert find_order(store, "W2611340", "ada@example.com") is ours
    assert find_order(other, "W2611340", "ada@example.com") is theirs


@pytest.mark.parametrize("country, written", [("US", "(415) 555-2671"), ("TR", "0532 123 45 67"), ("DE", "030 901820")])
def test_national_numbers_are_read_by_the_stores_country(country: str, written: str) -> None:
    assert phone_key(written, country).startswith({"US": "+1", "TR": "+90", "DE": "+49"}[country])


def test_unknown_number_and_wrong_contact_take_the_same_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    an_order(store)
    steps: list[str] = []
    same = lookup.same
    monkeypatch.setattr(lookup, "same", lambda one, other: steps.append("compare") or same(one, other))
    monkeypatch.setattr(db.session, "scalar", _noting(steps, db.session.scalar))
    find_order(store, "#W0000000", "eve@example.com")
    unknown = steps.copy()
    steps.clear()
    find_order(store, "#W2611340", "eve@example.com")
    assert unknown == steps == ["query", "compare", "compare"]


def _noting(steps: list[str], scalar: Any) -> Any:
    def query(*arguments: Any) -> Any:
        steps.append("query")
        return scalar(*arguments)

    return query
