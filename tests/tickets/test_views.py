"""Saved views: whose they are, who sees them, who may change them."""

from typing import Any

import pytest

from helpdesk.accounts import Role, User
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed
from helpdesk.stores import Store
from helpdesk.tickets import View, views_for, views_listed
from helpdesk.tickets.views import LONGEST_NAME, MOST
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shop() -> Store:
    return factories.store()


def names(person: User) -> list[str]:
    listed = [view.name for view in views_listed.rows(person.role, person_id=person.id)]
    assert listed == [view.name for view in db.session.scalars(views_for(person))]
    return listed


def test_ones_own_views_are_seen_by_nobody_else(shop: Store) -> None:
    ada, bob = factories.agent(shop), factories.agent(shop)
    View.save("Damages", "category=post_purchase", by=ada)
    View.save("Mine", "assignee=me", by=bob)
    assert (names(ada), names(bob)) == (["Damages"], ["Mine"])


def test_a_shared_view_is_seen_by_the_store_alone(shop: Store) -> None:
    boss, stranger = factories.supervisor(shop), factories.agent(factories.store())
    View.save("Damages", "category=post_purchase", by=boss, store=shop)
    assert (names(factories.agent(shop)), names(stranger)) == (["Damages"], [])


@pytest.mark.parametrize("role, may", [
    (Role.AGENT, False), (Role.SUPERVISOR, True), (Role.MANAGER, True), (Role.ADMIN, True),
])  # fmt: skip
def test_who_shares(role: Role, may: bool, shop: Store) -> None:
    person = factories.agent(shop, role=role)
    if may:
        assert View.save("Damages", "", by=person, store=shop).store_id == shop.id
    else:
        with pytest.raises(NotAllowed):
            View.save("Damages", "", by=person, store=shop)


def test_a_supervisor_shares_with_no_other_store(shop: Store) -> None:
    with pytest.raises(NotAllowed):
        View.save("Damages", "", by=factories.supervisor(shop), store=factories.store())


@pytest.mark.parametrize("deed", [
    lambda view, by: view.rename("Other", by=by),
    lambda view, by: view.move_up(by=by),
    lambda view, by: view.remove(by=by),
])  # fmt: skip
def test_nobody_changes_anothers_view(deed: Any, shop: Store) -> None:
    ada, bob, boss = factories.agent(shop), factories.agent(shop), factories.supervisor(shop)
    own, shared = View.save("Own", "", by=ada), View.save("Shared", "", by=boss, store=shop)
    for view, stranger in ((own, bob), (own, boss), (shared, ada)):
        with pytest.raises(NotAllowed):
            deed(view, stranger)
    assert sorted(names(ada)) == ["Own", "Shared"]


def test_views_are_renamed_moved_and_removed(shop: Store) -> None:
    ada = factories.agent(shop)
    one, two, three = (View.save(name, "", by=ada) for name in ("One", "Two", "Three"))
    three.move_up(by=ada)
    one.move_up(by=ada)  # it stands first already
    two.rename(" Second ", by=ada)
    assert names(ada) == ["One", "Three", "Second"]
    three.remove(by=ada)
    assert names(ada) == ["One", "Second"]


@pytest.mark.parametrize("name", ["", "  ", "\x00", "x" * (LONGEST_NAME + 1), "damages ", "DAMAGES"])
def test_a_name_that_will_not_do(name: str, shop: Store) -> None:
    ada = factories.agent(shop)
    View.save("Damages", "", by=ada)
    with pytest.raises(Invalid):
        View.save(name, "", by=ada)


def test_there_is_room_for_so_many(shop: Store) -> None:
    ada, bob = factories.agent(shop), factories.agent(shop)
    for number in range(MOST):
        View.save(f"View {number}", "", by=ada)
    with pytest.raises(Invalid, match=str(MOST)):
        View.save("One more", "", by=ada)
    View.save("One more", "", by=bob)
