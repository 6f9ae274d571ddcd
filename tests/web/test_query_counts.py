"""Pages ask the database the same few questions, however much there is to show."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.escalation import ask_for_help
from helpdesk.stores import Store
from helpdesk.tickets import Evidence, IssueType, Ticket
from tests import factories
from tests.web.browsing import Browser

pytestmark = pytest.mark.one_engine
SAVEPOINTS = ("SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def questions() -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(SAVEPOINTS):
            asked.append(" ".join(statement.split()))

    event.listen(db.engines[None], "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engines[None], "before_cursor_execute", note)


def asked_for(client: Browser, address: str) -> list[str]:
    """What a page asks; the second time, when what an app remembers is remembered."""
    client.get(address)
    with questions() as asked:
        assert client.get(address).status_code == 200
    return asked


def busy_queue(shop: Store, count: int) -> None:
    """Tickets with all that a row can show."""
    for _ in range(count):
        order = factories.order(shop)
        ada = factories.customer(shop, "ada@mail.example.com")
        ticket = factories.ticket(shop, by=ada, order=order, issue=IssueType.DAMAGED)
        ticket.assign(to=factories.agent(shop), by=factories.agent(shop))


def long_talk(shop: Store, count: int) -> Ticket:
    """A ticket on which much was said, by many, with photos."""
    order = factories.order(shop, lines=3, delivered_at=clock.now())
    items = [(line, 1) for line in order.lines]
    ticket = factories.ticket(shop, order=order, items=items, issue=IssueType.DAMAGED)
    for number in range(count // 2):
        ticket.reply(by=factories.agent(shop), body=f"Answer {number}")
        ticket.write(by=ticket.customer, body=f"But {number}", attachments=[factories.photo(Evidence.OTHER)])
    factories.ticket(shop, by=ticket.customer)
    ask_for_help(ticket, by=factories.agent(shop), note="It goes on and on.")
    return ticket


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize("query", ["", "?show=all", "?q=ada@mail.example.com&store={slug}"])
def test_a_page_of_the_queue(client: Browser, shop: Store, count: int, query: str) -> None:
    busy_queue(shop, count)
    client.sign_in(factories.supervisor(shop))
    asked = asked_for(client, f"/desk/{query.format(slug=shop.slug)}")
    assert len(asked) <= 6, "\n".join(asked)


@pytest.mark.parametrize("count", [3, 30])
def test_a_ticket_at_the_desk(client: Browser, shop: Store, count: int) -> None:
    ticket = long_talk(shop, count)
    client.sign_in(factories.supervisor(shop))
    asked = asked_for(client, f"/desk/tickets/{ticket.reference}")
    assert len(asked) <= 15, "\n".join(asked)


def test_an_ordinary_ticket_and_the_queue_ask_once_for_the_person_once_for_it_and_once_for_the_rest(
    client: Browser, shop: Store
) -> None:
    ticket = factories.ticket(shop, order=factories.order(shop, lines=3, delivered_at=clock.now()))
    ticket.reply(by=factories.agent(shop), body="On its way.")
    client.sign_in(factories.supervisor(shop))
    for address in (f"/desk/tickets/{ticket.reference}", "/desk/"):
        asked = asked_for(client, address)
        assert len(asked) == 3, "\n".join(asked)


@pytest.mark.parametrize("count", [3, 30])
def test_a_ticket_on_the_customers_page(client: Browser, shop: Store, count: int) -> None:
    ticket = long_talk(shop, count)
    asked = asked_for(client, f"/{shop.slug}/tickets/{ticket.guest_token}")
    assert len(asked) <= 15, "\n".join(asked)


@pytest.mark.parametrize("count", [2, 20])
def test_the_lists_of_a_supervisor(client: Browser, shop: Store, count: int) -> None:
    for _ in range(count):
        ask_for_help(factories.ticket(shop), by=factories.agent(shop), note="Look.")
    client.sign_in(factories.supervisor(shop))
    asked = asked_for(client, "/desk/escalations/")
    assert len(asked) <= 11, "\n".join(asked)


@pytest.mark.parametrize("count", [2, 20])
def test_a_team_and_its_work(client: Browser, shop: Store, count: int) -> None:
    people = [factories.agent(shop, is_absent=True) for _ in range(count)]
    for person in people:
        factories.ticket(shop).assign(to=person, by=person)
    client.sign_in(factories.supervisor(shop))
    for address, most in (("team", 6), (f"team/{people[0].id}", 13), ("team/work", 10)):
        asked = asked_for(client, f"/desk/{address}")
        assert len(asked) <= most, "\n".join(asked)


def test_a_stores_home_page(client: Browser, shop: Store) -> None:
    asked = asked_for(client, f"/{shop.slug}/")
    assert len(asked) <= 3, "\n".join(asked)
