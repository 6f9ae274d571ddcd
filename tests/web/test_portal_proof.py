"""Somebody files a report under another's mail address: what it may show them, and what it may change."""

from collections.abc import Callable
from datetime import datetime

import pytest
from werkzeug.test import TestResponse

from helpdesk.accounts import Customer, User
from helpdesk.stores import Store
from helpdesk.tickets import Evidence, ShownBy, Ticket, is_proven, merge, merge_of, merges_into, prove
from tests import factories
from tests.web.browsing import Browser, hidden, read
from tests.web.guest import bodies, mailed, page_of
from tests.web.wizard import Wizard, tickets

At = Callable[[str], datetime]
ADA = "ada@mail.example.com"
CALM = "This request was put together with another one of yours"
SECRET = "My door code is 4711."


@pytest.fixture
def ada(shop: Store) -> Customer:
    return factories.customer(shop, ADA)


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


@pytest.fixture
def hers(shop: Store, ada: Customer) -> Ticket:
    """What Ada wrote herself about her order, with a photo."""
    order = factories.order(shop, email=ADA)
    return factories.ticket(shop, by=ada, order=order, body=SECRET, photos=[Evidence.DAMAGE])


@pytest.fixture
def strangers(shop: Store, ada: Customer) -> Ticket:
    """What somebody filed with her address."""
    return factories.ticket(shop, by=ada, body="Where is it?")


@pytest.fixture
def is_turkish_too(shop: Store) -> None:
    shop.languages = ["en", "tr"]


def is_shut(answer: TestResponse) -> bool:
    return answer.status_code == 403 and CALM in read(answer) and SECRET not in answer.text


@pytest.mark.parametrize("way", ["into hers", "into the stranger's", "over a third"])
def test_a_strangers_link_never_shows_what_the_customer_wrote(
    way: str, client: Browser, shop: Store, hers: Ticket, strangers: Ticket, agent: User
) -> None:
    if way == "into hers":
        merge(strangers, into=hers, by=agent)
    else:
        main = strangers
        plain = factories.ticket(shop, by=hers.customer, body=SECRET, photos=[Evidence.DAMAGE])
        prove(plain, ShownBy.LINK)
        merge(plain, into=main, by=agent)
        if way == "over a third":
            merge(main, into=hers, by=agent)
    theirs = page_of(strangers)
    assert is_shut(client.get(theirs))
    for photo in [a for ticket in tickets() for a in ticket.attachments]:
        assert is_shut(client.get(f"{theirs}/files/{photo.token}/screen"))
    sent = {"body": "Tell me more, please.", "form_key": "a-key-that-is-long-enough"}
    for path in ("messages", "answers", "solution", "reopening", "supervisor", "rating", "rating/supervisor"):
        assert is_shut(client.post(f"{theirs}/{path}", data=sent)), path
    assert "Tell me more, please." in client.post(f"{theirs}/messages", data=sent).text  # to be copied
    assert not [each for each in tickets() if "Tell me more, please." in bodies(each)]


def test_the_links_in_letters_lead_on(client: Browser, hers: Ticket, strangers: Ticket, agent: User) -> None:
    merge(strangers, into=hers, by=agent)
    answer = client.get(mailed(strangers))
    assert (answer.status_code, answer.location) == (302, mailed(hers))
    assert SECRET in read(client.get(answer.location))
    assert SECRET in read(client.get(page_of(hers)))  # she has shown who she is
    sent = client.post(
        f"{mailed(strangers)}/messages", data={"body": "Any news?", **hidden(client.get(mailed(hers)), "/messages")}
    )
    assert sent.location == f"{mailed(hers)}#newest"


def test_a_link_that_was_shown_does_not_become_one_of_a_letter(client: Browser, strangers: Ticket) -> None:
    mailed_token, shown = mailed(strangers).rsplit("/", 1)[-1], page_of(strangers)
    data = {"body": "Any news?", **hidden(client.get(shown), "/messages")}
    answer = client.post(f"{shown}/messages", data=data)
    assert answer.location == f"{shown}#newest"
    assert mailed_token not in client.get(shown).text


def test_undoing_opens_the_strangers_own_report_again(
    client: Browser, hers: Ticket, strangers: Ticket, agent: User
) -> None:
    made = merge(strangers, into=hers, by=agent)
    made.undo(by=agent)
    page = client.get(page_of(strangers))
    assert "Where is it?" in read(page)
    assert SECRET not in page.text


@pytest.mark.parametrize("is_said", [True, False])
def test_what_was_said_while_merged_stays_shut_after_undoing(
    is_said: bool, client: Browser, shop: Store, ada: Customer, agent: User, at: At
) -> None:
    at("2026-06-01 09:00")
    strangers = factories.ticket(shop, by=ada, body="Where is it?")
    own = factories.ticket(shop, by=ada, body="My own.")
    at("2026-06-01 10:00")
    made = merge(own, into=strangers, by=agent)
    at("2026-06-01 10:05")
    if is_said:
        strangers.write(by=ada, body=SECRET)
    at("2026-06-01 10:10")
    made.undo(by=agent)
    answer = client.get(page_of(strangers))
    assert is_shut(answer) if is_said else answer.status_code == 200
    assert client.get(mailed(strangers)).status_code == 200


def test_what_follows_a_letters_link_is_the_customers(client: Browser, strangers: Ticket, agent: User) -> None:
    strangers.solve(by=agent)
    strangers.close(by=agent)
    for page, is_shown in ((page_of(strangers), False), (mailed(strangers), True)):
        client.post(f"{page}/messages", data={"body": "Again.", **hidden(client.get(page), "/messages")})
        assert is_proven(tickets()[-1]) is is_shown


def test_an_order_that_was_found_shows_who_files(client: Browser, shop: Store) -> None:
    order = factories.order(shop, email=ADA)
    wizard = Wizard(client, shop)
    wizard.filed(order)
    other = Wizard(client, shop)
    other.find(order)
    other.choose_all(order)
    other.tell(email="bea@mail.example.com")
    other.send()
    assert [is_proven(ticket) for ticket in tickets()] == [True, False]


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_report_changes_what_we_know_of_a_customer_only_if_it_is_theirs(
    is_shown: bool, client: Browser, shop: Store, is_turkish_too: None
) -> None:
    ada = factories.customer(shop, ADA, name="")
    ada.language = "en"
    client.set_cookie("language", "tr")
    wizard = Wizard(client, shop)
    if is_shown:
        order = factories.order(shop, email=ADA)
        wizard.find(order)
        wizard.choose_all(order)
    wizard.tell(name="Mallory", phone="+16815550199")
    wizard.send()
    assert is_proven(tickets()[-1]) is is_shown
    expected = ("Mallory", "+16815550199", "tr") if is_shown else ("", "", "en")
    assert (ada.name, ada.phone, ada.language) == expected


@pytest.mark.parametrize("is_mailed", [True, False])
def test_the_language_of_letters_follows_the_customer_and_no_stranger(
    is_mailed: bool, client: Browser, strangers: Ticket, ada: Customer, is_turkish_too: None
) -> None:
    ada.language = "en"
    client.set_cookie("language", "tr")
    page = mailed(strangers) if is_mailed else page_of(strangers)
    client.post(f"{page}/messages", data={"body": "Any news?", **hidden(client.get(page), "/messages")})
    assert ada.language == ("tr" if is_mailed else "en")


# ---- at the desk


def test_the_agent_is_asked_before_such_a_ticket_is_merged(
    client: Browser, hers: Ticket, strangers: Ticket, agent: User
) -> None:
    client.sign_in(agent)
    work = f"/desk/tickets/{strangers.reference}"
    assert "Nothing shows that the customer filed this one" in read(client.get(f"{work}/work"))
    seen = read(client.get(f"/desk/tickets/{hers.reference}/work"))
    assert "Nothing shows that the customer filed this one" not in seen
    assert "Not shown to be the customer's" in seen
    data = {"into": hers.reference, "form_key": "a-key-that-is-long-enough"}
    asked = client.post(f"{work}/merge", data=data)
    assert (asked.status_code, merge_of(strangers)) == (422, None)
    assert f"Nothing shows that the customer filed {strangers.reference}:" in read(asked)
    assert 'name="is_sure"' in asked.text
    assert client.post(f"{work}/merge", data={**data, "is_sure": "y"}).status_code == 302
    assert len(merges_into(hers)) == 1


def test_a_duplicate_of_another_customer_says_so(client: Browser, shop: Store, hers: Ticket, agent: User) -> None:
    factories.ticket(shop, order=hers.order)
    client.sign_in(agent)
    assert "Another customer" in read(client.get(f"/desk/tickets/{hers.reference}/work"))
