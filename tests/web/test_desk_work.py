"""What staff do on the ticket page."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.stores import Store
from helpdesk.tickets import Action, Event, Message, Status, Ticket
from tests import factories
from tests.web.browsing import Browser, hidden, read

KEY = "k" * 20
Given = Callable[[User], dict[str, str]]

#: What is posted where, and the last line that it writes on the timeline.
WORK: dict[str, tuple[Given, Action]] = {
    "reply": (lambda me: {"body": "It is on its way.", "form_key": KEY}, Action.STAFF_REPLIED),
    "note": (lambda me: {"body": "Asked the carrier.", "form_key": KEY}, Action.NOTED),
    "status": (lambda me: {"status": "on_hold"}, Action.STATUS_CHANGED),
    "assignee": (lambda me: {"assignee": str(me.id)}, Action.ASSIGNED),
    "sorting": (lambda me: {"issue_type": "lost"}, Action.SORTED),
    "priority": (lambda me: {"priority": "high"}, Action.PRIORITISED),
    "escalation": (lambda me: {"note": "May I refund it?"}, Action.ESCALATED),
    "link": (lambda me: {}, Action.LINK_RENEWED),
}


def actions(ticket: Ticket) -> list[Action]:
    """The timeline."""
    return list(db.session.scalars(select(Event.action).where(Event.ticket_id == ticket.id).order_by(Event.id)))


def page_of(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.reference}"


@pytest.mark.parametrize("work", WORK)
def test_work_is_done_and_recorded(client: Browser, shop: Store, work: str) -> None:
    me, ticket = factories.agent(shop), factories.ticket(shop)
    given, action = WORK[work]
    answer = client.sign_in(me).post(f"{page_of(ticket)}/{work}", data=given(me))
    assert answer.location.startswith(page_of(ticket))
    last = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert last
    assert (last.action, last.user) == (action, me)
    assert client.get(page_of(ticket)).status_code == 200


@pytest.mark.parametrize("work", WORK)
def test_on_another_stores_ticket_nothing_can_be_done(client: Browser, shop: Store, work: str) -> None:
    me, foreign = factories.supervisor(shop), factories.ticket()
    before = actions(foreign)
    answer = client.sign_in(me).post(f"{page_of(foreign)}/{work}", data=WORK[work][0](me))
    assert answer.status_code == 404
    assert actions(foreign) == before


@pytest.mark.parametrize("work", WORK)
def test_a_stranger_can_do_nothing(client: Browser, shop: Store, work: str) -> None:
    me, ticket = factories.agent(shop), factories.ticket(shop)
    before = actions(ticket)
    answer = client.post(f"{page_of(ticket)}/{work}", data=WORK[work][0](me))
    # Who wrote something may have been signed out meanwhile, and gets it back on a page that leads to signing in.
    assert answer.status_code == 401 or answer.location.startswith("/account/sign-in")
    assert actions(ticket) == before


@pytest.mark.parametrize("work, wrong, words", [
    ("reply", {"body": " ", "form_key": KEY}, "Write an answer first."),
    ("reply", {"body": "x" * 20_001, "form_key": KEY}, "Please keep it under 20,000 characters."),
    ("reply", {"body": "Done.", "then": "closed", "form_key": KEY}, "Not a valid choice."),
    ("note", {"body": "", "form_key": KEY}, "Write the note first."),
    ("status", {"status": "closed"}, "Not a valid choice."),
    ("status", {"status": "pending"}, "Answer the customer first"),
    ("status", {}, "Choose a status."),
    ("assignee", {"assignee": "999999999999"}, "Not a valid choice."),
    ("assignee", {"assignee": "me; DROP TABLE users"}, "Not a valid choice."),
    ("sorting", {"issue_type": "nonsense"}, "Not a valid choice."),
    ("priority", {"priority": "9"}, "Not a valid choice."),
    ("escalation", {"note": ""}, "Say in a sentence what it is about."),
])  # fmt: skip
def test_what_cannot_be_done_is_said(
    client: Browser, shop: Store, work: str, wrong: dict[str, str], words: str
) -> None:
    ticket = factories.ticket(shop)
    before = actions(ticket)
    answer = client.sign_in(factories.agent(shop)).post(f"{page_of(ticket)}/{work}", data=wrong)
    assert answer.status_code == 422
    assert words in read(answer)
    assert actions(ticket) == before


@pytest.mark.parametrize("work", ["reply", "note"])
def test_a_second_press_adds_nothing(client: Browser, shop: Store, work: str) -> None:
    ticket = factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    form = {"body": "Once.", **hidden(client.get(page_of(ticket)), f"/{work}")}
    answers = [client.post(f"{page_of(ticket)}/{work}", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert list(db.session.scalars(select(Message.body).order_by(Message.id)))[1:] == ["Once."]


def test_an_answer_can_set_the_next_status(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    client.post(f"{page_of(ticket)}/reply", data={"body": "Which one?", "then": "pending", "form_key": KEY})
    assert ticket.status is Status.PENDING


def test_an_answer_whose_status_cannot_follow_is_not_sent(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    ticket.reply(by=factories.agent(shop), body="We wait.")
    ticket.solve(by=ticket.customer)
    client.sign_in(factories.agent(shop))
    answer = client.post(f"{page_of(ticket)}/reply", data={"body": "Hm?", "then": "pending", "form_key": KEY})
    assert answer.status_code == 422
    assert "Hm?" in answer.text
    assert "Hm?" not in db.session.scalars(select(Message.body)).all()


def test_a_closed_ticket_takes_no_answer(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    ticket.solve(by=ticket.customer)
    ticket.close(by=factories.agent(shop))
    client.sign_in(factories.agent(shop))
    answer = client.post(f"{page_of(ticket)}/reply", data={"body": "Too late", "form_key": KEY})
    assert answer.status_code == 422
    assert actions(ticket)[-1] is Action.CLOSED


def test_a_status_from_a_stale_page_is_refused(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    ticket.solve(by=ticket.customer)
    answer = client.post(f"{page_of(ticket)}/status", data={"status": "on_hold"})
    assert answer.status_code == 422
    assert ticket.status is Status.SOLVED


def test_nobody_of_another_store_can_be_given_a_ticket(client: Browser, shop: Store) -> None:
    ticket, foreigner = factories.ticket(shop), factories.agent(factories.store())
    client.sign_in(factories.agent(shop))
    answer = client.post(f"{page_of(ticket)}/assignee", data={"assignee": str(foreigner.id)})
    assert answer.status_code == 422
    assert ticket.assignee is None


def test_a_ticket_is_taken_given_and_given_back(client: Browser, shop: Store) -> None:
    me, ticket = factories.agent(shop), factories.ticket(shop)
    client.sign_in(me)
    client.post(f"{page_of(ticket)}/assignee", data={"me": "1"})
    assert ticket.assignee is me
    client.post(f"{page_of(ticket)}/assignee", data={"assignee": "nobody"})
    assert ticket.assignee is None


def test_an_answer_reaches_the_customers_page(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    client.sign_in(factories.agent(shop, name="Grace"))
    client.post(f"{page_of(ticket)}/reply", data={"body": "It is on its way.", "form_key": KEY})
    page = read(client.get(f"/{shop.slug}/tickets/{ticket.guest_token}"))
    assert "We have answered." in page
    assert "Grace Support" in page
