"""The queue: who sees which tickets, in which order, and how they are found."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from inspect import getclosurevars
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from helpdesk.accounts import Role
from helpdesk.stores import Store
from helpdesk.tickets import IssueType, Ticket
from tests import factories
from tests.web.browsing import Browser, read

Clock = Callable[..., datetime]


def shown(client: Browser, query: str = "") -> list[str]:
    """The references on a page of the queue, top to bottom."""
    return re.findall(r'/desk/tickets/([A-Z0-9-]+)" data-open', client.get(f"/desk/?{query}").text)


def references(*tickets: Ticket) -> list[str]:
    return [ticket.reference for ticket in tickets]


def neighbour(client: Browser, way: str, query: str) -> str:
    """The query behind the pager's link, "next" or "prev"."""
    found = re.search(rf'rel="{way}" href="/desk/\?([^"]+)"', client.get(f"/desk/?{query}").text)
    assert found
    return unescape(found[1])


def test_a_stranger_signs_in_first_and_comes_back(client: Browser, shop: Store) -> None:
    user = factories.agent(shop)
    sent_away = client.get("/desk/?show=solved&assignee=me")
    assert urlsplit(sent_away.location).path == "/account/sign-in"
    back = client.post(sent_away.location, data={"email": user.email, "password": factories.PASSWORD})
    assert back.location == "/desk/?show=solved&assignee=me"


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.MANAGER])
def test_staff_see_the_tickets_of_their_stores_only(client: Browser, shop: Store, role: Role) -> None:
    mine, foreign = factories.ticket(shop), factories.ticket()
    client.sign_in(factories.agent(shop, role=role))
    assert shown(client) == [mine.reference]
    assert shown(client, f"show=all&store={foreign.store.slug}") == [mine.reference]
    assert foreign.store.name not in client.get("/desk/").text


def test_an_admin_sees_every_store(client: Browser, shop: Store) -> None:
    mine, other = factories.ticket(shop), factories.ticket()
    client.sign_in(factories.agent(role=Role.ADMIN))
    assert set(shown(client)) == {mine.reference, other.reference}


def test_whose_promise_runs_out_next_stands_first(client: Browser, shop: Store, at: Clock) -> None:
    at("2026-03-03 15:00")
    late = factories.ticket(shop)
    at("2026-03-02 15:00")
    early = factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    assert shown(client) == references(early, late)


def test_filters_narrow(client: Browser, shop: Store) -> None:
    me = factories.agent(shop)
    mine = factories.ticket(shop)
    mine.assign(to=me, by=me)
    damaged = factories.ticket(shop, issue=IssueType.DAMAGED)
    solved = factories.ticket(shop)
    solved.solve(by=me)
    client.sign_in(me)
    asked = {
        "assignee=me": [mine],
        "assignee=nobody": [damaged],
        "category=post_purchase": [damaged],
        "show=solved": [solved],
        "show=closed": [],
        f"store={shop.slug}&category=shipping": [mine],
    }
    assert {query: shown(client, query) for query in asked} == {query: references(*t) for query, t in asked.items()}


@pytest.mark.parametrize("query", [
    "show=nonsense", "category='--", "assignee=x1", "assignee=%00", "store=%00", "at=nonsense", "at=%00",
    "at=WyJhIixbMSwyXV0=", "at=" + "x" * 5000, "show=%F0%9F%90%88", "show=waiting&show=all", "%00=%00",
])  # fmt: skip
def test_what_makes_no_sense_is_left_out(client: Browser, shop: Store, query: str) -> None:
    ticket = factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    assert shown(client, query) == [ticket.reference]


@pytest.mark.parametrize("words", ["{reference}", "{plain}", " {spaced} "])
def test_a_whole_reference_leads_straight_to_its_ticket(client: Browser, shop: Store, words: str) -> None:
    code = factories.ticket(shop).reference
    client.sign_in(factories.agent(shop))
    asked = words.format(reference=code, plain=code.replace("-", "").lower(), spaced=code.replace("-", " "))
    assert client.get("/desk/", query_string={"q": asked}).location == f"/desk/tickets/{code}"


@pytest.mark.parametrize("words", ["{mail}", "{number}"])
def test_search_finds_by_mail_address_and_order_number(client: Browser, shop: Store, words: str) -> None:
    order = factories.order(shop)
    ticket = factories.ticket(shop, order=order)
    ticket.solve(by=factories.agent(shop))
    factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    assert shown(client, "q=" + words.format(mail=ticket.customer.email, number=order.number[1:])) == [ticket.reference]


def test_search_finds_nothing_of_another_store(client: Browser, shop: Store) -> None:
    theirs = factories.store()
    order = factories.order(theirs)
    foreign = factories.ticket(theirs, order=order)
    client.sign_in(factories.agent(shop))
    for words in (foreign.reference, foreign.customer.email, order.number):
        answer = client.get("/desk/", query_string={"q": words})
        assert answer.status_code == 200
        assert "Nothing here" in read(answer)


@pytest.mark.parametrize("words", ["%", "_", "'; DROP TABLE tickets --", "\x00", "@", "🐈" * 300, "a" * 10_000])
def test_an_odd_search_finds_nothing(client: Browser, shop: Store, words: str) -> None:
    factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    answer = client.get("/desk/", query_string={"q": words, "show": "all"})
    assert answer.status_code == 200


def test_pages_show_every_ticket_once_and_lead_back(client: Browser, shop: Store) -> None:
    everything = {factories.ticket(shop).reference for _ in range(30)}
    client.sign_in(factories.agent(shop))
    first = shown(client)
    after = neighbour(client, "next", "")
    second = shown(client, after)
    assert (len(first), len(second), {*first, *second}) == (25, 5, everything)
    assert shown(client, neighbour(client, "prev", after)) == first


def test_what_staff_should_notice_is_marked(client: Browser, shop: Store) -> None:
    factories.supervisor(shop)
    factories.ticket(shop, issue=IssueType.ADVERSE_REACTION)
    client.sign_in(factories.agent(shop))
    page = read(client.get("/desk/"))
    assert all(mark in page for mark in ("Unread:", "Urgent", "Escalated", "Adverse reaction", "Nobody yet"))


def test_what_is_searched_for_is_no_reason_to_draw_the_filters_again(client: Browser, shop: Store, app: Flask) -> None:
    client.sign_in(factories.agent(shop))
    module: Any = app.jinja_env.get_template("components/queue.html").module
    drawn = getclosurevars(module.filter_fields).nonlocals["drawn"]
    drawn.clear()
    for word in ("bowl", "mat", "lead"):
        page = client.get(f"/desk/?q={word}")
        assert f'name="q" value="{word}"' in page.text
        assert 'id="f-show"' in page.text
    assert len(drawn) == 1
    assert "bowl" not in str(drawn)
