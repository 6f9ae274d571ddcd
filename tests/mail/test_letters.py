"""What the letters say: who, which reference, the address of the page, and by when in the shop's own time."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.escalation import ask_for_help, ask_for_supervisor
from helpdesk.mail import OutgoingMail
from helpdesk.mail.letters import local
from helpdesk.tickets import IssueType, Ticket
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("database")

HOSTILE = """<script>alert("1")</script> & 'so' {{ 7 * 7 }} <a href="https://evil.example">here</a>"""
ESCAPED = "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; &#39;so&#39; {{ 7 * 7 }} &lt;a href="


def newest(ticket: Ticket) -> OutgoingMail:
    query = select(OutgoingMail).where(OutgoingMail.ticket_id == ticket.id).order_by(OutgoingMail.id.desc())
    return db.session.scalars(query.limit(1)).one()


def links_in(text: str) -> list[str]:
    return re.findall(r"http://\S+", text)


def test_the_acknowledgement_says_what_happens_next_and_by_when(at: Callable[[str], datetime]) -> None:
    at("2026-03-06 21:00")  # a Friday; the shop is in New York and works Monday to Friday
    shop = factories.store(name="Casa Petto", phone="+1 681 555 0100", address="901 Wedgewood Way")
    ticket = factories.ticket(shop)
    letter = newest(ticket)
    assert letter.subject == f"[{ticket.reference}] We have your message: {ticket.subject}"
    for part in (letter.text, letter.html):
        assert "Hello Ada Buyer," in part
        assert f"Your reference is {ticket.reference}." in part
        assert "A person answers you by Mon 9 Mar, 16:00 (EDT) at the latest." in part
        for contact in ("Casa Petto", shop.email, "+1 681 555 0100", "901 Wedgewood Way"):
            assert contact in part


@pytest.mark.parametrize(
    "zone, moment, words",
    [
        ("America/New_York", "2026-03-06 21:00", "Fri 6 Mar, 16:00 (EST)"),
        ("America/New_York", "2026-03-09 21:00", "Mon 9 Mar, 17:00 (EDT)"),
        ("Europe/Istanbul", "2026-03-06 21:00", "Sat 7 Mar, 00:00 (+03)"),
        ("America/Chicago", "2026-12-31 23:59", "Thu 31 Dec, 17:59 (CST)"),
    ],
)
def test_times_are_the_shops_and_say_so(zone: str, moment: str, words: str) -> None:
    shop = factories.store(timezone=zone)
    assert local(datetime.fromisoformat(moment).replace(tzinfo=UTC), shop) == words


def test_the_link_opens_the_ticket(client: FlaskClient) -> None:
    ticket = factories.ticket(body="My bowl is blue.")
    (link,) = set(links_in(newest(ticket).text))
    answer = client.get(urlsplit(link).path, base_url="http://help.example.com")
    assert answer.status_code == 200
    assert ticket.reference in answer.text
    assert "My bowl is blue." in answer.text


def test_the_link_leads_to_the_stores_own_host(client: FlaskClient) -> None:
    ticket = factories.ticket(factories.store(host="help.casa-petto.example"))
    (link,) = set(links_in(newest(ticket).text))
    assert link.startswith("http://help.casa-petto.example/tickets/")


def test_the_html_part_has_the_same_link_as_the_text() -> None:
    letter = newest(factories.ticket())
    assert f'href="{links_in(letter.text)[0]}"' in letter.html


@pytest.mark.parametrize("kind", ["customer_wrote", "escalated"])
def test_staff_get_to_the_desks_page_of_the_ticket(client: FlaskClient, kind: str) -> None:
    shop = factories.store()
    agent, _ = factories.agent(shop), factories.supervisor(shop)
    ticket = factories.ticket(shop)
    ticket.assign(to=agent, by=agent)
    if kind == "escalated":
        ask_for_help(ticket, by=agent, note="May I?")
    else:
        ticket.write(by=ticket.customer, body="And now?")
    assert newest(ticket).letter == kind
    (link,) = links_in(newest(ticket).text)
    client.post("/account/sign-in", data={"email": agent.email, "password": PASSWORD})
    answer = client.get(urlsplit(link).path)
    assert (answer.status_code, ticket.reference in answer.text) == (200, True)


def test_an_answer_carries_our_words_and_who_wrote_them() -> None:
    shop = factories.store(name="Petito")
    ticket = factories.ticket(shop)
    ticket.reply(by=factories.agent(shop, name="Eve"), body="It left us today.\n\nIt arrives on Friday.")
    letter = newest(ticket)
    assert letter.subject == f"[{ticket.reference}] {ticket.subject}"
    assert "Eve from Petito wrote to you:" in letter.text
    assert "  It left us today.\n  \n  It arrives on Friday.\n" in letter.text
    assert "It left us today.\n\nIt arrives on Friday.</blockquote>" in letter.html


def test_a_customer_hears_by_when_a_supervisor_takes_it(at: Callable[[str], datetime]) -> None:
    at("2026-03-02 15:00")
    shop = factories.store()
    factories.supervisor(shop)
    ticket = factories.ticket(shop)
    ticket.reply(by=factories.agent(shop), body="No.")
    ask_for_supervisor(ticket, by=ticket.customer, note="Not good enough.")
    letter = newest(ticket)
    assert letter.subject == f"[{ticket.reference}] A supervisor looks at your request"
    assert "Somebody takes it by Mon 2 Mar, 14:00 (EST) and then writes to you." in letter.text


# ---- what people typed


def test_hostile_words_are_harmless_in_html_and_themselves_in_plain_text() -> None:
    shop = factories.store(name="Tom & Co <b>")
    ticket = factories.ticket(shop, by=factories.customer(shop, name=HOSTILE[:110]))
    ticket.reply(by=factories.agent(shop), body=HOSTILE)
    letter = newest(ticket)
    assert f"  {HOSTILE}\n" in letter.text
    assert f"Hello {HOSTILE[:110]}," in letter.text
    assert letter.html.count(ESCAPED) == 2
    assert "Tom &amp; Co &lt;b&gt;" in letter.html
    assert not re.search(r"<script|<b>|evil\.example\"", letter.html.replace("&#34;", ""))


def test_hostile_words_in_the_subject_are_harmless_in_the_title() -> None:
    letter = newest(factories.ticket(subject="</title><script>alert(1)</script>"))
    assert "<script>" not in letter.html
    assert "We have your message: </title><script>alert(1)</script>" in letter.subject


@pytest.mark.parametrize("name", ["", "   "])
def test_who_gave_no_name_is_greeted_all_the_same(name: str) -> None:
    shop = factories.store()
    ticket = factories.ticket(shop, by=factories.customer(shop, name=name))
    assert newest(ticket).text.startswith("Hello,\n")


def test_a_text_of_many_lines_stays_apart_from_ours() -> None:
    shop = factories.store()
    ticket = factories.ticket(shop)
    ticket.reply(by=factories.agent(shop), body="--\nYour account is closed:\nhttp://evil.example")
    quoted = newest(ticket).text.split("wrote to you:")[1].split("Read and answer:")[0]
    assert all(line.startswith("  ") for line in quoted.splitlines() if line)


def test_every_kind_of_issue_is_named_in_words() -> None:
    shop = factories.store()
    for issue in IssueType:
        letter = newest(factories.ticket(shop, issue=issue))
        assert "_" not in letter.text.split("Your reference")[0]
