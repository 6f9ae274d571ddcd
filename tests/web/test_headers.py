"""The headers of every answer, and pages that need nothing the headers forbid."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from helpdesk.escalation import ask_for_help
from helpdesk.stores import Store
from helpdesk.tickets import Evidence, IssueType
from tests import factories
from tests.web.browsing import Browser
from tests.web.wizard import Wizard

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("method, address, status", [
    ("GET", "/{slug}/", 200), ("GET", "/{slug}/accent.css", 200), ("GET", "/livez", 200),
    ("GET", "/static/css/base.css", 200), ("GET", "/account/sign-in", 200), ("GET", "/desk/", 302),
    ("GET", "/{slug}/tickets/x", 404), ("GET", "/nowhere/", 404), ("GET", "/static/nothing.css", 404),
    ("PUT", "/{slug}/", 405), ("POST", "/{slug}/report", 422), ("OPTIONS", "/{slug}/track", 200),
    ("HEAD", "/{slug}/", 200),
])  # fmt: skip
def test_every_answer_is_guarded(client: Browser, shop: Store, method: str, address: str, status: int) -> None:
    answer = client.open(address.format(slug=shop.slug), method=method)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in EXPECTED} == EXPECTED
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_method_that_is_not_allowed_names_those_that_are(client: Browser, shop: Store) -> None:
    answer = client.put(f"/{shop.slug}/track")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def pages(client: Browser, shop: Store) -> list[TestResponse]:
    """One of each kind."""
    order = factories.order(shop, lines=2, quantity=2)
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, order=order, photos=[Evidence.DAMAGE])
    raised = ask_for_help(ticket, by=factories.agent(shop), note="Please look.")
    wizard = Wizard(client, shop)
    wizard.find(order)
    seen = [wizard.get(step) for step in ("issue", "order", "items", "details", "photos", "review")]
    seen += [client.get(f"/{shop.slug}/{page}") for page in ("", "track", f"tickets/{ticket.guest_token}")]
    seen.append(client.get("/account/sign-in"))
    client.sign_in(factories.supervisor(shop))
    staff = ("", "mail", "escalations/", f"escalations/{raised.id}", f"tickets/{ticket.reference}")
    return [*seen, *(client.get(f"/desk/{page}") for page in staff), client.get("/account/password")]


def test_no_page_needs_what_the_policy_forbids(client: Browser, shop: Store) -> None:
    for page in pages(client, shop):
        assert page.status_code == 200, page.request.path
        assert re.findall(r"<script(?![^>]* src=)|<style|<[^>]+ (?:style|on[a-z]+)=|javascript:", page.text) == []
        assert re.findall(r'<(?:script|link|img|form)[^>]+(?:src|href|action)="(?:https?:)?//', page.text) == []


def test_no_page_with_somebodys_data_is_kept_in_a_cache(client: Browser, shop: Store) -> None:
    assert {page.headers["Cache-Control"] for page in pages(client, shop)} == {"no-store"}


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(client: Browser, shop: Store) -> None:
    user = factories.agent(shop)
    answer = client.post("/account/sign-in", data={"email": user.email, "password": factories.PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("scheme, has_it", [("https", True), ("http", False)])
def test_https_is_kept_to_once_it_was_used(app: Flask, client: Browser, scheme: str, has_it: bool) -> None:
    answer = client.get("/livez", base_url=f"{scheme}://help.example.com")
    assert ("Strict-Transport-Security" in answer.headers) is has_it
