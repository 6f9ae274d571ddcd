"""Questions, search, ratings and one's own requests, read by somebody who speaks Turkish."""

import pytest

from helpdesk.accounts import MyLink, links_to_write
from helpdesk.core.db import db
from helpdesk.core.language import speaking
from helpdesk.faq import load_faq, read_faq
from helpdesk.mail import OutgoingMail, write_link
from helpdesk.stores import Store
from helpdesk.tickets import SCORES, Ticket
from tests import factories
from tests.languages.leftovers import english_in, sentences_in
from tests.languages.turkish import page, turkish_petito
from tests.web.browsing import Browser
from tests.web.guest import page_of
from tests.web.policed import with_policy

AYSE = "ayse@mail.example.com"


@pytest.fixture
def shop(database: None) -> Store:
    """Petito, as it ships."""
    return turkish_petito()


@pytest.fixture
def solved(shop: Store) -> Ticket:
    """A solved request of somebody who speaks Turkish."""
    ayse, agent = factories.customer(shop, AYSE), factories.agent(shop)
    ayse.language = "tr"
    ticket = factories.ticket(shop, by=ayse, order=factories.order(shop, email=AYSE))
    ticket.reply(by=agent, body="Merhaba.")
    ticket.solve(by=agent)
    db.session.commit()
    return ticket


def newest(name: str) -> OutgoingMail:
    return db.session.query(OutgoingMail).filter_by(letter=name).order_by(OutgoingMail.id.desc()).first()


@pytest.mark.parametrize(
    "address",
    ["faq", "faq/window", "faq/window?said=no", "help?q=hasarl%C4%B1", "help?q=xqz", "my", "my/sent", "my/old"],
)
def test_answers_and_the_way_to_ones_requests(client: Browser, shop: Store, address: str) -> None:
    answer = client.get(f"/{shop.slug}/{address}")
    assert '<html lang="tr" dir="ltr"' in answer.text
    assert english_in(page(answer)) == sentences_in(page(answer)) == []


def test_the_turkish_answers_are_shown_and_english_ones_offered(client: Browser, shop: Store) -> None:
    answer = client.get(f"/{shop.slug}/faq")
    assert "Bir ürünü ne kadar süre içinde iade edebilirim?" in page(answer)
    assert 'hreflang="en">English</a>' in answer.text
    assert '<span lang="tr">' not in answer.text.replace('<span lang="tr" aria-current="true">', "")


def test_answers_in_another_language_say_so_and_what_stands_around_them_does_not(client: Browser) -> None:
    shop = factories.store(languages=["tr", "en"])
    load_faq(shop, "en", read_faq("## Damage\n### Broken? {#broken}\n\nTell us.\n### Late? {#late}\n\nWait.\n"))
    db.session.commit()
    every, one = client.get(f"/{shop.slug}/faq").text, client.get(f"/{shop.slug}/faq/broken").text
    for words in ('<h2 id="group-1" lang="en">Damage', '<span lang="en">Broken?', '<div class="faq-text" lang="en">'):
        assert words in every
    assert '<h1 lang="en">Broken?</h1>' in one
    assert '<nav class="faq-near" aria-labelledby="near" lang="en">' in one
    assert '<article class="card faq-one">' in one


def test_search_finds_clauses_by_what_they_say_in_turkish(client: Browser, shop: Store) -> None:
    answer = client.get(f"/{shop.slug}/help?q=giyilmi%C5%9F")
    assert 'data-key="clause:' in answer.text
    assert english_in(page(answer)) == []


def test_a_clause_without_turkish_words_says_which_language_it_is_in(client: Browser) -> None:
    shop = with_policy(factories.store(languages=["tr", "en"]))
    answer = client.get(f"/{shop.slug}/help?q=goodwill")
    assert 'data-key="clause:' in answer.text
    assert '<span class="help-title" lang="en">' in answer.text
    assert '<span class="help-kind">Madde ' in answer.text


def test_our_help_is_rated_in_turkish(client: Browser, solved: Ticket) -> None:
    letter = newest("solved")
    assert english_in(letter.subject + letter.text) == sentences_in(letter.subject + letter.text) == []
    assert "Çok iyi: " in letter.text
    address = page_of(solved)
    seen = [client.get(f"{address}/rating?score=2"), client.post(f"{address}/rating", data={"score": ""})]
    with speaking("tr"):
        assert all(words in page(seen[0]) for words in SCORES.values())
    client.post(f"{address}/rating", data={"score": "2", "comment": "Geç geldi."})
    seen += [client.get(address), client.get(f"/{solved.store.slug}/")]
    assert [found for answer in seen if (found := english_in(page(answer)))] == []
    assert "Bir yetkili baksın" in page(seen[2])


def test_the_letter_with_the_link_and_the_page_behind_it(client: Browser, solved: Ticket) -> None:
    client.post(f"/{solved.store.slug}/my", data={"email": AYSE})
    for link_id in links_to_write():
        write_link(link_id)
    letter = newest("your_tickets")
    assert '<html lang="tr" dir="ltr">' in letter.html
    assert english_in(letter.subject + letter.text) == sentences_in(letter.subject + letter.text) == []
    answer = client.get(f"/{solved.store.slug}/my/{letter.text.split('/my/')[1].split()[0]}")
    assert solved.reference in answer.text
    assert english_in(page(answer)) == []


def test_a_language_the_store_gave_up_is_not_written_in(shop: Store) -> None:
    factories.customer(shop, AYSE)
    MyLink.ask(shop, AYSE, "tr")
    shop.languages = ["en"]
    db.session.flush()
    for link_id in links_to_write():
        write_link(link_id)
    assert newest("your_tickets").subject == "Your requests at Petito"
