"""Signing in and out, the password, and how often somebody may try."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from helpdesk.core.db import db
from helpdesk.stores import Store
from tests import factories
from tests.web.browsing import Browser, hidden, read

NEW = "a better horse battery"
WRONG = "This address and password do not belong together."


def sign_in(client: Browser, email: str, password: str = factories.PASSWORD, **more: str) -> TestResponse:
    return client.post("/account/sign-in", data={"email": email, "password": password}, query_string=more)


def test_staff_sign_in_and_out(client: Browser, shop: Store) -> None:
    user = factories.agent(shop)
    assert sign_in(client, f" {user.email.upper()} ").location == "/desk/"
    assert user.last_seen_at
    assert client.get("/account/sign-in").location == "/desk/"
    client.post("/account/sign-out")
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize("email, password", [
    ("{mine}", "wrong horse battery"), ("nobody@desk.example.com", factories.PASSWORD), ("{left}", factories.PASSWORD),
    ("{mine}\x00", "x"), ("' OR 1=1 --", "' OR 1=1 --"), ("%", "%"), ("{mine}", "x" * 1000),
])  # fmt: skip
def test_every_wrong_try_gets_the_same_answer(client: Browser, shop: Store, email: str, password: str) -> None:
    mine, left = factories.agent(shop), factories.agent(shop, is_active=False)
    answer = sign_in(client, email.format(mine=mine.email, left=left.email), password)
    assert answer.status_code == 422
    assert WRONG in read(answer)
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize("hours, is_in", [((7, 7, 7), True), ((13,), False), ((7, 13), False)])
def test_a_session_ends_hours_after_it_was_last_used(
    client: Browser, shop: Store, hours: tuple[int, ...], is_in: bool
) -> None:
    with time_machine.travel("2026-03-02 08:00+00:00", tick=False) as clock:
        client.sign_in(factories.agent(shop))
        for each in hours:
            clock.shift(timedelta(hours=each))
            answer = client.get("/desk/")
    assert (answer.status_code == 200) is is_in


def test_pages_close_after_each_other_leave_the_session_as_it_is(client: Browser, shop: Store) -> None:
    client.sign_in(factories.agent(shop)).get("/desk/")
    assert "Set-Cookie" not in client.get("/desk/").headers


def test_who_leaves_is_out_at_once(client: Browser, shop: Store) -> None:
    user = factories.agent(shop)
    client.sign_in(user)
    user.is_active = False
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize("wanted, way", [
    ("/desk/?show=solved", "/desk/?show=solved"),
    ("/desk/tickets/ABCD-EFGH", "/desk/tickets/ABCD-EFGH"),
    ("///evil.example", "/evil.example"),  # a page of ours, which does not exist
    *[(foreign, "/desk/") for foreign in (
        "", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "\x01//evil.example", "javascript:alert(1)", "evil.example", "https:evil.example", "//[",
        "http://[::1", "//evil.example\u2100", "/\x00/evil.example", "?next=x",
    )],
])  # fmt: skip
def test_the_way_on_never_leads_to_a_foreign_site(client: Browser, shop: Store, wanted: str, way: str) -> None:
    assert sign_in(client, factories.agent(shop).email, next=wanted).location == way


def test_a_new_password_ends_every_other_session(app: Flask, client: Browser, shop: Store) -> None:
    user, elsewhere = factories.agent(shop), Browser(app)
    client.sign_in(user)
    elsewhere.sign_in(user)
    client.post("/account/password", data={"old": factories.PASSWORD, "new": NEW})
    assert client.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/").status_code == 302
    assert sign_in(elsewhere, user.email).status_code == 422
    assert sign_in(elsewhere, user.email, NEW).status_code == 302


@pytest.mark.parametrize("old, new, words", [
    ("wrong", NEW, "The password until now is not right."),
    (factories.PASSWORD, "short", "A password has at least 10 characters; this one has 5."),
    (factories.PASSWORD, "calm-parcel-42", "Everybody knows that password."),
    (factories.PASSWORD, "", "The new password is missing."),
])  # fmt: skip
def test_a_password_that_cannot_be_is_refused(client: Browser, shop: Store, old: str, new: str, words: str) -> None:
    user = factories.agent(shop)
    answer = client.sign_in(user).post("/account/password", data={"old": old, "new": new})
    assert answer.status_code == 422
    assert words in read(answer)
    assert sign_in(Browser(client.application), user.email).status_code == 302


def tries(strict: Flask, address: str, count: int, **data: str) -> list[int]:
    """The statuses of this many tries, each from a network address of its own if `address` has a place for it."""
    client = Browser(strict)
    form = hidden(client.get("/account/sign-in"), "")
    return [
        client.post(
            data.get("_to", "/account/sign-in"),
            data={**form, **{name: value for name, value in data.items() if name != "_to"}},
            environ_overrides={"REMOTE_ADDR": address.format(number)},
        ).status_code
        for number in range(1, count + 1)
    ]


def test_one_address_can_try_ten_times_a_minute(strict: Flask) -> None:
    with strict.app_context():
        user = factories.agent(factories.store())
        for number in range(10):
            tries(strict, "203.0.113.1", 1, email=f"guess-{number}@desk.example.com", password="x")
        assert tries(strict, "203.0.113.1", 1, email=user.email, password=factories.PASSWORD) == [429]
        assert tries(strict, "203.0.113.2", 1, email=user.email, password=factories.PASSWORD) == [302]


def test_one_account_can_be_tried_ten_times_from_wherever(strict: Flask) -> None:
    with strict.app_context():
        email = factories.agent(factories.store()).email
        assert tries(strict, "198.51.100.{}", 11, email=email, password="x") == [422] * 10 + [429]
        assert tries(strict, "198.51.100.99", 1, email=email.upper(), password=factories.PASSWORD) == [429]


def test_orders_cannot_be_guessed_at(strict: Flask) -> None:
    with strict.app_context():
        shop = factories.store()
        db.session.commit()
        where = f"/{shop.slug}/track"
        assert tries(strict, "203.0.113.5", 11, _to=where, number="1", contact="x") == [422] * 10 + [429]
        assert tries(strict, "192.0.2.{}", 21, _to=where, number="#2", contact="x") == [422] * 20 + [429]
        assert tries(strict, "192.0.2.99", 1, _to=where, number=" # 2", contact="x") == [429]
