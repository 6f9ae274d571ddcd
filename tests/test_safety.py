"""What must not go live does not start; what mends it does."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import DEMO_SECRET, ROOT
from helpdesk.core.db import db
from helpdesk.safety import refuse_unsafe_start
from tests import factories
from tests.conftest import make_app

GOOD_SECRET = "a-secret-that-only-this-test-knows-and-long"
Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Flask]:
    """An app of its own, whose settings a test may change."""
    app = make_app(f"sqlite:///{tmp_path / 'own.db'}", tmp_path)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("secret", [DEMO_SECRET, "", "short", "x" * 31])
def test_a_secret_that_can_be_guessed_does_not_start(lite: Flask, secret: str) -> None:
    lite.config["SECRET_KEY"] = secret
    with pytest.raises(SystemExit, match=r"^Helpdesk does not start: SECRET_KEY is the demo's or under 32 char"):
        refuse_unsafe_start(lite)


@pytest.mark.parametrize("secret", ["x" * 32, GOOD_SECRET])
def test_a_secret_of_ones_own_starts(lite: Flask, secret: str) -> None:
    lite.config["SECRET_KEY"] = secret
    refuse_unsafe_start(lite)


def test_the_demo_starts_with_everything_that_is_known(lite: Flask) -> None:
    lite.config.update(SECRET_KEY=DEMO_SECRET, DEMO=True)
    factories.agent(has_demo_password=True)
    db.session.commit()
    refuse_unsafe_start(lite)


def test_demo_passwords_do_not_start_and_their_owners_are_named(lite: Flask) -> None:
    people = [factories.agent(has_demo_password=True) for _ in range(2)]
    factories.agent()
    factories.agent(has_demo_password=True, is_active=False)
    db.session.commit()
    with pytest.raises(SystemExit) as refusal:
        refuse_unsafe_start(lite)
    assert f": {people[0].email}, {people[1].email} can still sign in with the demo password." in str(refusal.value)
    assert "`flask set-password ADDRESS`" in str(refusal.value)


def test_an_empty_database_starts(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
    refuse_unsafe_start(app)
    with app.app_context():
        db.engine.dispose()


def test_the_handbook_names_every_setting() -> None:
    settings = re.findall(r'(?:environ\.get|flag)\("([A-Z_]+)"', (ROOT / "config.py").read_text(encoding="utf-8"))
    handbook = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert len(settings) > 9
    assert [name for name in settings if f"| `{name}` |" not in handbook] == []


# As a server, and as the command line, in a process of their own


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Run Python with these words and settings, on a database of its own."""

    def start(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        ours = {k: v for k, v in os.environ.items() if k not in {"SECRET_KEY", "HELPDESK_DEMO", "DATABASE_URL"}}
        return subprocess.run(
            [sys.executable, *words], cwd=ROOT, env={**ours, "HELPDESK_INSTANCE": str(tmp_path), **settings},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return start


SERVERS = {
    "gunicorn": ["-m", "gunicorn", "--check-config", "wsgi:app"],
    "flask run": ["-m", "flask", "run", "--port", "0"],
    "jobs": ["-m", "flask", "jobs", "--once"],
}


@pytest.mark.parametrize("words", SERVERS.values(), ids=SERVERS)
def test_no_server_starts_with_the_default_secret(start: Start, words: list[str]) -> None:
    if "gunicorn" in words:
        pytest.importorskip("gunicorn")
    ended = start(*words)
    assert ended.returncode not in (0, 2)
    assert "Helpdesk does not start: SECRET_KEY" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("settings", [{"SECRET_KEY": GOOD_SECRET}, {"HELPDESK_DEMO": "1"}], ids=["secret", "demo"])
def test_a_safe_server_and_a_demo_start(start: Start, settings: dict[str, str]) -> None:
    ended = start("-c", "import wsgi", **settings)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_is_unsafe_can_be_mended(start: Start, tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'helpdesk.db'}", tmp_path)
    with app.app_context():
        db.create_all()
        someone = factories.agent(has_demo_password=True)
        address = someone.email
        db.session.commit()
        ended = start("-m", "flask", "set-password", address, "--password", "a password of my own")
        db.session.refresh(someone)
        mended = not someone.has_demo_password
        db.session.remove()
        db.engine.dispose()
    assert (ended.returncode, mended) == (0, True)
