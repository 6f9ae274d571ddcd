"""The limiter: one count for all processes, kept whatever becomes of the request."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.errors import TooMany
from helpdesk.core.limits import DatabaseStorage, RateLimit, forget_old_counts, refuse_if_too_often
from helpdesk.stores import Store
from tests.conftest import make_app


@pytest.fixture
def limited(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """An app with limits on the same database; afterwards nothing was counted."""
    made = another(app, tmp_path)
    yield made
    with made.app_context():
        DatabaseStorage().reset()
        db.session.remove()
        db.engine.dispose()


def another(app: Flask, folder: Path) -> Flask:
    return make_app(app.config["SQLALCHEMY_DATABASE_URI"], folder, RATELIMIT_ENABLED=True)


def tries(app: Flask, times: int, *keys: str, rule: str = "3/minute", scope: str = "sign-in") -> int:
    """How many of so many tries are let through."""
    let = 0
    with app.app_context():
        for _ in range(times):
            try:
                refuse_if_too_often(rule, scope, *(keys or ("203.0.113.7",)))
            except TooMany:
                continue
            let += 1
    return let


def test_so_many_are_let_through_and_no_more(limited: Flask) -> None:
    assert tries(limited, 5) == 3


def test_too_many_says_what_to_do(limited: Flask) -> None:
    tries(limited, 3)
    with limited.app_context(), pytest.raises(TooMany, match="Please wait a few minutes") as refusal:
        refuse_if_too_often("3/minute", "sign-in", "203.0.113.7")
    assert refusal.value.status == 429


def test_two_processes_share_one_count(app: Flask, limited: Flask, tmp_path: Path) -> None:
    other = another(app, tmp_path)
    assert (tries(limited, 2), tries(other, 2)) == (2, 1)
    with other.app_context():
        db.engine.dispose()


def test_when_the_window_is_over_it_starts_again(limited: Flask) -> None:
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as host:
        tries(limited, 4)
        host.shift(59)
        early = tries(limited, 1)
        host.shift(2)
        assert (early, tries(limited, 4)) == (0, 3)


@pytest.mark.parametrize(
    "keys, scope, let",
    [
        (("ada@mail.example.com",), "sign-in", 0),
        (("ADA@Mail.example.com",), "sign-in", 0),  # however it is written
        (("bob@mail.example.com",), "sign-in", 3),
        (("ada@mail.example.com",), "lookup", 3),
        (("ada@", "mail.example.com"), "sign-in", 3),  # two keys are not one
        (("ada@mail.example.com", ""), "sign-in", 3),
    ],
)
def test_what_counts_as_the_same(limited: Flask, keys: tuple[str, ...], scope: str, let: int) -> None:
    tries(limited, 3, "ada@mail.example.com")
    assert tries(limited, 3, *keys, scope=scope) == let


def test_two_rules_for_the_same_key_count_apart(limited: Flask) -> None:
    tries(limited, 3, rule="3/minute")
    assert tries(limited, 9, rule="5/hour") == 5


def test_any_key_can_be_counted(limited: Flask) -> None:
    assert tries(limited, 1, "x" * 10_000, "ü\x00\n‘") == 1


def test_a_try_counts_although_its_request_is_undone(limited: Flask) -> None:
    with limited.app_context():
        db.session.execute(select(Store.id))
        refuse_if_too_often("1/minute", "sign-in", "203.0.113.7")
        db.session.rollback()
    assert tries(limited, 1, rule="1/minute") == 0


def test_counting_does_not_wait_for_the_request_that_counts(limited: Flask) -> None:
    with limited.test_request_context(method="POST"):
        db.session.execute(sa.update(Store).values(tagline=Store.tagline))
        refuse_if_too_often("1/minute", "report", "203.0.113.7")
        db.session.rollback()


def test_where_limits_are_off_nothing_is_counted(app: Flask, database: None) -> None:
    for _ in range(9):
        refuse_if_too_often("1/minute", "sign-in", "203.0.113.7")
    assert db.session.scalars(select(RateLimit)).all() == []


def test_old_counts_are_forgotten_and_running_ones_are_not(limited: Flask) -> None:
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as host:
        tries(limited, 2, rule="3/minute")
        tries(limited, 2, rule="3/hour")
        host.shift(120)
        with limited.app_context():
            forget_old_counts()
            db.session.commit()
            assert DatabaseStorage().reset() == 1
