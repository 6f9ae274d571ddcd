"""Doors that must be shut: every route is asked, so that a new one cannot be forgotten."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from helpdesk.core.db import db
from helpdesk.stores import Store
from tests import factories
from tests.web.browsing import Browser, hidden, read

#: Where nobody has to sign in. What lies behind a secret link tests its own secret.
PUBLIC = {
    "static", "health.healthz", "health.livez", "front.front", "account.sign_in", "account.sign_out",
    "portal.home", "portal.accent_css", "portal.track", "portal.track_request",
    "portal.policy", "portal.policy_edition", "portal.policy_changes",
    "portal.report", "portal.report_step", "portal.report_file", "portal.remove_photo",
    "portal.ticket", "portal.ticket_file", "portal.write", "portal.solve", "portal.reopen", "portal.supervisor",
    "portal.answer", "portal.choose_remedy", "portal.return_label", "portal.choose_language",
    "portal.rating", "portal.rate", "portal.rating_supervisor",
    "portal.faq", "portal.faq_entry", "portal.vote", "portal.vote_among", "portal.help_page", "portal.help_answers",
    "portal.ask", "portal.used", "portal.say", "portal.my", "portal.my_sent", "portal.my_page",
    "portal.my_report", "portal.my_end",
}  # fmt: skip
#: A search is taken from anybody, and only ever kept as words: there is nothing to forge.
TOKENLESS = {"portal.ask", "portal.used", "portal.say"}


def addresses(app: Flask, method: str, slug: str) -> Iterator[tuple[str, str]]:
    """Endpoint and an address of every route with this method."""
    rules: list[Rule] = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    with app.test_request_context():
        for rule in rules:
            given: dict[str, Any] = {name: 1 if "<int:" + name in rule.rule else "x" for name in rule.arguments}
            yield rule.endpoint, app.url_for(rule.endpoint, **{**given, "slug": slug})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_is_sent_to_the_sign_in_from_everywhere_else(
    app: Flask, client: Browser, shop: Store, method: str
) -> None:
    shut = [(end, where) for end, where in addresses(app, method, shop.slug) if end not in PUBLIC]
    answers = {endpoint: client.open(where, method=method) for endpoint, where in shut}
    assert len(answers) > 3
    assert [end for end, a in answers.items() if a.status_code != 302 or "/account/sign-in" not in a.location] == []


def test_only_routes_that_exist_are_public(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= PUBLIC


def test_no_form_is_taken_without_its_token(strict: Flask) -> None:
    with strict.app_context():
        shop = factories.store()
        client = Browser(strict)
        shut = [(end, where) for end, where in addresses(strict, "POST", shop.slug) if end not in TOKENLESS]
        answers = {end: client.post(where) for end, where in shut}
        db.session.rollback()
    assert len(answers) > 20
    assert [endpoint for endpoint, answer in answers.items() if answer.status_code != 400] == []
    assert all("This form is too old" in read(answer) for answer in answers.values())


def test_a_token_is_worth_nothing_in_another_browser(strict: Flask) -> None:
    with strict.app_context():
        token = hidden(Browser(strict).get("/account/sign-in"), "")["csrf_token"]
        answer = Browser(strict).post("/account/sign-in", data={"csrf_token": token, "email": "a@b.example"})
    assert answer.status_code == 400


def test_a_form_with_its_token_is_taken(strict: Flask) -> None:
    with strict.app_context():
        user, client = factories.agent(factories.store()), Browser(strict)
        form = hidden(client.get("/account/sign-in"), "")
        signed_in = client.post("/account/sign-in", data={**form, "email": user.email, "password": factories.PASSWORD})
        client.get("/desk/")
        signed_out = client.post("/account/sign-out", data=hidden(client.get("/desk/"), "/sign-out"))
    assert (signed_in.location, signed_out.location) == ("/desk/", "/account/sign-in")
