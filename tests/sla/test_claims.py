"""Several sweeps at once share what is due; a lease spreads the work and never keeps it from being done."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import jobs, sla
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.sla import SlaClock, Target
from helpdesk.sla.sweep import LEASE
from helpdesk.tickets import Action
from tests import factories
from tests.conftest import ENGINES
from tests.lasting import lasting_app
from tests.scenes import actions_on, clock_of, plans_of

MONDAY = datetime(2026, 6, 1, 14, tzinfo=UTC)
LATE = MONDAY + timedelta(hours=25)
WARNED = MONDAY + timedelta(hours=20)


def unanswered(count: int) -> list[int]:
    """So many tickets that wait for their first answer since Monday: their clocks, oldest first."""
    shop = factories.store()
    made = []
    for number in range(count):
        with clock.at(MONDAY + timedelta(seconds=number)):
            made.append(clock_of(factories.ticket(shop), Target.FIRST_RESPONSE).id)
    db.session.commit()
    return made


@pytest.fixture(params=ENGINES)
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app whose clocks several connections see."""
    with lasting_app(request.param, request, tmp_path) as app:
        yield app


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("claim, moment", [(sla.claim_to_breach, LATE), (sla.claim_to_warn, WARNED)])
def test_a_claim_is_kept_until_its_lease_is_over(claim: Callable[[int], list[int]], moment: datetime) -> None:
    ids = unanswered(3)
    with clock.at(moment):
        assert [claim(2), claim(2), claim(2)] == [ids[:2], ids[2:], []]
    with clock.at(moment + LEASE - timedelta(seconds=1)):
        assert claim(5) == []
    with clock.at(moment + LEASE):
        assert claim(5) == ids


@pytest.mark.usefixtures("database")
def test_a_lease_written_by_a_clock_that_was_wrong_binds_nobody() -> None:
    ids = unanswered(2)
    with clock.at(LATE + timedelta(days=1)):
        assert sla.claim_to_breach() == ids
    with clock.at(LATE):
        assert sla.claim_to_breach() == ids


@pytest.mark.usefixtures("database")
def test_what_was_told_is_free_for_the_next_telling() -> None:
    (clock_id,) = unanswered(1)
    due = db.session.get_one(SlaClock, clock_id).due_at
    with clock.at(due):
        jobs.sweep_clocks()
    with clock.at(due + timedelta(seconds=1)):
        jobs.sweep_clocks()
    told = [each for each in actions_on(db.session.get_one(SlaClock, clock_id).ticket) if each is not Action.OPENED]
    assert told == [Action.WARNED, Action.BREACHED, Action.ESCALATED]


@pytest.mark.usefixtures("database")
def test_claims_follow_the_partial_indexes() -> None:
    unanswered(1)
    with clock.at(LATE):
        assert "ix_sla_clocks_to_breach" in plans_of(sla.claim_to_breach)
        assert "ix_sla_clocks_to_warn" in plans_of(sla.claim_to_warn)


@pytest.mark.usefixtures("database")
def test_the_oldest_unswept_clock_is_the_one_longest_overdue() -> None:
    ids = unanswered(3)
    first, second, third = (db.session.get_one(SlaClock, each).due_at for each in ids)
    assert sla.oldest_unswept(first) is None
    assert sla.oldest_unswept(third) == first
    with clock.at(LATE):
        sla.breach(ids[0])
    assert sla.oldest_unswept(LATE) == second


def test_who_comes_second_gets_other_clocks(lasting: Flask) -> None:
    with lasting.app_context(), clock.at(LATE):
        ids = unanswered(5)
        first = sla.claim_to_breach(2)
        if db.engine.dialect.name == "sqlite":  # there, the second waits until the first has committed
            db.session.commit()
        with lasting.app_context():
            second = sla.claim_to_breach(2)
            db.session.commit()
        db.session.commit()
        third = sla.claim_to_breach(2)
        db.session.commit()
    assert [first, second, third] == [ids[:2], ids[2:4], ids[4:]]


def test_many_at_once_take_each_clock_once(lasting: Flask) -> None:
    taken: Counter[int] = Counter()

    def take() -> None:
        with lasting.app_context(), clock.at(LATE):
            while ids := sla.claim_to_breach(3):
                db.session.commit()
                taken.update(ids)

    with lasting.app_context():
        ids = unanswered(60)
    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert taken == dict.fromkeys(ids, 1)
