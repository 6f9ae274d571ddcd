"""The command line: what it changes, what it refuses, and in which words."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from config import DEMO_PASSWORD
from helpdesk.accounts import Role, User, by_email, who_signs_in
from helpdesk.core.db import db
from helpdesk.mail import transport_from
from helpdesk.stores import SpecialDay, Store, all_stores
from tests import factories
from tests.conftest import make_app
from tests.stores.files import MONDAY, SHIPPED, TERM, changed, written

Run = Callable[..., Result]
PASSWORD = "correct horse battery"


@pytest.fixture
def run(app: Flask, database: None) -> Run:
    """Type this at a terminal; what a failed command did not commit is gone, as when its process ends."""

    def run(*words: object, types: str = "") -> Result:
        result = app.test_cli_runner().invoke(args=[str(word) for word in words], input=types)
        db.session.rollback()
        db.session.expire_all()
        return result

    return run


def slugs() -> list[str]:
    return [store.slug for store in db.session.scalars(all_stores())]


# seed


def test_seed_loads_the_shipped_stores(run: Run, at: Callable[..., datetime]) -> None:
    at("2026-03-02 09:00")
    result = run("seed")
    assert (result.exit_code, slugs()) == (0, ["casa-petto", "casanovaspace", "petito"])
    assert "Casa Petto: 0 holidays and special days, America/Chicago\n" in result.stdout


def test_seed_twice_changes_nothing(run: Run, at: Callable[..., datetime]) -> None:
    at("2026-03-02 09:00")
    run("seed")
    before = everything()
    again = run("seed")
    assert (again.exit_code, everything()) == (0, before)


def everything() -> list[object]:
    """Every row that seed writes, ids included."""
    tables = Store.__table__, SpecialDay.__table__
    return [tuple(row) for table in tables for row in db.session.execute(select(table).order_by(table.c.id))]


def test_seed_again_brings_a_store_up_to_date(run: Run, tmp_path: Path) -> None:
    run("seed", written(tmp_path, SHIPPED))
    run("seed", written(tmp_path, changed(('name = "CasanovaSpace"', 'name = "Casanova Space"'))))
    assert [store.name for store in db.session.scalars(all_stores())] == ["Casanova Space"]


@pytest.mark.parametrize(
    "part, other, words",
    [
        ("[store]", "[store", "shop.toml: not a TOML file"),
        ('currency = "USD"', 'curency = "USD"', "shop.toml: store.curency: there is no such field; is it misspelt?"),
        ('slug = "casanovaspace"', 'slug = "static"', "shop.toml: store.slug: “static” is a path of the helpdesk"),
        ("#3b4fa8", "#ffee00", "shop.toml: store.accent: #ffee00 has a contrast of"),
        ("America/New_York", "Mars/Olympus", "shop.toml: hours.timezone: “Mars/Olympus” is not a time zone"),
        (MONDAY, 'mon = ["09:00-25:00"]', "shop.toml: hours.weekly.mon.0: “09:00-25:00” is not a span"),
        (MONDAY, 'mon = ["09:00-12:00", "11:00-13:00"]', "shop.toml: hours: mon: the shifts overlap"),
        ('country = "US"\ncurrency', 'country = "XX"\ncurrency', "shop.toml: store.country: “XX” is not a country"),
        (TERM, "first_response = {}", "shop.toml: promises.first_response: give either hours or days"),
    ],
)
def test_a_bad_store_file_ends_with_file_field_and_expectation(
    run: Run, tmp_path: Path, part: str, other: str, words: str
) -> None:
    result = run("seed", written(tmp_path, changed((part, other))))
    assert (result.exit_code, slugs()) == (1, [])
    assert words in result.stderr


def test_a_good_file_is_not_loaded_beside_a_bad_one(run: Run, tmp_path: Path) -> None:
    good, bad = written(tmp_path, SHIPPED, "good.toml"), written(tmp_path, changed(("USD", "usd")), "bad.toml")
    result = run("seed", good, bad)
    assert (result.exit_code, result.stdout, slugs()) == (1, "", [])
    assert "bad.toml: store.currency" in result.stderr


def test_a_good_file_is_not_loaded_beside_one_that_never_opens(run: Run, tmp_path: Path) -> None:
    week = SHIPPED[SHIPPED.index("[hours.weekly]") : SHIPPED.index("[hours.holidays]")]
    closed = changed(('slug = "casanovaspace"', 'slug = "closed"'), (week, "[hours.weekly]\n"))
    result = run("seed", written(tmp_path, SHIPPED, "good.toml"), written(tmp_path, closed, "closed.toml"))
    assert (result.exit_code, result.stdout, slugs()) == (1, "", [])
    assert "closed: hours: the opening hours have no working time in 60 days" in result.stderr


def test_a_missing_file_is_said(run: Run, tmp_path: Path) -> None:
    result = run("seed", tmp_path / "nowhere.toml")
    assert result.exit_code == 2
    assert "nowhere.toml' does not exist" in result.stderr


# add-user


def test_a_new_person_can_sign_in(run: Run) -> None:
    shop = factories.store(slug="petito")
    db.session.commit()
    result = run(
        "add-user", "Ruth@Desk.example.com", "Ruth", "--role", "supervisor", "--store", "petito",
        types=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    ruth = who_signs_in("ruth@desk.example.com", PASSWORD)
    assert (result.exit_code, ruth and ruth.role, ruth and ruth.stores) == (0, Role.SUPERVISOR, [shop])
    assert "Ruth can sign in as Ruth@Desk.example.com." in result.stdout


def test_the_password_is_not_shown(run: Run) -> None:
    result = run("add-user", "ruth@desk.example.com", "Ruth", types=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.output


@pytest.mark.parametrize(
    "words, says, code",
    [
        (["--password", "short"], "A password has at least 10 characters; this one has 5.", 1),
        (["--password", DEMO_PASSWORD], "Everybody knows that password: it is printed by the demo.", 1),
        (["--password", PASSWORD, "--store", "petit"], "There is no store “petit”", 1),
        (["--password", PASSWORD, "--role", "boss"], "'boss' is not one of 'agent'", 2),
    ],
)
def test_whom_add_user_refuses(run: Run, words: list[str], says: str, code: int) -> None:
    result = run("add-user", "ruth@desk.example.com", "Ruth", *words)
    assert (result.exit_code, db.session.scalar(select(func.count(User.id)))) == (code, 0)
    assert says in result.stderr


def test_add_user_refuses_an_address_that_is_taken(run: Run) -> None:
    run("add-user", "ruth@desk.example.com", "Ruth", "--password", PASSWORD)
    result = run("add-user", "RUTH@desk.example.com", "Another", "--password", PASSWORD)
    assert result.exit_code == 1
    assert "There is already somebody with the address" in result.stderr


# set-password


def test_set_password_replaces_the_password_and_ends_sessions(run: Run) -> None:
    before = factories.agent(has_demo_password=True)
    email, key = before.email, before.session_key
    db.session.commit()
    result = run("set-password", email.upper(), "--password", "a second password")
    user = db.session.scalars(by_email(email)).one()
    assert (result.exit_code, who_signs_in(email, "a second password")) == (0, user)
    assert (user.session_key != key, user.has_demo_password) == (True, False)


@pytest.mark.parametrize(
    "email, password, says",
    [
        ("nobody@desk.example.com", PASSWORD, "Nobody has the address nobody@desk.example.com."),
        ("ruth@desk.example.com", "short", "at least 10 characters"),
        ("ruth@desk.example.com", DEMO_PASSWORD, "Everybody knows that password"),
    ],
)
def test_what_set_password_refuses(run: Run, email: str, password: str, says: str) -> None:
    run("add-user", "ruth@desk.example.com", "Ruth", "--password", PASSWORD)
    result = run("set-password", email, "--password", password)
    assert result.exit_code == 1
    assert says in result.stderr
    assert who_signs_in("ruth@desk.example.com", PASSWORD)


# demo


@pytest.mark.parametrize("words", [["demo"], ["demo", "--sign-ins"]])
def test_there_is_no_demo_outside_demo_mode(run: Run, words: list[str]) -> None:
    result = run(*words)
    assert (result.exit_code, db.session.scalar(select(func.count(User.id)))) == (1, 0)
    assert "This is not a demo: set HELPDESK_DEMO=1" in result.stderr


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Flask]:
    """A demo without a past."""
    app = make_app(f"sqlite:///{tmp_path / 'demo.db'}", tmp_path, DEMO=True)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_demo_prints_where_to_go_and_who_can_sign_in(demo: Flask) -> None:
    shop = factories.store(slug="petito", name="Petito")
    ruth = factories.supervisor(shop, has_demo_password=True)
    factories.agent(shop, name="A real person")
    db.session.commit()
    result = demo.test_cli_runner().invoke(args=["demo", "--sign-ins"])
    assert result.exit_code == 0
    assert "http://help.example.com/petito/" in result.stdout
    assert f"{ruth.email:<28} supervisor  Petito" in result.stdout
    assert "real person" not in result.stdout


# jobs


def test_jobs_do_not_run_where_a_demo_password_is_left(run: Run) -> None:
    someone = factories.agent(has_demo_password=True)
    db.session.commit()
    result = run("jobs", "--once")
    assert result.exit_code == 1
    assert f"{someone.email} can still sign in with the demo password" in str(result.exception)


def test_all_jobs_run_once(run: Run) -> None:
    assert run("jobs", "--once").exit_code == 0


# doctor


def test_doctor_names_what_is_wrong_and_what_to_do(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 1
    assert "BAD   schedulers:     Nobody keeps the timetable.\n" in result.stdout
    assert "Start “flask jobs”." in result.stdout


def test_doctor_ends_well_when_nothing_needs_somebody_now(run: Run) -> None:
    run("jobs", "--once")
    result = run("doctor")
    assert (result.exit_code, "BAD" in result.stdout) == (0, False)
    assert "soon  mail settings:  MAIL_URL names a folder" in result.stdout
    assert "ok    mail from here: A letter could leave now.\n" in result.stdout


def test_doctor_calls_at_the_mail_server_itself(run: Run, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    run("jobs", "--once")
    monkeypatch.setitem(app.extensions, "helpdesk.transport", transport_from("smtp://127.0.0.1:1"))
    result = run("doctor")
    assert result.exit_code == 1
    assert "BAD   mail from here: the mail server cannot be reached:" in result.stdout
