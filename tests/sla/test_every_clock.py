"""Each clock of the domain: what starts it, stops it, pauses it, and whose it is. Promises are the defaults."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk import jobs, sla
from helpdesk.accounts import SYSTEM, By, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail import OutgoingMail
from helpdesk.reactions import REACTIONS
from helpdesk.sla import RULES, WHOSE, State, Target, Whose
from helpdesk.tickets import Action, IssueType, Priority, Ticket, merge
from tests import factories
from tests.scenes import NEW_YORK, actions_on, clock_of, clocks_on, last, local, story_of, sweep

pytestmark = pytest.mark.usefixtures("database", "lines_alone")
At = Callable[..., datetime]
When = Callable[[str], datetime]
UPDATE, DELIVERY, WINDOW = Target.UPDATE, Target.DELIVERY, Target.RETURN_WINDOW
SEND_BACK, INSPECTION, REFUND = Target.SEND_BACK, Target.RETURN_INSPECTION, Target.REFUND


@pytest.fixture
def when(at: At) -> When:
    """Set the clock by the wall in New York, where the store is."""
    return lambda text: at(text, NEW_YORK)


@pytest.fixture
def ticket(when: When) -> Ticket:
    """About a return, opened on a Monday at ten."""
    when("2026-06-01 10:00")
    return factories.ticket(issue=IssueType.RETURN)


@pytest.fixture
def agent(ticket: Ticket) -> User:
    return factories.agent(ticket.store)


def states(ticket: Ticket, target: Target) -> list[State]:
    return [each.state for each in clocks_on(ticket, target)]


def letters(ticket: Ticket) -> list[str]:
    query = db.select(OutgoingMail.letter).where(OutgoingMail.ticket_id == ticket.id).order_by(OutgoingMail.id)
    return [*db.session.scalars(query)]


def test_the_tables_of_rules_and_reactions_name_the_same() -> None:
    for action, rule in RULES.items():
        own = [each.__name__ for each in REACTIONS[action] if each.__module__ == "helpdesk.sla.keeping"]
        assert own == [rule.__name__], action
    others = {action for action in REACTIONS if action not in RULES}
    more = {each for action in others for each in REACTIONS[action] if each.__module__.startswith("helpdesk.sla")}
    assert more == {sla.hand_over_promises}  # which asks one ticket and records on the other


def test_every_target_is_somebodys() -> None:
    assert set(WHOSE) == set(Target)
    assert WHOSE[DELIVERY] is Whose.CARRIER


# ---- news in between


def test_on_hold_news_are_promised_again_and_again(ticket: Ticket, agent: User, when: When) -> None:
    ticket.reply(by=agent, body="We ask the carrier.")
    ticket.hold(by=agent)
    assert clock_of(ticket, UPDATE).due_at == local("2026-06-04 10:00")
    when("2026-06-03 12:00")
    ticket.reply(by=agent, body="They are still looking.")
    assert states(ticket, UPDATE) == [State.MET, State.RUNNING]
    assert clock_of(ticket, UPDATE).due_at == local("2026-06-08 12:00")
    ticket.resume(by=agent)
    assert states(ticket, UPDATE) == [State.MET, State.CANCELLED]
    ticket.reply(by=agent, body="Found it.")
    assert states(ticket, UPDATE) == [State.MET, State.CANCELLED]


def test_silence_on_hold_breaks_the_promise(ticket: Ticket, agent: User, when: When) -> None:
    ticket.reply(by=agent, body="We ask the carrier.")
    ticket.hold(by=agent)
    when("2026-06-04 10:00:01")
    sweep()
    assert last(ticket, Action.BREACHED).details["target"] == "update"
    when("2026-06-05 10:00")
    ticket.resume(by=agent)
    assert states(ticket, UPDATE) == [State.BREACHED]


def test_a_complex_ticket_gets_news_and_waiting_stops_the_time(ticket: Ticket, agent: User, when: When) -> None:
    ticket.mark_complex(by=agent)
    ticket.mark_complex(by=agent)
    ticket.reply(by=agent, body="This takes longer.")
    assert states(ticket, UPDATE) == [State.MET, State.RUNNING]
    ticket.wait_for_customer(by=agent)
    assert clock_of(ticket, UPDATE).state is State.PAUSED
    when("2026-06-02 10:00")
    ticket.write(by=ticket.customer, body="Here.")
    assert clock_of(ticket, UPDATE).due_at == local("2026-06-05 10:00")
    ticket.mark_ordinary(by=agent)
    assert clock_of(ticket, UPDATE).state is State.CANCELLED
    assert actions_on(ticket).count(Action.MARKED_COMPLEX) == 1


def test_solved_no_news_are_owed_and_reopened_they_are(ticket: Ticket, agent: User) -> None:
    ticket.mark_complex(by=agent)
    ticket.solve(by=agent)
    assert states(ticket, UPDATE) == [State.CANCELLED]
    ticket.resume(by=agent)
    assert states(ticket, UPDATE) == [State.CANCELLED, State.RUNNING]


# ---- delivery


def shipping(shop_terms: dict[str, Any], **order: Any) -> Ticket:
    shop = factories.store(promise_terms=shop_terms)
    return factories.ticket(shop, order=factories.order(shop, placed_at=local("2026-05-29 15:00"), **order))


def test_an_order_that_has_not_come_has_the_carriers_clock(when: When) -> None:
    when("2026-06-01 10:00")
    ticket = shipping({})
    assert clock_of(ticket, DELIVERY).due_at == local("2026-06-05 15:00")
    when("2026-06-05 16:00")
    assert ticket.order
    ticket.order.delivered_at = local("2026-06-05 14:00")
    sweep()  # nobody had looked at the order yet
    assert states(ticket, DELIVERY) == [State.MET]
    assert Action.ORDER_DELIVERED in actions_on(ticket)
    assert clock_of(ticket, DELIVERY).breached_at is None


def test_what_comes_late_was_late_and_what_does_not_come_runs_over(when: When) -> None:
    when("2026-06-01 10:00")
    ticket = shipping({})
    when("2026-06-05 15:00:01")
    sweep()
    assert (clock_of(ticket, DELIVERY).state, clock_of(ticket, DELIVERY).is_overdue) == (State.RUNNING, True)
    assert ticket.order
    ticket.order.delivered_at = when("2026-06-08 15:00")
    jobs.move_clocks()
    assert states(ticket, DELIVERY) == [State.BREACHED]
    assert clock_of(ticket, DELIVERY).overrun_seconds == 24 * 3600


def test_counted_from_the_hand_over_it_waits_for_it(when: When) -> None:
    when("2026-06-01 10:00")
    ticket = shipping({"delivery_starts": "shipped"})
    assert clock_of(ticket, DELIVERY).state is State.PAUSED
    assert ticket.order
    ticket.order.shipped_at = when("2026-06-02 09:00")
    jobs.move_clocks()
    jobs.move_clocks()
    assert clock_of(ticket, DELIVERY).due_at == local("2026-06-09 09:00")
    assert actions_on(ticket).count(Action.ORDER_SHIPPED) == 1


def test_a_cancelled_order_is_awaited_by_nobody(when: When) -> None:
    when("2026-06-01 10:00")
    ticket = shipping({})
    assert ticket.order
    ticket.order.cancelled_at = clock.now()
    jobs.move_clocks()
    assert (states(ticket, DELIVERY), sla.tickets_with_news()) == ([State.CANCELLED], [])


def test_only_shipping_tickets_wait_for_a_parcel(when: When) -> None:
    when("2026-06-01 10:00")
    ticket = shipping({})
    ticket.sort(IssueType.RETURN, by=factories.agent(ticket.store))
    assert states(ticket, DELIVERY) == [State.CANCELLED]
    shop = factories.store()
    other = factories.ticket(shop, issue=IssueType.RETURN, order=factories.order(shop))
    assert states(other, DELIVERY) == []
    other.sort(IssueType.LOST, by=factories.agent(shop))
    assert states(other, DELIVERY) == [State.RUNNING]
    come = factories.ticket(shop, order=factories.order(shop, delivered_at=clock.now()))
    assert states(come, DELIVERY) == []


# ---- returns


def test_a_return_from_approval_to_refund(ticket: Ticket, agent: User, when: When) -> None:
    ticket.record(Action.RETURN_APPROVED, by=agent, rma="R1")
    assert clock_of(ticket, SEND_BACK).due_at == local("2026-06-15 10:00")
    when("2026-06-03 10:00")
    ticket.record(Action.RETURN_IN_TRANSIT, by=SYSTEM, rma="R1")
    when("2026-06-05 10:00")
    ticket.record(Action.RETURN_RECEIVED, by=agent, rma="R1")
    assert (states(ticket, SEND_BACK), clock_of(ticket, INSPECTION).due_at) == ([State.MET], local("2026-06-12 10:00"))
    when("2026-06-08 10:00")
    ticket.record(Action.RETURN_INSPECTED, by=agent, rma="R1", result="passed")
    assert (states(ticket, INSPECTION), clock_of(ticket, REFUND).due_at) == ([State.MET], local("2026-06-17 10:00"))
    when("2026-06-17 10:00:01")
    ticket.record(Action.REFUND_RECORDED, by=agent, rma="R1")
    assert states(ticket, REFUND) == [State.BREACHED]
    assert last(ticket, Action.BREACHED).details["subject"] == "R1"


def test_several_returns_have_clocks_of_their_own(ticket: Ticket, agent: User) -> None:
    for rma in ("R1", "R2"):
        ticket.record(Action.RETURN_APPROVED, by=agent, rma=rma)
    ticket.record(Action.RETURN_RECEIVED, by=agent, rma="R2")
    assert {c.subject: c.state for c in clocks_on(ticket, SEND_BACK)} == {"R1": State.RUNNING, "R2": State.MET}
    ticket.record(Action.RETURN_INSPECTED, by=agent, rma="R2", result="failed")
    assert clocks_on(ticket, REFUND) == []
    ticket.record(Action.RETURN_CANCELLED, by=agent, rma="R1")
    assert {c.subject: c.state for c in clocks_on(ticket, SEND_BACK)} == {"R1": State.CANCELLED, "R2": State.MET}


@pytest.mark.parametrize("end", [Action.RETURN_REJECTED, Action.RETURN_CANCELLED, Action.RETURN_CLOSED])
def test_the_end_of_a_return_ends_its_clocks(end: Action, ticket: Ticket, agent: User) -> None:
    ticket.record(Action.RETURN_APPROVED, by=agent, rma="R1")
    ticket.record(Action.RETURN_RECEIVED, by=agent, rma="R1")
    ticket.record(end, by=agent, rma="R1")
    assert states(ticket, INSPECTION) == [State.CANCELLED]


def test_the_customer_is_reminded_once_before_the_time_to_send_back_ends(
    ticket: Ticket, agent: User, when: When
) -> None:
    ticket.record(Action.RETURN_APPROVED, by=agent, rma="R1")
    for moment in ("2026-06-12 09:59:59", "2026-06-12 10:00", "2026-06-13 10:00"):
        when(moment)
        sweep()
    assert letters(ticket).count("send_back_soon") == 1
    when("2026-06-15 10:00:01")
    sweep()
    assert (states(ticket, SEND_BACK), Action.CUSTOMER_CLOCK_RAN_OUT in actions_on(ticket)) == ([State.BREACHED], True)


# ---- the right to ask for a return


def decide(ticket: Ticket, end: str, *, missing: Sequence[str] = (), **more: Any) -> None:
    start = (ticket.opened_at - timedelta(days=3)).isoformat()
    right = {"target": "return_window", "starts_at": start, "ends_at": local(end).isoformat(), "clause": "3.1"}
    ticket.record(
        Action.DECIDED, by=SYSTEM, request="return", outcome="approve", rule="window", because="so it is",
        missing=list(missing), deadlines=[{**right, "edition": "2025-06-07", **more}],
    )  # fmt: skip


@pytest.mark.parametrize("end, state", [
    ("2026-06-01 10:00", State.MET), ("2026-07-01 10:00", State.MET), ("2026-06-01 09:59:59", State.BREACHED),
])  # fmt: skip
def test_the_request_itself_uses_the_right(end: str, state: State, ticket: Ticket) -> None:
    decide(ticket, end)
    found = clock_of(ticket, WINDOW)
    assert (found.state, found.stopped_at, found.due_at) == (state, ticket.opened_at, local(end))
    assert (found.clause, found.policy_edition) == ("3.1", "2025-06-07")
    assert "It rests on clause 3.1 of the policy, edition 2025-06-07." in sla.why_due(found)


def test_a_right_not_used_yet_is_reminded_of_once_and_then_runs_out(when: When) -> None:
    when("2026-06-01 10:00")
    ticket = factories.ticket(issue=IssueType.PRODUCT_QUESTION)
    decide(ticket, "2026-06-20 10:00", asked=False)
    for moment in ("2026-06-13 10:00", "2026-06-14 10:00"):
        when(moment)
        sweep()
    query = db.select(OutgoingMail).where(OutgoingMail.letter == "return_window_ends")
    (letter,) = db.session.scalars(query)
    assert "Sat 20 Jun, 10:00 (EDT) (clause 3.1 of our policy)" in letter.text
    when("2026-06-20 10:00:01")
    sweep()
    assert states(ticket, WINDOW) == [State.BREACHED]


def test_a_right_is_used_by_asking(when: When) -> None:
    when("2026-06-01 10:00")
    ticket = factories.ticket(issue=IssueType.PRODUCT_QUESTION)
    decide(ticket, "2026-06-20 10:00", asked=False)
    decide(ticket, "2026-06-25 10:00", asked=False)  # weather: the window is longer now
    assert [c.due_at for c in clocks_on(ticket, WINDOW)] == [local("2026-06-25 10:00")]
    assert last(ticket, Action.CLOCK_RETARGETED).details["why"] == "decision"
    ticket.sort(IssueType.RETURN, by=factories.agent(ticket.store))
    assert states(ticket, WINDOW) == [State.MET]


# ---- what a solution ended


def test_the_history_names_what_runs_again_when_it_is_opened_again(when: When) -> None:
    when("2026-06-01 10:00")
    shop = factories.store()
    delivered = factories.order(shop, delivered_at=clock.now() - timedelta(hours=2))
    ticket, agent = factories.ticket(shop, issue=IssueType.DAMAGED, order=delivered), factories.agent(shop)
    decide(ticket, "2026-06-20 10:00", asked=False, missing=["photos_of_damage"])
    ticket.solve(by=agent)
    when("2026-06-02 10:00")
    ticket.write(by=ticket.customer, body="It is still broken.")
    told = [each for each in story_of(ticket) if each.action is Action.CLOCK_RESUMED]
    assert [(each.details["target"], each.details["due_at"], each.by) for each in told] == [
        ("evidence", local("2026-06-04 10:00").isoformat(), By.SYSTEM),
        ("return_window", local("2026-06-20 10:00").isoformat(), By.SYSTEM),
    ]
    evidence = clock_of(ticket, Target.EVIDENCE)
    assert "Stood still from Mon 1 Jun 2026, 10:00 to Tue 2 Jun 2026, 10:00: it counted as solved." in sla.why_due(
        evidence
    )


def test_a_history_from_before_clocks_came_back_is_reckoned_as_it_was(when: When) -> None:
    when("2026-06-01 10:00")
    shop = factories.store()
    ticket = factories.ticket(shop, order=factories.order(shop))
    ticket.solve(by=factories.agent(shop))
    when("2026-06-02 10:00")
    ticket.resume(by=ticket.customer)
    lines = [sla.line_of(each) for each in story_of(ticket) if each.action is not Action.CLOCK_RESUMED]
    before = [
        replace(each, details={n: v for n, v in each.details.items() if n != "waits_for_evidence"}) for each in lines
    ]
    states = [
        next(run.state for run in sla.replay(told, sla.book_of(shop)) if run.target is DELIVERY)
        for told in (lines, before)
    ]
    assert states == [State.RUNNING, State.CANCELLED]


# ---- moved promises

TARGETS = [
    {"priority": "urgent", "first_response": {"hours": 2}, "resolution": {"hours": 20}},
    {"issue_type": "damaged", "resolution": {"hours": 30}},
]


def test_another_priority_promises_anew_from_the_start(when: When) -> None:
    when("2026-06-01 10:00")
    shop = factories.store(promise_terms={"targets": TARGETS})
    ticket, agent = factories.ticket(shop), factories.agent(shop, name="Mara")
    when("2026-06-01 11:00")
    ticket.prioritise(Priority.URGENT, by=agent)
    first = clock_of(ticket, Target.FIRST_RESPONSE)
    assert (first.due_at, ticket.next_due_at) == (local("2026-06-01 12:00"), local("2026-06-01 12:00"))
    moved = {e.details["target"]: e for e in sla_moves(ticket)}
    assert set(moved) == {"first_response", "resolution"}
    assert moved["first_response"].details | {"clock": 0} == {
        "clock": 0, "target": "first_response", "due_at": "2026-06-01T16:00:00+00:00", "why": "priority",
        "old": "2026-06-02T14:00:00+00:00", "new": "2026-06-01T16:00:00+00:00",
    }  # fmt: skip
    assert moved["first_response"].by_name == "Mara"
    said = sla.why_due(first, sla_moves(ticket))
    assert "Promised: 2 hours (the store's promise for priority urgent)." in said
    assert any(line.startswith("Moved Mon 1 Jun 2026, 11:00 by Mara, because its priority changed") for line in said)


def test_kept_and_broken_promises_never_change(when: When) -> None:
    when("2026-06-01 10:00")
    shop = factories.store(promise_terms={"targets": TARGETS})
    answered, late = factories.ticket(shop), factories.ticket(shop)
    agent = factories.agent(shop)
    answered.reply(by=agent, body="Here.")
    when("2026-06-02 11:00")
    sweep()
    before = [clock_of(each, Target.FIRST_RESPONSE).due_at for each in (answered, late)]
    for each in (answered, late):
        each.prioritise(Priority.URGENT, by=agent)
    assert [clock_of(each, Target.FIRST_RESPONSE).due_at for each in (answered, late)] == before


def test_sorting_promises_anew_and_a_changed_store_promise_does_not(when: When) -> None:
    when("2026-06-01 10:00")
    shop = factories.store(promise_terms={"targets": TARGETS})
    ticket, agent = factories.ticket(shop), factories.agent(shop)
    shop.promise_terms = {"targets": TARGETS, "first_response": {"hours": 1}}
    ticket.sort(IssueType.DAMAGED, by=agent)
    assert clock_of(ticket, Target.RESOLUTION).due_at == local("2026-06-02 16:00")
    assert clock_of(ticket, Target.FIRST_RESPONSE).due_at == local("2026-06-02 10:00")


def test_a_merged_ticket_keeps_the_earliest_promise(when: When) -> None:
    when("2026-06-01 10:00")
    early = factories.ticket()
    when("2026-06-01 15:00")
    ticket, agent = factories.ticket(early.store, by=early.customer), factories.agent(early.store)
    merge(early, into=ticket, by=agent)
    assert clock_of(ticket, Target.FIRST_RESPONSE).due_at == local("2026-06-02 10:00")
    assert {c.state for c in sla.clocks_of([early.id])[early.id]} == {State.CANCELLED}


def sla_moves(ticket: Ticket) -> list[Any]:
    return [each for each in story_of(ticket) if each.action is Action.CLOCK_RETARGETED]


def refund_promised(ticket: Ticket, agent: User, **given: str) -> None:
    ticket.record(Action.RETURN_INSPECTED, by=agent, rma="R1", result="passed", **given)


@pytest.mark.parametrize("action", [
    Action.REFUND_RECORDED, Action.STORE_CREDIT_RECORDED, Action.REPLACEMENT_RECORDED, Action.EXCHANGE_RECORDED,
])  # fmt: skip
def test_whatever_settles_a_return_keeps_the_promise_of_its_refund(ticket: Ticket, agent: User, action: Action) -> None:
    refund_promised(ticket, agent)
    ticket.record(action, by=agent, rma=None, kind="goodwill")
    assert states(ticket, REFUND) == [State.RUNNING]  # what is for no return leaves it alone
    ticket.record(action, by=agent, rma="R1")
    assert states(ticket, REFUND) == [State.MET]


@pytest.mark.parametrize("remedy", ["replacement", "exchange"])
def test_no_refund_is_promised_where_something_else_is_wanted(ticket: Ticket, agent: User, remedy: str) -> None:
    refund_promised(ticket, agent, remedy=remedy)
    assert states(ticket, REFUND) == []


def test_a_refund_that_is_taken_back_goes_on_being_promised(ticket: Ticket, agent: User) -> None:
    refund_promised(ticket, agent)
    ticket.record(Action.REFUND_RECORDED, by=agent, rma="R1")
    ticket.record(Action.REFUND_TAKEN_BACK, by=agent, rma="R1")
    assert states(ticket, REFUND) == [State.RUNNING]
