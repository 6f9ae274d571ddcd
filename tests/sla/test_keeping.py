"""How a ticket's events start, pause and stop its clocks; the promises here are DOMAIN's defaults."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk import sla
from helpdesk.accounts import SYSTEM, User
from helpdesk.core.db import NEVER
from helpdesk.sla import State, Target
from helpdesk.stores import Counts, SpecialDay
from helpdesk.tickets import Action, Channel, Kind, Priority, Ticket
from tests import factories
from tests.scenes import NEW_YORK, actions_on, clock_of, clocks_on, last, local, sweep

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
SECOND = timedelta(seconds=1)
FIRST, NEXT, SOLUTION = Target.FIRST_RESPONSE, Target.NEXT_RESPONSE, Target.RESOLUTION


@pytest.fixture
def when(at: At) -> Callable[[str], datetime]:
    """Set the clock by the wall in New York, where the store is."""
    return lambda text: at(text, NEW_YORK)


@pytest.fixture
def ticket(when: Callable[[str], datetime]) -> Ticket:
    """Opened by a customer on a Monday at ten: an answer is due on Tuesday, a solution on the next Monday."""
    when("2026-06-01 10:00")
    return factories.ticket()


@pytest.fixture
def agent(ticket: Ticket) -> User:
    return factories.agent(ticket.store)


# ---- the first answer


def test_a_customers_ticket_promises_an_answer_and_a_solution(ticket: Ticket) -> None:
    first, solution = clock_of(ticket, FIRST), clock_of(ticket, SOLUTION)
    assert (first.due_at, solution.due_at) == (local("2026-06-02 10:00"), local("2026-06-08 10:00"))
    assert (first.counts, first.seconds, first.state) == (Counts.BUSINESS_DAYS, 24 * 3600, State.RUNNING)
    assert ticket.next_due_at == first.due_at


def test_a_ticket_that_staff_opened_promises_only_a_solution(when: Callable[[str], datetime]) -> None:
    when("2026-06-01 10:00")
    shop = factories.store()
    opened = factories.ticket(shop, customer=factories.customer(shop), by=factories.agent(shop), channel=Channel.DESK)
    assert clocks_on(opened, FIRST) == []
    assert opened.next_due_at == clock_of(opened, SOLUTION).due_at


def test_the_first_public_answer_stops_it(ticket: Ticket, agent: User, when: Callable[[str], datetime]) -> None:
    answered_at = when("2026-06-01 12:00")
    ticket.reply(by=agent, body="Found it.")
    assert (clock_of(ticket, FIRST).state, clock_of(ticket, FIRST).stopped_at) == (State.MET, answered_at)
    assert ticket.next_due_at == clock_of(ticket, SOLUTION).due_at


@pytest.mark.parametrize("act", [
    lambda ticket, agent: ticket.note(by=agent, body="Calling the carrier."),
    lambda ticket, agent: ticket.hold(by=agent),
    lambda ticket, agent: ticket.resume(by=agent),
    lambda ticket, agent: ticket.assign(to=agent, by=agent),
    lambda ticket, agent: ticket.prioritise(Priority.URGENT, by=agent),
    lambda ticket, agent: ticket.write(by=ticket.customer, body="Hello?"),
    lambda ticket, _agent: ticket._say("We got your message.", Kind.PUBLIC, SYSTEM, ()),  # an automatic message
], ids=["note", "hold", "status", "assign", "priority", "nudge", "automatic"])  # fmt: skip
def test_nothing_else_counts_as_an_answer(act: Callable[[Ticket, User], None], ticket: Ticket, agent: User) -> None:
    act(ticket, agent)
    assert clock_of(ticket, FIRST).state is State.RUNNING
    assert clock_of(ticket, FIRST).due_at == local("2026-06-02 10:00")


def test_it_never_arms_again(ticket: Ticket, agent: User, when: Callable[[str], datetime]) -> None:
    ticket.reply(by=agent, body="Found it.")
    ticket.solve(by=agent)
    when("2026-06-03 10:00")
    ticket.write(by=ticket.customer, body="Wrong bowl.")
    assert [clock.state for clock in clocks_on(ticket, FIRST)] == [State.MET]


# ---- the next answer


def test_the_oldest_unanswered_message_starts_the_next_one(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    ticket.reply(by=agent, body="Which bowl?")
    assert clocks_on(ticket, NEXT) == []
    when("2026-06-02 15:00")
    ticket.write(by=ticket.customer, body="The red one.")
    when("2026-06-03 09:00")
    ticket.write(by=ticket.customer, body="Hello?")
    assert [clock.due_at for clock in clocks_on(ticket, NEXT)] == [local("2026-06-03 15:00")]
    assert ticket.next_due_at == local("2026-06-03 15:00")


def test_each_round_has_a_clock_of_its_own(ticket: Ticket, agent: User, when: Callable[[str], datetime]) -> None:
    for hour in (11, 13):
        when(f"2026-06-01 {hour}:00")
        ticket.reply(by=agent, body="And?")
        when(f"2026-06-01 {hour + 1}:00")
        ticket.write(by=ticket.customer, body="So.")
    assert [clock.state for clock in clocks_on(ticket, NEXT)] == [State.MET, State.RUNNING]


def test_a_ticket_that_staff_opened_promises_an_answer_once_the_customer_writes(
    when: Callable[[str], datetime],
) -> None:
    when("2026-06-01 10:00")
    shop = factories.store()
    opened = factories.ticket(shop, customer=factories.customer(shop), by=factories.agent(shop), channel=Channel.DESK)
    opened.write(by=opened.customer, body="What is this about?")
    assert clock_of(opened, NEXT).due_at == local("2026-06-02 10:00")


def test_what_was_solved_without_a_word_owes_an_answer_when_the_customer_comes_back(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    ticket.solve(by=agent)
    when("2026-06-01 12:00")
    ticket.write(by=ticket.customer, body="Nobody told me anything.")
    assert (clock_of(ticket, FIRST).state, clock_of(ticket, NEXT).state) == (State.CANCELLED, State.RUNNING)
    assert ticket.next_due_at == clock_of(ticket, NEXT).due_at == local("2026-06-02 12:00")


# ---- in time or not


@pytest.mark.parametrize("seconds, state", [(-1, State.MET), (0, State.MET), (1, State.BREACHED)])
def test_the_second_of_the_answer_decides_though_no_sweep_ran(
    seconds: int, state: State, ticket: Ticket, agent: User, at: At
) -> None:
    due_at = clock_of(ticket, FIRST).due_at
    at((due_at + seconds * SECOND).replace(tzinfo=None).isoformat())
    ticket.reply(by=agent, body="Here.")
    assert clock_of(ticket, FIRST).state is state
    assert actions_on(ticket).count(Action.BREACHED) == (state is State.BREACHED)


def test_a_late_answer_is_told_as_a_breach_at_the_due_time(ticket: Ticket, agent: User, at: At) -> None:
    at("2026-06-02 15:00", NEW_YORK)
    ticket.reply(by=agent, body="Sorry.")
    clock = clock_of(ticket, FIRST)
    assert clock.breached_at == clock.due_at
    assert last(ticket, Action.BREACHED).details == {
        "clock": clock.id, "target": "first_response", "due_at": "2026-06-02T14:00:00+00:00", "answered": True,
    }  # fmt: skip


def test_the_overrun_is_frozen_in_counted_and_in_wall_time(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    ticket.reply(by=agent, body="Which bowl?")
    when("2026-06-04 15:00")
    ticket.write(by=ticket.customer, body="The red one.")  # answer due on Friday at 15:00
    when("2026-06-08 16:00")
    ticket.reply(by=agent, body="Thanks.")
    when("2026-06-20 16:00")
    clock = clock_of(ticket, NEXT)
    assert (clock.overrun_seconds, clock.overrun_wall_seconds) == (25 * 3600, 73 * 3600)


def test_a_kept_promise_has_no_overrun(ticket: Ticket, agent: User) -> None:
    ticket.reply(by=agent, body="Here.")
    assert (clock_of(ticket, FIRST).overrun_seconds, clock_of(ticket, FIRST).overrun_wall_seconds) == (None, None)


# ---- the solution and its pauses


def test_only_waiting_for_the_customer_stops_the_solutions_time(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    ticket.reply(by=agent, body="We ask the carrier.")
    ticket.hold(by=agent)
    when("2026-06-03 10:00")
    ticket.resume(by=agent)
    assert clock_of(ticket, SOLUTION).due_at == local("2026-06-08 10:00")
    assert clock_of(ticket, SOLUTION).pauses == []


def test_what_was_left_before_a_pause_is_left_after_it(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    ticket.reply(by=agent, body="Which bowl?")
    when("2026-06-02 10:00")
    ticket.wait_for_customer(by=agent)
    assert clock_of(ticket, SOLUTION).state is State.PAUSED
    assert ticket.next_due_at == NEVER
    when("2026-06-04 16:00")
    ticket.write(by=ticket.customer, body="The red one.")
    assert clock_of(ticket, SOLUTION).due_at == local("2026-06-10 16:00")
    assert clock_of(ticket, SOLUTION).pauses == [
        ["2026-06-02T14:00:00+00:00", "2026-06-04T20:00:00+00:00", "waiting for the customer"]
    ]


def test_a_pause_over_a_closed_weekend_costs_only_its_business_days(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    ticket.reply(by=agent, body="Which bowl?")
    when("2026-06-06 00:00")  # Saturday
    ticket.wait_for_customer(by=agent)
    when("2026-06-08 01:00")  # Monday
    ticket.resume(by=agent)
    assert clock_of(ticket, SOLUTION).due_at == local("2026-06-08 11:00")


def test_from_waiting_for_the_customer_to_hold_the_time_goes_on(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    ticket.reply(by=agent, body="Which bowl?")
    ticket.wait_for_customer(by=agent)
    when("2026-06-02 10:00")
    ticket.hold(by=agent)
    solution = clock_of(ticket, SOLUTION)
    assert (solution.state, solution.due_at) == (State.RUNNING, local("2026-06-09 10:00"))
    assert ticket.next_due_at == clock_of(ticket, Target.UPDATE).due_at == local("2026-06-05 10:00")


def test_a_pause_after_the_promise_ran_out_saves_nothing(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    ticket.reply(by=agent, body="Which bowl?")
    when("2026-06-08 10:00:01")
    ticket.wait_for_customer(by=agent)
    when("2026-06-09 10:00")
    ticket.solve(by=agent)
    clock = clock_of(ticket, SOLUTION)
    assert (clock.state, clock.breached_at) == (State.BREACHED, clock.due_at)
    assert (clock.overrun_seconds, clock.overrun_wall_seconds) == (1, 86_400)


def test_solving_while_waiting_keeps_the_promise(ticket: Ticket, agent: User, when: Callable[[str], datetime]) -> None:
    ticket.reply(by=agent, body="Try this.")
    ticket.wait_for_customer(by=agent)
    when("2026-06-22 10:00")
    ticket.solve(by=agent)
    assert clock_of(ticket, SOLUTION).state is State.MET


def test_reopening_goes_on_without_the_solved_time(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    ticket.reply(by=agent, body="Done.")
    when("2026-06-02 10:00")
    ticket.solve(by=agent)
    when("2026-06-05 10:00")
    ticket.resume(by=ticket.customer)
    (clock,) = clocks_on(ticket, SOLUTION)
    assert (clock.state, clock.stopped_at, clock.due_at) == (State.RUNNING, None, local("2026-06-11 10:00"))
    assert clock.pauses[-1][2] == "it counted as solved"
    assert ticket.next_due_at == clock.due_at


def test_a_solution_that_came_late_stays_late_when_reopened(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    when("2026-06-09 10:00")
    ticket.solve(by=agent)
    when("2026-06-10 10:00")
    ticket.resume(by=agent)
    when("2026-06-11 10:00")
    ticket.solve(by=agent)
    clock = clock_of(ticket, SOLUTION)
    assert (clock.state, clock.due_at) == (State.BREACHED, local("2026-06-08 10:00"))
    assert clock.overrun_seconds == 48 * 3600  # Monday to Tuesday, Wednesday to Thursday
    assert [e for e in actions_on(ticket) if e is Action.BREACHED] == [Action.BREACHED] * 2  # answer and solution


def test_what_was_solved_owes_nothing(ticket: Ticket, agent: User) -> None:
    ticket.solve(by=agent)
    states = {clock.target: clock.state for clock in sla.clocks_of([ticket.id])[ticket.id]}
    assert states == {FIRST: State.CANCELLED, SOLUTION: State.MET}
    assert ticket.next_due_at == NEVER


def test_solving_does_not_hide_an_answer_that_was_late_already(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    when("2026-06-03 10:00")
    ticket.solve(by=agent)
    states = {clock.target: clock.state for clock in sla.clocks_of([ticket.id])[ticket.id]}
    assert states == {FIRST: State.BREACHED, SOLUTION: State.MET}


# ---- what a clock was computed from


def test_a_clock_keeps_the_calendar_it_was_last_computed_with(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    ticket.reply(by=agent, body="Which bowl?")
    ticket.wait_for_customer(by=agent)
    ticket.store.special_days.append(SpecialDay(on=datetime(2026, 6, 4).date(), name="Party", hours=[]))  # noqa: DTZ001
    ticket.store.calendar_version += 1
    assert clock_of(ticket, SOLUTION).calendar_version == 1
    when("2026-06-02 10:00")
    ticket.resume(by=agent)
    assert clock_of(ticket, SOLUTION).calendar_version == 2
    assert clock_of(ticket, SOLUTION).due_at == local("2026-06-10 10:00")  # a day of pause, a day of party


def test_each_stores_promises_are_its_own(when: Callable[[str], datetime]) -> None:
    when("2026-06-06 10:00")  # Saturday
    quick = factories.store(promise_terms={"first_response": {"hours": 2}})
    assert clock_of(factories.ticket(quick), FIRST).due_at == local("2026-06-06 12:00")


def test_clocks_of_many_tickets_come_by_ticket(ticket: Ticket) -> None:
    other = factories.ticket(ticket.store)
    found = sla.clocks_of([ticket.id, other.id])
    assert {id: [c.ticket_id for c in clocks] for id, clocks in found.items()} == {
        ticket.id: [ticket.id] * 2,
        other.id: [other.id] * 2,
    }
    assert sla.clocks_of([]) == {}


def test_what_a_sweep_told_is_not_told_again_by_the_answer(
    ticket: Ticket, agent: User, when: Callable[[str], datetime]
) -> None:
    when("2026-06-02 12:00")
    sweep()
    when("2026-06-02 13:00")
    ticket.reply(by=agent, body="Sorry.")
    clock = clock_of(ticket, FIRST)
    assert actions_on(ticket).count(Action.BREACHED) == 1
    assert (clock.state, clock.overrun_seconds) == (State.BREACHED, 3 * 3600)
