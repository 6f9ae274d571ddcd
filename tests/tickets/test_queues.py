"""The queue: its order, filters, pages and search, and that it follows its indexes."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.accounts import Customer, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.orders import Order
from helpdesk.stores import Store
from helpdesk.tickets import (
    Category,
    Filters,
    IssueType,
    QueueOrder,
    Show,
    Status,
    Ticket,
    as_reference,
    by_reference,
    counted,
    queue_page,
)
from tests import factories
from tests.scenes import plans_of

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]


@pytest.fixture
def shop() -> Store:
    return factories.store()


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


def listed(agent: User, show: Show = Show.WAITING, **filters: Any) -> list[str]:
    """The references on the first page."""
    return [row.reference for row in queue_page(agent, Filters(show, **filters), None).rows]


def references(*tickets: Ticket) -> list[str]:
    return [ticket.reference for ticket in tickets]


def walked(agent: User, filters: Filters, size: int) -> list[list[str]]:
    """Every page from the first to the last."""
    pages, cursor = [], None
    while True:
        page = queue_page(agent, filters, cursor, size=size)
        pages.append([row.reference for row in page.rows])
        cursor = page.after
        if cursor is None:
            return pages


# ---- order


def test_whose_promise_runs_out_next_comes_first(shop: Store, agent: User, at: At) -> None:
    at("2026-03-04 15:00")
    late = factories.ticket(shop)
    at("2026-03-02 15:00")
    early = factories.ticket(shop)
    answered = factories.ticket(shop)
    answered.reply(by=agent, body="Yes?")  # only its solution is promised now
    assert listed(agent) == references(early, late, answered)


def test_a_ticket_without_a_running_promise_comes_last(shop: Store, agent: User) -> None:
    resting, waiting = factories.ticket(shop), factories.ticket(shop)
    resting.reply(by=agent, body="Which bowl?")
    resting.wait_for_customer(by=agent)
    assert listed(agent, Show.UNFINISHED) == references(waiting, resting)


def test_elsewhere_what_changed_last_comes_first(shop: Store, agent: User, at: At) -> None:
    solved = []
    for day in ("02", "04", "03"):
        at(f"2026-03-{day} 15:00")
        solved.append(factories.ticket(shop))
        solved[-1].solve(by=agent)
    assert listed(agent, Show.SOLVED) == references(solved[1], solved[2], solved[0])


# ---- filters

VIEWS = {
    Show.WAITING: "new open",
    Show.PENDING: "pending",
    Show.ON_HOLD: "on_hold",
    Show.UNFINISHED: "new open pending on_hold",
    Show.SOLVED: "solved",
    Show.CLOSED: "closed",
    Show.ALL: "new open pending on_hold solved closed",
}


@pytest.mark.parametrize("show", VIEWS)
def test_each_view_shows_its_statuses(show: Show, shop: Store, agent: User) -> None:
    for status in Status:
        factories.ticket(shop).status = status
    rows = queue_page(agent, Filters(show), None).rows
    assert {row.status.value for row in rows} == set(VIEWS[show].split())
    assert counted(agent, Filters(show)) == len(rows)


def test_the_queue_narrows_by_store(shop: Store) -> None:
    other = factories.store()
    agent = factories.agent(shop, other)
    ticket = factories.ticket(shop)
    factories.ticket(other)
    assert listed(agent, store_id=shop.id) == references(ticket)


def test_the_queue_narrows_by_category(shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop, issue=IssueType.RETURN)
    factories.ticket(shop, issue=IssueType.LOST)
    assert listed(agent, category=Category.POLICY) == references(ticket)


def test_the_queue_narrows_by_assignee(shop: Store, agent: User) -> None:
    other = factories.agent(shop)
    mine, theirs, nobodys = (factories.ticket(shop) for _ in range(3))
    mine.assign(to=agent, by=agent)
    theirs.assign(to=other, by=agent)
    assert listed(agent, assignee="me") == references(mine)
    assert listed(agent, assignee="nobody") == references(nobodys)
    assert listed(agent, assignee=str(other.id)) == references(theirs)


def test_filters_add_up(shop: Store, agent: User) -> None:
    wanted = factories.ticket(shop, issue=IssueType.RETURN)
    for noise in (factories.ticket(shop, issue=IssueType.RETURN), factories.ticket(shop, issue=IssueType.LOST)):
        noise.assign(to=factories.agent(shop), by=agent)
    filters = Filters(store_id=shop.id, category=Category.POLICY, assignee="nobody")
    assert [row.reference for row in queue_page(agent, filters, None).rows] == references(wanted)


def test_a_row_says_whose_ticket_it_is_and_what_is_at_stake(shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop, order=factories.order(shop, quantity=2))
    ticket.assign(to=agent, by=agent)
    (row,) = queue_page(agent, Filters(), None).rows
    assert (row.store_name, row.customer_email, row.assignee_name) == (shop.name, ticket.customer.email, agent.name)
    assert (row.total_cents, row.currency, row.next_due_at) == (8400, "USD", ticket.next_due_at)


# ---- pages


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_pages_over_equal_due_times_show_every_ticket_once(size: int, shop: Store, agent: User, at: At) -> None:
    at("2026-03-02 15:00")
    tickets = [factories.ticket(shop) for _ in range(7)]
    pages = walked(agent, Filters(), size)
    assert [reference for page in pages for reference in page] == references(*tickets)
    assert all(len(page) == size for page in pages[:-1])


@pytest.mark.parametrize("show", [Show.WAITING, Show.ALL])
def test_the_way_back_is_the_way_there(show: Show, shop: Store, agent: User, at: At) -> None:
    at("2026-03-02 15:00")
    for _ in range(5):
        factories.ticket(shop)
    first = queue_page(agent, Filters(show), None, size=2)
    second = queue_page(agent, Filters(show), first.after, size=2)
    third = queue_page(agent, Filters(show), second.after, size=2)
    assert [page.before is None for page in (first, second, third)] == [True, False, False]
    assert (len(third.rows), third.after) == (1, None)
    back = queue_page(agent, Filters(show), third.before, size=2)
    assert [row.id for row in back.rows] == [row.id for row in second.rows]
    home = queue_page(agent, Filters(show), back.before, size=2)
    assert ([row.id for row in home.rows], home.before) == ([row.id for row in first.rows], None)


def test_what_is_worked_off_meanwhile_makes_no_page_skip_a_ticket(shop: Store, agent: User, at: At) -> None:
    at("2026-03-02 15:00")
    tickets = [factories.ticket(shop) for _ in range(4)]
    first = queue_page(agent, Filters(), None, size=2)
    tickets[0].solve(by=agent)
    tickets[1].solve(by=agent)
    assert [row.reference for row in queue_page(agent, Filters(), first.after, size=2).rows] == references(*tickets[2:])


@pytest.mark.parametrize(
    "cursor", ["", "x", "%%%", "bnVsbA==", "W10=", "WyJhIiwgW11d", "WyJhIiwgWzEsIDIsIDNdXQ==", "é"]
)
def test_a_broken_cursor_is_the_first_page(cursor: str, shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop)
    assert [row.id for row in queue_page(agent, Filters(), cursor).rows] == [ticket.id]


def test_counting_stops(shop: Store, agent: User) -> None:
    for _ in range(4):
        factories.ticket(shop)
    assert (counted(agent, Filters()), counted(agent, Filters(), stop_at=3)) == (4, 3)


# ---- search


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1}", "{2}", "#{0}", "{3}", "({0})", "{4}"])
def test_a_reference_is_found_however_it_is_typed(typed: str, shop: Store, agent: User) -> None:
    ticket, _noise = factories.ticket(shop), factories.ticket(shop)
    code = ticket.reference
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)  # as some keyboards write Latin letters
    spelled = typed.format(code, code.lower(), code.replace("-", " "), code.replace("-", ""), wide)
    assert listed(agent, Show.ALL, search=spelled) == references(ticket)
    assert db.session.scalar(by_reference(agent, spelled)) is ticket


@pytest.mark.parametrize("typed, reference", [("7k4m 9qxt", "7K4M-9QXT"), ("7K4M9QXT", "7K4M-9QXT"), ("", "-")])
def test_references_are_tidied(typed: str, reference: str) -> None:
    assert as_reference(typed) == reference


@pytest.mark.parametrize("typed", ["#W26-11340", "w2611340", " # W 26 11340 ", "W26–11340", "Ｗ26-11340"])
def test_an_order_number_is_found_however_it_is_typed(typed: str, shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop, order=factories.order(shop, number="#W26-11340"))
    factories.ticket(shop, order=factories.order(shop))
    factories.ticket(shop)
    assert listed(agent, Show.ALL, search=typed) == references(ticket)


@pytest.mark.parametrize("typed", ["ada@mail.example.com", " ADA@Mail.Example.COM ", "Ada@mail.example.com\n"])
def test_a_mail_address_is_found_however_it_is_typed(typed: str, shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop, by=factories.customer(shop, "ada@mail.example.com"))
    factories.ticket(shop, by=factories.customer(shop, "bada@mail.example.com"))
    assert listed(agent, Show.ALL, search=typed) == references(ticket)


@pytest.mark.parametrize(
    "typed", ["?", "%", "_", "' OR 1=1 --", "@", "%@%", "nobody@mail.example.com", "🐈", "x" * 200]
)
def test_what_fits_nothing_finds_nothing(typed: str, shop: Store, agent: User) -> None:
    factories.ticket(shop, by=factories.customer(shop, "ada@mail.example.com"), order=factories.order(shop))
    assert listed(agent, Show.ALL, search=typed) == []


def test_a_search_keeps_to_the_view(shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop)
    assert listed(agent, Show.SOLVED, search=ticket.reference) == []


# ---- cost

#: By what is waiting or by what is unfinished: as the planner likes.
OURS = "ix_tickets_(waiting|unfinished)"


def many(shop: Store, agent: User) -> None:
    """So many rows that a planner has to think: most tickets are closed, some wait."""
    shops = [shop.id, *(factories.store().id for _ in range(3))]
    db.session.execute(db.insert(Customer), [{"store_id": shop.id, "email": f"{n}@x.example"} for n in range(300)])
    db.session.execute(db.insert(Order), [order_row(shop.id, n) for n in range(300)])
    buyers = db.session.scalars(db.select(Customer.id)).all()
    orders = db.session.scalars(db.select(Order.id)).all()
    rows = [ticket_row(n, shops[n % 4], agent.id, buyers[n % 300], orders[n % 300]) for n in range(2000)]
    db.session.execute(db.insert(Ticket), rows)


def order_row(shop: int, n: int) -> dict[str, object]:
    return {
        "store_id": shop, "number": f"#{n}", "number_key": f"{n}", "currency": "USD", "stage": "placed",
        "placed_at": clock.now(),
    }  # fmt: skip


def ticket_row(n: int, shop: int, agent: int, buyer: int, order: int) -> dict[str, object]:
    moment = clock.now() + timedelta(minutes=n)
    return {
        "store_id": shop, "reference": f"{n:04}-TEST", "customer_id": buyer, "order_id": order,
        "assignee_id": agent if n % 5 == 0 else None, "category": "shipping", "issue_type": "lost", "sorting": {},
        "status": {0: "open", 1: "solved"}.get(n % 7, "closed"), "subject": "", "answers": {}, "channel": "portal",
        "opened_at": moment, "updated_at": moment, "next_due_at": moment,
    }  # fmt: skip


@pytest.fixture(params=["fresh", "analysed"])
def statistics(request: pytest.FixtureRequest) -> Callable[[], None]:
    """What the planner knows: nothing yet, or how the values lie. A fresh PostgreSQL soon analyses by itself."""

    def learn() -> None:
        is_sqlite = db.session.get_bind().dialect.name == "sqlite"
        if request.param == "analysed" or not is_sqlite:
            db.session.execute(db.text("ANALYZE"))
        else:
            db.session.execute(db.text("ANALYZE sqlite_schema"))

    return learn


#: What is asked of a queue, and an index that brings it in order; `store_id` stands for the shop's.
FOLLOWED: list[tuple[dict[str, Any], str]] = [
    ({}, OURS),
    ({"store_id": True}, "ix_tickets_"),  # what waits, or what is unfinished at this store: as the planner likes
    ({"assignee": "me"}, OURS),
    ({"show": Show.UNFINISHED, "store_id": True}, "ix_tickets_unfinished_store"),
    ({"show": Show.SOLVED}, "ix_tickets_"),  # by status or by last change: as the planner likes
    ({"show": Show.ALL}, "ix_tickets_updated"),
    ({"show": Show.UNFINISHED}, "ix_tickets_unfinished"),
    ({"show": Show.UNFINISHED, "assignee": "me"}, "ix_tickets_unfinished"),
    ({"more": (("status", "new"),)}, OURS),
    ({"more": (("status", "new"), ("status", "pending"))}, "ix_tickets_unfinished"),
    ({"more": (("overdue", "1"),)}, OURS),
    ({"more": (("unread", "1"),)}, OURS),
    ({"order": QueueOrder.NEWEST}, "ix_tickets_unfinished_opened"),
    ({"order": QueueOrder.OLDEST, "store_id": True, "assignee": "me"}, "ix_tickets_unfinished_opened"),
    ({"order": QueueOrder.CHANGED}, "ix_tickets_unfinished_updated"),
    ({"order": QueueOrder.CHANGED, "store_id": True}, "ix_tickets_unfinished_updated"),
    ({"show": Show.PENDING, "order": QueueOrder.OLDEST}, "ix_tickets_unfinished_opened"),
    ({"show": Show.CLOSED, "order": QueueOrder.OLDEST, "assignee": "me"}, "opened"),
    ({"show": Show.SOLVED, "order": QueueOrder.NEWEST}, "opened"),
    ({"show": Show.ALL, "order": QueueOrder.NEWEST, "store_id": True}, "ix_tickets_opened"),
    ({"show": Show.ALL, "store_id": True}, "ix_tickets_"),
]


def test_the_queue_follows_an_index_and_sorts_nothing(shop: Store, agent: User, statistics: Callable[[], None]) -> None:
    many(shop, agent)
    statistics()
    large = db.session.get_bind().dialect.name == "postgresql"  # it weighs two fitting ones by the table's pages
    wrong = []
    for given, index in FOLLOWED:
        filters = Filters(**given | ({"store_id": shop.id} if "store_id" in given else {}))
        cursor = queue_page(agent, filters, None, size=5).after
        for plan in (plan_of(agent, filters, None), plan_of(agent, filters, cursor)):
            if not re.search("ix_tickets_" if large else index, plan) or re.search("Sort|TEMP B-TREE", plan):
                wrong.append((given, plan))
    assert wrong == []


def test_escalated_tickets_are_found_from_their_escalations(
    shop: Store, agent: User, statistics: Callable[[], None]
) -> None:
    many(shop, agent)
    statistics()
    plan = plan_of(agent, Filters(more=(("escalated", "1"),)), None)
    assert "escalations_open" in plan or "on escalations" in plan
    if db.session.get_bind().dialect.name == "sqlite":  # PostgreSQL weighs both ways
        assert not re.search("SCAN tickets|ix_tickets_", plan)


def test_a_search_reads_no_table_from_end_to_end(shop: Store, agent: User, statistics: Callable[[], None]) -> None:
    many(shop, agent)
    statistics()
    for typed in ("7K4M-9QXT", "#1001", "ada@mail.example.com"):
        plan = plan_of(agent, Filters(Show.ALL, search=typed), None)
        assert not re.search(r"(SCAN|Seq Scan on) (tickets|orders|customers)\b", plan), typed


def plan_of(agent: User, filters: Filters, cursor: str | None) -> str:
    return plans_of(lambda: queue_page(agent, filters, cursor, size=5))
