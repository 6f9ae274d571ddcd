"""Facts that people give: the latest word counts, each is an event, and the policy is asked again."""

from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed
from helpdesk.policies import Outcome
from helpdesk.returns import WHOLE, Decision, GivenFact, give_facts, given_facts
from helpdesk.tickets import Action, IssueType, Ticket
from tests import factories
from tests.returns.judged import asked, decision_on, edition_on
from tests.scenes import actions_on, last, story_of

pytestmark = pytest.mark.usefixtures("database")


def line_of(ticket: Ticket) -> int:
    return ticket.items[0].order_line_id


def give(ticket: Ticket, by: Any = None, line: int | None = None, **facts: Any) -> None:
    said = {line_of(ticket) if line is None else line: facts}
    give_facts(ticket, said, by=by or ticket.customer, edition=edition_on(ticket))


def decisions(ticket: Ticket) -> list[str]:
    rows = db.session.scalars(select(Decision).where(Decision.ticket_id == ticket.id).order_by(Decision.id))
    return [each.outcome.value for each in rows]


def test_an_answer_lets_the_policy_decide_again() -> None:
    ticket = asked()
    give(ticket, used=False)
    assert decisions(ticket) == ["need_information", "approve"]
    told = last(ticket, Action.FACT_GIVEN).details
    assert (told["name"], told["old"], told["new"]) == ("used", None, False)


def test_the_latest_word_counts_and_the_history_has_them_all() -> None:
    ticket, agent = asked(said={"used": False}), None
    agent = factories.agent(ticket.store)
    give(ticket, agent, used=True)
    give(ticket, agent, used=False)
    assert given_facts(ticket)[line_of(ticket)] == {"used": False}
    assert decisions(ticket) == ["approve", "review", "approve"]
    changes = [(e.details["old"], e.details["new"]) for e in story_of(ticket) if e.action is Action.FACT_GIVEN]
    assert changes == [(False, True), (True, False)]
    assert db.session.scalars(select(GivenFact.user_id)).all() == [agent.id]


def test_several_facts_are_an_event_each_and_one_decision() -> None:
    ticket = asked()
    give(ticket, used=False, opened=True, tags_attached=True)
    assert actions_on(ticket).count(Action.FACT_GIVEN) == 3
    assert len(decisions(ticket)) == 2


def test_the_same_said_again_is_nothing_new() -> None:
    ticket = asked(said={"used": False})
    before = actions_on(ticket)
    give(ticket, used=False)
    assert actions_on(ticket) == before


def test_what_was_said_can_be_taken_back() -> None:
    ticket = asked()
    give(ticket, used=False)
    give(ticket, used=None)
    assert decision_on(ticket).outcome is Outcome.NEED_INFORMATION


def test_a_fact_about_the_whole_holds_for_every_item() -> None:
    ticket = asked(lines=2)
    give(ticket, line=WHOLE, used=False)
    assert [answer.decision.outcome for answer in decision_on(ticket).answers] == [Outcome.APPROVE] * 2


def test_a_fact_about_another_tickets_line_is_not_kept() -> None:
    ticket, other = asked(), asked()
    give(ticket, line=line_of(other), used=False)
    assert db.session.scalar(select(GivenFact.id)) is None


@pytest.mark.parametrize("facts, words", [
    ({"used": "perhaps"}, "true or false"), ({"moon": True}, "not something that can be said"),
    ({"late": False}, "not something"), ({"requested_at": "2020-01-01"}, "not something"),
    ({"evidence_ran_out": True}, "not something"), ({"item_quantity": -1}, "less than none"),
    ({"delivered_at": "soon"}, "day or moment"), ({"reason": "because"}, "is one of"),
])  # fmt: skip
def test_what_cannot_be_is_refused_by_name(facts: dict[str, Any], words: str) -> None:
    ticket = asked()
    with pytest.raises(Invalid, match=words):
        give(ticket, factories.agent(ticket.store), **facts)
    assert Action.FACT_GIVEN not in actions_on(ticket)


def test_another_customer_has_no_say() -> None:
    ticket = asked()
    with pytest.raises(NotAllowed):
        give(ticket, factories.customer(ticket.store), used=False)


def test_what_was_asked_before_something_was_changed_is_judged_as_it_stood() -> None:
    ticket = asked(IssueType.CANCEL_ORDER, days_ago=None)
    before = decision_on(ticket).facts["order_stage"]
    assert ticket.order
    ticket.order.stage = type(ticket.order.stage).SHIPPED
    give(ticket, factories.agent(ticket.store), line=WHOLE, production_started=True)
    assert (before, decision_on(ticket).facts["order_stage"]) == ("processing", "processing")
