"""What supervisors do with an escalation, and what is refused."""

from collections.abc import Callable
from datetime import datetime

import pytest

from helpdesk.accounts import SYSTEM, Role, User
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.escalation import (
    Escalation,
    EscalationState,
    Reason,
    Verdict,
    escalate,
    escalations_for,
    latest_escalation,
    open_escalation,
    open_escalations,
)
from helpdesk.sla import State, Target
from helpdesk.tickets import Action
from tests import factories
from tests.scenes import actions_on, clock_of, last

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
ACK = Target.ESCALATION_ACK


@pytest.fixture
def boss(at: At) -> User:
    at("2026-06-01 15:00")
    return factories.supervisor(factories.store())


@pytest.fixture
def raised(boss: User) -> Escalation:
    return escalate(factories.ticket(boss.stores[0]), Reason.AGENT_REQUEST, by=SYSTEM, note="Please.")


VERBS: dict[str, Callable[[Escalation, User], None]] = {
    "acknowledge": lambda e, by: e.acknowledge(by=by),
    "take_over": lambda e, by: e.take_over(by=by),
    "hand_back": lambda e, by: e.hand_back(by=by, note="Refund it."),
    "grant": lambda e, by: e.decide(Verdict.GRANTED, by=by, note="Refund it."),
    "decline": lambda e, by: e.decide(Verdict.DECLINED, by=by, note="Not this time."),
    "return": lambda e, by: e.decide(Verdict.RETURNED_TO_AGENT, by=by, note="You may."),
}
LEADS_TO = {
    "acknowledge": (EscalationState.ACKNOWLEDGED, None, Action.ESCALATION_ACKNOWLEDGED),
    "take_over": (EscalationState.ACKNOWLEDGED, None, Action.ESCALATION_TAKEN_OVER),
    "hand_back": (EscalationState.DECIDED, Verdict.RETURNED_TO_AGENT, Action.ESCALATION_RETURNED),
    "grant": (EscalationState.DECIDED, Verdict.GRANTED, Action.ESCALATION_DECIDED),
    "decline": (EscalationState.DECIDED, Verdict.DECLINED, Action.ESCALATION_DECIDED),
    "return": (EscalationState.DECIDED, Verdict.RETURNED_TO_AGENT, Action.ESCALATION_RETURNED),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_changes_it_says_so_and_stops_the_clock(verb: str, raised: Escalation, boss: User, at: At) -> None:
    now = at("2026-06-01 16:00")
    VERBS[verb](raised, boss)
    state, verdict, action = LEADS_TO[verb]
    assert (raised.state, raised.verdict, raised.acknowledged_at) == (state, verdict, now)
    event = last(raised.ticket, action)
    assert (event.user, event.details["escalation"]) == (boss, raised.id)
    assert (clock_of(raised.ticket, ACK).state, clock_of(raised.ticket, ACK).stopped_at) == (State.MET, now)


@pytest.mark.parametrize("verb", ["hand_back", "grant", "decline", "return"])
def test_a_decision_keeps_who_when_and_why(verb: str, raised: Escalation, boss: User, at: At) -> None:
    now = at("2026-06-01 16:00")
    VERBS[verb](raised, boss)
    assert (raised.decided_by, raised.decided_at, raised.is_open) == (boss, now, False)
    assert raised.note == last(raised.ticket, LEADS_TO[verb][2]).details["note"]
    assert open_escalation(raised.ticket) is None
    assert latest_escalation(raised.ticket) is raised


def test_who_takes_it_over_gets_the_ticket(raised: Escalation, boss: User) -> None:
    other = factories.supervisor(raised.ticket.store)
    raised.take_over(by=other)
    assert (raised.to, raised.ticket.assignee) == (other, other)


def test_taken_and_then_decided_it_keeps_the_moment_of_taking(raised: Escalation, boss: User, at: At) -> None:
    taken_at = at("2026-06-01 16:00")
    raised.acknowledge(by=boss)
    at("2026-06-01 17:00")
    raised.take_over(by=boss)
    at("2026-06-02 17:00")
    raised.decide(Verdict.GRANTED, by=boss, note="Fine.")
    assert raised.acknowledged_at == taken_at


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role, is_here", [
    (Role.AGENT, True),
    (Role.AGENT, False),
    (Role.SUPERVISOR, False),
    (Role.MANAGER, False),
])  # fmt: skip
def test_agents_and_other_stores_people_may_not(verb: str, role: Role, is_here: bool, raised: Escalation) -> None:
    person = factories.agent(raised.ticket.store if is_here else factories.store(), role=role)
    before = actions_on(raised.ticket)
    with pytest.raises(NotAllowed):
        VERBS[verb](raised, person)
    assert (raised.state, actions_on(raised.ticket)) == (EscalationState.RAISED, before)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER])
def test_any_supervisor_of_the_store_may_decide_not_only_the_one_it_went_to(role: Role, raised: Escalation) -> None:
    person = factories.agent(raised.ticket.store, role=role)
    raised.decide(Verdict.GRANTED, by=person, note="Fine.")
    assert raised.decided_by is person


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_decided_stays_decided(verb: str, raised: Escalation, boss: User) -> None:
    raised.decide(Verdict.DECLINED, by=boss, note="No.")
    before = actions_on(raised.ticket)
    with pytest.raises(WrongState, match="decided already"):
        VERBS[verb](raised, boss)
    assert (raised.verdict, raised.note, actions_on(raised.ticket)) == (Verdict.DECLINED, "No.", before)


def test_it_is_acknowledged_once(raised: Escalation, boss: User) -> None:
    raised.acknowledge(by=boss)
    with pytest.raises(WrongState, match="acknowledged already"):
        raised.acknowledge(by=factories.supervisor(raised.ticket.store))
    assert raised.to is boss


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("note", ["", "  \n "])
def test_a_decision_needs_a_word_why(verdict: Verdict, note: str, raised: Escalation, boss: User) -> None:
    with pytest.raises(Invalid, match="why"):
        raised.decide(verdict, by=boss, note=note)
    assert (raised.state, raised.verdict) == (EscalationState.RAISED, None)


def test_people_see_those_of_their_stores(raised: Escalation, boss: User) -> None:
    stranger = factories.supervisor(factories.store())
    foreign = escalate(factories.ticket(stranger.stores[0]), Reason.AGENT_REQUEST, by=SYSTEM)
    assert db.session.scalars(escalations_for(boss)).all() == [raised]
    assert db.session.scalars(escalations_for(stranger)).all() == [foreign]


def test_the_open_ones_of_some_tickets(raised: Escalation, boss: User) -> None:
    decided = escalate(factories.ticket(raised.ticket.store), Reason.AGENT_REQUEST, by=SYSTEM)
    decided.decide(Verdict.GRANTED, by=boss, note="Fine.")
    found = db.session.scalars(open_escalations([raised.ticket_id, decided.ticket_id])).all()
    assert found == [raised]
