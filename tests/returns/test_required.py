"""What a store requires before staff call a ticket solved."""

import pytest

from helpdesk.core.errors import WrongState
from helpdesk.returns import missing_facts
from helpdesk.tickets import IssueType, Status, Ticket, add_tag, set_field
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
WORK = {
    "field": [{"name": "batch", "label": "Batch"}, {"name": "cause", "label": "Cause", "required_to_solve": True}],
    "solving": {"require": ["category", "order", "decision", "assignee", "answer", "tag", "batch"]},
}


def bare() -> Ticket:
    shop = factories.store(work_terms=WORK)
    ticket = factories.ticket(shop, issue=IssueType.PRODUCT_QUESTION)
    ticket.sorting = {**ticket.sorting, "is_unsure": True}
    return ticket


def test_a_refusal_names_all_that_is_missing_at_once() -> None:
    ticket = bare()
    with pytest.raises(WrongState) as refused:
        ticket.solve(by=factories.agent(ticket.store))
    for words in (
        "the category is not confirmed",
        "no order is linked",
        "there is no decision",
        "nobody is responsible",
        "the customer has no answer",
        "it has no tag",
        "“Batch” is not filled in",
        "“Cause” is not filled in",
    ):
        assert words in refused.value.message
    assert ticket.status is Status.NEW


def test_with_everything_there_it_is_solved() -> None:
    shop = factories.store(work_terms=WORK)
    agent = factories.agent(shop)
    ticket = factories.ticket(shop, issue=IssueType.RETURN, order=factories.order(shop))
    ticket.assign(to=agent, by=agent)
    ticket.reply(by=agent, body="Here is how.")
    add_tag(ticket, "easy", by=agent)
    for name in ("batch", "cause"):
        assert missing_facts(ticket)
        set_field(ticket, name, "known", by=agent)
    assert missing_facts(ticket) == []
    ticket.solve(by=agent)
    assert ticket.status is Status.SOLVED


def test_the_investigation_note_is_named_along_with_the_rest() -> None:
    shop = factories.store(work_terms={"solving": {"require": ["assignee"]}})
    ticket = factories.ticket(shop, issue=IssueType.ADVERSE_REACTION, body="The cat got ill after the food.")
    with pytest.raises(WrongState, match=r"investigation note .*nobody is responsible"):
        ticket.solve(by=factories.agent(shop))


def test_the_customer_can_always_say_that_it_is_over() -> None:
    ticket = bare()
    ticket.solve(by=ticket.customer)
    assert ticket.status is Status.SOLVED


def test_a_store_that_requires_nothing_gets_nothing_asked() -> None:
    ticket = factories.ticket()
    assert missing_facts(ticket) == []
    ticket.solve(by=factories.agent(ticket.store))
