"""The ladder: the least loaded supervisor of the store who is there, else a manager, else everybody may see it."""

from typing import Any

import pytest

from helpdesk.accounts import Role, User
from helpdesk.core.db import db
from helpdesk.escalation import Verdict, escalate, open_escalation
from helpdesk.escalation.escalation import Reason
from helpdesk.escalation.ladder import next_person
from helpdesk.stores import Store
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shop() -> Store:
    return factories.store()


def manager(shop: Store, **given: Any) -> User:
    return factories.agent(shop, role=Role.MANAGER, **given)


def loaded(person: User, shop: Store, times: int = 1) -> User:
    """With so many open escalations in hand."""
    for _ in range(times):
        ticket = factories.ticket(shop)
        escalate(ticket, Reason.AGENT_REQUEST, by=person).to = person
    db.session.flush()
    return person


def test_a_supervisor_comes_first_and_a_manager_second(shop: Store) -> None:
    boss, chief = factories.supervisor(shop), manager(shop)
    assert next_person(shop.id, 1) == (1, boss)
    assert next_person(shop.id, 2) == (2, chief)


def test_neither_agents_nor_admins_stand_on_it(shop: Store) -> None:
    factories.agent(shop)
    factories.agent(shop, role=Role.ADMIN)
    assert next_person(shop.id, 1) == (1, None)


def test_the_least_loaded_takes_it(shop: Store) -> None:
    busy, free = factories.supervisor(shop, name="Ada"), factories.supervisor(shop, name="Zoe")
    loaded(busy, shop, 2)
    loaded(free, shop)
    assert next_person(shop.id, 1) == (1, free)


def test_among_equals_the_alphabet_decides(shop: Store) -> None:
    factories.supervisor(shop, name="Zoe")
    ada = factories.supervisor(shop, name="Ada")
    assert next_person(shop.id, 1) == (1, ada)


def test_what_is_decided_weighs_nothing(shop: Store) -> None:
    ada = factories.supervisor(shop, name="Ada")
    factories.supervisor(shop, name="Zoe")
    ticket = factories.ticket(shop)
    escalate(ticket, Reason.AGENT_REQUEST, by=ada).decide(Verdict.GRANTED, by=ada, note="Fine.")
    assert open_escalation(ticket) is None
    assert next_person(shop.id, 1) == (1, ada)


@pytest.mark.parametrize("away", [{"is_absent": True}, {"is_active": False}])
def test_who_is_away_is_skipped(away: dict[str, bool], shop: Store) -> None:
    factories.supervisor(shop, name="Ada", **away)
    assert next_person(shop.id, 1) == (1, None)
    zoe = factories.supervisor(shop, name="Zoe")
    assert next_person(shop.id, 1) == (1, zoe)


def test_when_no_supervisor_is_there_it_goes_straight_to_a_manager(shop: Store) -> None:
    factories.supervisor(shop, is_absent=True)
    chief = manager(shop)
    assert next_person(shop.id, 1) == (2, chief)


def test_other_stores_people_never_get_it(shop: Store) -> None:
    other = factories.store()
    factories.supervisor(other)
    manager(other)
    assert next_person(shop.id, 1) == (1, None)
    assert next_person(shop.id, 2) == (2, None)


def test_who_works_for_two_stores_carries_the_load_of_both(shop: Store) -> None:
    other = factories.store()
    both, zoe = factories.supervisor(shop, other, name="Ada"), factories.supervisor(shop, name="Zoe")
    loaded(both, other)
    assert next_person(shop.id, 1) == (1, zoe)


def test_nobody_is_left_above_the_top(shop: Store) -> None:
    manager(shop)
    assert next_person(shop.id, 3) == (2, None)
