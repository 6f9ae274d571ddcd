"""Snoozing: what may sleep, what wakes it, and that no promise is hidden by it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk import jobs
from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.escalation import ask_for_help
from helpdesk.stores import Store
from helpdesk.tickets import Action, Filters, Show, Snooze, Ticket, ids_to_wake, queue_page, snooze_of, wake_times
from tests import factories
from tests.scenes import BERLIN, actions_on, last, local, plans_of, story_of, sweep

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
NY = "America/New_York"


@pytest.fixture
def shop() -> Store:
    return factories.store()


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


@pytest.fixture
def asleep(shop: Store, agent: User, at: At) -> Ticket:
    """Opened and answered on Monday at ten, asleep until Tuesday at ten."""
    at("2026-06-01 10:00", NY)
    ticket = factories.ticket(shop)
    ticket.reply(by=agent, body="We ask the carrier.")
    Snooze.begin(ticket, local("2026-06-02 10:00"), by=agent, note="Carrier answers by then")
    return ticket


def listed(agent: User, show: Show) -> list[str]:
    return [row.reference for row in queue_page(agent, Filters(show), None).rows]


def wake_all() -> None:
    jobs.wake_tickets()


def test_asleep_it_is_out_of_what_waits_and_in_a_view_of_its_own(asleep: Ticket, agent: User) -> None:
    assert listed(agent, Show.WAITING) == []
    assert listed(agent, Show.SNOOZED) == listed(agent, Show.UNFINISHED) == [asleep.reference]


def test_it_wakes_by_itself_and_once(asleep: Ticket, agent: User, at: At) -> None:
    at("2026-06-02 09:59:59", NY)
    assert ids_to_wake() == []
    at("2026-06-02 10:00", NY)
    wake_all()
    wake_all()
    assert (asleep.snoozed_until, snooze_of(asleep)) == (None, None)
    assert [e.details["because"] for e in story_of(asleep) if e.action is Action.WOKEN] == ["time"]
    assert listed(agent, Show.WAITING) == [asleep.reference]


@pytest.mark.parametrize("what", ["write", "solve", "escalate", "delivered", "photos ran out"])
def test_what_does_not_wait_wakes_it(what: str, asleep: Ticket, agent: User) -> None:
    run_out = {"target": "evidence", "due_at": clock.now().isoformat(), "clock": 0}
    acts: dict[str, tuple[Callable[[], object], Action]] = {
        "write": (lambda: asleep.write(by=asleep.customer, body="And?"), Action.CUSTOMER_WROTE),
        "solve": (lambda: asleep.solve(by=agent), Action.SOLVED),
        "escalate": (lambda: ask_for_help(asleep, by=agent, note="May I?"), Action.ESCALATED),
        "delivered": (
            lambda: asleep.record(Action.ORDER_DELIVERED, by=agent, delivered_at=clock.now().isoformat()),
            Action.ORDER_DELIVERED,
        ),
        "photos ran out": (
            lambda: asleep.record(Action.CUSTOMER_CLOCK_RAN_OUT, by=agent, **run_out),
            Action.CUSTOMER_CLOCK_RAN_OUT,
        ),
    }
    act, because = acts[what]
    act()
    assert asleep.snoozed_until is None
    assert last(asleep, Action.WOKEN).details["because"] == because


def test_a_note_or_an_answer_lets_it_sleep(asleep: Ticket, agent: User) -> None:
    asleep.note(by=agent, body="Called them.")
    asleep.reply(by=agent, body="They have not answered yet.")
    assert asleep.snoozed_until == local("2026-06-02 10:00")


def test_a_promise_that_presses_wakes_it_in_time(shop: Store, agent: User, at: At) -> None:
    at("2026-06-01 10:00", NY)
    ticket = factories.ticket(shop)
    Snooze.begin(ticket, local("2026-06-20 10:00"), by=agent)
    assert ticket.next_warn_at == local("2026-06-02 04:00")
    at("2026-06-02 04:00", NY)
    wake_all()
    assert last(ticket, Action.WOKEN).details["because"] == "promise"
    with pytest.raises(Problem, match="runs out soon"):
        Snooze.begin(ticket, local("2026-06-20 10:00"), by=agent)
    at("2026-06-02 10:00:01", NY)
    sweep()
    with pytest.raises(Problem, match="has run out"):
        Snooze.begin(ticket, local("2026-06-20 10:00"), by=agent)


def test_clocks_run_on_while_it_sleeps(asleep: Ticket) -> None:
    assert asleep.next_due_at == local("2026-06-08 10:00")


def test_a_second_snooze_changes_the_first(asleep: Ticket, agent: User) -> None:
    Snooze.begin(asleep, local("2026-06-03 10:00"), by=agent)
    assert (asleep.snoozed_until, actions_on(asleep).count(Action.SNOOZED)) == (local("2026-06-03 10:00"), 2)
    snooze = snooze_of(asleep)
    assert snooze
    snooze.end(by=agent)
    with pytest.raises(Problem, match="awake already"):
        snooze.end(by=agent)


def test_what_cannot_sleep(asleep: Ticket, shop: Store, agent: User) -> None:
    for until in (clock.now(), clock.now() - timedelta(days=1), clock.now() + timedelta(days=181)):
        with pytest.raises(Problem, match="time to come"):
            Snooze.begin(asleep, until, by=agent)
    done = factories.ticket(shop)
    done.solve(by=agent)
    with pytest.raises(Problem, match="finished"):
        Snooze.begin(done, clock.now() + timedelta(hours=1), by=agent)


@pytest.mark.parametrize("now, soon, tomorrow, next_day, next_week", [
    ("2026-06-01 10:00", "2026-06-01 12:00", "2026-06-02 09:00", None, "2026-06-08 09:00"),
    ("2026-06-01 16:30", "2026-06-02 10:30", "2026-06-02 09:00", None, "2026-06-08 09:00"),
    ("2026-06-05 10:00", "2026-06-05 12:00", None, "2026-06-08 09:00", None),  # Friday: Monday is the next day
    ("2026-06-06 10:00", "2026-06-08 11:00", None, "2026-06-08 09:00", None),
    ("2026-03-27 16:00", "2026-03-30 10:00", None, "2026-03-30 09:00", None),  # over the change of the clock
])  # fmt: skip
def test_moments_to_choose_from(
    now: str, soon: str, tomorrow: str | None, next_day: str | None, next_week: str | None
) -> None:
    shop = factories.store(timezone=BERLIN)
    expected = {"soon": soon, "tomorrow": tomorrow, "next_day": next_day, "next_week": next_week}
    found = {name: moment for name, (_, moment) in wake_times(shop, local(now, BERLIN)).items()}
    assert found == {name: local(moment, BERLIN) for name, moment in expected.items() if moment}


def test_finding_what_to_wake_follows_an_index(asleep: Ticket) -> None:
    plan = plans_of(ids_to_wake)
    assert "ix_tickets_snoozed" in plan
    if db.session.get_bind().dialect.name == "sqlite":  # with so few rows PostgreSQL takes any of the small ones
        assert "ix_tickets_snoozed_warn" in plan
