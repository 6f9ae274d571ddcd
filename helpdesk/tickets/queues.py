"""Which tickets a person sees, and in which order staff work on them."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk.accounts import Customer, Role, User, anyone, store_ids_of
from helpdesk.core.db import at_most, db, fixed, unindexed
from helpdesk.core.pages import Page, Pages
from helpdesk.orders import Order, number_key
from helpdesk.stores import Store
from helpdesk.tickets.filters import Filters, QueueOrder, Show, conditions_of
from helpdesk.tickets.seen import is_unread
from helpdesk.tickets.status import UNFINISHED, WAITING_FOR_US, Status
from helpdesk.tickets.ticket import Ticket

#: What each order goes by, and whether the highest comes first.
KEYS: dict[QueueOrder, tuple[InstrumentedAttribute[Any], bool]] = {
    QueueOrder.PROMISE: (Ticket.next_due_at, False),
    QueueOrder.NEWEST: (Ticket.opened_at, True),
    QueueOrder.OLDEST: (Ticket.opened_at, False),
    QueueOrder.CHANGED: (Ticket.updated_at, True),
}
#: Views that ask whether a ticket sleeps; the others show it either way.
BY_SNOOZE = {Show.WAITING: Ticket.snoozed_until.is_(None), Show.SNOOZED: Ticket.snoozed_until.is_not(None)}
COUNTED = 1_000


def visible_to(person: User | Customer) -> Select[Ticket]:
    """The one check for all reads: what a person may not see does not exist."""
    if isinstance(person, Customer):
        return select(Ticket).where(Ticket.customer_id == person.id)
    return select(Ticket).where(Ticket.store_id.in_(store_ids_of(person)))


def queue_page(
    person: User, filters: Filters, cursor: str | None, *, beside: Sequence[ColumnElement[Any]] = (), size: int = 25
) -> Page:
    """One page of the queue as plain rows, cheap however many tickets there are.

    `beside` are columns of the caller's own, such as whether a ticket is escalated.
    """
    return _pages(person.role, filters, tuple(beside), size).at(cursor, person_id=person.id)


@lru_cache(maxsize=500)
def _pages(role: Role, filters: Filters, beside: tuple[ColumnElement[Any], ...], size: int) -> Pages:
    person = anyone(role, bindparam("person_id"))
    key, down = KEYS[filters.in_order]
    keys: list[InstrumentedAttribute[Any]] = [key, Ticket.id]
    columns = is_unread(person).label("is_unread"), *beside
    return Pages(narrowed(_rows(person).add_columns(*columns), person, filters), keys, down=down, size=size)


def narrowed(query: Select[Any], person: User, filters: Filters) -> Select[Any]:
    """The query with the filters applied."""
    return query.where(*conditions_for(person, filters))


def conditions_for(person: User, filters: Filters) -> list[ColumnElement[bool]]:
    """What a ticket must be like to pass these filters."""
    conditions: list[ColumnElement[bool]] = [
        Ticket.status.in_([fixed(status) for status in statuses]) for statuses in _status_steps(filters)
    ]
    astray = _led_astray_by(filters)
    for name, condition in conditions_of(person, filters).items():
        conditions.append(unindexed(condition) if name in astray else condition)
    if filters.show in BY_SNOOZE:
        conditions.append(BY_SNOOZE[filters.show])
    return [*conditions, _matches(person, filters.search)] if filters.search else conditions


def _status_steps(filters: Filters) -> list[tuple[Status, ...]]:
    """The statuses, and before them those of the index that holds the order: SQLite only takes one it is told of."""
    statuses, order = filters.statuses, filters.in_order
    is_one_resting = len(statuses) == 1 and statuses[0] not in WAITING_FOR_US
    if not statuses or set(statuses) - set(UNFINISHED) or (is_one_resting and order is QueueOrder.CHANGED):
        return [statuses] if statuses else []
    by_promise = order is QueueOrder.PROMISE
    indexed = WAITING_FOR_US if by_promise and not set(statuses) - set(WAITING_FOR_US) else UNFINISHED
    return [indexed] if statuses == indexed else [indexed, statuses]


def _led_astray_by(filters: Filters) -> set[str]:
    """Filters whose column has an index of its own that would not bring the rows in this order."""
    if filters.in_order is QueueOrder.PROMISE:
        return set()
    is_whole_store = filters.in_order is QueueOrder.CHANGED and not filters.statuses
    return {"assignee"} if is_whole_store else {"assignee", "store"}


def _rows(person: User) -> Select[Any]:
    columns = (
        Ticket.id,
        Ticket.reference,
        Ticket.subject,
        Ticket.category,
        Ticket.issue_type,
        Ticket.status,
        Ticket.priority,
        Ticket.sorting,
        Ticket.next_due_at,
        Ticket.next_warn_at,
        Ticket.updated_at,
        Ticket.opened_at,
        Ticket.unanswered_since,
        Store.name.label("store_name"),
        Customer.name.label("customer_name"),
        Customer.email.label("customer_email"),
        User.name.label("assignee_name"),
        Order.total_cents,
        Order.currency,
    )
    # All joins are outer, so that the planner starts at the tickets, which an index holds in the queue's order.
    return (
        select(*columns)
        .outerjoin(Store, Store.id == Ticket.store_id)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(User, User.id == Ticket.assignee_id)
        .outerjoin(Order, Order.id == Ticket.order_id)
        .where(unindexed(Ticket.store_id).in_(store_ids_of(person)))
    )


def _matches(person: User, search: str) -> Any:
    """Reference, order number, or the customer's mail address; each by an index."""
    text, stores = search.strip(), store_ids_of(person)
    if "@" in text:
        found = select(Customer.id).where(Customer.store_id.in_(stores), Customer.email == text.lower())
        return Ticket.customer_id.in_(found)
    key = number_key(text)
    if not key:
        return false()
    orders = select(Order.id).where(Order.store_id.in_(stores), Order.number_key == key)
    return or_(Ticket.reference == as_reference(text), Ticket.order_id.in_(orders))


def as_reference(text: str) -> str:
    """A reference however it was typed: "7k4m 9qxt" is 7K4M-9QXT."""
    code = number_key(text).upper()
    return f"{code[:4]}-{code[4:]}"


def by_reference(person: User | Customer, reference: str) -> Select[Ticket]:
    """The ticket with this reference, if the person may see it."""
    return visible_to(person).where(Ticket.reference == as_reference(reference))


def counted(person: User, filters: Filters, stop_at: int = COUNTED) -> int:
    """How many there are; stops counting at `stop_at`, because a count costs what it counts."""
    ids = narrowed(visible_to(person).with_only_columns(Ticket.id), person, filters).limit(stop_at)
    return len(db.session.scalars(ids).all())


def counts_of(person: User, several: Sequence[Filters], stop_at: int = COUNTED) -> list[int]:
    """How many each of them finds, in one question; each stops at `stop_at`."""
    if not several:
        return []
    statement = _counts(person.role, tuple(several), stop_at)
    return list(db.session.execute(statement, {"person_id": person.id}).one())


@lru_cache(maxsize=200)
def _counts(role: Role, several: tuple[Filters, ...], stop_at: int) -> Select[Any]:
    person = anyone(role, bindparam("person_id"))
    mine = select(Ticket.id).where(unindexed(Ticket.store_id).in_(store_ids_of(person)))
    found = [narrowed(mine, person, filters).limit(at_most(stop_at)).subquery() for filters in several]
    return select(*(select(func.count()).select_from(each).scalar_subquery() for each in found))


def changed_since(person: User, filters: Filters, since: datetime, limit: int) -> Sequence[Row[Any]]:
    """Tickets of this person's stores that changed at a moment or later, oldest first, and if they pass the filters.

    At it, too: moments are whole seconds, and one that a page was read in goes on after it was read.
    """
    return db.session.execute(_changed(person.role, filters, limit), {"person_id": person.id, "since": since}).all()


@lru_cache(maxsize=500)
def _changed(role: Role, filters: Filters, limit: int) -> Select[Any]:
    person = anyone(role, bindparam("person_id"))
    matches = case((and_(true(), *conditions_for(person, filters)), 1), else_=0).label("matches")
    mine = unindexed(Ticket.store_id).in_(store_ids_of(person))
    query = select(Ticket.id, Ticket.updated_at, matches).where(Ticket.updated_at >= bindparam("since"), mine)
    return query.order_by(Ticket.updated_at, Ticket.id).limit(at_most(limit))
