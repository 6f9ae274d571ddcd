"""Which language a page speaks, and the switch in the footer."""

from http.cookies import SimpleCookie

import pytest

from helpdesk.core.db import db
from helpdesk.core.language import current
from helpdesk.stores import Store
from tests import factories
from tests.languages.leftovers import english_in
from tests.web.browsing import Browser, read
from tests.web.guest import page_of

TURKISH = {"Accept-Language": "tr-TR,tr;q=0.9,en;q=0.5"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,tr;q=0.5"}
OTHER = {"Accept-Language": "fr"}


@pytest.fixture
def shop(database: None) -> Store:
    """A shop that speaks Turkish first, and English."""
    return factories.store(languages=["tr", "en"])


def spoken(client: Browser, address: str, headers: dict[str, str] | None = None) -> str:
    """The language of a page."""
    page = client.get(address, headers=headers or {})
    return page.text.split('<html lang="')[1].split('"')[0]


def choose(client: Browser, shop: Store, code: str, **more: str) -> object:
    return client.post(f"/{shop.slug}/language", data={"language": code, **more})


def test_the_browser_is_asked_and_the_store_comes_last(client: Browser, shop: Store) -> None:
    home = f"/{shop.slug}/"
    assert (spoken(client, home, TURKISH), spoken(client, home, ENGLISH)) == ("tr", "en")
    assert (spoken(client, home, OTHER), spoken(client, home)) == ("tr", "tr")


def test_a_choice_on_this_browser_wins(client: Browser, shop: Store) -> None:
    home = f"/{shop.slug}/"
    assert choose(client, shop, "en").location == home
    assert spoken(client, home, TURKISH) == "en"
    choose(client, shop, "tr")
    assert spoken(client, home, ENGLISH) == "tr"


def test_what_the_customer_used_last_wins_over_the_browser_not_over_the_choice(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    ticket.customer.language = "en"
    address = page_of(ticket)
    assert spoken(client, address, TURKISH) == "en"
    choose(client, shop, "tr")
    assert spoken(client, address, ENGLISH) == "tr"


def test_a_store_is_never_left_in_a_language_it_does_not_offer(client: Browser) -> None:
    only_english = factories.store()
    ticket = factories.ticket(only_english)
    ticket.customer.language = "tr"
    client.set_cookie("language", "tr")
    assert spoken(client, page_of(ticket), TURKISH) == "en"
    assert choose(client, only_english, "tr").status_code == 400
    assert 'class="wrap language-switch"' not in client.get(f"/{only_english.slug}/").text


def test_the_switch_leads_back_to_the_page_and_nowhere_else(client: Browser, shop: Store) -> None:
    track = f"/{shop.slug}/track"
    page = client.get(track, headers=ENGLISH).text
    assert f'name="next" value="{track}"' in page
    assert 'value="tr" lang="tr">Türkçe</button>' in page
    assert '<span lang="en" aria-current="true">English</span>' in page
    assert choose(client, shop, "tr", next=track).location == track
    assert choose(client, shop, "tr", next="https://evil.example.com/").location == f"/{shop.slug}/"


def test_from_the_answer_to_a_form_the_switch_leads_to_the_ticket(client: Browser, shop: Store) -> None:
    address = page_of(factories.ticket(shop))
    answer = client.post(f"{address}/messages", data={"body": "", "form_key": "k" * 20})
    assert answer.status_code == 422
    assert f'name="next" value="{address}"' in answer.text


def test_the_choice_is_kept_for_long_and_not_for_scripts(client: Browser, shop: Store) -> None:
    cookie = SimpleCookie(choose(client, shop, "en").headers["Set-Cookie"])["language"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("en", "Lax", True)
    assert int(cookie["max-age"]) >= 180 * 86400


def test_the_desk_is_english_whatever_the_browser_says(client: Browser, shop: Store) -> None:
    factories.ticket(shop)
    client.set_cookie("language", "tr")
    client.sign_in(factories.agent(shop))
    desk = client.get("/desk/", headers=TURKISH, follow_redirects=True)
    assert '<html lang="en" dir="ltr" class="desk">' in desk.text
    assert "Waiting" in read(desk) or "New" in read(desk)
    assert spoken(client, "/nowhere/at/all", TURKISH) == "en"


def test_strangers_read_problems_in_their_language(client: Browser, shop: Store) -> None:
    nowhere = client.get("/no-such-shop/", headers=TURKISH)
    assert nowhere.status_code == 404
    assert "Bulunamadı" in read(nowhere)
    gone = client.get(f"/{shop.slug}/tickets/nonsense", headers=TURKISH)
    assert gone.status_code == 404
    assert english_in(read(gone)) == []


def test_nothing_of_a_request_is_left_for_the_next(client: Browser, shop: Store) -> None:
    client.get(f"/{shop.slug}/", headers=TURKISH)
    assert current().code == "en"
    assert client.get("/livez").status_code == 200


def test_one_browser_does_not_speak_for_another(client: Browser, shop: Store) -> None:
    other = Browser(client.application)
    choose(client, shop, "en")
    assert (spoken(other, f"/{shop.slug}/"), spoken(client, f"/{shop.slug}/")) == ("tr", "en")
    db.session.rollback()
