"""Damage claims from the report to the decision: the customer's two clocks, photos that come later or never."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.accounts import By
from helpdesk.core.db import db
from helpdesk.escalation import open_escalation
from helpdesk.mail import OutgoingMail
from helpdesk.returns import Decision, latest_decision
from helpdesk.sla import State, Target
from helpdesk.stores import Store
from helpdesk.tickets import Action, Evidence, IssueType, Ticket
from tests import factories
from tests.scenes import NEW_YORK, actions_on, clock_of, clocks_on, last, local, sweep

pytestmark = pytest.mark.usefixtures("database")
When = Callable[[str], datetime]
BOTH = (Evidence.DAMAGE, Evidence.PACKAGING)
DELIVERED = "2026-06-01 10:00"


@pytest.fixture
def when(at: Callable[..., datetime]) -> When:
    """Set the clock by the wall in New York, where the store is."""
    return lambda text: at(text, NEW_YORK)


@pytest.fixture
def shop() -> Store:
    return factories.store()


def reported(shop: Store, photos: Sequence[Evidence] = (), **given: Any) -> Ticket:
    """A damage report on an order that came on Monday at ten."""
    order = factories.order(shop, delivered_at=local(DELIVERED))
    return factories.ticket(shop, issue=IssueType.DAMAGED, photos=photos, order=order, **given)


def send(ticket: Ticket, *shows: Evidence) -> None:
    ticket.write(by=ticket.customer, body="Here.", attachments=[factories.photo(each) for each in shows])


def rules_on(ticket: Ticket) -> list[str]:
    """By which rules it was decided, one after the other; a rule that waits for photos has a question mark."""
    query = select(Decision.rule, Decision.outcome)
    return [
        f"{rule}?" * (outcome == "need_information") or rule
        for rule, outcome in db.session.execute(query.where(Decision.ticket_id == ticket.id).order_by(Decision.id))
    ]


def letters_of(ticket: Ticket) -> list[str]:
    return list(db.session.scalars(select(OutgoingMail.letter).where(OutgoingMail.ticket_id == ticket.id)))


# ---- at once


def test_in_time_with_both_photos_it_is_approved_on_the_spot(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop, BOTH)
    event = last(ticket, Action.DECIDED)
    assert (event.by, event.details["outcome"], event.details["rule"]) == (By.SYSTEM, "approve", "damage-in-time")
    assert db.session.scalars(latest_decision(ticket.id)).one().remedies == ["replacement", "refund"]
    assert clocks_on(ticket, Target.EVIDENCE) == []


def test_the_decision_keeps_the_facts_it_stood_on(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop, [Evidence.DAMAGE, Evidence.DAMAGE, Evidence.OTHER])
    facts = db.session.scalars(latest_decision(ticket.id)).one().facts
    assert (
        facts.items()
        >= {
            "requested_at": "2026-06-02T14:00:00+00:00",
            "delivered_at": "2026-06-01T14:00:00+00:00",
            "photos_of_damage": 2,
            "photos_of_packaging": 0,
            "evidence_ran_out": False,
        }.items()
    )


@pytest.mark.parametrize("filed, state", [("2026-06-03 10:00", State.MET), ("2026-06-03 10:00:01", State.BREACHED)])
def test_the_customers_48_hours_are_shown_as_a_clock_that_stopped_with_the_report(
    filed: str, state: State, shop: Store, when: When
) -> None:
    filed_at = when(filed)
    clock = clock_of(reported(shop, BOTH), Target.DAMAGE_REPORT)
    assert (clock.started_at, clock.due_at) == (local(DELIVERED), local("2026-06-03 10:00"))
    assert (clock.stopped_at, clock.state) == (filed_at, state)
    assert clock.breached_at == (clock.due_at if state is State.BREACHED else None)


def test_a_late_report_is_no_breach_of_ours(shop: Store, when: When) -> None:
    when("2026-06-09 10:00")
    ticket = reported(shop, BOTH)
    sweep()
    assert Action.BREACHED not in actions_on(ticket)
    assert Action.CUSTOMER_CLOCK_RAN_OUT not in actions_on(ticket)


def test_a_late_report_goes_to_a_supervisor(shop: Store, when: When) -> None:
    boss = factories.supervisor(shop)
    when("2026-06-03 10:00:01")
    ticket = reported(shop, BOTH)
    escalation = open_escalation(ticket)
    assert escalation
    assert (escalation.to, [reason for reason, *_ in escalation.reasons]) == (boss, ["late_damage_report"])
    assert rules_on(ticket) == ["damage-late"]


def test_photos_that_come_to_a_late_report_escalate_it_no_second_time(shop: Store, when: When) -> None:
    when("2026-06-09 10:00")
    ticket = reported(shop)
    send(ticket, *BOTH)
    escalation = open_escalation(ticket)
    assert escalation
    assert escalation.reason_names == ["Late damage report"]
    assert set(rules_on(ticket)) == {"damage-late"}


# ---- what is known of the delivery


def test_without_an_order_the_day_that_the_customer_gave_counts_to_its_end(shop: Store, when: When) -> None:
    when("2026-06-04 00:00")
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, photos=BOTH, answers={"delivered_on": "2026-06-01"})
    assert clock_of(ticket, Target.DAMAGE_REPORT).due_at == local("2026-06-04 00:00")
    assert rules_on(ticket) == ["damage-in-time"]


def test_reported_on_the_very_day_it_is_in_time(shop: Store, when: When) -> None:
    when("2026-06-01 09:00")
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, photos=BOTH, answers={"delivered_on": "2026-06-01"})
    clock = clock_of(ticket, Target.DAMAGE_REPORT)
    assert (clock.state, clock.due_at, rules_on(ticket)) == (
        State.MET,
        local("2026-06-04 00:00"),
        ["damage-in-time"],
    )


def test_what_the_carrier_says_goes_before_what_the_customer_remembers(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop, BOTH, answers={"delivered_on": "2026-05-01"})
    assert clock_of(ticket, Target.DAMAGE_REPORT).started_at == local(DELIVERED)


def test_when_nobody_knows_the_delivery_a_person_looks(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, photos=BOTH, order=factories.order(shop))
    assert rules_on(ticket) == ["damage-delivery-unknown"]
    assert clocks_on(ticket, Target.DAMAGE_REPORT) == clocks_on(ticket, Target.EVIDENCE) == []


# ---- photos that come later, or never


def test_missing_photos_have_a_clock_of_their_own(shop: Store, when: When) -> None:
    when("2026-06-03 10:00")  # the report's own time is nearly over: that does not shorten this one
    ticket = reported(shop, [Evidence.DAMAGE])
    clock = clock_of(ticket, Target.EVIDENCE)
    assert (clock.state, clock.due_at, clock.warn_at) == (
        State.RUNNING,
        local("2026-06-05 10:00"),
        local("2026-06-04 22:00"),
    )
    assert ticket.next_due_at == clock_of(ticket, Target.FIRST_RESPONSE).due_at  # the customer's clock is not ours


def test_photos_that_come_in_time_approve_it_and_stop_the_clock(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop, [Evidence.DAMAGE])
    when("2026-06-04 09:00")  # past the 48 hours after delivery, which the report has kept
    send(ticket, Evidence.PACKAGING)
    assert rules_on(ticket) == ["damage-in-time?", "damage-in-time"]
    assert clock_of(ticket, Target.EVIDENCE).state is State.MET
    assert "decided" in " ".join(letters_of(ticket))


def test_half_of_the_photos_is_half_of_the_way(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop)
    due_at = clock_of(ticket, Target.EVIDENCE).due_at
    when("2026-06-03 10:00")
    send(ticket, Evidence.DAMAGE)
    (clock,) = clocks_on(ticket, Target.EVIDENCE)
    assert (clock.state, clock.due_at) == (State.RUNNING, due_at)
    assert last(ticket, Action.DECIDED).details["missing"] == ["photos_of_packaging"]


def test_words_alone_decide_nothing_anew(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop, [Evidence.DAMAGE])
    send(ticket)
    send(ticket, Evidence.OTHER)
    assert rules_on(ticket) == ["damage-in-time?"]


def test_a_document_is_no_photo(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop, [Evidence.DAMAGE])
    paper = factories.photo(Evidence.PACKAGING)
    paper.screen_key = None
    ticket.write(by=ticket.customer, body="", attachments=[paper])
    assert rules_on(ticket) == ["damage-in-time?"]


def test_the_customer_is_reminded_once(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop, [Evidence.DAMAGE])
    for moment in ("2026-06-03 21:59:59", "2026-06-03 22:00", "2026-06-03 23:00", "2026-06-04 10:00"):
        when(moment)
        sweep()
        sweep()
    assert letters_of(ticket).count("photos_wanted") == 1
    assert actions_on(ticket).count(Action.CUSTOMER_CLOCK_WARNED) == 1


def test_whoever_sent_all_photos_is_not_reminded(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop)
    send(ticket, *BOTH)
    when("2026-06-03 23:00")
    sweep()
    assert "photos_wanted" not in letters_of(ticket)


def test_when_the_time_for_photos_runs_out_a_person_decides(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop, [Evidence.DAMAGE])
    when("2026-06-04 10:00:01")
    sweep()
    sweep()
    assert rules_on(ticket) == ["damage-in-time?", "damage-photos-late"]
    assert last(ticket, Action.DECIDED).details["outcome"] == "review"
    clock = clock_of(ticket, Target.EVIDENCE)
    assert (clock.state, clock.breached_at) == (State.BREACHED, clock.due_at)
    assert actions_on(ticket).count(Action.CUSTOMER_CLOCK_RAN_OUT) == 1


def test_photos_one_second_late_are_late_though_no_sweep_ran(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop, [Evidence.DAMAGE])
    when("2026-06-04 10:00:01")
    send(ticket, Evidence.PACKAGING)
    clock = clock_of(ticket, Target.EVIDENCE)
    assert (clock.state, clock.breached_at, clock.overrun_wall_seconds) == (State.BREACHED, clock.due_at, 1)


def test_the_customers_clocks_never_break_a_promise_of_ours(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop)
    ticket.reply(by=factories.agent(shop), body="Please send photos.")
    when("2026-06-04 10:00:01")
    ticket.solve(by=ticket.customer)
    sweep()
    assert Action.BREACHED not in actions_on(ticket)
    assert clock_of(ticket, Target.EVIDENCE).state is State.CANCELLED


# ---- sorted anew


def test_sorting_to_damaged_assesses_it(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    order = factories.order(shop, delivered_at=local(DELIVERED))
    ticket = factories.ticket(shop, order=order, photos=[Evidence.DAMAGE])
    assert rules_on(ticket) == []
    when("2026-06-05 10:00")  # what counts is when the customer wrote, not when we sorted
    ticket.sort(IssueType.DAMAGED, by=factories.agent(shop))
    assert rules_on(ticket) == ["damage-in-time?"]
    assert clock_of(ticket, Target.EVIDENCE).due_at == local("2026-06-07 10:00")


def test_sorting_away_stops_asking_for_photos(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    ticket = reported(shop)
    ticket.sort(IssueType.DEFECTIVE, by=factories.agent(shop))
    when("2026-06-04 09:00")
    sweep()
    assert "photos_wanted" not in letters_of(ticket)


def test_other_issues_are_not_judged_by_the_damage_rule(shop: Store) -> None:
    ticket = factories.ticket(shop, issue=IssueType.DEFECTIVE, photos=BOTH)
    send(ticket, *BOTH)
    assert rules_on(ticket) == ["defect"]


def test_a_follow_up_goes_on_with_a_report_that_was_in_time(shop: Store, when: When) -> None:
    when("2026-06-02 10:00")
    old = reported(shop, BOTH)
    agent = factories.agent(shop)
    old.solve(by=agent)
    old.close(by=agent)
    when("2026-06-20 10:00")
    new = old.follow_up(by=old.customer, body="The new one has not come.")
    assert "damage-late" not in rules_on(new)
    assert open_escalation(new) is None
