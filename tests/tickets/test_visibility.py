"""The one check for all reads: what a person may not see does not exist for them."""

import pytest

from helpdesk.accounts import Customer, Role, User
from helpdesk.core.db import db
from helpdesk.tickets import Filters, Show, Ticket, by_reference, counted, queue_page, visible_to
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


def seen_by(person: User | Customer) -> set[Ticket]:
    return set(db.session.scalars(visible_to(person)))


def test_staff_see_the_tickets_of_their_stores_alone() -> None:
    mine, also_mine, foreign = factories.store(), factories.store(), factories.store()
    tickets = [factories.ticket(shop) for shop in (mine, also_mine)]
    factories.ticket(foreign)
    assert seen_by(factories.agent(mine, also_mine)) == set(tickets)


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.MANAGER])
def test_no_role_below_admin_sees_a_foreign_store(role: Role) -> None:
    factories.ticket()
    assert seen_by(factories.agent(factories.store(), role=role)) == set()


def test_staff_without_a_store_see_nothing_and_an_admin_everything() -> None:
    tickets = {factories.ticket(), factories.ticket()}
    assert seen_by(factories.agent()) == set()
    assert seen_by(factories.agent(role=Role.ADMIN)) >= tickets


def test_customers_see_their_own_tickets_alone() -> None:
    shop = factories.store()
    ada, bob = factories.customer(shop), factories.customer(shop)
    ticket = factories.ticket(shop, by=ada)
    factories.ticket(shop, by=bob)
    assert seen_by(ada) == {ticket}


def test_the_same_address_at_two_stores_is_two_customers() -> None:
    one, two = factories.store(), factories.store()
    here, there = (factories.customer(shop, "ada@mail.example.com") for shop in (one, two))
    ticket = factories.ticket(one, by=here)
    factories.ticket(two, by=there)
    assert seen_by(here) == {ticket}


def test_queue_counter_search_and_reference_pass_the_same_check() -> None:
    shop, foreign_shop = factories.store(), factories.store()
    agent = factories.agent(shop)
    buyer = factories.customer(foreign_shop, "ada@mail.example.com")
    order = factories.order(foreign_shop, number="#77001")
    foreign = factories.ticket(foreign_shop, by=buyer, order=order)
    for search in ("", foreign.reference, "77001", "ada@mail.example.com"):
        filters = Filters(show=Show.ALL, search=search)
        assert not queue_page(agent, filters, None).rows
        assert counted(agent, filters) == 0
    assert not queue_page(agent, Filters(show=Show.ALL, store_id=foreign_shop.id), None).rows
    assert db.session.scalar(by_reference(agent, foreign.reference)) is None
    assert db.session.scalar(by_reference(buyer, foreign.reference)) is foreign
