"""Long conversations, colleagues on a ticket, and what else is known of a customer."""

import re

import pytest
from sqlalchemy import select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail import OutgoingMail
from helpdesk.returns import Refund
from helpdesk.stores import Store
from helpdesk.tickets import Action, Follower, Kind, Message, Ticket, Viewer, follow, mention
from helpdesk.tickets.viewers import STAYS
from tests import factories
from tests.scenes import actions_on, last, sweep
from tests.web.browsing import Browser, read
from tests.web.test_query_counts import asked_for

KEY = "k" * 20


def page_of(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.reference}"


def long_ticket(shop: Store, count: int) -> Ticket:
    """With so many messages, numbered."""
    ticket = factories.ticket(shop, body="Message 1.")
    writer = factories.agent(shop)
    rows = [
        {"ticket_id": ticket.id, "kind": Kind.PUBLIC, "by": "staff", "user_id": writer.id, "body": f"Message {n}.",
         "written_at": clock.now()}
        for n in range(2, count + 1)
    ]  # fmt: skip
    db.session.execute(db.insert(Message), rows)
    return ticket


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"Message (\d+)\.", page)]


# ---- long conversations


def test_of_five_hundred_messages_the_newest_stand_on_the_page(client: Browser, shop: Store) -> None:
    ticket = long_ticket(shop, 500)
    client.sign_in(factories.agent(shop))
    asked = asked_for(client, page_of(ticket))
    page = client.get(page_of(ticket)).text
    assert numbers(page) == list(range(471, 501))
    assert "Show 470 earlier" in page
    assert len(asked) <= 15, "\n".join(asked)


def test_earlier_ones_unfold_until_none_is_left(client: Browser, shop: Store) -> None:
    ticket, seen = long_ticket(shop, 150), []
    client.sign_in(factories.agent(shop))
    page = client.get(page_of(ticket)).text
    seen = numbers(page)
    while found := re.search(r'data-fragment="([^"]+/conversation\?before=\d+)"', page):
        page = client.get(found[1]).text
        seen = numbers(page) + seen
    assert seen == list(range(1, 151))


def test_without_a_script_links_lead_to_them_and_back(client: Browser, shop: Store) -> None:
    ticket = long_ticket(shop, 100)
    client.sign_in(factories.agent(shop))
    ids = list(db.session.scalars(select(Message.id).where(Message.ticket_id == ticket.id).order_by(Message.id)))
    assert numbers(client.get(f"{page_of(ticket)}?before={ids[40]}").text) == list(range(11, 41))
    page = client.get(f"{page_of(ticket)}?message={ids[20]}").text
    assert f'id="message-{ids[20]}"' in page
    assert "The newest messages" in page


@pytest.mark.parametrize("query", ["before=x", "before=99999999999999999999", "before=0", "message=-3", "macro=²"])
def test_an_address_that_makes_no_sense_is_no_error(client: Browser, shop: Store, query: str) -> None:
    ticket = long_ticket(shop, 3)
    client.sign_in(factories.agent(shop))
    assert client.get(f"{page_of(ticket)}?{query}").status_code == 200
    assert client.get(f"{page_of(ticket)}/conversation?{query}").status_code == 200


def test_another_stores_conversation_is_nobodys(client: Browser, shop: Store) -> None:
    foreign = long_ticket(factories.store(), 40)
    client.sign_in(factories.supervisor(shop))
    parts = ("/conversation", "/timeline?part=1", "/customer?part=1", "/macros", "/colleagues.json")
    assert [client.get(page_of(foreign) + part).status_code for part in parts] == [404] * len(parts)
    assert client.post(f"{page_of(foreign)}/viewers").status_code == 404
    assert client.post(f"{page_of(foreign)}/followers", data={"follow": "1"}).status_code == 404


def test_quoted_text_is_folded(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop, body="Still broken.\n\nOn Monday the Shop <a@shop.example.com> wrote:\n> Is it?")
    page = client.sign_in(factories.agent(shop)).get(page_of(ticket)).text
    assert 'is-plain">Still broken.</div>' in page
    assert "Quoted text" in page
    assert "&gt; Is it?" in page


def test_of_a_long_history_the_latest_stands_there_and_the_rest_unfolds(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    for number in range(12):
        ticket.note(by=factories.agent(shop, name=f"Writer {number}."), body="Hm.")
    page = client.sign_in(factories.agent(shop)).get(page_of(ticket)).text
    assert "Timeline (13)" in page
    assert "5 earlier" in page
    earlier = client.get(f"{page_of(ticket)}/timeline?part=1").text
    assert ("Writer 3." in earlier, "Writer 4." in earlier) == (True, False)
    assert "Writer 11." in client.get(f"{page_of(ticket)}/timeline").text


# ---- colleagues


def letters_to(email: str) -> list[str]:
    return list(db.session.scalars(select(OutgoingMail.letter).where(OutgoingMail.to_address == email)))


def test_who_is_called_in_a_note_follows_and_gets_a_letter(client: Browser, shop: Store) -> None:
    ticket, called = factories.ticket(shop), factories.agent(shop, name="Mara Lind")
    foreigner = factories.agent(factories.store(), name="Nobody Here")
    client.sign_in(factories.agent(shop, name="Grace Hopper"))
    note = {"body": "@Mara please look. @Nobody Here @Grace Hopper", "form_key": KEY}
    client.post(f"{page_of(ticket)}/note", data=note)
    assert letters_to(called.email) == ["mentioned"]
    assert letters_to(foreigner.email) == []
    assert last(ticket, Action.MENTIONED).details["names"] == ["Mara Lind"]
    assert db.session.scalars(select(Follower.user_id)).all() == [called.id]
    assert client.get(f"{page_of(ticket)}/colleagues.json").json == ["Mara Lind"]


def test_followers_hear_of_the_customer_and_of_broken_promises(shop: Store) -> None:
    with clock.at(clock.now().replace(year=2026, month=6, day=1, hour=14)):
        ticket, mara, quiet = factories.ticket(shop), factories.agent(shop), factories.agent(shop)
        gone = factories.agent(shop)
        quiet.hears_of_followed = False
        for person in (mara, quiet, gone):
            follow(ticket, by=person)
        gone.stores = []
        ticket.write(by=ticket.customer, body="Hello?")
    with clock.at(clock.now().replace(year=2026, month=6, day=10)):
        sweep()
    assert letters_to(mara.email) == ["followed_message", *["followed_breach"] * 2]
    assert letters_to(quiet.email) == letters_to(gone.email) == []


def test_following_is_changed_listed_and_silenced(client: Browser, shop: Store) -> None:
    me, ticket = factories.agent(shop), factories.ticket(shop)
    client.sign_in(me)
    for _ in range(2):
        client.post(f"{page_of(ticket)}/followers", data={"follow": "1"})
    assert ticket.reference in client.get("/desk/following").text
    client.post("/desk/following/mail", data={})
    assert me.hears_of_followed is False
    client.post(f"{page_of(ticket)}/followers", data={"follow": "0"})
    assert ticket.reference not in client.get("/desk/following").text
    assert actions_on(ticket) == [Action.OPENED, Action.FOLLOWED, Action.UNFOLLOWED]


def test_what_was_followed_at_a_store_one_left_is_not_listed(client: Browser, shop: Store) -> None:
    me, foreign = factories.agent(shop), factories.ticket()
    mention(foreign, [], by=me, body="")
    db.session.add(Follower(ticket_id=foreign.id, user_id=me.id, since=clock.now()))
    assert foreign.reference not in client.sign_in(me).get("/desk/following").text


def test_who_else_is_here(client: Browser, shop: Store) -> None:
    ticket, other = factories.ticket(shop), factories.agent(shop, name="Mara Lind")
    db.session.add(Viewer(ticket_id=ticket.id, user_id=other.id, seen_at=clock.now(), is_writing=True))
    client.sign_in(factories.agent(shop))
    for writing in ("0", "1"):
        seen = client.post(f"{page_of(ticket)}/viewers", data={"writing": writing}).json
        assert seen == [{"name": "Mara Lind", "is_writing": True}]
    with clock.at(clock.now() + STAYS):
        assert client.post(f"{page_of(ticket)}/viewers").json == []
    client.post(f"{page_of(ticket)}/viewers", data={"left": "1"})
    assert db.session.scalars(select(Viewer.user_id)).all() == [other.id]


# ---- the customer


def test_a_customers_other_tickets_and_money(client: Browser, shop: Store) -> None:
    chief = factories.supervisor(shop)
    ticket = factories.ticket(shop, order=factories.order(shop))
    other = factories.ticket(shop, by=ticket.customer)
    Refund.goodwill(ticket, 500, by=chief, reason="Sorry.")
    page = read(client.sign_in(chief).get(f"{page_of(ticket)}/customer"))
    assert "Tickets 2 (2 unfinished)" in page
    assert "To be paid $5.00" in page
    assert other.subject in page
