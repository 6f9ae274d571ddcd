"""Which tickets a person sees, and in which order staff work on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk.accounts import Customer, Role, User, anyone, store_ids_of
from helpdesk.core.db import db, fixed, unindexed
from helpdesk.core.pages import Page, Pages
from helpdesk.orders import Order, number_key
from helpdesk.stores import Store
from helpdesk.tickets.issue_types import Category
from helpdesk.tickets.status import UNFINISHED, WAITING_FOR_US, Status
from helpdesk.tickets.ticket import Ticket


class Show(StrEnum):
    """The queue's views by status."""

    WAITING = "waiting"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SNOOZED = "snoozed"
    UNFINISHED = "unfinished"
    SOLVED = "solved"
    CLOSED = "closed"
    ALL = "all"


STATUSES: dict[Show, tuple[Status, ...]] = {
    Show.WAITING: WAITING_FOR_US,
    Show.PENDING: (Status.PENDING,),
    Show.ON_HOLD: (Status.ON_HOLD,),
    Show.SNOOZED: (),
    Show.UNFINISHED: UNFINISHED,
    Show.SOLVED: (Status.SOLVED,),
    Show.CLOSED: (Status.CLOSED,),
    Show.ALL: (),
}
#: Here whose promise runs out next comes first; elsewhere what changed last.
BY_PROMISE = {Show.WAITING, Show.SNOOZED, Show.UNFINISHED}
#: Views that ask whether a ticket sleeps; the others show it either way.
BY_SNOOZE = {Show.WAITING: Ticket.snoozed_until.is_(None), Show.SNOOZED: Ticket.snoozed_until.is_not(None)}


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to."""

    show: Show = Show.WAITING
    store_id: int | None = None
    category: Category | None = None
    assignee: str = ""  # "", "me", "nobody" or a user's id
    search: str = ""

    def but(self, **changes: Any) -> "Filters":
        """The same with something changed."""
        return replace(self, **changes)


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
    by_promise = filters.show in BY_PROMISE and not filters.search
    keys: list[InstrumentedAttribute[Any]] = [Ticket.next_due_at if by_promise else Ticket.updated_at, Ticket.id]
    query = narrowed(_rows(person).add_columns(*beside), person, filters)
    return Pages(query, keys, down=not by_promise, size=size)


def narrowed(query: Select[Any], person: User, filters: Filters) -> Select[Any]:
    """The query with the filters applied."""
    if statuses := STATUSES[filters.show]:
        query = query.where(Ticket.status.in_([fixed(status) for status in statuses]))
    if filters.show in BY_SNOOZE:
        query = query.where(BY_SNOOZE[filters.show])
    if filters.store_id:
        query = query.where(Ticket.store_id == filters.store_id)
    if filters.category:
        query = query.where(Ticket.category == filters.category)
    if filters.assignee == "nobody":
        query = query.where(Ticket.assignee_id.is_(None))
    elif filters.assignee:
        wanted = person.id if filters.assignee == "me" else int(filters.assignee)
        query = query.where(Ticket.assignee_id == wanted)
    return query.where(_matches(person, filters.search)) if filters.search else query


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


def counted(person: User, filters: Filters, stop_at: int = 1000) -> int:
    """How many there are; stops counting at `stop_at`, because a count costs what it counts."""
    ids = narrowed(visible_to(person).with_only_columns(Ticket.id), person, filters).limit(stop_at)
    return len(db.session.scalars(ids).all())
