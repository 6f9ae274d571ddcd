"""Rating our help: by the letter's links and on the ticket's page."""

import pytest
from werkzeug.test import TestResponse

from helpdesk.core.db import db
from helpdesk.escalation import Escalation
from helpdesk.stores import Store
from helpdesk.tickets import Rating, Status, Ticket
from tests import factories
from tests.web.browsing import Browser, read
from tests.web.guest import page_of


@pytest.fixture
def solved(shop: Store) -> Ticket:
    """A ticket that was answered and solved."""
    agent = factories.agent(shop)
    factories.supervisor(shop)
    ticket = factories.ticket(shop)
    ticket.reply(by=agent, body="Here it is.")
    ticket.solve(by=agent)
    db.session.commit()
    return ticket


def rate(client: Browser, ticket: Ticket, score: object, comment: str = "") -> TestResponse:
    return client.post(f"{page_of(ticket)}/rating", data={"score": score, "comment": comment})


def given() -> list[tuple[int, str]]:
    return [(rating.score, rating.comment) for rating in db.session.query(Rating).order_by(Rating.id)]


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_the_letters_link_only_makes_the_choice(client: Browser, solved: Ticket, score: int) -> None:
    page = client.get(f"{page_of(solved)}/rating?score={score}")
    assert f'value="{score}" id="score-{5 - score}" checked' in page.text
    assert page.text.count(" checked") == 1
    assert given() == []


def test_words_stand_beside_the_stars(client: Browser, solved: Ticket) -> None:
    page = read(client.get(f"{page_of(solved)}/rating?score=99"))
    assert all(word in page for word in ("Very good", "Good", "All right", "Poor", "Very poor"))


def test_a_vote_is_kept_and_thanked_for(client: Browser, solved: Ticket) -> None:
    page = read(client.get(rate(client, solved, 5, "Quick and kind.").location))
    assert given() == [(5, "Quick and kind.")]
    assert "Thank you. We read every word of it." in page
    assert "Quick and kind." in page


def test_a_vote_may_be_changed_on_the_tickets_page(client: Browser, solved: Ticket) -> None:
    rate(client, solved, 2)
    assert "You can change it until" in read(client.get(page_of(solved)))
    rate(client, solved, 4, "Better now.")
    assert given() == [(4, "Better now.")]


@pytest.mark.parametrize("score", ["", "6", "0", "x", "4.5"])
def test_without_a_choice_the_comment_is_not_lost(client: Browser, solved: Ticket, score: str) -> None:
    answer = rate(client, solved, score, "My words.")
    assert answer.status_code == 422
    assert "My words." in answer.text
    assert "Choose one of the five." in read(answer)
    assert given() == []


def test_there_is_nothing_to_rate_while_it_is_open(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    answer = client.get(f"{page_of(ticket)}/rating?score=5")
    assert "There is nothing to rate at the moment." in read(client.get(answer.location))
    assert "How did you find our help?" not in read(client.get(page_of(ticket)))
    assert rate(client, ticket, 5).status_code == 409


def test_who_does_not_have_the_link_cannot_rate(client: Browser, solved: Ticket) -> None:
    address = f"/{solved.store.slug}/tickets/{solved.guest_token}x/rating"
    assert client.get(address).status_code == 404
    assert client.post(address, data={"score": 1}).status_code == 404
    other = f"/{factories.store().slug}/tickets/{solved.guest_token}/rating"
    assert client.post(other, data={"score": 1}).status_code == 404
    assert given() == []


def test_who_was_failed_can_have_a_supervisor_look(client: Browser, solved: Ticket) -> None:
    rate(client, solved, 1, "Nobody read what I wrote.")
    assert "A supervisor can look at it" in read(client.get(page_of(solved)))
    for _ in range(2):  # a second press changes nothing
        client.post(f"{page_of(solved)}/rating/supervisor")
    (escalation,) = db.session.query(Escalation)
    assert escalation.reasons[0][0] == "customer_request"
    assert escalation.reasons[0][2] == "Nobody read what I wrote."
    assert len(escalation.reasons) == 1
    assert db.session.get_one(Ticket, solved.id).status is Status.OPEN


def test_where_nobody_had_answered_it_only_opens_again(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    ticket.solve(by=ticket.customer)
    rate(client, ticket, 1)
    client.post(f"{page_of(ticket)}/rating/supervisor")
    assert db.session.get_one(Ticket, ticket.id).status is Status.OPEN
    assert db.session.query(Escalation).count() == 0


def test_a_good_rating_opens_nothing(client: Browser, solved: Ticket) -> None:
    rate(client, solved, 4)
    assert "A supervisor can look at it" not in read(client.get(page_of(solved)))
    client.post(f"{page_of(solved)}/rating/supervisor")
    assert db.session.get_one(Ticket, solved.id).status is Status.SOLVED


def test_staff_read_it_on_the_tickets_timeline(client: Browser, solved: Ticket) -> None:
    rate(client, solved, 2, "Too slow.")
    client.sign_in(factories.agent(solved.store))
    assert "rated our help 2 of 5, poor: “Too slow.”" in read(client.get(f"/desk/tickets/{solved.reference}"))


def test_an_empty_vote_on_what_is_not_solved_leads_back(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    answer = rate(client, ticket, "")
    assert answer.status_code == 302
    assert "There is nothing to rate at the moment." in read(client.get(answer.location))
