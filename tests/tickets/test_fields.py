"""A store's own fields on its tickets."""

import pytest

from helpdesk.accounts import User
from helpdesk.core.errors import Problem
from helpdesk.stores import Store
from helpdesk.tickets import Action, IssueType, fields_of, set_field
from tests import factories
from tests.scenes import actions_on, last

pytestmark = pytest.mark.usefixtures("database")
FIELDS = [
    {"name": "batch", "label": "Batch number"},
    {"name": "weight", "label": "Weight of the pet", "kind": "number", "issue_types": ["adverse_reaction"]},
]


@pytest.fixture
def shop() -> Store:
    return factories.store(work_terms={"field": FIELDS})


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


def test_a_field_is_set_changed_and_emptied_with_a_line_each(shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop)
    for typed in ("A-1", " A-1 ", "A-2", ""):
        set_field(ticket, "batch", typed, by=agent)
    assert actions_on(ticket)[1:] == [Action.FIELD_SET] * 3
    details = last(ticket, Action.FIELD_SET).details
    assert (details["label"], details["old"], details["new"]) == ("Batch number", "A-2", "")
    assert [(terms.name, value) for terms, value in fields_of(ticket)] == [("batch", "")]


def test_tickets_have_the_fields_of_their_issue_type(shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop)
    with pytest.raises(Problem, match="no field “Weight of the pet”"):
        set_field(ticket, "weight", "4", by=agent)
    ticket.sort(IssueType.ADVERSE_REACTION, by=agent)
    set_field(ticket, "weight", "4,20", by=agent)
    assert [(terms.name, value) for terms, value in fields_of(ticket)] == [("batch", ""), ("weight", "4.2")]


def test_what_is_not_declared_is_refused_and_what_no_longer_is_stays_out_of_sight(shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop)
    with pytest.raises(Problem, match="no such field"):
        set_field(ticket, "colour", "red", by=agent)
    set_field(ticket, "batch", "A-1", by=agent)
    shop.work_terms = {}
    assert fields_of(ticket) == []
