"""What hands a ticket up, to whom, and what happens when nobody takes it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from helpdesk.accounts import SYSTEM, By, Role, User
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.escalation import (
    Escalation,
    EscalationState,
    Reason,
    Verdict,
    ask_for_help,
    ask_for_supervisor,
    escalate,
    open_escalation,
)
from helpdesk.sla import State, Target
from helpdesk.stores import Store
from helpdesk.tickets import Action, IssueType, Priority, Ticket
from tests import factories
from tests.scenes import NEW_YORK, actions_on, clock_of, clocks_on, last, local, story_of, sweep

pytestmark = pytest.mark.usefixtures("database")
When = Callable[[str], datetime]
ACK = Target.ESCALATION_ACK


@pytest.fixture
def when(at: Callable[..., datetime]) -> When:
    """Set the clock by the wall in New York, where the store is open from nine to five."""
    return lambda text: at(text, NEW_YORK)


@pytest.fixture
def shop(when: When) -> Store:
    when("2026-06-01 10:00")  # a Monday
    return factories.store()


@pytest.fixture
def boss(shop: Store) -> User:
    return factories.supervisor(shop)


@pytest.fixture
def chief(shop: Store) -> User:
    return factories.agent(shop, role=Role.MANAGER)


@pytest.fixture
def ticket(shop: Store, boss: User) -> Ticket:
    return factories.ticket(shop)


def reasons_on(ticket: Ticket) -> list[str]:
    escalation = open_escalation(ticket)
    return [reason for reason, *_ in escalation.reasons] if escalation else []


def rungs_of(ticket: Ticket) -> list[tuple[int, int | None]]:
    """To which level and to whom it went, one after the other."""
    return [(e.details["level"], e.details["to"]) for e in story_of(ticket) if e.action is Action.ESCALATED]


# ---- what hands it up


@pytest.mark.parametrize("is_answered_once", [False, True])
def test_an_answer_that_is_overdue(is_answered_once: bool, ticket: Ticket, boss: User, when: When) -> None:
    if is_answered_once:
        ticket.reply(by=factories.agent(ticket.store), body="Which bowl?")
        ticket.write(by=ticket.customer, body="The red one.")
    when("2026-06-02 10:00:01")
    sweep()
    assert reasons_on(ticket) == ["response_overdue"]
    assert rungs_of(ticket) == [(1, boss.id)]


def test_a_pet_that_got_ill_at_once_and_urgently(shop: Store, boss: User) -> None:
    ticket = factories.ticket(shop, issue=IssueType.ADVERSE_REACTION)
    assert (reasons_on(ticket), ticket.priority) == (["health_emergency"], Priority.URGENT)
    assert (last(ticket, Action.ESCALATED).by, rungs_of(ticket)) == (By.SYSTEM, [(1, boss.id)])


def test_a_pet_of_which_we_learn_only_while_sorting(ticket: Ticket) -> None:
    ticket.sort(IssueType.ADVERSE_REACTION, by=factories.agent(ticket.store))
    assert (reasons_on(ticket), ticket.priority) == (["health_emergency"], Priority.URGENT)


@pytest.mark.parametrize("issue", [i for i in IssueType if i is not IssueType.ADVERSE_REACTION])
def test_no_other_issue_goes_up_by_itself(issue: IssueType, shop: Store) -> None:
    ticket = factories.ticket(shop, issue=issue)
    assert (reasons_on(ticket), ticket.priority) == ([], Priority.NORMAL)


def test_an_agent_who_says_what_is_to_be_decided(ticket: Ticket) -> None:
    agent = factories.agent(ticket.store)
    ask_for_help(ticket, by=agent, note="  May I refund twice? ")
    event = last(ticket, Action.ESCALATED)
    assert (event.user, event.details["reason"], event.details["note"]) == (
        agent,
        "agent_request",
        "May I refund twice?",
    )


@pytest.mark.parametrize("note", ["", " \n"])
def test_not_an_agent_without_a_question(note: str, ticket: Ticket) -> None:
    with pytest.raises(Invalid):
        ask_for_help(ticket, by=factories.agent(ticket.store), note=note)
    assert reasons_on(ticket) == []


def test_a_customer_after_the_first_answer(ticket: Ticket) -> None:
    with pytest.raises(WrongState, match="not answered yet"):
        ask_for_supervisor(ticket, by=ticket.customer, note="Now!")
    ticket.note(by=factories.agent(ticket.store), body="Impatient.")
    with pytest.raises(WrongState):
        ask_for_supervisor(ticket, by=ticket.customer, note="Now!")
    ticket.reply(by=factories.agent(ticket.store), body="No.")
    ask_for_supervisor(ticket, by=ticket.customer, note="Not like that.")
    assert (reasons_on(ticket), last(ticket, Action.ESCALATED).customer) == (["customer_request"], ticket.customer)


def test_not_a_customer_whose_ticket_is_solved(ticket: Ticket) -> None:
    agent = factories.agent(ticket.store)
    ticket.reply(by=agent, body="Done.")
    ticket.solve(by=agent)
    with pytest.raises(WrongState, match="open it again"):
        ask_for_supervisor(ticket, by=ticket.customer, note="Hm.")


# ---- one at a time


def test_further_reasons_are_gathered_on_the_open_one(ticket: Ticket, when: When) -> None:
    agent = factories.agent(ticket.store)
    ask_for_help(ticket, by=agent, note="May I?")
    ticket.reply(by=agent, body="We ask.")
    ask_for_supervisor(ticket, by=ticket.customer, note="Ask louder.")
    assert reasons_on(ticket) == ["agent_request", "customer_request"]
    assert len(rungs_of(ticket)) == 1
    event = last(ticket, Action.ESCALATION_REASON_ADDED)
    assert (event.customer, event.details["note"]) == (ticket.customer, "Ask louder.")


def test_a_further_reason_moves_no_clock(ticket: Ticket, when: When) -> None:
    ask_for_help(ticket, by=factories.agent(ticket.store), note="May I?")
    when("2026-06-01 12:00")
    escalate(ticket, Reason.HIGH_VALUE, by=SYSTEM)
    assert [clock.due_at for clock in clocks_on(ticket, ACK)] == [local("2026-06-01 14:00")]


def test_each_reason_is_named_once(ticket: Ticket) -> None:
    for _ in range(3):
        escalation = escalate(ticket, Reason.RESPONSE_OVERDUE, by=SYSTEM)
    assert escalation.reason_names == ["Answer overdue"]


def test_after_a_decision_a_new_one_may_be_raised(ticket: Ticket, boss: User) -> None:
    first = escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    first.decide(Verdict.DECLINED, by=boss, note="No.")
    second = escalate(ticket, Reason.CUSTOMER_REQUEST, by=SYSTEM)
    assert second is not first
    assert reasons_on(ticket) == ["customer_request"]


def test_the_database_too_allows_one_open_at_a_time(ticket: Ticket) -> None:
    escalation = escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    again = {name: getattr(escalation, name) for name in ("ticket_id", "store_id", "level", "state", "raised_at")}
    db.session.add(Escalation(**again, reasons=[], note=""))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.flush()


# ---- up the ladder


@pytest.mark.parametrize("raised, due", [
    ("2026-06-01 10:00", "2026-06-01 14:00"),
    ("2026-06-01 15:00", "2026-06-02 11:00"),  # two hours today, two tomorrow
    ("2026-06-05 16:30", "2026-06-08 12:30"),  # over the weekend
    ("2026-06-06 12:00", "2026-06-08 13:00"),
])  # fmt: skip
def test_somebody_has_four_opening_hours_to_take_it(raised: str, due: str, ticket: Ticket, when: When) -> None:
    when(raised)
    escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    assert clock_of(ticket, ACK).due_at == local(due)


def test_what_nobody_takes_goes_to_the_manager_with_a_clock_of_its_own(
    ticket: Ticket, boss: User, chief: User, when: When
) -> None:
    escalation = escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    when("2026-06-01 14:00")
    sweep()
    assert rungs_of(ticket) == [(1, boss.id)]
    when("2026-06-01 14:00:01")
    sweep()
    assert rungs_of(ticket) == [(1, boss.id), (2, chief.id)]
    assert (escalation.level, escalation.to, escalation.state) == (2, chief, EscalationState.RAISED)
    first, second = clocks_on(ticket, ACK)
    assert (first.state, first.overrun_wall_seconds) == (State.BREACHED, 1)
    assert (second.state, second.due_at) == (State.RUNNING, local("2026-06-02 10:00:01"))


def test_each_rung_is_climbed_once(ticket: Ticket, boss: User, chief: User, when: When) -> None:
    escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    for day in range(2, 10):
        when(f"2026-06-{day:02} 16:00")
        sweep()
        sweep()
    assert rungs_of(ticket) == [(1, boss.id), (2, chief.id)]
    assert reasons_on(ticket)[0] == "agent_request"


def test_what_somebody_took_stays_there(ticket: Ticket, boss: User, chief: User, when: When) -> None:
    escalation = escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    when("2026-06-01 13:59")
    escalation.acknowledge(by=boss)
    when("2026-06-05 10:00")
    sweep()
    assert (escalation.level, escalation.to) == (1, boss)


def test_taken_late_before_the_sweep_looked_it_stays_with_who_took_it(
    ticket: Ticket, boss: User, chief: User, when: When
) -> None:
    escalation = escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    when("2026-06-01 14:00:01")
    escalation.acknowledge(by=boss)
    sweep()
    assert (escalation.level, escalation.to) == (1, boss)
    assert clock_of(ticket, ACK).state is State.BREACHED


def test_where_nobody_is_there_it_waits_for_anyone(shop: Store, when: When) -> None:
    ticket = factories.ticket(shop)
    escalation = escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    assert (escalation.to, rungs_of(ticket)) == (None, [(1, None)])
    back = factories.agent(shop, role=Role.MANAGER)
    when("2026-06-01 14:00:01")
    sweep()
    assert rungs_of(ticket) == [(1, None), (2, back.id)]


def test_without_supervisors_the_manager_is_asked_at_once_and_only_once(shop: Store, chief: User, when: When) -> None:
    ticket = factories.ticket(shop)
    escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    when("2026-06-08 10:00")
    sweep()
    assert rungs_of(ticket) == [(2, chief.id)]


def test_a_breach_of_the_acknowledgement_is_no_further_escalation(ticket: Ticket, chief: User, when: When) -> None:
    escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    when("2026-06-01 15:00")
    sweep()
    count = select(func.count()).select_from(Escalation).where(Escalation.ticket_id == ticket.id)
    assert (db.session.scalar(count), reasons_on(ticket)) == (1, ["agent_request"])
    assert actions_on(ticket).count(Action.BREACHED) == 1
