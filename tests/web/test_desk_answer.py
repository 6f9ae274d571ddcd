"""Answering at the desk: a second look, drafts, undo, send and next."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.accounts import MyLink
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail import MailState, OutgoingMail
from helpdesk.stores import Store
from helpdesk.tickets import Action, Draft, Message, Status, Ticket, draft_of, keep_draft, look_at, merge
from tests import factories
from tests.scenes import actions_on
from tests.web.browsing import Browser, hidden, read

KEY = "k" * 20
MONDAY = "2026-06-01 14:00"


def page_of(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.reference}"


def bodies_on(ticket: Ticket) -> list[str]:
    query = select(Message.body).where(Message.ticket_id == ticket.id).order_by(Message.id)
    return list(db.session.scalars(query))


def drafts() -> list[str]:
    return list(db.session.scalars(select(Draft.body).order_by(Draft.id)))


@pytest.fixture
def patient(app: Flask) -> Iterator[None]:
    """Answers wait for ten seconds, as they do by default."""
    app.config["UNDO_SEND_SECONDS"] = 10
    yield
    app.config["UNDO_SEND_SECONDS"] = 0


# ---- the conversation moved on


@pytest.mark.parametrize("meanwhile", ["customer", "colleague", "note"])
def test_an_answer_to_an_old_conversation_is_stopped_and_shown_what_came(
    client: Browser, shop: Store, meanwhile: str
) -> None:
    ticket, colleague = factories.ticket(shop), factories.agent(shop)
    client.sign_in(factories.agent(shop))
    form = {"body": "It is on its way.", **hidden(client.get(page_of(ticket)), "/reply")}
    say = {
        "customer": lambda: ticket.write(by=ticket.customer, body="Found it!"),
        "colleague": lambda: ticket.reply(by=colleague, body="Found it!"),
        "note": lambda: ticket.note(by=colleague, body="Found it!"),
    }
    say[meanwhile]()
    answer = client.post(f"{page_of(ticket)}/reply", data=form)
    assert answer.status_code == 422
    assert "It is on its way." not in bodies_on(ticket)
    page = read(answer)
    assert "Not sent yet: a message came in while you wrote" in page
    assert page.count("Found it!") == 2  # in the conversation, and above the box
    assert "It is on its way." in answer.text
    again = {**form, **hidden(answer, "/reply")}
    assert client.post(f"{page_of(ticket)}/reply", data=again).status_code == 302
    assert bodies_on(ticket)[-1] == "It is on its way."


def test_what_came_on_a_ticket_that_was_merged_meanwhile_stops_an_answer(client: Browser, shop: Store) -> None:
    ticket, colleague = factories.ticket(shop), factories.agent(shop)
    other = factories.ticket(shop, customer=ticket.customer, by=ticket.customer)
    client.sign_in(factories.agent(shop))
    form = {"body": "It is on its way.", **hidden(client.get(page_of(ticket)), "/reply")}
    other.write(by=other.customer, body="Found it!")
    merge(other, into=ticket, by=colleague)
    answer = client.post(f"{page_of(ticket)}/reply", data=form)
    assert (answer.status_code, "Not sent yet" in read(answer), "Found it!" in read(answer)) == (422, True, True)
    assert bodies_on(ticket) == ["Where is my bowl?"]


@pytest.mark.parametrize("end", ["merged", "closed"])
def test_words_for_a_ticket_that_ended_meanwhile_are_not_lost(client: Browser, shop: Store, end: str) -> None:
    ticket, colleague, agent = factories.ticket(shop), factories.agent(shop), factories.agent(shop)
    client.sign_in(agent)
    form = {"body": "It is on its way.", **hidden(client.get(page_of(ticket)), "/reply")}
    if end == "merged":
        merge(ticket, into=factories.ticket(shop, customer=ticket.customer, by=ticket.customer), by=colleague)
    else:
        ticket.solve(by=colleague)
        ticket.close(by=colleague)
    answer = client.post(f"{page_of(ticket)}/reply", data=form)
    assert (answer.status_code, "This ticket is closed" in read(answer)) == (422, True)
    assert "It is on its way.</textarea>" in answer.text

    keep_draft(ticket, by=agent, body="It is on its way.")
    assert "It is on its way.</textarea>" in client.get(page_of(ticket)).text


def test_what_one_wrote_oneself_stops_nothing(client: Browser, shop: Store) -> None:
    me, ticket = factories.agent(shop), factories.ticket(shop)
    client.sign_in(me)
    form = {"body": "It is on its way.", **hidden(client.get(page_of(ticket)), "/reply")}
    ticket.note(by=me, body="Asked the carrier.")
    assert client.post(f"{page_of(ticket)}/reply", data=form).status_code == 302


@pytest.mark.parametrize("seen", ["", "x", "9" * 40, "-1", "٣"])
def test_a_broken_mark_of_what_was_seen_is_no_error(client: Browser, shop: Store, seen: str) -> None:
    ticket = factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    answer = client.post(f"{page_of(ticket)}/reply", data={"body": "Hello.", "seen": seen, "form_key": KEY})
    assert answer.status_code in (302, 422)


# ---- drafts


def test_a_draft_is_there_in_any_browser_until_it_is_sent(app: Flask, client: Browser, shop: Store) -> None:
    me, ticket = factories.agent(shop), factories.ticket(shop)
    form = hidden(client.sign_in(me).get(page_of(ticket)), "/reply")
    for body in ("It is", "It is on its"):
        kept = client.post(
            f"{page_of(ticket)}/draft", data={"body": body, **form}, headers={"Accept": "application/json"}
        )
    assert datetime.fromisoformat(kept.json["kept"]) <= clock.now()
    assert drafts() == ["It is on its"]
    elsewhere = Browser(app).sign_in(me).get(page_of(ticket))
    assert ">\r\nIt is on its</textarea>" in elsewhere.text
    client.post(f"{page_of(ticket)}/reply", data={"body": "It is on its way.", **form})
    assert drafts() == []


def test_a_draft_that_arrives_after_its_answer_is_not_kept(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    form = {"body": "It is on its way.", **hidden(client.sign_in(factories.agent(shop)).get(page_of(ticket)), "/reply")}
    client.post(f"{page_of(ticket)}/reply", data=form)
    client.post(f"{page_of(ticket)}/draft", data=form)
    assert drafts() == []


def test_a_draft_is_nobody_elses(client: Browser, shop: Store) -> None:
    me, ticket, foreign = factories.agent(shop), factories.ticket(shop), factories.ticket()
    keep_draft(ticket, by=me, body="Between you and me")
    client.sign_in(factories.supervisor(shop))
    assert "Between you and me" not in client.get(page_of(ticket)).text
    client.post(f"{page_of(ticket)}/draft/removal")
    assert drafts() == ["Between you and me"]
    assert client.post(f"{page_of(foreign)}/draft", data={"body": "x"}).status_code == 404
    assert drafts() == ["Between you and me"]


def test_without_a_script_a_button_keeps_and_discards_it(client: Browser, shop: Store) -> None:
    me, ticket = factories.agent(shop), factories.ticket(shop)
    client.sign_in(me)
    assert client.post(f"{page_of(ticket)}/draft", data={"body": "Half"}).location.endswith("#answer")
    page = client.get(page_of(ticket))
    assert "Draft kept" in read(page)
    client.post(f"{page_of(ticket)}/draft/removal")
    assert draft_of(ticket, me) is None


# ---- undo


@pytest.mark.usefixtures("patient")
def test_an_answer_is_undone_and_back_in_the_box(client: Browser, shop: Store) -> None:
    me, ticket = factories.agent(shop), factories.ticket(shop)
    guest = f"/{shop.slug}/tickets/{ticket.guest_token}"
    client.sign_in(me)
    form = {"body": "Wrong ticket.", "then": "solved", **hidden(client.get(page_of(ticket)), "/reply")}
    client.post(f"{page_of(ticket)}/reply", data=form)
    assert ticket.status is Status.SOLVED
    assert f"Your answer on {ticket.reference} leaves" in read(client.get(page_of(ticket)))
    assert "Wrong ticket." not in client.get(guest).text
    client.post(f"{page_of(ticket)}/undo")
    page = client.get(page_of(ticket))
    assert ticket.status is Status.NEW
    assert ">\r\nWrong ticket.</textarea>" in page.text
    assert page.text.count("Wrong ticket.") == 1
    assert "leaves" not in read(page)
    again = {"body": "Wrong ticket.", **hidden(page, "/reply")}
    client.post(f"{page_of(ticket)}/reply", data=again)
    assert actions_on(ticket)[-1] is Action.STAFF_REPLIED


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("list_of_all", [False, True])
def test_the_customer_sees_the_ticket_as_it_was_until_the_answer_leaves(
    client: Browser, shop: Store, list_of_all: bool, at: Callable[[str], datetime]
) -> None:
    at(MONDAY)
    ticket = factories.ticket(shop)
    mine = MyLink.ask(shop, ticket.customer.email, "en").open()
    page = f"/{shop.slug}/my/{mine}" if list_of_all else f"/{shop.slug}/tickets/{ticket.guest_token}"
    client.sign_in(factories.agent(shop))
    before = read(client.get(page))
    form = {"body": "Done.", "then": "solved", **hidden(client.get(page_of(ticket)), "/reply")}
    client.post(f"{page_of(ticket)}/reply", data=form)
    assert read(client.get(page)) == before
    db.session.expire_all()
    assert ticket.status is Status.SOLVED  # on that page alone it reads as before
    with clock.at(clock.now() + timedelta(seconds=10)):
        assert "Solved" in read(client.get(page))
    client.post(f"{page_of(ticket)}/undo", follow_redirects=True)
    assert read(client.get(page)) == before


@pytest.mark.usefixtures("patient")
def test_what_the_customer_does_meanwhile_shows_at_once(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    form = {"body": "Done.", "then": "solved", **hidden(client.get(page_of(ticket)), "/reply")}
    client.post(f"{page_of(ticket)}/reply", data=form)
    ticket.write(by=ticket.customer, body="It is still broken.")
    assert "In work" in read(client.get(f"/{shop.slug}/tickets/{ticket.guest_token}"))


@pytest.mark.usefixtures("patient")
def test_what_was_begun_meanwhile_is_not_lost_by_undo(client: Browser, shop: Store) -> None:
    me, ticket = factories.agent(shop), factories.ticket(shop)
    client.sign_in(me)
    client.post(f"{page_of(ticket)}/reply", data={"body": "First.", "form_key": KEY})
    keep_draft(ticket, by=me, body="Second.")
    client.post(f"{page_of(ticket)}/undo")
    assert drafts() == ["First.\n\nSecond."]


@pytest.mark.usefixtures("patient")
def test_too_late_is_said_and_changes_nothing(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    client.post(f"{page_of(ticket)}/reply", data={"body": "Gone.", "form_key": KEY})
    for mail in db.session.query(OutgoingMail).filter_by(ticket_id=ticket.id, letter="reply"):
        mail.state = MailState.SENT
    answer = client.post(f"{page_of(ticket)}/undo", follow_redirects=True)
    assert "has left already" in read(answer)
    assert "Gone." in bodies_on(ticket)
    assert drafts() == []
    assert client.post(f"{page_of(factories.ticket())}/undo").status_code == 404


# ---- send and next


def test_send_and_next_goes_through_ones_own_then_what_nobody_has(client: Browser, shop: Store) -> None:
    me, other = factories.agent(shop), factories.agent(shop)
    first, nobodys, mine, anothers, looked_at = (factories.ticket(shop) for _ in range(5))
    factories.ticket()  # another store's
    for ticket, person in ((first, me), (mine, me), (anothers, other)):
        ticket.assign(to=person, by=me)
    look_at(looked_at, by=other, is_writing=True)
    client.sign_in(me)
    form = {"body": "Done.", "next": "1"}
    to = [client.post(f"{page_of(t)}/reply", data=form | {"form_key": KEY + str(t.id)}) for t in (first, mine, nobodys)]
    assert [answer.location for answer in to] == [page_of(mine), page_of(nobodys), "/desk/"]
    assert "nothing else waits for your answer" in read(client.get("/desk/"))
