"""The sweep: a warning once, a breach once, however often it runs; and two databases' worth of racing answers."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk import jobs, sla
from helpdesk.accounts import By
from helpdesk.core import clock
from helpdesk.core.db import NEVER, db
from helpdesk.escalation import open_escalation
from helpdesk.sla import SlaClock, State, Target
from helpdesk.tickets import Action, Ticket
from tests import factories
from tests.scenes import NEW_YORK, actions_on, clock_of, last, local, plans_of, story_of, sweep

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
FIRST, NEXT, SOLUTION = Target.FIRST_RESPONSE, Target.NEXT_RESPONSE, Target.RESOLUTION
TOLD = (Action.WARNED, Action.BREACHED)


@pytest.fixture
def ticket(at: At) -> Ticket:
    """Opened by a customer on a Monday at ten: an answer is due on Tuesday at ten, a warning at four in the morning."""
    at("2026-06-01 10:00", NEW_YORK)
    return factories.ticket()


def told(ticket: Ticket) -> list[tuple[Action, str]]:
    """The warnings and breaches on its timeline."""
    return [(event.action, event.details["target"]) for event in story_of(ticket) if event.action in TOLD]


@pytest.mark.parametrize("moment, expected", [
    ("2026-06-02 03:59:59", []),
    ("2026-06-02 04:00", [Action.WARNED]),
    ("2026-06-02 10:00", [Action.WARNED]),  # the last moment that is in time
    ("2026-06-02 10:00:01", [Action.BREACHED]),
])  # fmt: skip
def test_a_warning_comes_when_a_quarter_is_left_and_a_breach_a_second_late(
    moment: str, expected: list[Action], ticket: Ticket, at: At
) -> None:
    at(moment, NEW_YORK)
    sweep()
    assert [action for action, _ in told(ticket)] == expected


def test_running_again_changes_nothing(ticket: Ticket, at: At) -> None:
    for moment in ("2026-06-02 04:00", "2026-06-02 06:00", "2026-06-02 10:00:01", "2026-06-02 12:00"):
        at(moment, NEW_YORK)
        sweep()
        before = actions_on(ticket)
        sweep()
        assert actions_on(ticket) == before
    assert told(ticket) == [(Action.WARNED, FIRST), (Action.BREACHED, FIRST)]


def test_the_timeline_says_which_promise_and_when_it_was_due(ticket: Ticket, at: At) -> None:
    at("2026-06-02 04:00", NEW_YORK)
    sweep()
    event = last(ticket, Action.WARNED)
    due = {"target": "first_response", "due_at": "2026-06-02T14:00:00+00:00"}
    assert (event.by, event.details) == (By.SYSTEM, {"clock": clock_of(ticket, FIRST).id, **due})
    at("2026-06-02 11:00", NEW_YORK)
    sweep()
    assert last(ticket, Action.BREACHED).details == {"clock": clock_of(ticket, FIRST).id, **due, "answered": False}


def test_a_breached_clock_runs_on_until_the_answer_and_stays_first_in_the_queue(ticket: Ticket, at: At) -> None:
    at("2026-06-02 18:00", NEW_YORK)
    sweep()
    clock_ = clock_of(ticket, FIRST)
    assert (clock_.state, clock_.breached_at, clock_.is_overdue) == (State.RUNNING, clock_.due_at, True)
    assert ticket.next_due_at == clock_.due_at


def test_a_breach_is_dated_by_the_promise_however_late_the_sweep(ticket: Ticket, at: At) -> None:
    at("2026-06-05 18:00", NEW_YORK)
    sweep()
    assert clock_of(ticket, FIRST).breached_at == local("2026-06-02 10:00")


@pytest.mark.parametrize("ending", ["reply", "solve"])
def test_what_was_answered_is_left_alone(ending: str, ticket: Ticket, at: At) -> None:
    agent = factories.agent(ticket.store)
    ticket.reply(by=agent, body="Here.") if ending == "reply" else ticket.solve(by=agent)
    at("2026-06-03 10:00", NEW_YORK)
    sweep()
    assert told(ticket) == []


def test_a_clock_answered_between_the_look_and_the_act_is_left_alone(ticket: Ticket, at: At) -> None:
    now = at("2026-06-02 10:00:01", NEW_YORK)
    ids = sla.ids_to_breach(now)
    ticket.reply(by=factories.agent(ticket.store), body="Here.")
    for clock_id in (*ids, 0):
        sla.breach(clock_id)
        sla.warn(clock_id)
    assert told(ticket) == [(Action.BREACHED, FIRST)]  # by the answer, which was late


def test_paused_promises_neither_warn_nor_break(ticket: Ticket, at: At) -> None:
    agent = factories.agent(ticket.store)
    ticket.reply(by=agent, body="Which bowl?")
    ticket.wait_for_customer(by=agent)
    at("2026-06-30 10:00", NEW_YORK)
    sweep()
    assert told(ticket) == []


def test_a_warning_is_given_once_though_a_pause_moves_the_end(ticket: Ticket, at: At) -> None:
    agent = factories.agent(ticket.store)
    ticket.reply(by=agent, body="Which bowl?")
    at("2026-06-05 16:00", NEW_YORK)
    sweep()
    ticket.wait_for_customer(by=agent)
    at("2026-06-10 10:00", NEW_YORK)
    ticket.resume(by=agent)
    at("2026-06-11 01:00", NEW_YORK)
    sweep()
    assert told(ticket) == [(Action.WARNED, SOLUTION)]


def reasons_on(ticket: Ticket) -> list[str]:
    escalation = open_escalation(ticket)
    return [reason for reason, *_ in escalation.reasons] if escalation else []


def test_a_late_answer_goes_up_and_so_does_a_late_solution(ticket: Ticket, at: At) -> None:
    at("2026-06-02 10:00:01", NEW_YORK)
    sweep()
    assert reasons_on(ticket) == ["response_overdue"]
    other = factories.ticket()
    other.reply(by=factories.agent(other.store), body="Here.")
    at("2026-06-20 10:00", NEW_YORK)
    sweep()
    assert (Action.BREACHED, SOLUTION) in told(other)
    assert reasons_on(other) == ["resolution_overdue"]


def test_an_answer_that_was_late_but_came_needs_nobody(ticket: Ticket, at: At) -> None:
    at("2026-06-02 12:00", NEW_YORK)
    ticket.reply(by=factories.agent(ticket.store), body="Sorry.")
    sweep()
    assert told(ticket) == [(Action.BREACHED, FIRST)]
    assert open_escalation(ticket) is None


def test_the_timetables_sweep_does_the_same(ticket: Ticket, at: At) -> None:
    at("2026-06-02 10:00:01", NEW_YORK)
    jobs.sweep_clocks()
    jobs.sweep_clocks()
    assert told(ticket) == [(Action.BREACHED, FIRST)]


def test_one_that_fails_does_not_stop_the_next(ticket: Ticket, at: At, caplog: pytest.LogCaptureFixture) -> None:
    other = factories.ticket()
    clock_of(ticket, FIRST).ticket.store.promise_terms = {"escalation_ack": "nonsense"}
    at("2026-06-02 10:00:01", NEW_YORK)
    jobs.sweep_clocks()
    assert (told(ticket), told(other)) == ([], [(Action.BREACHED, FIRST)])
    assert "breach" in caplog.text


def test_the_next_moment_is_the_earliest_warning_or_breach(ticket: Ticket, at: At) -> None:
    assert sla.next_moment() == local("2026-06-02 04:00")
    at("2026-06-02 05:00", NEW_YORK)
    sweep()
    assert sla.next_moment() == local("2026-06-02 10:00")
    ticket.solve(by=ticket.customer)
    assert sla.next_moment() is None


def test_both_queries_follow_their_partial_index(ticket: Ticket) -> None:
    db.session.flush()
    db.session.execute(db.insert(SlaClock), [_answered(ticket, clock.now() + timedelta(minutes=n)) for n in range(900)])
    db.session.execute(db.text("ANALYZE"))
    plans = {act: plans_of(lambda act=act: act(clock.now())) for act in (sla.ids_to_warn, sla.ids_to_breach)}  # type: ignore[misc]
    assert "ix_sla_clocks_to_warn" in plans[sla.ids_to_warn]
    assert "ix_sla_clocks_to_breach" in plans[sla.ids_to_breach]
    assert not any("Sort" in plan or "TEMP B-TREE" in plan for plan in plans.values())


def _answered(ticket: Ticket, at: datetime) -> dict[str, object]:
    return {
        "ticket_id": ticket.id, "store_id": ticket.store_id,
        "target": "first_response", "state": "met", "counts": "always", "seconds": 1,
        "warn_seconds": 0, "calendar_version": 1, "started_at": at, "warn_at": at, "due_at": at, "pauses": [],
        "stopped_at": at,
    }  # fmt: skip


def test_a_closed_ticket_has_nothing_left_to_run_out(ticket: Ticket, at: At) -> None:
    ticket.solve(by=ticket.customer)
    at("2026-06-12 10:00", NEW_YORK)
    jobs.upkeep()
    sweep()
    assert (actions_on(ticket)[-1], ticket.next_due_at) == (Action.CLOSED, NEVER)
