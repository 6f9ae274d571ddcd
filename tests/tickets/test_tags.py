"""Tags: one spelling, one store, one line of the timeline each; supervisors look after them."""

import pytest

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.stores import Store
from helpdesk.tickets import Action, Tag, add_tag, normalised, remove_tag, tags_of, tags_to_give, tags_visible_to
from tests import factories
from tests.scenes import actions_on

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shop() -> Store:
    return factories.store()


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


@pytest.fixture
def boss(shop: Store) -> User:
    return factories.supervisor(shop)


def names(ticket_id: int) -> list[str]:
    return [tag.name for tag in tags_of(ticket_id)]


@pytest.mark.parametrize("typed, kept", [
    ("#Broken  Bowl", "broken-bowl"), ("broken_bowl", "broken-bowl"), (" VIP ", "vip"), ("Größe", "grösse"),
    ("ＶＩＰ", "vip"), ("10%", "10"),
])  # fmt: skip
def test_one_spelling_for_one_word(typed: str, kept: str) -> None:
    assert normalised(typed) == kept


@pytest.mark.parametrize("typed", ["", "  ", "#!?", "x" * 41])
def test_what_is_no_tag(typed: str) -> None:
    with pytest.raises(Problem):
        normalised(typed)


def test_tags_come_and_go_with_a_line_each(shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop)
    tag = add_tag(ticket, "Broken bowl", by=agent)
    assert add_tag(ticket, "#broken-bowl", by=agent) is tag
    assert names(ticket.id) == ["broken-bowl"]
    remove_tag(ticket, tag, by=agent)
    remove_tag(ticket, tag, by=agent)
    assert names(ticket.id) == []
    assert actions_on(ticket)[1:] == [Action.TAGGED, Action.UNTAGGED]


def test_tags_belong_to_one_store(shop: Store, agent: User) -> None:
    other = factories.store()
    add_tag(factories.ticket(shop), "vip", by=agent)
    assert (list(tags_to_give(shop.id)), list(tags_to_give(other.id))) == (["vip"], [])
    assert db.session.scalars(tags_visible_to(factories.agent(other))).all() == []


def test_a_retired_tag_is_not_given_any_more(shop: Store, agent: User, boss: User) -> None:
    old, new = factories.ticket(shop), factories.ticket(shop)
    tag = add_tag(old, "summer-sale", by=agent)
    tag.retire(by=boss)
    assert (names(old.id), list(tags_to_give(shop.id))) == (["summer-sale"], [])
    with pytest.raises(Problem, match="is retired"):
        add_tag(new, "Summer Sale", by=agent)
    tag.bring_back(by=boss)
    add_tag(new, "Summer Sale", by=agent)
    assert names(new.id) == ["summer-sale"]


def test_two_words_for_one_thing_become_one(shop: Store, agent: User, boss: User) -> None:
    one, both, other = (factories.ticket(shop) for _ in range(3))
    wrong, right = add_tag(one, "brokn", by=agent), add_tag(other, "broken", by=agent)
    add_tag(both, "brokn", by=agent)
    add_tag(both, "broken", by=agent)
    with pytest.raises(Problem, match="merge this one into it"):
        wrong.rename("Broken", by=boss)
    wrong.merge_into(right, by=boss)
    db.session.flush()
    assert [names(ticket.id) for ticket in (one, both, other)] == [["broken"]] * 3
    right.rename("Damaged", by=boss)
    assert names(one.id) == ["damaged"]


def test_only_supervisors_look_after_tags(shop: Store, agent: User) -> None:
    tag = add_tag(factories.ticket(shop), "vip", by=agent)
    for act in (lambda: tag.retire(by=agent), lambda: tag.rename("v", by=agent), lambda: tag.merge_into(tag, by=agent)):
        with pytest.raises(Problem, match="supervisor"):
            act()


def test_tags_of_two_stores_stay_apart(shop: Store, boss: User) -> None:
    mine = add_tag(factories.ticket(shop), "vip", by=boss)
    far = factories.store()
    theirs: Tag = add_tag(factories.ticket(far), "vip", by=factories.agent(far))
    with pytest.raises(Problem, match="same store"):
        mine.merge_into(theirs, by=boss)
