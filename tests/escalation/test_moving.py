"""Moving work: many tickets in one go, with a count, and back again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Select

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.escalation import Load, Reason, escalate, latest_move, load_of, move_work, spread_work
from helpdesk.stores import Store
from helpdesk.tickets import Action, Ticket, visible_to
from tests import factories
from tests.scenes import actions_on, last

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shop() -> Store:
    return factories.store()


@pytest.fixture
def boss(shop: Store) -> User:
    return factories.supervisor(shop)


@pytest.fixture
def mara(shop: Store) -> User:
    return factories.agent(shop, name="Mara")


@pytest.fixture
def zoe(shop: Store) -> User:
    return factories.agent(shop, name="Zoe")


def given(person: User, *shops: Store) -> list[Ticket]:
    """A ticket of each of these stores in this person's hands."""
    tickets = [factories.ticket(shop) for shop in shops]
    for ticket in tickets:
        ticket.assign(to=person, by=person)
    return tickets


def all_of(person: User, by: User) -> Select[Ticket]:
    return visible_to(by).where(Ticket.assignee_id == person.id)


def test_everything_of_a_person_goes_to_another(shop: Store, boss: User, mara: User, zoe: User) -> None:
    tickets = given(mara, shop, shop)
    finished = given(mara, shop)[0]
    finished.solve(by=mara)
    move = move_work(all_of(mara, boss), to=zoe, by=boss)
    assert (len(move.tickets), move.left_count, move.to_words) == (2, 0, "Zoe")
    assert [ticket.assignee for ticket in (*tickets, finished)] == [zoe, zoe, mara]
    event = last(tickets[0], Action.ASSIGNED)
    assert (event.user, event.details) == (boss, {"old": "Mara", "new": "Zoe"})


def test_back_in_one_go_unless_somebody_gave_one_on(shop: Store, boss: User, mara: User, zoe: User) -> None:
    first, second, third = given(mara, shop, shop, shop)
    move = move_work(all_of(mara, boss), to=zoe, by=boss)
    second.assign(to=boss, by=boss)
    assert move.undo(by=boss) == 2
    assert [ticket.assignee for ticket in (first, second, third)] == [mara, boss, mara]
    with pytest.raises(WrongState):
        move.undo(by=boss)


def test_to_nobody_and_back(shop: Store, boss: User, mara: User) -> None:
    (ticket,) = given(mara, shop)
    move = move_work(all_of(mara, boss), to=None, by=boss)
    assert (ticket.assignee, move.to_words) == (None, "nobody")
    assert move.undo(by=boss) == 1
    assert ticket.assignee is mara


def test_it_can_be_undone_for_an_hour_by_who_did_it(
    shop: Store, boss: User, mara: User, at: Callable[[str], datetime]
) -> None:
    given(mara, shop)
    move = move_work(all_of(mara, boss), to=None, by=boss)
    assert (latest_move(boss), latest_move(mara)) == (move, None)
    with pytest.raises(NotAllowed):
        move.undo(by=factories.supervisor(shop))
    with clock.at(move.made_at + timedelta(hours=1, seconds=1)):
        assert latest_move(boss) is None
        with pytest.raises(WrongState):
            move.undo(by=boss)


def test_what_the_other_does_not_work_for_stays(shop: Store, zoe: User) -> None:
    other = factories.store()
    both, boss = factories.agent(shop, other), factories.supervisor(shop, other)
    here, there = given(both, shop, other)
    move = move_work(all_of(both, boss), to=zoe, by=boss)
    assert (here.assignee, there.assignee, move.left_count) == (zoe, both, 1)


def test_another_stores_tickets_are_never_moved(shop: Store, boss: User, zoe: User) -> None:
    other = factories.store()
    both = factories.agent(shop, other)
    here, there = given(both, shop, other)
    move_work(all_of(both, boss), to=None, by=boss)
    assert (here.assignee, there.assignee) == (None, both)


def test_agents_move_their_own_only(shop: Store, mara: User, zoe: User) -> None:
    (mine,), (hers,) = given(mara, shop), given(zoe, shop)
    with pytest.raises(NotAllowed):
        move_work(all_of(zoe, mara), to=mara, by=mara)
    move_work(all_of(mara, mara), to=zoe, by=mara)
    assert (mine.assignee, hers.assignee) == (zoe, zoe)


def test_nothing_chosen_is_said(boss: User, mara: User) -> None:
    with pytest.raises(Invalid, match="at least one"):
        move_work(all_of(mara, boss), to=None, by=boss)


def test_spread_evenly_over_the_agents_who_are_here(shop: Store, boss: User, mara: User, zoe: User) -> None:
    factories.agent(shop, name="Away", is_absent=True)
    ann = factories.agent(shop, name="Ann")
    given(ann, shop, shop)  # has two already
    tickets = given(mara, *[shop] * 6)
    spread_work(all_of(mara, boss), besides=mara, by=boss)
    assert {person.name: load.tickets for person, load in loads(boss, ann, zoe, mara)} == {"Ann": 4, "Zoe": 4}
    assert all(actions_on(ticket).count(Action.ASSIGNED) == 2 for ticket in tickets)


def test_with_nobody_here_it_stays(shop: Store, boss: User, mara: User) -> None:
    (ticket,) = given(mara, shop)
    move = spread_work(all_of(mara, boss), besides=mara, by=boss)
    assert (ticket.assignee, move.tickets, move.left_count) == (mara, [], 1)
    assert not move.can_be_undone


def test_a_load_counts_only_the_stores_one_sees(shop: Store, boss: User) -> None:
    other = factories.store()
    both = factories.supervisor(shop, other)
    given(both, shop, other)
    waiting = given(both, shop)[0]
    waiting.reply(by=both, body="Which one?")
    waiting.wait_for_customer(by=both)
    for store in (shop, other):
        escalate(factories.ticket(store), Reason.AGENT_REQUEST, by=both).to = both
    assert load_of([both.id, boss.id], seen_by=boss) == {both.id: Load(tickets=2, waiting=1, escalations=1)}


def loads(seen_by: User, *people: User) -> list[tuple[User, Load]]:
    found = load_of([person.id for person in people], seen_by=seen_by)
    return [(person, found[person.id]) for person in people if person.id in found]
