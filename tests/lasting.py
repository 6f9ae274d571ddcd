"""An app on a database of its own: for what takes several connections or processes, and so cannot be rolled back."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from helpdesk.core.db import db
from helpdesk.stores import forget_calendars
from tests.conftest import make_app
from tests.postgres import new_database


@contextmanager
def lasting_app(engine: str, request: pytest.FixtureRequest, folder: Path, **settings: object) -> Iterator[Flask]:
    """Yield an app with empty tables on this engine; what is committed stays until the end."""
    forget_calendars()
    template = request.getfixturevalue(f"migrated_{engine}")
    with ExitStack() as stack:
        if engine == "postgresql":
            url = stack.enter_context(new_database(request.getfixturevalue("postgres"), template))
        else:
            url = f"sqlite:///{shutil.copy(template, folder / 'lasting.db')}"
        app = make_app(url, folder, **settings)
        yield app
        with app.app_context():
            db.engine.dispose()


def start_jobs(app: Flask, folder: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start `flask jobs` for this app's database; what it says goes to jobs.log. The caller ends it."""
    ours = {
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "HELPDESK_INSTANCE": str(folder),
        "MAIL_URL": app.config["MAIL_URL"],
        "SECRET_KEY": app.config["SECRET_KEY"],
        "HELPDESK_DEMO": "1",
    }
    if sys.dont_write_bytecode:  # else every start would compile everything anew
        ours |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder.parent / "compiled")}
    with (folder / "jobs.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "jobs"],
            cwd=ROOT,
            env={**os.environ, **ours, **environment},
            stdout=log,
            stderr=log,
        )


@contextmanager
def ended(*processes: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever happens inside, these are gone afterwards."""
    try:
        yield
    finally:
        end(*processes)


def end(*processes: subprocess.Popen[bytes]) -> None:
    """At once; those that have ended already do not mind."""
    for process in processes:
        process.kill()
        process.wait()


def wait_until(is_so: Callable[[], object], seconds: float = 120, *, every: float = 0.05) -> None:
    """Look again and again; fail if it takes too long."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "that took too long"
        time.sleep(every)
