"""Unread marks: new to whom, from when on, until when."""

import pytest

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.stores import Store
from helpdesk.tickets import Filters, Show, Ticket, mark_seen, mark_unseen, merge, queue_page
from tests import factories
from tests.scenes import story_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shop() -> Store:
    return factories.store()


def unread_by(person: User) -> set[int]:
    """What is marked, and what the filter finds: always the same."""
    db.session.flush()
    everything = queue_page(person, Filters(Show.ALL), None).rows
    asked = queue_page(person, Filters(Show.ALL, more=(("unread", "1"),)), None).rows
    marked = {row.id for row in everything if row.is_unread}
    assert marked == {row.id for row in asked}
    return marked


def test_a_new_ticket_is_unread_until_it_was_seen_by_each(shop: Store) -> None:
    ada, bob = factories.agent(shop), factories.agent(shop)
    ticket = factories.ticket(shop)
    mark_seen(ticket, by=ada)
    assert (unread_by(ada), unread_by(bob)) == (set(), {ticket.id})


def test_what_the_customer_writes_makes_it_unread_again(shop: Store) -> None:
    ada = factories.agent(shop)
    ticket = factories.ticket(shop)
    mark_seen(ticket, by=ada)
    ticket.write(by=ticket.customer, body="Hello?")
    assert unread_by(ada) == {ticket.id}


def test_it_is_not_solved_is_news_without_another_word(shop: Store) -> None:
    ada, bob = factories.agent(shop), factories.agent(shop)
    ticket = factories.ticket(shop)
    ticket.solve(by=ada)
    mark_seen(ticket, by=ada)
    ticket.resume(by=ticket.customer)
    assert unread_by(ada) == unread_by(bob) == {ticket.id}


def test_what_was_new_on_a_merged_ticket_is_new_on_the_main_one(shop: Store) -> None:
    ada, bob = factories.agent(shop), factories.agent(shop)
    main = factories.ticket(shop)
    old = factories.ticket(shop, customer=main.customer, by=main.customer)
    for person in (ada, bob):
        mark_seen(main, by=person)
    merge(old, into=main, by=bob)
    assert (unread_by(ada), unread_by(bob)) == ({main.id}, set())


def test_each_ticket_is_read_by_itself(shop: Store) -> None:
    ada = factories.agent(shop)
    first, second, third = (factories.ticket(shop) for _ in range(3))
    mark_seen(third, by=ada)
    assert unread_by(ada) == {first.id, second.id}
    mark_seen(first, by=ada)
    assert unread_by(ada) == {second.id}


def test_ones_own_deeds_and_those_of_clocks_are_no_news(shop: Store) -> None:
    ada, bob = factories.agent(shop), factories.agent(shop)
    ticket = factories.ticket(shop)
    for person in (ada, bob):
        mark_seen(ticket, by=person)
    ticket.note(by=ada, body="Hm.")
    ticket.mark_complex(by=bob)
    assert (unread_by(ada), unread_by(bob)) == (set(), {ticket.id})


def test_who_answers_has_read(shop: Store) -> None:
    ada = factories.agent(shop)
    ticket = factories.ticket(shop)
    ticket.reply(by=ada, body="On its way.")
    assert unread_by(ada) == set()


def test_to_be_handed_a_ticket_is_news_to_whom_it_was_handed(shop: Store) -> None:
    ada, bob, eve = (factories.agent(shop) for _ in range(3))
    ticket = factories.ticket(shop)
    for person in (ada, bob, eve):
        mark_seen(ticket, by=person)
    ticket.assign(to=bob, by=ada)
    assert [unread_by(person) for person in (ada, bob, eve)] == [set(), {ticket.id}, set()]


def test_what_came_after_the_page_was_made_stays_unread(shop: Store) -> None:
    ada = factories.agent(shop)
    ticket = factories.ticket(shop)
    shown = story_of(ticket)[-1].id
    ticket.write(by=ticket.customer, body="Hello?")
    mark_seen(ticket, up_to=shown, by=ada)
    assert unread_by(ada) == {ticket.id}
    mark_seen(ticket, by=ada)
    mark_seen(ticket, up_to=shown, by=ada)  # an older page that arrives late takes nothing back
    assert unread_by(ada) == set()


def test_a_reminder_to_oneself(shop: Store) -> None:
    ada = factories.agent(shop)
    ticket = factories.ticket(shop)
    mark_seen(ticket, by=ada)
    mark_unseen(ticket, by=ada)
    assert unread_by(ada) == {ticket.id}


def test_nobody_has_to_read_what_is_finished(shop: Store) -> None:
    ada = factories.agent(shop)
    ticket: Ticket = factories.ticket(shop)
    ticket.solve(by=factories.agent(shop))
    assert unread_by(ada) == set()
