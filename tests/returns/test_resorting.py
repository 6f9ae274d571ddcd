"""Sorting uses the decision: once, visibly, and never against what staff have chosen."""

from typing import Any

import pytest

from helpdesk.core.db import db
from helpdesk.policies import Request
from helpdesk.returns import Claim
from helpdesk.tickets import Action, Category, IssueType, Ticket
from helpdesk.web.story import tell
from tests import factories
from tests.returns.judged import BOTH, asked, damaged, decision_on
from tests.scenes import actions_on, last
from tests.web.policed import petito

pytestmark = pytest.mark.usefixtures("database")


def late(**given: Any) -> Ticket:
    """Damage that was reported on the third day."""
    return damaged(days_ago=3, **given)


def test_a_late_damage_report_is_a_question_of_the_policy() -> None:
    ticket = late()
    assert (ticket.issue_type, ticket.category) == (IssueType.POLICY_EXCEPTION, Category.POLICY)
    told = tell(last(ticket, Action.SORTED))
    assert told["who"] == "Helpdesk"
    assert "because the decision says: it was reported after the time for that" in told["words"]
    assert "because the decision says" in ticket.sorting["because"]


def test_it_stays_the_request_that_was_decided() -> None:
    ticket = late()
    assert decision_on(ticket).request is Request.DAMAGED
    assert actions_on(ticket).count(Action.DECIDED) == 1
    assert db.session.scalars(db.select(Claim)).one().ticket is ticket


def test_one_in_time_stays_where_it_was() -> None:
    ticket = damaged()
    assert (ticket.issue_type, Action.SORTED in actions_on(ticket)) == (IssueType.DAMAGED, False)


def test_what_is_sent_back_because_it_is_damaged_is_damage() -> None:
    ticket = asked(IssueType.RETURN, said={"reason": "damaged", "used": False})
    assert (ticket.issue_type, ticket.category) == (IssueType.DAMAGED, Category.POST_PURCHASE)
    assert decision_on(ticket).request is Request.DAMAGED


@pytest.mark.parametrize("reason", ["changed_mind", "wrong_size", "other"])
def test_other_reasons_are_returns(reason: str) -> None:
    assert asked(IssueType.RETURN, said={"reason": reason, "used": False}).issue_type is IssueType.RETURN


def test_a_return_that_is_answered_better_as_a_return_stays_one() -> None:
    ticket = asked(IssueType.RETURN, days_ago=5, said={"reason": "damaged", "used": False})
    assert decision_on(ticket).request is Request.RETURN  # as damage it would be late


def test_items_that_are_sent_back_for_several_reasons_stay_a_return() -> None:
    shop = factories.store()
    order = factories.order(shop, lines=2, delivered_at=asked().order.delivered_at)  # type: ignore[union-attr]
    reasons = zip(order.lines, ("damaged", "changed_mind"), strict=True)
    facts = {str(line.id): {"reason": reason, "used": False} for line, reason in reasons}
    items = [(line, 1) for line in order.lines]
    ticket = factories.ticket(shop, issue=IssueType.RETURN, order=order, items=items, answers={"facts": facts})
    assert ticket.issue_type is IssueType.RETURN


def test_staff_have_the_last_word() -> None:
    ticket = late()
    ticket.sort(IssueType.DAMAGED, by=factories.agent(ticket.store))
    assert (ticket.issue_type, actions_on(ticket).count(Action.SORTED)) == (IssueType.DAMAGED, 2)


def test_what_staff_have_chosen_is_not_sorted_by_a_later_decision() -> None:
    ticket = damaged()
    agent = factories.agent(ticket.store)
    ticket.sort(IssueType.DEFECTIVE, by=agent)
    ticket.sort(IssueType.DAMAGED, by=agent)
    assert ticket.order is not None
    ticket.order.delivered_at = late().order.delivered_at  # type: ignore[union-attr]
    ticket.write(by=ticket.customer, body="It was there before that.")
    assert decision_on(ticket).answers[0].decision.escalate == "late_damage_report"
    assert ticket.issue_type is IssueType.DAMAGED


def test_a_return_for_a_reaction_at_petito_is_what_happened_to_an_animal() -> None:
    shop, _ = petito()
    ticket = asked(IssueType.RETURN, shop=shop, said={"reason": "adverse_reaction", "pet_ill": True}, photos=BOTH)
    assert ticket.issue_type is IssueType.ADVERSE_REACTION
