"""Stores with a host name of their own."""

from collections.abc import Iterator

import pytest
from flask import Flask

from helpdesk.stores import Store
from helpdesk.web.hosts import StoreHosts
from tests import factories
from tests.web.browsing import Browser, read

HOST = "help.bowls.example"
OWN = f"http://{HOST}"


@pytest.fixture
def hosted(app: Flask, database: None) -> Iterator[Store]:
    """A store with a host of its own, known to the app from the first request."""
    hosts = app.wsgi_app
    assert isinstance(hosts, StoreHosts)
    hosts.looked_at = float("-inf")
    yield factories.store(host=HOST, name="Bowls and More")
    hosts.looked_at = float("-inf")


@pytest.mark.parametrize("base", [OWN, f"{OWN}:8443", OWN.replace("help", "HELP")])
def test_the_portal_stands_at_the_root(client: Browser, hosted: Store, base: str) -> None:
    answer = client.get("/", base_url=base)
    assert answer.status_code == 200
    assert "Bowls and More" in read(answer)


def test_every_page_of_the_store_is_there(client: Browser, hosted: Store) -> None:
    ticket = factories.ticket(hosted)
    for page in ("/report", "/track", "/accent.css", f"/tickets/{ticket.guest_token}", f"/{hosted.slug}/report"):
        assert client.get(page, base_url=OWN).status_code == 200


def test_links_and_steps_stay_on_the_host(client: Browser, hosted: Store) -> None:
    answer = client.post("/report", data={"issue_type": "lost"}, base_url=OWN, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.host == HOST


def test_another_store_does_not_exist_there(client: Browser, hosted: Store, shop: Store) -> None:
    foreign = factories.ticket(shop)
    for page in (f"/{shop.slug}/", f"/{shop.slug}/track", f"/tickets/{foreign.guest_token}"):
        assert client.get(page, base_url=OWN).status_code == 404


def test_the_desk_and_static_files_are_on_every_host(client: Browser, hosted: Store) -> None:
    assert client.get("/desk/", base_url=OWN).status_code == 302
    assert client.get("/livez", base_url=OWN).status_code == 200
    assert client.get("/static/css/base.css", base_url=OWN).status_code == 200


def test_on_other_hosts_nothing_changes(client: Browser, hosted: Store) -> None:
    assert client.get("/report", base_url="http://help.example.com", follow_redirects=True).status_code == 404
    assert client.get(f"/{hosted.slug}/report", base_url="http://help.example.com").status_code == 200


@pytest.mark.parametrize("host", ["", "[::", "a b", "x" * 5000, "\u00fc.example", "help.bowls.example.evil.example"])
def test_an_odd_host_is_answered(client: Browser, hosted: Store, host: str) -> None:
    answer = client.get(f"/{hosted.slug}/", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code in (200, 400)
