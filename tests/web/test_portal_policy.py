"""The policy as customers read it: the edition in force, every clause with an address, earlier editions, changes."""

from collections.abc import Callable
from datetime import datetime

import pytest

from helpdesk.policies import publish
from helpdesk.stores import Store
from tests import factories
from tests.web.browsing import Browser, read
from tests.web.policed import petito, text_of, with_policy

When = Callable[[str], datetime]


@pytest.fixture
def two(shop: Store, at: When) -> Store:
    """A store whose policy became stricter in June."""
    at("2026-06-20 12:00")
    return with_policy(shop, e2025_01_01=60, e2026_06_01=30)


def test_the_edition_in_force_is_shown_with_an_address_for_every_clause(client: Browser) -> None:
    shop, edition = petito()
    page = client.get(f"/{shop.slug}/policy")
    assert "Edition 2025-06-07, for orders placed from" in read(page)
    clauses = edition.compiled.clauses
    assert len(clauses) > 50
    assert [number for number in clauses if f'id="clause-{number}"' not in page.text] == []
    assert [number for number in clauses if f'href="#clause-{number}"' not in page.text] == []


def test_a_store_without_a_policy_shows_what_it_promises(client: Browser, shop: Store) -> None:
    page = client.get(f"/{shop.slug}/policy")
    assert "within 30 days of delivery" in read(page)
    assert "This is the first one." in read(page)
    name = page.text.split("Edition ")[1].split("<")[0].split(",")[0].strip()
    assert client.get(f"/{shop.slug}/policy/{name}").status_code == 200


def test_an_earlier_edition_says_that_it_is_one(client: Browser, two: Store) -> None:
    now, before = (read(client.get(f"/{two.slug}/policy{part}")) for part in ("", "/2025-01-01"))
    assert ("Within 30 days" in now, "Within 60 days" in before) == (True, True)
    words = "This is not the edition for orders placed today."
    assert (words in now, words in before) == (False, True)


def test_an_edition_that_is_still_to_come_is_not_in_force(client: Browser, shop: Store, at: When) -> None:
    at("2026-06-20 12:00")
    publish(with_policy(shop), text_of(shop, "2026-07-01", days=14))
    page = client.get(f"/{shop.slug}/policy")
    assert "Within 30 days" in read(page)
    assert "/policy/2026-07-01" in page.text
    assert "not the edition for orders placed today" in read(client.get(f"/{shop.slug}/policy/2026-07-01"))


def test_what_changed_is_told_clause_by_clause(client: Browser, two: Store) -> None:
    page = read(client.get(f"/{two.slug}/policy/2026-06-01/changes"))
    assert "What changed with edition 2026-06-01" in page
    assert "Against edition 2025-01-01." in page
    assert "Clause 1 changed" in page
    assert "Clause 2" not in page


def test_the_first_edition_changed_nothing(client: Browser, two: Store) -> None:
    assert client.get(f"/{two.slug}/policy/2025-01-01/changes").status_code == 404


@pytest.mark.parametrize("name", ["1999-01-01", "x", "2026-06-01x", "%27"])
def test_an_edition_that_does_not_exist_is_not_found(client: Browser, two: Store, name: str) -> None:
    answers = [client.get(f"/{two.slug}/policy/{name}{part}") for part in ("", "/changes")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_another_stores_edition_is_not_found(client: Browser, two: Store) -> None:
    other = factories.store()
    answers = [client.get(f"/{other.slug}/policy/2026-06-01{part}") for part in ("", "/changes")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_every_page_of_the_store_leads_to_the_policy(client: Browser, two: Store) -> None:
    assert f'href="/{two.slug}/policy"' in client.get(f"/{two.slug}/").text
