"""Filters: what an address asks for, and which tickets each one leaves."""

from collections.abc import Callable
from datetime import datetime

import pytest

from helpdesk.accounts import User
from helpdesk.escalation import ask_for_help
from helpdesk.stores import Store
from helpdesk.tickets import (
    STANDARD,
    Filters,
    IssueType,
    Priority,
    QueueOrder,
    Show,
    Status,
    as_asked,
    counted,
    counts_of,
    queue_page,
    read_filters,
)
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
SLUGS = {"lamps": 7}


@pytest.mark.parametrize("asked, meant", [
    ([], Filters()),
    ([("show", "solved")], Filters(Show.SOLVED)),
    ([("q", " 7K4M ")], Filters(Show.ALL, search="7K4M")),
    ([("store", "lamps"), ("assignee", "me")], Filters(store_id=7, assignee="me")),
    ([("store", "bowls")], Filters()),
    ([("status", s) for s in ("open", "new", "open")], Filters(more=(("status", "new"), ("status", "open")))),
    ([("priority", "urgent"), ("overdue", "1")], Filters(more=(("priority", "urgent"), ("overdue", "1")))),
    ([("older", "7"), ("older", "3")], Filters(more=(("older", "7"),))),
    ([("escalated", "1"), ("unread", "1")], Filters(more=(("unread", "1"), ("escalated", "1")))),
    ([("order", "oldest"), ("order", "newest")], Filters(order=QueueOrder.OLDEST)),
    ([("older", "8"), ("overdue", "yes"), ("assignee", "1e3"), ("order", "by name"), ("nothing", "1")], Filters()),
])  # fmt: skip
def test_an_address_is_read_and_written_in_one_spelling(asked: list[tuple[str, str]], meant: Filters) -> None:
    assert read_filters(asked, SLUGS) == meant
    assert read_filters(as_asked(meant, SLUGS), SLUGS) == meant


@pytest.mark.parametrize("filters, order", [
    (Filters(), QueueOrder.PROMISE),
    (Filters(Show.PENDING), QueueOrder.CHANGED),
    (Filters(Show.PENDING, order=QueueOrder.PROMISE), QueueOrder.PROMISE),
    (Filters(Show.SOLVED, order=QueueOrder.PROMISE), QueueOrder.CHANGED),
    (Filters(Show.ALL, order=QueueOrder.OLDEST), QueueOrder.OLDEST),
    (Filters(Show.ALL, more=(("status", "new"),)), QueueOrder.PROMISE),
    (Filters(search="x"), QueueOrder.CHANGED),
])  # fmt: skip
def test_the_order_suits_the_statuses(filters: Filters, order: QueueOrder) -> None:
    assert filters.in_order is order


@pytest.fixture
def shop() -> Store:
    return factories.store()


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


def found(agent: User, *pairs: tuple[str, str], show: Show = Show.ALL) -> set[int]:
    """What these filters leave; counted and changed lists agree with it."""
    filters = Filters(show, more=pairs)
    ids = {row.id for row in queue_page(agent, filters, None).rows}
    assert (counted(agent, filters), counts_of(agent, [filters])) == (len(ids), [len(ids)])
    return ids


def test_several_values_of_one_filter_mean_any_of_them(shop: Store, agent: User) -> None:
    calm, high, urgent = (factories.ticket(shop) for _ in range(3))
    high.prioritise(Priority.HIGH, by=agent)
    urgent.prioritise(Priority.URGENT, by=agent)
    assert found(agent, ("priority", "high"), ("priority", "urgent")) == {high.id, urgent.id}
    assert found(agent, ("priority", "high"), ("status", "solved")) == set()
    assert calm.id in found(agent, ("priority", "normal"))


def test_issue_types_and_statuses_narrow(shop: Store, agent: User) -> None:
    lost = factories.ticket(shop, issue=IssueType.LOST)
    damaged = factories.ticket(shop, issue=IssueType.DAMAGED)
    factories.ticket(shop, issue=IssueType.RETURN)
    damaged.status = Status.ON_HOLD
    assert found(agent, ("issue", "damaged"), ("issue", "lost")) == {lost.id, damaged.id}
    assert found(agent, ("status", "on_hold"), show=Show.WAITING) == {damaged.id}


def test_what_is_overdue_and_what_is_old(shop: Store, agent: User, at: At) -> None:
    at("2026-03-02 15:00")
    late = factories.ticket(shop)
    at("2026-03-12 15:00")
    fresh = factories.ticket(shop)
    assert found(agent, ("overdue", "1")) == {late.id}
    assert found(agent, ("older", "7")) == {late.id}
    assert found(agent, ("older", "14")) == set()
    at("2026-03-20 15:00")
    assert found(agent, ("overdue", "1")) == {late.id, fresh.id}


def test_what_is_escalated_and_what_an_order_is_worth(shop: Store, agent: User) -> None:
    factories.supervisor(shop)
    raised = factories.ticket(shop)
    dear = factories.ticket(shop, order=factories.order(shop, quantity=3))
    ask_for_help(raised, by=agent, note="Look.")
    assert found(agent, ("escalated", "1")) == {raised.id}
    assert found(agent, ("worth", "100")) == {dear.id}
    assert found(agent, ("worth", "200")) == set()


def test_no_filter_shows_another_stores_ticket_or_anothers_own(shop: Store, agent: User) -> None:
    foreign = factories.ticket()
    colleagues = factories.ticket(shop)
    colleagues.assign(to=factories.agent(shop), by=agent)
    for name, filters in STANDARD.values():
        rows = {row.id for row in queue_page(agent, filters, None).rows}
        assert foreign.id not in rows, name
        assert counted(agent, filters) == len(rows), name
    assert counts_of(agent, [STANDARD["mine"][1], STANDARD["unassigned"][1], STANDARD["waiting"][1]]) == [0, 0, 1]


def test_each_counter_stops(shop: Store, agent: User) -> None:
    for _ in range(4):
        factories.ticket(shop)
    assert counts_of(agent, [Filters(), Filters(Show.SOLVED)], stop_at=3) == [3, 0]
    assert counts_of(agent, []) == []
