"""The search page: from the box to the ticket, and what it says where it cannot find or read."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest

from helpdesk.search import FILTERS, MOST_SHOWN, finding
from helpdesk.stores import Store
from tests import factories
from tests.web.browsing import Browser, read
from tests.web.test_query_counts import asked_for

Clock = Callable[..., datetime]
#: Who it is, their stores and their wall clock, the navigation, an order of that number; what has the words, what of
#: it may be seen, and the tickets and messages of one page.
QUESTIONS = 11


def search(client: Browser, typed: str, **more: object) -> str:
    return client.get("/desk/search", query_string={"q": typed, **more}).text


def shown(page: str) -> list[str]:
    return re.findall(r'/desk/tickets/([A-Z0-9-]+)" data-open', page)


def marked(page: str) -> list[str]:
    return re.findall(r"<mark>(.*?)</mark>", page)


def test_the_box_on_every_page_of_the_desk_leads_to_the_search(client: Browser, shop: Store) -> None:
    client.sign_in(factories.agent(shop))
    assert re.search(r'<form class="desk-search" action="/desk/search"', client.get("/desk/").text)


@pytest.mark.parametrize("words", ["{reference}", "{plain}", " {spaced} "])
def test_a_whole_reference_leads_straight_to_its_ticket(client: Browser, shop: Store, words: str) -> None:
    code, foreign = factories.ticket(shop).reference, factories.ticket().reference
    client.sign_in(factories.agent(shop))
    for each, location in ((code, f"/desk/tickets/{code}"), (foreign, None)):
        typed = words.format(reference=each, plain=each.replace("-", "").lower(), spaced=each.replace("-", " "))
        assert client.get("/desk/search", query_string={"q": typed}).location == location


def test_words_are_marked_where_they_stand(client: Browser, shop: Store) -> None:
    ada = factories.customer(shop, name="Ada Şükrü")
    ticket = factories.ticket(shop, by=ada, body="My BOWL <b>broke</b> & <script>alert(1)</script>", subject="A bowl")
    client.sign_in(factories.agent(shop))
    page = search(client, "bowl sukru b")
    assert shown(page) == [ticket.reference]
    assert marked(page) == ["bowl", "Şükrü", "BOWL", "b", "b"]
    assert "&lt;<mark>b</mark>&gt;broke" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_note_is_called_a_note(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    me = factories.agent(shop, name="Mia Meyer")
    client.sign_in(me)
    ticket.note(by=me, body="a zebra")
    assert "Note a zebra" in read(client.get("/desk/search?q=zebra"))
    assert "Mia Meyer wrote" in read(client.get("/desk/search?q=zebra"))


def test_nothing_of_another_store_shows_anywhere_on_the_page(client: Browser, shop: Store) -> None:
    theirs = factories.ticket(body="a zebra of theirs", by=factories.customer(other := factories.store()), shop=other)
    mine = factories.ticket(shop, body="a zebra of mine")
    client.sign_in(factories.agent(shop))
    page = search(client, "zebra")
    assert shown(page) == [mine.reference]
    assert "1 ticket." in page
    for secret in ("of theirs", theirs.reference, theirs.customer.email, other.name):
        assert secret not in page


@pytest.mark.parametrize("typed, says", [
    ("colour:red bowl", "There is no filter “colour:”"),
    ("before:monday bowl", "“monday” is not a day"),
    ("store:nowhere bowl", "you have no store “nowhere”"),
    ("assignee:<b>", "nobody in your stores is called “&lt;b&gt;”"),
])  # fmt: skip
def test_what_cannot_be_read_is_said_beside_the_box_and_stays_in_it(
    client: Browser, shop: Store, typed: str, says: str
) -> None:
    factories.ticket(shop, body="a bowl")
    client.sign_in(factories.agent(shop))
    page = search(client, typed)
    assert says in page
    assert f'name="q" value="{typed.replace("<", "&lt;").replace(">", "&gt;")}"' in page
    assert 'aria-describedby="find-error find-hint" aria-invalid="true"' in page
    assert all(f"{name}:" in page for name in FILTERS)
    assert shown(page) == []


@pytest.mark.parametrize("typed", ["", "zebra"])
def test_where_there_is_nothing_the_filters_are_taught(client: Browser, shop: Store, typed: str) -> None:
    client.sign_in(factories.agent(shop))
    page = unescape(search(client, typed))
    assert ("Nothing found" in page) is bool(typed)
    assert all(filter.says in page and filter.example in page for filter in FILTERS.values())


def test_every_example_that_is_a_link_can_be_followed(client: Browser, shop: Store) -> None:
    client.sign_in(factories.agent(shop))
    links = re.findall(r'href="(/desk/search\?q=[^"]+)"', search(client, ""))
    assert len(links) > 6
    assert all("find-error" not in client.get(link).text for link in links)


def test_pages_of_what_was_found(client: Browser, shop: Store, at: Clock) -> None:
    tickets = []
    for minute in range(30):
        at(f"2026-03-02 09:{minute:02}")
        tickets.append(factories.ticket(shop, body="a bowl").reference)
    client.sign_in(factories.agent(shop))
    for typed in ("bowl", "status:new"):
        pages = [shown(search(client, typed, page=number)) for number in (1, 2, 9, -1, "x")]
        assert pages[0] + pages[1] == tickets[::-1]
        assert pages[2:] == [pages[1], pages[0], pages[0]]
    assert f"/desk/search?q={typed.replace(':', '%3A')}&amp;page=2" in search(client, typed)


def test_a_count_that_stops_says_so(client: Browser, shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "COUNT_STOPS", 2)
    for _ in range(3):
        factories.ticket(shop, body="a bowl")
    client.sign_in(factories.agent(shop))
    page = search(client, "bowl")
    assert "More than 2 tickets" in page
    assert "There is more than is shown" in page
    assert MOST_SHOWN == 200


def test_names_a_letter_off_are_found_and_it_is_said(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop, by=factories.customer(shop, name="Ada Andersson"))
    client.sign_in(factories.agent(shop))
    page = search(client, "from:anderson")
    assert shown(page) == [ticket.reference]
    assert "None has exactly these words" in page
    assert "Andersson" in marked(page)


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("typed", ["bowl", "status:new", "bowl status:new has:photo,order"])
def test_a_page_asks_the_same_few_questions(client: Browser, shop: Store, count: int, typed: str) -> None:
    for _ in range(count):
        factories.ticket(shop, body="a bowl", order=factories.order(shop))
    client.sign_in(factories.agent(shop))
    asked = asked_for(client, f"/desk/search?q={typed}")
    assert len(asked) <= QUESTIONS, "\n".join(asked)
