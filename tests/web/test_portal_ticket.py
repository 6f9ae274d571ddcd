"""The customer's page of a ticket, behind its secret link."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.core.tokens import sign
from helpdesk.escalation import Escalation, Verdict, latest_escalation
from helpdesk.sla import Target, clocks_of
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from tests import factories
from tests.returns.judged import unused
from tests.web.browsing import Browser, read
from tests.web.guest import bodies, page_of, write

At = Callable[..., datetime]


def forged(ticket: Ticket) -> dict[str, str]:
    """Tokens that must not open it, by what is wrong with them."""
    good = ticket.guest_token
    return {
        "nonsense": "nonsense",
        "another signature": good[:-3] + ("abc" if good[-3:] != "abc" else "abd"),
        "no signature": good.split(".")[0],
        "another purpose": sign("page", ticket.reference, ticket.link_version),
        "an older link": sign("ticket", ticket.reference, ticket.link_version - 1),
        "only the reference": sign("ticket", ticket.reference),
        "the bare reference": ticket.reference,
    }


@pytest.mark.parametrize("what", [
    "nonsense", "another signature", "no signature", "another purpose", "an older link", "only the reference",
    "the bare reference",
])  # fmt: skip
def test_a_wrong_link_opens_nothing(client: Browser, shop: Store, what: str) -> None:
    ticket = factories.ticket(shop)
    address = f"/{shop.slug}/tickets/{forged(ticket)[what]}"
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/messages", data={"body": "Hello", "form_key": "k" * 20}).status_code == 404
    assert len(bodies(ticket)) == 1


def test_a_renewed_link_voids_the_old_one(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    old = page_of(ticket)
    ticket.renew_link(by=factories.agent(shop))
    assert client.get(old).status_code == 404
    assert client.get(page_of(ticket)).status_code == 200


def test_a_link_is_worth_nothing_at_another_store(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    elsewhere = factories.store()
    assert client.get(f"/{elsewhere.slug}/tickets/{ticket.guest_token}").status_code == 404


@pytest.mark.parametrize("before, verb, after", [
    ("open", "solution", "solved"), ("solved", "solution", "solved"),
    ("solved", "reopening", "open"), ("open", "reopening", "open"),
])  # fmt: skip
def test_the_customer_says_whether_it_is_solved(
    client: Browser, shop: Store, before: str, verb: str, after: str
) -> None:
    ticket = factories.ticket(shop)
    ticket.reply(by=factories.agent(shop), body="Here it is.")
    if before == "solved":
        ticket.solve(by=ticket.customer)
    assert client.post(f"{page_of(ticket)}/{verb}").status_code == 302
    assert ticket.status.value == after


def test_a_closed_ticket_stays_closed(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    ticket.solve(by=ticket.customer)
    ticket.close(by=factories.agent(shop))
    answers = [client.post(f"{page_of(ticket)}/{verb}") for verb in ("solution", "reopening")]
    assert [answer.status_code for answer in answers] == [409, 409]


def test_a_supervisor_can_be_asked_after_the_first_answer_and_once(client: Browser, shop: Store) -> None:
    boss, ticket = factories.supervisor(shop), factories.ticket(shop)
    ask = f"{page_of(ticket)}/supervisor"
    assert client.post(ask, data={"note": "Please look"}).status_code == 409

    ticket.reply(by=factories.agent(shop), body="Sorry, no.")
    for _ in range(2):
        client.post(ask, data={"note": "Please look"})
    raised = db.session.scalars(select(Escalation)).one()
    assert (raised.to, len(raised.reasons)) == (boss, 1)
    assert "Your request is with a supervisor" in read(client.get(page_of(ticket)))


def test_a_far_too_long_wish_is_refused_and_kept(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    ticket.reply(by=factories.agent(shop), body="Sorry, no.")
    answer = client.post(f"{page_of(ticket)}/supervisor", data={"note": "please " * 400})
    assert answer.status_code == 422
    assert "please please" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Escalation)) == 0


def test_nothing_of_the_staff_shows_on_any_page_of_the_customer(client: Browser, shop: Store) -> None:
    boss, agent = factories.supervisor(shop), factories.agent(shop, name="Grace")
    ticket = factories.ticket(shop)
    other = factories.ticket(shop, by=ticket.customer)
    stranger = factories.ticket(shop)
    ticket.assign(to=agent, by=boss)
    ticket.note(by=agent, body="He is a liar, I think.")
    ticket.reply(by=agent, body="We look into it.")
    client.post(f"{page_of(ticket)}/supervisor", data={"note": "Please"})
    pages = [
        client.get(page_of(ticket)),
        client.post(f"{page_of(ticket)}/messages", data=write(client, page_of(ticket), "")),
        client.post(f"{page_of(ticket)}/messages", data=write(client, page_of(ticket)), follow_redirects=True),
        client.post(f"{page_of(ticket)}/solution", follow_redirects=True),
    ]
    secrets = ("liar", agent.email, boss.email, other.reference, stranger.reference, other.guest_token)
    assert [secret for page in pages for secret in secrets if secret in page.text] == []
    assert all("Grace" in page.text for page in pages)


def test_a_customer_sees_to_whom_it_went_and_by_when_and_then_that_it_was_decided(client: Browser, shop: Store) -> None:
    boss = factories.supervisor(shop)
    ticket = factories.ticket(shop)
    ticket.reply(by=boss, body="No.")
    page = page_of(ticket)
    client.post(f"{page}/supervisor", data={"note": "Why?", "form_key": "k" * 20})
    escalation = latest_escalation(ticket)
    assert escalation
    asked = read(client.get(page))
    assert "Passed on to a supervisor; somebody takes it" in asked
    due = next(c.due_at for c in clocks_of([ticket.id])[ticket.id] if c.target is Target.ESCALATION_ACK)
    assert f'datetime="{due.isoformat()}"' in client.get(page).text
    escalation.decide(Verdict.DECLINED, by=boss, note="For the team only.")
    decided = read(client.get(page))
    assert "A supervisor looked at your request and decided" in decided
    assert "A manager can look at it." in decided
    assert "For the team only." not in decided


def test_a_right_used_before_its_last_day_is_not_said_to_be_over(client: Browser, at: At) -> None:
    at("2026-06-10 10:00")
    ticket = unused()
    db.session.commit()
    page = read(client.get(page_of(ticket)))
    assert "kept due Fri 10 Jul" in page
    assert "was due Fri 10 Jul" not in page
