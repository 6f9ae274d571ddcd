"""Ratings: once per solving, by its customer, and what follows."""

from collections.abc import Callable
from datetime import datetime

import pytest

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.mail import OutgoingMail
from helpdesk.tickets import Action, Event, Rating, Ticket, mailed_token, rating_of, ratings_for
from helpdesk.web.story import tell
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
At = Callable[[str], datetime]


def solved(**given: object) -> Ticket:
    ticket = factories.ticket(**given)  # type: ignore[arg-type]
    ticket.solve(by=factories.agent(ticket.store))
    return ticket


def events(ticket: Ticket) -> list[Event]:
    rated = db.select(Event).where(Event.ticket_id == ticket.id, Event.action == Action.RATED).order_by(Event.id)
    return list(db.session.scalars(rated))


def test_a_rating_stands_on_the_timeline() -> None:
    ticket = solved()
    Rating.give(ticket, 2, by=ticket.customer, comment=" Too slow.\x00 ")
    (event,) = events(ticket)
    assert tell(event)["words"] == "rated our help 2 of 5, poor: “Too slow.”"


def test_changing_ones_mind_changes_the_same_rating_and_is_told() -> None:
    ticket = solved()
    first = Rating.give(ticket, 2, by=ticket.customer)
    assert Rating.give(ticket, 5, by=ticket.customer, comment="Solved after all.") is first
    assert (first.score, first.comment, db.session.query(Rating).count()) == (5, "Solved after all.", 1)
    assert tell(events(ticket)[-1])["words"] == "rated our help 5 of 5, very good (before: poor): “Solved after all.”"


def test_the_same_again_is_not_told_twice() -> None:
    ticket = solved()
    for _ in range(2):
        Rating.give(ticket, 4, by=ticket.customer, comment="Good.")
    assert len(events(ticket)) == 1


def test_after_a_week_it_stays_as_it_is(at: At) -> None:
    at("2026-03-02 09:00")
    ticket = solved()
    Rating.give(ticket, 2, by=ticket.customer)
    at("2026-03-09 08:59")
    Rating.give(ticket, 3, by=ticket.customer)
    at("2026-03-09 09:00")
    with pytest.raises(WrongState, match="can be changed for 7 days"):
        Rating.give(ticket, 1, by=ticket.customer)


def test_every_solving_is_rated_on_its_own(at: At) -> None:
    at("2026-03-02 09:00")
    ticket = solved()
    Rating.give(ticket, 1, by=ticket.customer)
    ticket.resume(by=ticket.customer)
    assert db.session.scalar(rating_of(ticket)) is None
    at("2026-03-03 09:00")
    ticket.solve(by=factories.agent(ticket.store))
    Rating.give(ticket, 5, by=ticket.customer)
    assert sorted(rating.score for rating in db.session.query(Rating)) == [1, 5]


def test_an_unsolved_ticket_cannot_be_rated() -> None:
    ticket = factories.ticket()
    with pytest.raises(WrongState, match="not solved yet"):
        Rating.give(ticket, 5, by=ticket.customer)


def test_a_closed_one_can() -> None:
    ticket = solved()
    ticket.close(by=factories.agent(ticket.store))
    assert Rating.give(ticket, 5, by=ticket.customer).score == 5


@pytest.mark.parametrize("score", [0, 6, -1])
def test_there_are_five_scores(score: int) -> None:
    ticket = solved()
    with pytest.raises(Invalid, match="one of the five"):
        Rating.give(ticket, score, by=ticket.customer)


def test_another_customer_cannot_rate_it() -> None:
    ticket = solved()
    with pytest.raises(NotAllowed):
        Rating.give(ticket, 1, by=factories.customer(ticket.store))


def test_whoever_has_the_ticket_hears_of_it() -> None:
    shop = factories.store()
    agent = factories.agent(shop, name="Mara Lind")
    ticket = factories.ticket(shop)
    ticket.assign(to=agent, by=agent)
    ticket.solve(by=agent)
    Rating.give(ticket, 1, by=ticket.customer, comment="Nobody read what I wrote.")
    letter = db.session.query(OutgoingMail).filter_by(letter="rated").one()
    assert (letter.to_address, letter.subject) == (agent.email, f"[{ticket.reference}] Rated 1 of 5, very poor")
    assert "Nobody read what I wrote." in letter.text


def test_whoever_has_left_the_store_does_not_read_the_customers_words() -> None:
    shop = factories.store()
    agent, ticket = factories.agent(shop), factories.ticket(shop)
    ticket.assign(to=agent, by=agent)
    ticket.solve(by=agent)
    agent.stores = [factories.store()]
    Rating.give(ticket, 1, by=ticket.customer, comment="Nobody read what I wrote.")
    assert db.session.query(OutgoingMail).filter_by(letter="rated").count() == 0


def test_nobody_hears_of_it_where_nobody_has_it() -> None:
    ticket = solved()
    Rating.give(ticket, 1, by=ticket.customer)
    assert db.session.query(OutgoingMail).filter_by(letter="rated").count() == 0


def test_the_letter_that_says_solved_asks_for_it() -> None:
    ticket = solved()
    letter = db.session.query(OutgoingMail).filter_by(letter="solved").one()
    assert (
        f"Very good: http://help.example.com/{ticket.store.slug}/tickets/{mailed_token(ticket)}/rating?score=5"
        in letter.text
    )
    assert "/rating?score=1" in letter.html


def test_staff_see_the_ratings_of_their_stores_alone() -> None:
    mine, other = solved(), solved()
    for ticket in (mine, other):
        Rating.give(ticket, 3, by=ticket.customer)
    boss = factories.supervisor(mine.store)
    assert [rating.ticket for rating in db.session.scalars(ratings_for(boss))] == [mine]
    assert list(db.session.scalars(ratings_for(boss, [other.store_id]))) == []
