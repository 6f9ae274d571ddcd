"""Signing in: the right person, at the same cost for everybody, until the password changes."""

from pathlib import Path
from time import process_time

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts import Role, User, add_user, set_password, who_signs_in
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from tests import factories
from tests.conftest import make_app
from tests.factories import PASSWORD
from tests.web.browsing import Browser

NEW = "a new and longer one"


def ruth(**given: object) -> User:
    """Ruth, who works here."""
    user = factories.agent(**given)  # type: ignore[arg-type]
    user.email = "ruth@desk.example.com"
    db.session.flush()
    return user


@pytest.mark.parametrize(
    "email, password, is_let_in",
    [
        ("ruth@desk.example.com", PASSWORD, True),
        ("  RUTH@Desk.Example.com ", PASSWORD, True),
        ("ruth@desk.example.com", PASSWORD.upper(), False),
        ("ruth@desk.example.com", f"{PASSWORD} ", False),
        ("ruth@desk.example.com", "", False),
        ("somebody@desk.example.com", PASSWORD, False),
        ("", "", False),
        ("ruth@desk.example.com", "x" * 100_000, False),
    ],
)
def test_who_is_let_in(database: None, email: str, password: str, is_let_in: bool) -> None:
    user = ruth()
    assert who_signs_in(email, password) == (user if is_let_in else None)


def test_who_has_left_is_not_let_in(database: None) -> None:
    ruth(is_active=False)
    assert who_signs_in("ruth@desk.example.com", PASSWORD) is None


@pytest.mark.parametrize("stored", ["", "plain text", "$argon2id$v=19$m=8,t=1,p=1$broken"])
def test_a_broken_hash_lets_nobody_in(database: None, stored: str) -> None:
    ruth().password_hash = stored
    assert who_signs_in("ruth@desk.example.com", stored) is None


def test_an_unknown_address_costs_as_much_as_a_wrong_password(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'own.db'}", tmp_path, PASSWORD_COST="normal")
    with app.app_context():
        db.create_all()
        ruth()
        unknown, wrong = cost_of("nobody@desk.example.com"), cost_of("ruth@desk.example.com")
        db.session.remove()
        db.engine.dispose()
    assert 0.5 < unknown / wrong < 2


def cost_of(email: str) -> float:
    """Seconds of work for one try; the least of several, because others use this machine too."""

    def work() -> float:
        begin = process_time()
        who_signs_in(email, "wrong password")
        return process_time() - begin

    return min(work() for _ in range(6))


# Passwords


def test_a_password_is_not_stored(database: None) -> None:
    assert PASSWORD not in ruth().password_hash


def test_the_same_password_of_two_people_looks_different(database: None) -> None:
    assert factories.agent().password_hash != factories.agent().password_hash


@pytest.mark.parametrize("length, words", [(0, "at least 10"), (9, "this one has 9"), (1001, "at most 1,000")])
def test_passwords_of_a_wrong_length_are_refused(database: None, length: int, words: str) -> None:
    user = ruth()
    with pytest.raises(Invalid, match=words):
        set_password(user, "x" * length)
    assert who_signs_in("ruth@desk.example.com", PASSWORD) is user


@pytest.mark.parametrize("length", [10, 1000])
def test_the_shortest_and_the_longest_password_work(database: None, length: int) -> None:
    user = ruth()
    set_password(user, "ü" * length)
    assert who_signs_in("ruth@desk.example.com", "ü" * length) is user


def test_a_new_password_replaces_the_old_and_the_demos_mark(database: None) -> None:
    user = ruth(has_demo_password=True)
    set_password(user, NEW)
    assert (who_signs_in(user.email, PASSWORD), who_signs_in(user.email, NEW)) == (None, user)
    assert not user.has_demo_password


# New people


def test_an_address_belongs_to_one_person(database: None) -> None:
    ruth()
    with pytest.raises(Invalid, match=r"There is already somebody with the address RUTH@desk\.example\.com"):
        add_user("RUTH@desk.example.com", "Another Ruth", Role.AGENT, PASSWORD, [])


def test_a_person_with_a_bad_password_is_not_added(database: None) -> None:
    with pytest.raises(Invalid):
        add_user("new@desk.example.com", "New", Role.AGENT, "short", [])
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == 0


# Sessions


@pytest.fixture
def browser(app: Flask, database: None) -> Browser:
    """A stranger's browser."""
    return Browser(app)


def test_a_session_ends_when_the_password_changes(browser: Browser) -> None:
    user = ruth()
    browser.sign_in(user)
    before = browser.get("/desk/").status_code
    set_password(user, NEW)
    db.session.commit()
    assert (before, browser.get("/desk/").status_code) == (200, 302)


def test_a_session_ends_when_the_person_leaves(browser: Browser) -> None:
    user = ruth()
    browser.sign_in(user)
    user.is_active = False
    db.session.commit()
    assert browser.get("/desk/").status_code == 302


def test_a_new_password_ends_the_other_sessions_of_its_owner(app: Flask, browser: Browser) -> None:
    user, elsewhere = ruth(), Browser(app)
    elsewhere.sign_in(user)
    browser.sign_in(user).post("/account/password", data={"old": PASSWORD, "new": NEW})
    assert (browser.get("/desk/").status_code, elsewhere.get("/desk/").status_code) == (200, 302)


def test_the_session_cookie_does_not_hold_the_rows_number(database: None) -> None:
    user = ruth()
    assert user.get_id() == user.session_key != str(user.id)
    assert len(user.session_key) == 43


@pytest.mark.parametrize(
    "email", ["nobody@desk.example.com", "ruth@desk.example.com", "a\x00b@desk.example.com", "x" * 300]
)
def test_a_failed_sign_in_is_a_stranger_still(browser: Browser, email: str) -> None:
    ruth()
    answer = browser.post("/account/sign-in", data={"email": email, "password": "wrong password"})
    assert (answer.status_code, browser.get("/desk/").status_code) == (422, 302)


def test_a_wrong_password_and_an_unknown_address_read_the_same(browser: Browser) -> None:
    ruth()
    pages = [
        browser.post("/account/sign-in", data={"email": email, "password": "wrong password"}).text.replace(email, "")
        for email in ("nobody@desk.example.com", "ruth@desk.example.com")
    ]
    assert pages[0] == pages[1]


def test_a_session_with_an_unknown_key_is_a_strangers(browser: Browser) -> None:
    with browser.session_transaction() as session:
        session["_user_id"] = "somebody else's key"
    assert browser.get("/desk/").status_code == 302
