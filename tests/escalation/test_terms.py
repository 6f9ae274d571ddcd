"""What a store says about its ladder: high value, minutes per rung, emergencies, straight to a manager, asked again."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from helpdesk.accounts import SYSTEM, Role, User
from helpdesk.core.errors import Invalid
from helpdesk.escalation import Escalation, Reason, Verdict, ask_for_exception, ask_for_supervisor, escalate
from helpdesk.escalation import open_escalation as open_one
from helpdesk.sla import State, Target
from helpdesk.stores import Store, load_store, read_store_file
from helpdesk.stores.ladder import ReasonWord
from helpdesk.tickets import Action, IssueType, Ticket
from tests import factories
from tests.scenes import NEW_YORK, actions_on, clock_of, clocks_on, last, local, sweep
from tests.stores.files import SHIPPED, written

pytestmark = pytest.mark.usefixtures("database")
When = Callable[[str], datetime]
ACK = Target.ESCALATION_ACK


@pytest.fixture
def when(at: Callable[..., datetime]) -> When:
    return lambda text: at(text, NEW_YORK)


@pytest.fixture
def shop(when: When) -> Store:
    when("2026-06-01 10:00")  # a Monday, open nine to five
    return factories.store()


@pytest.fixture
def boss(shop: Store) -> User:
    return factories.supervisor(shop)


@pytest.fixture
def chief(shop: Store) -> User:
    return factories.agent(shop, role=Role.MANAGER)


def with_terms(shop: Store, **terms: Any) -> Store:
    shop.ladder_terms = terms
    return shop


def ordered(shop: Store, issue: IssueType = IssueType.LOST, *, items: int = 0, **order: Any) -> Ticket:
    """A ticket on an order of three bowls at 42.00."""
    made = factories.order(shop, lines=3, **order)
    return factories.ticket(shop, order=made, issue=issue, items=[(line, 1) for line in made.lines[:items]])


def reasons_on(ticket: Ticket) -> list[str]:
    found = open_one(ticket)
    return [reason for reason, *_ in found.reasons] if found else []


# ---- high value


@pytest.mark.parametrize("terms, order, items, is_high", [
    ({}, {}, 0, False),
    ({"high_value": "126"}, {}, 0, True),  # exactly what was paid
    ({"high_value": "126.01"}, {}, 0, False),
    ({"high_value": "84"}, {}, 2, True),
    ({"high_value": "85"}, {}, 2, False),  # only two of three are in question
    ({"high_value": "50"}, {"total_cents": 4000}, 3, False),  # never more than was paid
    ({"high_value": "100"}, {"currency": "EUR"}, 0, False),  # cannot be compared
    ({"high_value": "999", "high_value_in": {"EUR": "100"}}, {"currency": "EUR"}, 0, True),
    ({"high_value_in": {"JPY": "12600"}}, {"currency": "JPY"}, 0, True),  # no decimal places
])  # fmt: skip
def test_what_counts_as_high_value(
    terms: dict[str, Any], order: dict[str, Any], items: int, is_high: bool, shop: Store, boss: User
) -> None:
    ticket = ordered(with_terms(shop, **terms), items=items, **order)
    assert reasons_on(ticket) == (["high_value"] if is_high else [])


@pytest.mark.parametrize("issue", [IssueType.TRACKING, IssueType.POLICY_QUESTION, IssueType.PRODUCT_QUESTION])
def test_a_question_about_a_dear_order_costs_nobody_anything(issue: IssueType, shop: Store) -> None:
    assert reasons_on(ordered(with_terms(shop, high_value="1"), issue)) == []


def test_high_value_is_raised_once_however_often_the_ticket_is_sorted(shop: Store, boss: User) -> None:
    ticket = ordered(with_terms(shop, high_value="1"), IssueType.TRACKING)
    ticket.sort(IssueType.LOST, by=boss)
    assert reasons_on(ticket) == ["high_value"]
    escalate(ticket, Reason.AGENT_REQUEST, by=boss).decide(Verdict.GRANTED, by=boss, note="Go on.")
    ticket.sort(IssueType.DAMAGED, by=boss)
    assert "high_value" not in reasons_on(ticket)


# ---- how long each rung has


def test_minutes_until_the_next_rung(shop: Store, boss: User, chief: User, when: When) -> None:
    ticket = factories.ticket(with_terms(shop, next_rung_minutes=90))
    escalation = escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    assert clock_of(ticket, ACK).due_at == local("2026-06-01 11:30")
    when("2026-06-01 11:30:01")
    sweep()
    assert (escalation.level, escalation.to) == (2, chief)
    assert clock_of(ticket, ACK).due_at == local("2026-06-01 13:00:01")


def test_they_may_be_counted_by_the_wall(shop: Store, boss: User, when: When) -> None:
    with_terms(shop, next_rung_minutes=90, next_rung_counts="always")
    when("2026-06-05 16:30")
    ticket = factories.ticket(shop)
    escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    assert clock_of(ticket, ACK).due_at == local("2026-06-05 18:00")


def test_an_emergency_does_not_wait_for_monday(shop: Store, boss: User, when: When) -> None:
    when("2026-06-05 20:00")
    ticket = factories.ticket(shop, issue=IssueType.ADVERSE_REACTION)
    assert clock_of(ticket, ACK).due_at == local("2026-06-05 21:00")


def test_an_emergency_that_comes_to_light_leaves_less_time(shop: Store, boss: User, when: When) -> None:
    ticket = factories.ticket(shop)
    escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM)
    when("2026-06-01 11:00")
    ticket.sort(IssueType.ADVERSE_REACTION, by=boss)
    before, now = clocks_on(ticket, ACK)
    assert (before.state, now.due_at) == (State.CANCELLED, local("2026-06-01 12:00"))
    assert actions_on(ticket).count(Action.ESCALATED) == 1


def test_who_has_it_already_is_not_hurried_twice(shop: Store, boss: User, when: When) -> None:
    ticket = factories.ticket(shop)
    escalate(ticket, Reason.AGENT_REQUEST, by=SYSTEM).acknowledge(by=boss)
    ticket.sort(IssueType.ADVERSE_REACTION, by=boss)
    assert [clock.state for clock in clocks_on(ticket, ACK)] == [State.MET]


# ---- straight to a manager


def test_some_reasons_go_straight_to_a_manager(shop: Store, boss: User, chief: User) -> None:
    with_terms(shop, straight_to_manager=["policy_exception"])
    ticket = factories.ticket(shop)
    escalation = ask_for_exception(ticket, by=boss, note="Ninety days.")
    assert (escalation.level, escalation.to, reasons_on(ticket)) == (2, chief, ["policy_exception"])


def test_such_a_reason_lifts_what_nobody_has_taken(shop: Store, boss: User, chief: User) -> None:
    ticket = factories.ticket(with_terms(shop, straight_to_manager=["policy_exception"]))
    escalation = escalate(ticket, Reason.AGENT_REQUEST, by=boss)
    ask_for_exception(ticket, by=boss, note="Ninety days.")
    assert (escalation.level, escalation.to) == (2, chief)
    assert actions_on(ticket).count(Action.ESCALATED) == 2
    ask_for_exception(ticket, by=boss, note="Please.")
    assert actions_on(ticket).count(Action.ESCALATED) == 2  # each rung once


def test_it_does_not_take_away_what_somebody_works_on(shop: Store, boss: User, chief: User) -> None:
    ticket = factories.ticket(with_terms(shop, straight_to_manager=["policy_exception"]))
    escalation = escalate(ticket, Reason.AGENT_REQUEST, by=boss)
    escalation.acknowledge(by=boss)
    ask_for_exception(ticket, by=boss, note="Ninety days.")
    assert (escalation.level, escalation.to) == (1, boss)


@pytest.mark.parametrize("verdict, level", [
    (Verdict.GRANTED, 2), (Verdict.DECLINED, 2), (Verdict.RETURNED_TO_AGENT, 1),
])  # fmt: skip
def test_a_customer_who_asks_again_gets_a_manager(
    verdict: Verdict, level: int, shop: Store, boss: User, chief: User
) -> None:
    ticket = factories.ticket(shop)
    ticket.reply(by=boss, body="No.")
    ask_for_supervisor(ticket, by=ticket.customer, note="Hm.").decide(verdict, by=boss, note="Seen.")
    again = ask_for_supervisor(ticket, by=ticket.customer, note="Still no.")
    assert (again.level, again.to) == (level, chief if level == 2 else boss)


def test_there_is_nobody_above_a_manager(shop: Store, chief: User) -> None:
    ticket = factories.ticket(shop)
    ticket.reply(by=chief, body="No.")
    for _ in range(3):
        again = ask_for_supervisor(ticket, by=ticket.customer, note="Hm.")
        assert (again.level, again.to) == (2, chief)
        again.decide(Verdict.DECLINED, by=chief, note="No.")


def test_a_solution_that_is_overdue(shop: Store, boss: User, when: When) -> None:
    ticket = factories.ticket(shop)
    ticket.reply(by=boss, body="We look.")
    when("2026-06-08 10:00:01")
    sweep()
    assert reasons_on(ticket) == ["resolution_overdue"]


# ---- nobody is there


def test_it_waits_for_the_role_and_says_so(shop: Store) -> None:
    factories.supervisor(shop, is_absent=True)
    escalation = escalate(factories.ticket(shop), Reason.AGENT_REQUEST, by=SYSTEM)
    assert (escalation.to, escalation.role_name) == (None, "supervisor")
    assert last(escalation.ticket, Action.ESCALATED).details["to"] is None


def test_handed_back_the_agent_has_the_ticket_again(shop: Store, boss: User) -> None:
    agent = factories.agent(shop)
    ticket = factories.ticket(shop)
    ticket.assign(to=agent, by=agent)
    escalation: Escalation = escalate(ticket, Reason.AGENT_REQUEST, by=agent)
    escalation.take_over(by=boss)
    assert ticket.assignee is boss
    escalation.hand_back(by=boss, note="You may.")
    assert ticket.assignee is agent


def test_a_ticket_somebody_else_took_meanwhile_stays_there(shop: Store, boss: User) -> None:
    agent, other = factories.agent(shop), factories.agent(shop)
    ticket = factories.ticket(shop)
    ticket.assign(to=agent, by=agent)
    escalation = escalate(ticket, Reason.AGENT_REQUEST, by=agent)
    escalation.take_over(by=boss)
    ticket.assign(to=other, by=boss)
    escalation.hand_back(by=boss, note="You may.")
    assert ticket.assignee is other


# ---- in the store's file


def test_the_file_says_it(tmp_path: Path) -> None:
    section = """
        [escalation]
        high_value = 250
        next_rung_minutes = 120
        straight_to_manager = ["high_value"]
    """
    store = load_store(read_store_file(written(tmp_path, SHIPPED + section)))
    assert store.ladder_terms == {
        "high_value": "250", "next_rung_minutes": 120, "straight_to_manager": ["high_value"],
    }  # fmt: skip
    assert store.ladder.threshold_cents(store.currency, store.currency) == 25_000


@pytest.mark.parametrize("line", [
    "high_value = 0",
    "high_value = -5",
    "next_rung_minutes = 0",
    "straight_to_manager = ['boredom']",
    "high_value_in = { euro = 5 }",
    "next_rung_hours = 2",
])  # fmt: skip
def test_a_file_that_says_nonsense_is_refused(line: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"escalation\."):
        read_store_file(written(tmp_path, f"{SHIPPED}\n[escalation]\n{line}"))


def test_the_stores_words_are_the_reasons() -> None:
    assert set(get_args(ReasonWord)) == set(Reason)
