"""What somebody wrote is still there when the form could not be taken: signed out, too late, refused."""

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.escalation import ask_for_help
from helpdesk.returns import PolicyException
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from tests import factories
from tests.returns.judged import damaged, too_late
from tests.web.browsing import Browser, read

WRITTEN = "It left us on Monday <b>and</b> should be with you."
ON_THE_PAGE = "It left us on Monday &lt;b&gt;and&lt;/b&gt; should be with you."
KEY = {"form_key": "k" * 20}


def page_of(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.reference}"


def test_a_text_outlives_the_session_it_was_written_in(strict: Flask) -> None:
    with strict.app_context():
        page = page_of(factories.ticket(factories.store()))
        stranger, here = Browser(strict), {"Referer": f"http://localhost{page}"}
        answer = stranger.post(f"{page}/reply", data={"body": WRITTEN}, headers=here)
        nothing = stranger.post(f"{page}/reply", data={"body": ""})
    assert answer.status_code == 401
    assert ON_THE_PAGE in answer.text
    assert f'href="/account/sign-in?next={page}"' in answer.text
    assert "You were signed out" not in read(nothing)


def test_a_text_outlives_a_password_that_was_changed_elsewhere(client: Browser, shop: Store) -> None:
    ticket, agent = factories.ticket(shop), factories.agent(shop)
    client.sign_in(agent)
    agent.session_key = "another"
    answer = client.post(f"{page_of(ticket)}/note", data={"body": WRITTEN})
    assert answer.status_code == 401
    assert ON_THE_PAGE in answer.text


def test_a_password_is_never_shown_again(strict: Flask) -> None:
    with strict.app_context():
        form = {"email": "a@b.example", "password": "a better horse battery"}
        answer = Browser(strict).post("/account/sign-in", data=form)
    assert answer.status_code == 400
    assert "horse" not in answer.text


def test_whoever_signed_in_elsewhere_goes_on_to_where_they_were_going(client: Browser, shop: Store) -> None:
    client.sign_in(factories.agent(shop))
    assert client.get("/account/sign-in?next=/desk/views").location == "/desk/views"


def test_an_answer_to_a_ticket_that_was_closed_meanwhile_is_kept_in_sight(client: Browser, shop: Store) -> None:
    ticket, agent = factories.ticket(shop), factories.agent(shop)
    ticket.solve(by=agent)
    ticket.close(by=agent)
    answer = client.sign_in(agent).post(f"{page_of(ticket)}/reply", data={**KEY, "body": WRITTEN})
    assert answer.status_code == 422
    assert ON_THE_PAGE in answer.text
    assert "closed" in read(answer).partition("Please look at this again")[2][:200]


def test_a_call_for_help_that_somebody_made_before_keeps_its_words(client: Browser, shop: Store) -> None:
    ticket, agent = factories.ticket(shop), factories.agent(shop)
    ask_for_help(ticket, by=agent, note="Please look.")
    given = {**KEY, "reason": "no reason there is", "note": WRITTEN}
    answer = client.sign_in(agent).post(f"{page_of(ticket)}/escalation", data=given)
    assert answer.status_code == 422
    assert ON_THE_PAGE in answer.text


@pytest.mark.parametrize("path, field", [("evidence", "body"), ("snooze", "note")])
def test_what_has_no_place_on_the_page_any_more_is_shown_all_the_same(
    client: Browser, shop: Store, path: str, field: str
) -> None:
    ticket, agent = damaged(shop=shop), factories.agent(shop)
    ticket.solve(by=agent)
    ticket.close(by=agent)
    given = {**KEY, field: WRITTEN, "when": "own", "on": "2026-03-02", "at": "10:00"}
    answer = client.sign_in(agent).post(f"{page_of(ticket)}/{path}", data=given)
    assert answer.status_code == 422
    assert ON_THE_PAGE in answer.text
    assert "Please look at this again" in read(answer)


def test_a_verdict_that_came_too_late_says_so(client: Browser, shop: Store) -> None:
    ticket = too_late(shop=shop)
    wanted = {**KEY, "kind": "refund", "amount": "60.00", "clause": "", "reason": "A loyal customer."}
    Browser(client.application).sign_in(factories.agent(shop)).post(f"{page_of(ticket)}/exceptions", data=wanted)
    made = db.session.scalars(select(PolicyException)).one()
    made.refuse(by=factories.supervisor(shop), note="Not this time.")
    client.sign_in(factories.supervisor(shop))
    answer = client.post(f"/desk/exceptions/{made.id}/grant", data={**KEY, "note": WRITTEN})
    assert answer.status_code == 409
    assert ON_THE_PAGE in answer.text
    assert "Please look at this again" in read(answer)
