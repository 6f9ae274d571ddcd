"""Prepared statements: built once, run with other values, and never behind what was just written."""

from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.prepared import AnySelect, Prepared
from helpdesk.stores import Store
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


def named(columns: str, name: Any) -> AnySelect:
    """Stores of a name, as objects or as columns."""
    forms: dict[str, tuple[Any, ...]] = {
        "objects": (Store,),
        "columns": (Store.slug, Store.name),
        "both": (Store, Store.slug),
    }
    return select(*forms[columns]).where(Store.name == name).order_by(Store.slug)


@pytest.fixture
def shop() -> Store:
    return factories.store()


def test_each_form_is_built_once_and_run_with_other_values(shop: Store) -> None:
    built = []

    def build(columns: str, name: Any) -> AnySelect:
        built.append(columns)
        return named(columns, name)

    stores = Prepared(build)
    found = [stores.rows("columns", name=name) for name in (shop.name, "Nobody's", shop.name)]
    assert [[tuple(row) for row in rows] for rows in found] == [[(shop.slug, shop.name)], [], [(shop.slug, shop.name)]]
    assert stores.objects("objects", name=shop.name) == [shop]
    assert built == ["columns", "objects"]


def test_columns_know_what_the_session_has_not_written_yet(shop: Store) -> None:
    shop.name = "Renamed"
    assert [row.slug for row in Prepared(named).rows("columns", name="Renamed")] == [shop.slug]


def test_objects_beside_columns_are_the_sessions_own(shop: Store) -> None:
    assert [row.Store is shop for row in Prepared(named).rows("both", name=shop.name)] == [True]


def test_the_first_or_nothing(shop: Store) -> None:
    stores = Prepared(named)
    assert (stores.first("objects", name=shop.name), stores.first("objects", name="Nobody's")) == (shop, None)


def test_what_is_rolled_back_is_not_found(shop: Store) -> None:
    stores, name = Prepared(named), shop.name
    db.session.rollback()
    assert stores.rows("columns", name=name) == []


def test_a_question_is_put_when_its_answer_is_first_wanted_and_only_once(shop: Store) -> None:
    stores = Prepared(named)
    slugs = stores.question("columns", name="Renamed").then(lambda rows: [row.slug for row in rows])
    assert not slugs.is_answered
    shop.name = "Renamed"
    assert slugs.answer == [shop.slug]
    shop.name = "Renamed again"
    assert (slugs.is_answered, slugs.answer) == (True, [shop.slug])
