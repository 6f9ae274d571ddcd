"""What if: past promises under another target, way of counting or calendar."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.reports import DAYS, Promise, Summary, finished_promises, judge, summary_of
from helpdesk.reports.what_if import Past
from helpdesk.sla import Target
from helpdesk.stores import Calendar, Counts, Store
from helpdesk.tickets import Ticket
from tests import factories
from tests.scenes import NEW_YORK, local

WEEK = Calendar(NEW_YORK, dict.fromkeys(range(5), ((540, 1020),)), {})
HOUR = 3600


def past(start: str, stop: str, *gaps: tuple[str, str], was_kept: bool = True) -> Past:
    pauses = tuple((local(since), local(until)) for since, until in gaps)
    return Past("AAAA-BBBB", local(start), local(stop), pauses, local(stop), was_kept)


# ---- worked out (pure)


@pytest.mark.parametrize("hours, counts, due", [
    (24, Counts.ALWAYS, "2026-06-06 16:00"),
    (24, Counts.BUSINESS_DAYS, "2026-06-08 16:00"),
    (24, Counts.SERVICE_HOURS, "2026-06-10 16:00"),
    (0.5, Counts.SERVICE_HOURS, "2026-06-05 16:30"),
])  # fmt: skip
def test_due_anew_from_the_same_start(hours: float, counts: Counts, due: str) -> None:
    promise = Promise(round(hours * HOUR), counts, WEEK)
    assert promise.due(past("2026-06-05 16:00", "2026-06-09 10:00")) == local(due)


def test_pauses_stay_pauses() -> None:
    waited = past("2026-06-01 10:00", "2026-06-02 11:00", ("2026-06-01 11:00", "2026-06-02 10:00"))
    (judged,) = judge([waited], Promise(2 * HOUR, Counts.SERVICE_HOURS, WEEK))
    assert (judged.due_at, judged.would_be_kept) == (local("2026-06-02 11:00"), True)


@pytest.mark.parametrize("stop, kept", [("12:00:00", True), ("12:00:01", False)])
def test_the_due_second_is_still_in_time(stop: str, kept: bool) -> None:
    (judged,) = judge([past("2026-06-01 10:00", f"2026-06-01 {stop}")], Promise(2 * HOUR, Counts.ALWAYS, WEEK))
    assert judged.would_be_kept is kept


def test_the_numbers() -> None:
    pasts = [
        past("2026-06-01 10:00", "2026-06-01 11:00"),
        past("2026-06-01 10:00", "2026-06-01 13:00"),
        past("2026-06-01 10:00", "2026-06-01 11:00", was_kept=False),
    ]
    judged = judge(pasts, Promise(2 * HOUR, Counts.ALWAYS, WEEK))
    assert summary_of(judged) == Summary(count=3, kept=2, would_be_kept=2)
    assert [each.changes for each in judged] == [False, True, True]
    assert summary_of([]).share == 0.0


@given(st.lists(st.integers(0, 14 * 24 * HOUR), max_size=20), st.integers(1, 40), st.integers(0, 40))
def test_a_longer_promise_is_never_kept_less_often(answers: list[int], hours: int, more: int) -> None:
    start = datetime.fromisoformat("2026-06-01T10:00:00-04:00")
    pasts = [Past("A", start, start + timedelta(seconds=seconds), (), start, True) for seconds in answers]
    for counts in Counts:
        short = summary_of(judge(pasts, Promise(hours * HOUR, counts, WEEK)))
        longer = summary_of(judge(pasts, Promise((hours + more) * HOUR, counts, WEEK)))
        assert short.would_be_kept <= longer.would_be_kept


# ---- which promises are meant


@pytest.fixture
def boss(database: None) -> User:
    return factories.supervisor(factories.store())


def answered(shop: Store, opened: timedelta, after: timedelta) -> Ticket:
    """A ticket opened so long ago and answered so long after."""
    agent = factories.agent(shop)
    with clock.at(clock.now() - opened):
        ticket = factories.ticket(shop)
        with clock.at(clock.now() + after):
            ticket.reply(by=agent, body="Here.")
    return ticket


def test_answered_ones_of_the_last_ninety_days(boss: User) -> None:
    (shop,) = boss.stores
    kept = answered(shop, timedelta(days=20), timedelta(minutes=5))
    missed = answered(shop, timedelta(days=30), timedelta(days=9))
    answered(shop, timedelta(days=DAYS + 1), timedelta(hours=1))
    factories.ticket(shop)
    gone = factories.ticket(shop)
    gone.solve(by=boss)
    found = finished_promises(boss, shop.id, Target.FIRST_RESPONSE)
    assert [(each.reference, each.was_kept) for each in found.pasts] == [
        (kept.reference, True),
        (missed.reference, False),
    ]
    assert (found.still_open, found.withdrawn, found.beyond) == (1, 1, 0)


def test_the_present_promise_gives_what_was(boss: User) -> None:
    (shop,) = boss.stores
    for days in range(2, 20, 3):
        answered(shop, timedelta(days=20), timedelta(days=days) / 2)
    found = finished_promises(boss, shop.id, Target.FIRST_RESPONSE)
    judged = judge(found.pasts, Promise(24 * HOUR, Counts.BUSINESS_DAYS, WEEK))
    assert not [each for each in judged if each.changes]
    assert [each.due_at for each in judged] == [each.due_at for each in found.pasts]


def test_another_stores_promises_are_not_counted(boss: User) -> None:
    other = factories.store()
    answered(other, timedelta(days=3), timedelta(hours=1))
    factories.ticket(other)
    for shop in (other, boss.stores[0]):
        found = finished_promises(boss, shop.id, Target.FIRST_RESPONSE)
        assert (found.pasts, found.still_open, found.withdrawn) == ([], 0, 0)
