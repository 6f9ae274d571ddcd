"""What an open queue asks in the background, and reading marks."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from helpdesk.web.desk.live import EPOCH, micros
from tests import factories
from tests.web.browsing import Browser
from tests.web.test_query_counts import asked_for, busy_queue, questions

At = Callable[..., datetime]


@pytest.fixture
def agent(client: Browser, shop: Store) -> User:
    made = factories.agent(shop)
    client.sign_in(made)
    return made


def changes(client: Browser, query: str = "", ago: timedelta = timedelta(hours=1)) -> dict[int, bool]:
    """Which tickets changed in the last hour, and whether they belong into the list."""
    answer = client.get(f"/desk/queue/changes?{query}&since={micros(clock.now() - ago)}")
    if answer.status_code == 304:
        return {}
    assert answer.json
    return {number: matches for number, _, matches in answer.json["tickets"]}


def test_what_changed_and_whether_it_belongs_here(client: Browser, shop: Store, agent: User, at: At) -> None:
    at("2026-03-02 09:00")
    old = factories.ticket(shop)
    at("2026-03-04 15:00")
    fresh, taken = factories.ticket(shop), factories.ticket(shop)
    factories.ticket()  # of another store
    taken.assign(to=agent, by=agent)
    assert changes(client, "assignee=nobody") == {fresh.id: True, taken.id: False}
    assert changes(client, "assignee=me&category=shipping&status=new") == {fresh.id: False, taken.id: True}
    assert old.id in changes(client, ago=timedelta(days=3))


def test_what_changed_in_the_second_in_which_the_page_was_read_is_told(
    client: Browser, shop: Store, agent: User, at: At
) -> None:
    at("2026-03-04 15:00")
    ticket = factories.ticket(shop)
    assert changes(client, ago=timedelta(0)) == {ticket.id: True}


def test_unchanged_is_one_short_question(client: Browser, shop: Store, agent: User) -> None:
    busy_queue(shop, 3)
    with clock.at(clock.now() + timedelta(hours=2)):
        client.get(f"/desk/queue/changes?since={micros(clock.now())}")
        with questions() as asked:
            answer = client.get(f"/desk/queue/changes?since={micros(clock.now())}")
    assert (answer.status_code, answer.data) == (304, b"")
    assert len(asked) <= 3, "\n".join(asked)  # who is it, which stores, and this one


def test_the_last_seconds_are_looked_at_twice(client: Browser, shop: Store, agent: User) -> None:
    factories.ticket(shop)
    answer = client.get("/desk/queue/changes?since=0")
    assert answer.json
    assert EPOCH + timedelta(microseconds=answer.json["until"]) < clock.now() - timedelta(seconds=2)


def test_very_many_changes_are_told_as_more(client: Browser, shop: Store, agent: User) -> None:
    for _ in range(101):
        factories.ticket(shop)
    answer = client.get("/desk/queue/changes?since=0").json
    assert answer
    assert (len(answer["tickets"]), answer["more"]) == (100, True)


@pytest.mark.parametrize("since", ["", "x", "-1", "1e9", "9" * 16, "9" * 40, "%00", "٣"])
def test_an_odd_moment_breaks_nothing(client: Browser, shop: Store, agent: User, since: str) -> None:
    factories.ticket(shop)
    assert client.get(f"/desk/queue/changes?since={since}").status_code in (200, 304)


def test_counts_are_few_questions(client: Browser, shop: Store, agent: User) -> None:
    busy_queue(shop, 3)
    assert len(asked_for(client, "/desk/queue/counts?assignee=me")) <= 4


def mark(client: Browser, ticket: Ticket, **fields: str) -> int:
    return client.post(f"/desk/tickets/{ticket.reference}/seen", data=fields).status_code


def test_the_page_of_a_ticket_says_how_far_it_was_read(client: Browser, shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop)
    assert "Unread:" in client.get("/desk/").text
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    up_to = page.split('name="up_to" value="')[1].split('"')[0]
    ticket.write(by=ticket.customer, body="Hello?")
    assert mark(client, ticket, up_to=up_to, quietly="1") == 204
    assert "Unread:" in client.get("/desk/").text
    assert mark(client, ticket) == 302  # by the button, where no script runs
    assert "Unread:" not in client.get("/desk/").text


def test_a_foreign_ticket_cannot_be_marked(client: Browser, shop: Store, agent: User) -> None:
    assert mark(client, factories.ticket()) == 404


@pytest.mark.parametrize("up_to", ["x", "-1", "9" * 30, "\x00"])
def test_an_odd_mark_breaks_nothing(client: Browser, shop: Store, agent: User, up_to: str) -> None:
    assert mark(client, factories.ticket(shop), up_to=up_to, quietly="1") == 204
