"""An adverse reaction is investigated before staff call it solved."""

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.errors import WrongState
from helpdesk.returns import investigate, needs_investigation
from helpdesk.tickets import Action, IssueType, Kind, Message, Status, Ticket
from tests import factories
from tests.scenes import actions_on

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def ticket() -> Ticket:
    return factories.ticket(issue=IssueType.ADVERSE_REACTION, body="The cat got ill after the food.")


def test_staff_cannot_solve_it_before_the_note(ticket: Ticket) -> None:
    agent = factories.agent(ticket.store)
    with pytest.raises(WrongState, match="investigation note"):
        ticket.solve(by=agent)
    ticket.note(by=agent, body="I called the customer.")  # an ordinary note is none
    with pytest.raises(WrongState):
        ticket.solve(by=agent)
    assert ticket.status is not Status.SOLVED


def test_after_the_note_they_can(ticket: Ticket) -> None:
    agent = factories.agent(ticket.store)
    assert needs_investigation(ticket)
    investigate(ticket, by=agent, body="The batch was fine; the vet says it was the plant.")
    assert not needs_investigation(ticket)
    ticket.solve(by=agent)
    assert actions_on(ticket).count(Action.INVESTIGATED) == 1
    newest = select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id.desc()).limit(1)
    assert db.session.scalars(newest).one().kind is Kind.NOTE


def test_the_customer_can_always_say_that_it_is_over(ticket: Ticket) -> None:
    ticket.solve(by=ticket.customer)
    assert ticket.status is Status.SOLVED


def test_other_tickets_need_none() -> None:
    other = factories.ticket(issue=IssueType.QUALITY)
    other.solve(by=factories.agent(other.store))
    assert other.status is Status.SOLVED


def test_it_stays_needed_when_it_is_opened_again(ticket: Ticket) -> None:
    ticket.solve(by=ticket.customer)
    ticket.resume(by=ticket.customer)
    with pytest.raises(WrongState):
        ticket.solve(by=factories.agent(ticket.store))
