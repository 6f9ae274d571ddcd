"""Changing many tickets at once: through the verbs, seen all the way, and taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk import jobs
from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.sla import State, Target
from helpdesk.stores import Store
from helpdesk.tickets import (
    Action,
    BulkAction,
    BulkChange,
    BulkState,
    Filters,
    IssueType,
    Outcome,
    Priority,
    Show,
    Status,
    Ticket,
    carry_out,
    change_many,
    claim_change,
    forget_old_changes,
    left_alone,
    narrowed,
    progress_of,
    put_down,
    tickets_left,
    visible_to,
)
from helpdesk.tickets.bulk import LEASE, UNDO_FOR, BulkTicket
from tests import factories
from tests.scenes import actions_on, clock_of, local

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]


@pytest.fixture
def shop() -> Store:
    return factories.store()


@pytest.fixture
def ada(shop: Store) -> User:
    return factories.agent(shop)


def begun(by: User, action: BulkAction, value: object, *tickets: Ticket) -> BulkChange:
    chosen = visible_to(by).where(Ticket.id.in_([ticket.id for ticket in tickets]))
    return change_many(chosen, action, str(value), by=by)


def counts(change: BulkChange) -> dict[Outcome | None, int]:
    return progress_of(change).counts


def done(by: User, action: BulkAction, value: object, *tickets: Ticket) -> BulkChange:
    change = begun(by, action, value, *tickets)
    jobs.change_many_tickets()
    return change


@pytest.mark.parametrize("action, value, seen", [
    (BulkAction.STATUS, "on_hold", lambda ticket: ticket.status is Status.ON_HOLD),
    (BulkAction.STATUS, "solved", lambda ticket: ticket.status is Status.SOLVED),
    (BulkAction.PRIORITISE, "urgent", lambda ticket: ticket.priority is Priority.URGENT),
    (BulkAction.SORT, "lost", lambda ticket: ticket.issue_type is IssueType.LOST),
])  # fmt: skip
def test_there_and_back(action: BulkAction, value: str, seen: Callable[[Ticket], bool], shop: Store, ada: User) -> None:
    tickets = [factories.ticket(shop) for _ in range(3)]
    for ticket in tickets:
        ticket.reply(by=ada, body="We look into it.")
    change = done(ada, action, value, *tickets[:2])
    assert [seen(ticket) for ticket in tickets] == [True, True, False]
    assert (change.state, counts(change)) == (BulkState.DONE, {Outcome.CHANGED: 2})
    change.undo()
    jobs.change_many_tickets()
    assert [seen(ticket) for ticket in tickets] == [False] * 3
    assert [ticket.status for ticket in tickets] == [Status.OPEN] * 3
    assert (change.state, counts(change)) == (BulkState.UNDONE, {Outcome.UNDONE: 2})


def test_what_was_owed_before_a_solution_is_owed_again_when_that_is_undone(shop: Store, ada: User, at: At) -> None:
    at("2026-06-01 10:00", "America/New_York")
    new, asked_again, answered = (factories.ticket(shop) for _ in range(3))
    for ticket in (asked_again, answered):
        ticket.reply(by=ada, body="We look into it.")
    asked_again.write(by=asked_again.customer, body="And now?")
    at("2026-06-01 12:00", "America/New_York")
    change = done(ada, BulkAction.STATUS, "solved", new, asked_again, answered)
    at("2026-06-01 13:00", "America/New_York")
    change.undo()
    jobs.change_many_tickets()
    asked_at = local("2026-06-01 10:00")
    assert [each.unanswered_since for each in (new, asked_again, answered)] == [asked_at, asked_at, None]
    first, further = clock_of(new, Target.FIRST_RESPONSE), clock_of(asked_again, Target.NEXT_RESPONSE)
    assert [(each.state, each.stopped_at) for each in (first, further)] == [(State.RUNNING, None)] * 2
    assert first.due_at == local("2026-06-02 11:00")  # without the hour for which it counted as solved
    assert clock_of(answered, Target.FIRST_RESPONSE).state is State.MET


def test_every_ticket_is_changed_by_its_verb(shop: Store, ada: User) -> None:
    ticket = factories.ticket(shop)
    done(ada, BulkAction.ASSIGN, ada.id, ticket)
    assert actions_on(ticket)[-1] is Action.ASSIGNED
    assert ticket.assignee is ada


def test_what_a_verb_refuses_is_told_with_the_reason_and_leaves_no_trace(shop: Store, ada: User) -> None:
    waiting, answered = factories.ticket(shop), factories.ticket(shop)
    answered.reply(by=ada, body="Which one?")
    before = actions_on(waiting)
    change = done(ada, BulkAction.STATUS, "pending", waiting, answered)
    assert counts(change) == {Outcome.CHANGED: 1, Outcome.REFUSED: 1}
    ((reference, _, reason),) = left_alone(change, 10)
    assert (reference, actions_on(waiting)) == (waiting.reference, before)
    assert reason.startswith("Answer the customer first")


def test_what_is_so_already_is_no_change(shop: Store, ada: User) -> None:
    ticket = factories.ticket(shop)
    before = actions_on(ticket)
    change = done(ada, BulkAction.PRIORITISE, "normal", ticket)
    assert (counts(change), actions_on(ticket)) == ({Outcome.SAME: 1}, before)


def test_all_that_match_are_those_that_matched_at_the_press_and_are_mine(shop: Store, ada: User) -> None:
    mine, foreign = factories.ticket(shop), factories.ticket()
    solved = factories.ticket(shop)
    solved.solve(by=ada)
    change = change_many(narrowed(visible_to(ada), ada, Filters()), BulkAction.PRIORITISE, "high", by=ada)
    later = factories.ticket(shop)
    jobs.change_many_tickets()
    assert [t.priority is Priority.HIGH for t in (mine, foreign, solved, later)] == [True, False, False, False]
    assert change.total == 1


def test_somebody_of_another_store_gets_none(shop: Store, ada: User) -> None:
    both = factories.agent(shop, other := factories.store())
    theirs, ours = factories.ticket(other), factories.ticket(shop)
    change = done(both, BulkAction.ASSIGN, ada.id, theirs, ours)
    assert (theirs.assignee, ours.assignee) == (None, ada)
    assert counts(change) == {Outcome.CHANGED: 1, Outcome.REFUSED: 1}


@pytest.mark.parametrize("action, value", [
    (BulkAction.ASSIGN, "0"), (BulkAction.ASSIGN, "me"), (BulkAction.ASSIGN, "9" * 12), (BulkAction.STATUS, "new"),
    (BulkAction.STATUS, ""), (BulkAction.PRIORITISE, "very"), (BulkAction.SORT, "x"), (BulkAction.MARK, "high"),
])  # fmt: skip
def test_nonsense_is_refused(action: BulkAction, value: str, shop: Store, ada: User) -> None:
    with pytest.raises(Invalid):
        begun(ada, action, value, factories.ticket(shop))


def test_no_tickets_are_no_change(shop: Store, ada: User) -> None:
    with pytest.raises(Invalid):
        begun(ada, BulkAction.PRIORITISE, "high", factories.ticket())


def test_undo_leaves_what_was_changed_again_since(shop: Store, ada: User) -> None:
    bob = factories.agent(shop)
    first, second = factories.ticket(shop), factories.ticket(shop)
    change = done(ada, BulkAction.ASSIGN, ada.id, first, second)
    second.assign(to=bob, by=bob)
    change.undo()
    jobs.change_many_tickets()
    assert (first.assignee, second.assignee) == (None, bob)
    assert counts(change) == {Outcome.UNDONE: 1, Outcome.KEPT: 1}
    assert left_alone(change, 10)[0][2] == "It was changed again since."


def test_what_is_closed_stays_closed(shop: Store, ada: User) -> None:
    ticket = factories.ticket(shop)
    ticket.solve(by=ada)
    change = done(ada, BulkAction.STATUS, "closed", ticket)
    assert (ticket.status, change.can_be_undone) == (Status.CLOSED, False)
    with pytest.raises(WrongState):
        change.undo()


def test_undo_comes_once_and_within_a_day(shop: Store, ada: User, at: At) -> None:
    at("2026-03-02 15:00")
    change = done(ada, BulkAction.PRIORITISE, "high", factories.ticket(shop))
    with clock.at(clock.now() + UNDO_FOR + timedelta(seconds=1)):
        assert not change.can_be_undone
    change.undo()
    jobs.change_many_tickets()
    with pytest.raises(WrongState):
        change.undo()


def test_stopped_half_way_the_rest_stays_as_it_is(shop: Store, ada: User) -> None:
    tickets = [factories.ticket(shop) for _ in range(3)]
    change = begun(ada, BulkAction.PRIORITISE, "high", *tickets)
    carry_out(change.id, tickets[0].id)
    change.stop()
    jobs.change_many_tickets()
    assert carry_out(change.id, tickets[1].id) is None
    assert [ticket.priority for ticket in tickets] == [Priority.HIGH, Priority.NORMAL, Priority.NORMAL]
    change.undo()
    jobs.change_many_tickets()
    assert [ticket.priority for ticket in tickets] == [Priority.NORMAL] * 3


def test_a_fault_of_ours_on_one_ticket_does_not_stop_the_others(
    shop: Store, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = factories.ticket(shop), factories.ticket(shop)
    prioritise = Ticket.prioritise

    def fail(ticket: Ticket, priority: Priority, *, by: User) -> None:
        if ticket.id == broken.id:
            raise ZeroDivisionError
        prioritise(ticket, priority, by=by)

    monkeypatch.setattr(Ticket, "prioritise", fail)
    change = done(ada, BulkAction.PRIORITISE, "high", broken, fine)
    assert counts(change) == {Outcome.CHANGED: 1, Outcome.BROKEN: 1}
    assert change.state is BulkState.DONE


def test_who_left_changes_nothing_more(shop: Store, ada: User) -> None:
    ticket = factories.ticket(shop)
    change = begun(ada, BulkAction.PRIORITISE, "high", ticket)
    ada.is_active = False
    jobs.change_many_tickets()
    assert (ticket.priority, counts(change)) == (Priority.NORMAL, {Outcome.REFUSED: 1})


def test_a_lease_keeps_others_away_and_runs_out(shop: Store, ada: User, at: At) -> None:
    at("2026-03-02 15:00")
    change = begun(ada, BulkAction.PRIORITISE, "high", factories.ticket(shop))
    assert (claim_change(), claim_change()) == (change.id, None)
    with clock.at(clock.now() + LEASE):
        assert claim_change() == change.id


def test_several_changes_take_turns(shop: Store, ada: User, at: At) -> None:
    at("2026-03-02 15:00")
    one, two = (begun(ada, BulkAction.PRIORITISE, "high", factories.ticket(shop)) for _ in range(2))
    at("2026-03-02 15:01")
    assert claim_change() == one.id
    put_down(one.id)
    assert claim_change() == two.id


def test_a_second_look_finds_nothing_left(shop: Store, ada: User) -> None:
    ticket = factories.ticket(shop)
    change = begun(ada, BulkAction.PRIORITISE, "high", ticket)
    assert tickets_left(change.id) == [ticket.id]
    assert [carry_out(change.id, ticket.id) for _ in range(2)] == [Outcome.CHANGED, None]
    assert tickets_left(change.id) == []


def test_marks_are_ones_own(shop: Store, ada: User) -> None:
    bob = factories.agent(shop)
    ticket = factories.ticket(shop)
    change = done(ada, BulkAction.MARK, "read", ticket)
    assert (counts(change), change.can_be_undone) == ({Outcome.CHANGED: 1}, False)
    assert counts(done(bob, BulkAction.MARK, "unread", ticket)) == {Outcome.SAME: 1}


def test_old_lists_are_forgotten(shop: Store, ada: User, at: At) -> None:
    at("2026-03-02 15:00")
    done(ada, BulkAction.PRIORITISE, "high", factories.ticket(shop))
    at("2026-04-20 15:00")
    young = done(ada, BulkAction.PRIORITISE, "low", factories.ticket(shop))
    forget_old_changes()
    assert list(db.session.scalars(db.select(BulkChange.id))) == [young.id]
    assert list(db.session.scalars(db.select(BulkTicket.change_id))) == [young.id]


def test_most_is_most(shop: Store, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.tickets.bulk.MOST", 2)
    for _ in range(3):
        factories.ticket(shop)
    change = change_many(narrowed(visible_to(ada), ada, Filters(Show.ALL)), BulkAction.PRIORITISE, "high", by=ada)
    assert change.total == 2
