"""Who may do what, and for which stores."""

import pytest

from helpdesk.accounts import SYSTEM, May, Role, allows, columns_for, staff_of, stores_of, works_for
from helpdesk.core.db import db
from tests import factories

AGENT, SUPERVISOR, MANAGER, ADMIN = Role


@pytest.mark.parametrize(
    "may, roles",
    [
        (May.WORK_TICKETS, {AGENT, SUPERVISOR, MANAGER, ADMIN}),
        (May.DECIDE_ESCALATIONS, {SUPERVISOR, MANAGER, ADMIN}),
        (May.RETRY_MAIL, {SUPERVISOR, MANAGER, ADMIN}),
        (May.PAY_OUT, {SUPERVISOR, MANAGER, ADMIN}),
        (May.SEE_ALL_STORES, {ADMIN}),
    ],
)
def test_what_each_role_may(may: May, roles: set[Role]) -> None:
    assert {role for role in Role if allows(role, may)} == roles


@pytest.mark.parametrize("may", May)
def test_a_higher_role_may_all_that_a_lower_one_may(may: May) -> None:
    allowed = [allows(role, may) for role in Role]
    assert allowed == sorted(allowed)


@pytest.mark.parametrize("role, names", [(AGENT, ["Mine"]), (SUPERVISOR, ["Mine"]), (MANAGER, ["Mine"])])
def test_staff_work_for_their_stores_only(database: None, role: Role, names: list[str]) -> None:
    mine, theirs = factories.store(name="Mine"), factories.store(name="Theirs")
    person = factories.agent(mine, role=role)
    assert [store.name for store in db.session.scalars(stores_of(person))] == names
    assert (works_for(person, mine.id), works_for(person, theirs.id)) == (True, False)


def test_an_admin_works_for_all_stores(database: None) -> None:
    one, other = factories.store(name="A"), factories.store(name="B")
    admin = factories.agent(role=Role.ADMIN)
    assert db.session.scalars(stores_of(admin)).all() == [one, other]
    assert works_for(admin, other.id)


def test_nobody_works_for_a_store_that_does_not_exist(database: None) -> None:
    assert not works_for(factories.agent(role=Role.ADMIN), 987_654)


def test_a_stores_staff_are_its_active_members_by_name(database: None) -> None:
    store = factories.store()
    zoe, ann = factories.agent(store, name="Zoe"), factories.supervisor(store, name="Ann")
    factories.agent(store, name="Gone", is_active=False)
    factories.agent(factories.store(), name="Elsewhere")
    assert db.session.scalars(staff_of(store.id)).all() == [ann, zoe]
    assert db.session.scalars(staff_of(store.id, Role.SUPERVISOR, Role.MANAGER)).all() == [ann]


def test_every_actor_is_known_by_its_kind_and_number(database: None) -> None:
    shop = factories.store()
    agent, buyer = factories.agent(shop), factories.customer(shop)
    assert [columns_for(actor) for actor in (agent, buyer, SYSTEM)] == [
        {"by": "staff", "user_id": agent.id}, {"by": "customer", "customer_id": buyer.id}, {"by": "system"},
    ]  # fmt: skip
