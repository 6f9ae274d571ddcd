"""Links: what relates, what is whose parent, and that nothing goes round in a circle."""

import pytest

from helpdesk.accounts import User
from helpdesk.core.errors import Problem
from helpdesk.stores import Store
from helpdesk.tickets import Action, Status, Ticket, links_of, make_parent, relate
from tests import factories
from tests.scenes import actions_on

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shop() -> Store:
    return factories.store()


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


def seen(ticket: Ticket) -> list[tuple[str, Ticket]]:
    return [(each.role, each.ticket) for each in links_of(ticket)]


def test_both_ends_see_a_link_and_tell_of_it(shop: Store, agent: User) -> None:
    one, other = factories.ticket(shop), factories.ticket(shop)
    link = relate(other, one, by=agent)
    assert (seen(one), seen(other)) == ([("relates", other)], [("relates", one)])
    link.cut(by=agent)
    assert (seen(one), seen(other)) == ([], [])
    for ticket in (one, other):
        assert actions_on(ticket)[1:] == [Action.LINKED, Action.UNLINKED]


def test_a_parent_has_children_and_each_child_one_parent(shop: Store, agent: User) -> None:
    parent, one, two, lone = (factories.ticket(shop) for _ in range(4))
    make_parent(parent, of=one, by=agent)
    make_parent(parent, of=two, by=agent)
    assert (seen(parent), seen(one)) == ([("child", one), ("child", two)], [("parent", parent)])
    for above, below, words in (
        (lone, one, "has a parent already"),
        (one, lone, "is a child itself"),
        (lone, parent, "children of its own"),
        (one, parent, "linked already"),
        (lone, lone, "to itself"),
    ):
        with pytest.raises(Problem, match=words):
            make_parent(above, of=below, by=agent)


def test_another_stores_ticket_is_never_linked(shop: Store, agent: User) -> None:
    far = factories.store()
    foreign, mine = factories.ticket(far), factories.ticket(shop)
    with pytest.raises(Problem, match="two stores"):
        relate(mine, foreign, by=factories.agent(shop, far))
    with pytest.raises(Problem, match="own staff"):
        relate(foreign, factories.ticket(far), by=agent)


def test_children_first_where_the_store_wants_it(shop: Store, agent: User) -> None:
    parent, child = factories.ticket(shop), factories.ticket(shop)
    make_parent(parent, of=child, by=agent)
    shop.work_terms = {"solving": {"children": "refuse"}}
    with pytest.raises(Problem, match=child.reference):
        parent.solve(by=agent)
    child.solve(by=agent)
    parent.solve(by=agent)
    assert parent.status is Status.SOLVED


def test_else_they_are_only_a_warning(shop: Store, agent: User) -> None:
    parent, child = factories.ticket(shop), factories.ticket(shop)
    make_parent(parent, of=child, by=agent)
    parent.solve(by=agent)
    assert (parent.status, child.status) == (Status.SOLVED, Status.NEW)
