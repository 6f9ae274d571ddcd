"""The timeline: one line for all that happens, by whom and when; nobody changes it."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlalchemy import delete, update

from helpdesk.accounts import SYSTEM, By
from helpdesk.core.db import db
from helpdesk.reactions import REACTIONS
from helpdesk.tickets import Action, Event, react_with
from tests import factories
from tests.scenes import actions_on, story_of

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]


@pytest.fixture
def reactions() -> Iterator[Callable[..., None]]:
    """Another table of consequences for one test."""
    yield react_with
    react_with(REACTIONS)


def test_it_tells_a_ticket_in_order_with_names_and_moments(at: At) -> None:
    opened_at = at("2026-03-02 15:00")
    ticket = factories.ticket()
    agent = factories.agent(ticket.store, name="Grace")
    solved_at = at("2026-03-02 15:30")
    ticket.reply(by=agent, body="Found it.")
    ticket.solve(by=SYSTEM)
    told = [(event.action, event.by, event.by_name, event.at) for event in story_of(ticket)]
    assert told == [
        (Action.OPENED, By.CUSTOMER, "Ada Buyer", opened_at),
        (Action.STAFF_REPLIED, By.STAFF, "Grace", solved_at),
        (Action.SOLVED, By.SYSTEM, "Helpdesk", solved_at),
    ]


def test_a_customer_without_a_name_is_named_by_address() -> None:
    shop = factories.store()
    ticket = factories.ticket(shop, by=factories.customer(shop, "ada@mail.example.com", name=""))
    assert story_of(ticket)[0].by_name == "ada@mail.example.com"


def test_it_holds_one_ticket_alone() -> None:
    ticket, other = factories.ticket(), factories.ticket()
    other.solve(by=SYSTEM)
    assert actions_on(ticket) == [Action.OPENED]


def test_no_line_can_be_changed() -> None:
    event = story_of(factories.ticket())[0]
    event.action = Action.CLOSED
    with pytest.raises(RuntimeError, match="only be added to"):
        db.session.flush()


def test_no_line_can_be_removed() -> None:
    event = story_of(factories.ticket())[0]
    db.session.delete(event)
    with pytest.raises(RuntimeError, match="only be added to"):
        db.session.flush()


@pytest.mark.parametrize("statement", [delete(Event), update(Event).values(action=Action.CLOSED)])
def test_not_even_many_lines_at_once(statement: object) -> None:
    factories.ticket()
    with pytest.raises(RuntimeError, match="only be added to"):
        db.session.execute(statement)  # type: ignore[call-overload]


def test_consequences_follow_in_their_order_once_the_line_is_written(reactions: Callable[..., None]) -> None:
    heard = []
    reactions({Action.OPENED: [lambda event: heard.append(("first", event.id)), lambda _: heard.append(("second", 0))]})
    ticket = factories.ticket()
    assert heard == [("first", story_of(ticket)[0].id), ("second", 0)]


def test_a_consequence_may_write_further_lines(reactions: Callable[..., None]) -> None:
    reactions({Action.SOLVED: [lambda event: event.ticket.close(by=SYSTEM)]})
    ticket = factories.ticket()
    ticket.solve(by=SYSTEM)
    assert actions_on(ticket) == [Action.OPENED, Action.SOLVED, Action.CLOSED]


def test_a_consequence_that_fails_takes_its_cause_with_it(reactions: Callable[..., None]) -> None:
    def fail(_event: Event) -> None:
        raise OSError("no")

    ticket = factories.ticket()
    reactions({Action.SOLVED: [fail]})
    with pytest.raises(OSError, match="no"), db.session.begin_nested():
        ticket.solve(by=SYSTEM)
    assert (ticket.status, actions_on(ticket)) == ("new", [Action.OPENED])
