"""What supervisors learn of searches and ratings."""

import csv

import pytest

from helpdesk.accounts import Role
from helpdesk.core.db import db
from helpdesk.faq import Helped, HelpSearch, load_faq, read_faq
from helpdesk.stores import Store
from helpdesk.tickets import Rating, Ticket
from tests import factories
from tests.web.browsing import Browser, read


@pytest.fixture
def told(client: Browser, shop: Store) -> Store:
    """A store with searches and ratings, another one's beside it, and its supervisor signed in."""
    other = factories.store(name="Elsewhere")
    for store, word in ((shop, "vegan"), (other, "foreign")):
        load_faq(store, "en", read_faq(f"## A\n### Where is my {word}? {{#where}}\n\nHere.\n"))
        HelpSearch.keep(store, "en", f"{word} food", 0)
        kept = HelpSearch.keep(store, "en", f"{word} refund", 2, "faq:where")
        assert kept
        kept.answer(Helped.NO)
        for score, comment in ((5, f"Good {word}."), (1, f"=HYPERLINK({word})")):
            rated(store, score, comment)
    client.sign_in(factories.supervisor(shop))
    return shop


def rated(store: Store, score: int, comment: str) -> Ticket:
    ticket = factories.ticket(store)
    ticket.solve(by=factories.agent(store))
    Rating.give(ticket, score, by=ticket.customer, comment=comment)
    return ticket


def test_answers_shows_what_is_missing_and_what_does_not_help(client: Browser, told: Store) -> None:
    page = read(client.get("/desk/faq"))
    assert "2 searches: for 1 nothing was found, 0 helped, 1 did not" in page
    assert all(words in page for words in ("vegan food", "vegan refund", "Where is my vegan?"))
    assert "foreign" not in page


def test_satisfaction_counts_and_names_the_tickets(client: Browser, told: Store) -> None:
    page = read(client.get("/desk/satisfaction"))
    assert "3.0 of 5 on average; 50 % good or very good, 50 % poor or very poor." in page
    assert "2 ratings came in this period, in which 2 times a ticket was solved." in page
    assert "Good vegan." in page
    assert "foreign" not in page


def test_a_score_opens_the_tickets_behind_it(client: Browser, told: Store) -> None:
    page = read(client.get("/desk/satisfaction?score=1"))
    assert "=HYPERLINK(vegan)" in page
    assert "Good vegan." not in page


def test_the_csv_has_every_rating_and_no_formula(client: Browser, told: Store) -> None:
    answer = client.get("/desk/satisfaction.csv")
    assert answer.text.startswith("\ufeff")  # or spreadsheets take its letters for others
    rows = list(csv.DictReader(answer.text.lstrip("\ufeff").splitlines()))
    assert [(row["score"], row["comment"]) for row in rows] == [("1", "'=HYPERLINK(vegan)"), ("5", "Good vegan.")]
    assert {row["ticket"] for row in rows} == {
        rating.ticket.reference for rating in db.session.query(Rating) if rating.store_id == told.id
    }


@pytest.mark.parametrize("page", ["faq", "satisfaction", "satisfaction.csv"])
def test_another_stores_pages_do_not_exist(client: Browser, told: Store, page: str) -> None:
    other = db.session.query(Store).filter_by(name="Elsewhere").one()
    assert client.get(f"/desk/{page}?store={other.slug}").status_code == 404
    assert client.get(f"/desk/{page}?store=nowhere").status_code == 404


@pytest.mark.parametrize("page", ["faq", "satisfaction", "satisfaction.csv"])
def test_agents_may_not(client: Browser, shop: Store, page: str) -> None:
    client.sign_in(factories.agent(shop, role=Role.AGENT))
    assert client.get(f"/desk/{page}").status_code == 403


def test_an_empty_store_says_what_would_stand_here(client: Browser, shop: Store) -> None:
    client.sign_in(factories.supervisor(shop))
    assert "No ratings in this time" in read(client.get("/desk/satisfaction?days=7"))
    assert f"flask faq {shop.slug} faq.md" in read(client.get("/desk/faq"))
