"""The filters of searches: one table, a line each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, false, or_, select

from helpdesk.accounts import Customer, User, store_ids_of, stores_of, team_of
from helpdesk.core import clock
from helpdesk.core.db import db, fixed
from helpdesk.core.errors import Invalid
from helpdesk.escalation import Escalation
from helpdesk.orders import Order, number_key
from helpdesk.search.clauses import Clause, Leaf, Where, marked
from helpdesk.search.letters import fold, tokens_of
from helpdesk.search.readers import a_day, a_text, one_of
from helpdesk.search.words import Misread, Reader
from helpdesk.tickets import (
    CATEGORY_OF,
    UNFINISHED,
    Attachment,
    Category,
    IssueType,
    Kind,
    Status,
    Tag,
    Ticket,
    TicketTag,
    as_reference,
    normalised,
)


@dataclass(frozen=True)
class Asker:
    """Who searches, and by which wall clock a day of theirs begins."""

    person: User
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The day where they are."""
        return clock.now().astimezone(self.zone).date()

    def begin(self, day: date) -> datetime:
        """The moment their day begins."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


@dataclass(frozen=True)
class Narrowing:
    """What a filter leaves: tickets by a condition, messages by what the index of words knows, or both."""

    tickets: ColumnElement[bool] | None = None
    messages: tuple[Clause, ...] = ()
    is_exact: bool = False  # few tickets, found by an index


Narrow = Callable[[Any, Asker], Narrowing]


@dataclass(frozen=True)
class Filter:
    """How its value is read, what it leaves, and what a person is told of it."""

    read: Reader
    narrow: Narrow
    says: str
    example: str

    @property
    def always_works(self) -> bool:
        """Whether its example means something in every shop."""
        return self.read is not a_text or self.example == "assignee:me"


STATUSES = {
    **{status.value: (status,) for status in Status}, "waiting": (Status.NEW, Status.OPEN), "unfinished": UNFINISHED,
}  # fmt: skip
CATEGORIES = {"shipping": Category.SHIPPING, "arrival": Category.POST_PURCHASE, "returns": Category.POLICY} | {
    each.value: each for each in Category
}
HAS: dict[str, ColumnElement[bool]] = {
    "photo": exists().where(Attachment.ticket_id == Ticket.id, Attachment.screen_key.is_not(None)),
    "file": exists().where(Attachment.ticket_id == Ticket.id),
    "order": Ticket.order_id.is_not(None),
    "escalation": exists().where(Escalation.ticket_id == Ticket.id),
}
IS: dict[str, ColumnElement[bool]] = {
    "unanswered": Ticket.unanswered_since.is_not(None),
    "unassigned": Ticket.assignee_id.is_(None),
    "complex": Ticket.complex_since.is_not(None),
}
IN = {"notes": Kind.NOTE, "messages": Kind.PUBLIC}
#: Nothing in a helpdesk is older.
YEARS = 30


def _statuses(value: tuple[tuple[Status, ...], ...], asker: Asker) -> Narrowing:
    statuses = dict.fromkeys(status for group in value for status in group)
    return Narrowing(Ticket.status.in_([fixed(each) for each in statuses]))


def _categories(value: tuple[Category, ...], asker: Asker) -> Narrowing:
    return Narrowing(Ticket.category.in_(value))


def _issues(value: tuple[IssueType, ...], asker: Asker) -> Narrowing:
    return Narrowing(Ticket.issue_type.in_(value))


def _stores(value: str, asker: Asker) -> Narrowing:
    mine = list(db.session.scalars(stores_of(asker.person)))
    found = [store for store in mine if fold(value) in (store.slug, fold(store.name))]
    found = found or [store for store in mine if fold(store.name).startswith(fold(value))]
    if not found:
        raise Misread(f"store: you have no store “{value}”. You have {', '.join(store.slug for store in mine)}.")
    numbers = [store.id for store in found]
    return Narrowing(Ticket.store_id.in_(numbers), (marked(*(f"s{number}" for number in numbers)),))


def _assignee(value: str, asker: Asker) -> Narrowing:
    if fold(value) in ("none", "nobody"):
        return Narrowing(Ticket.assignee_id.is_(None))
    if fold(value) == "me":
        return Narrowing(Ticket.assignee_id == asker.person.id)
    people = [each for each in db.session.scalars(team_of(asker.person)) if fold(value) in fold(each.name)]
    if not people:
        raise Misread(f"assignee: nobody in your stores is called “{value}”. “me” and “none” are understood too.")
    return Narrowing(Ticket.assignee_id.in_([each.id for each in people]))


def _order(value: str, asker: Asker) -> Narrowing:
    key, stores = number_key(value), store_ids_of(asker.person)
    found = db.session.scalars(select(Order.id).where(Order.store_id.in_(stores), Order.number_key == key)).all()
    return Narrowing(Ticket.order_id.in_(found) if key and found else false(), is_exact=True)


def _tagged(value: str, asker: Asker) -> Narrowing:
    try:
        name = normalised(value)
    except Invalid as problem:
        raise Misread(f"tag: {problem.message}") from problem
    given = TicketTag.tag_id == Tag.id, TicketTag.ticket_id == Ticket.id, Tag.name == name
    return Narrowing(exists().where(*given).correlate(Ticket))


def _reference(value: str, asker: Asker) -> Narrowing:
    return Narrowing(Ticket.reference == as_reference(value), is_exact=True)


def _customer(value: str, asker: Asker) -> Narrowing:
    if "@" in value:
        stores, mail = store_ids_of(asker.person), value.strip().lower()
        same = select(Customer.id).where(Customer.store_id.in_(stores), Customer.email == mail)
        found = db.session.scalars(same).all()
        return Narrowing(Ticket.customer_id.in_(found) if found else false(), is_exact=True)
    goes_on, words = value.endswith("*"), [tokens_of(word) for word in value.split()]
    leaves = [Leaf(tokens, goes_on, Where.WHO) for tokens in words if tokens]
    if not leaves:
        raise Misread("from: say a name or a mail address.")
    return Narrowing(messages=tuple(Clause((leaf,)) for leaf in leaves))


def _days(value: date, asker: Asker, *, is_before: bool) -> Narrowing:
    moment = asker.begin(value)
    condition = Ticket.opened_at < moment if is_before else Ticket.opened_at >= moment
    return Narrowing(condition, (_months(moment, is_before),))


def _months(moment: datetime, is_before: bool) -> Clause:
    """The months and years in which such tickets were opened: the index of words then skips the others."""
    year = moment.year
    whole = range(year - YEARS, year) if is_before else range(year + 1, year + YEARS)
    months = range(1, moment.month + 1) if is_before else range(moment.month, 13)
    return marked(*(f"y{each}" for each in whole), *(f"m{year}{month:02}" for month in months))


def _places(value: tuple[Kind, ...], asker: Asker) -> Narrowing:
    return Narrowing(messages=(marked(*(kind.value for kind in value)),))


def _conditions(value: tuple[ColumnElement[bool], ...], asker: Asker) -> Narrowing:
    return Narrowing(or_(*value))


#: A new filter is a line here: its name, how its value is read, what it leaves, and what a person is told.
FILTERS: dict[str, Filter] = {
    "status": Filter(one_of(STATUSES), _statuses, ", ".join(STATUSES), "status:open"),
    "category": Filter(one_of(CATEGORIES), _categories, "shipping, arrival, returns", "category:arrival"),
    "issue": Filter(one_of({each.value: each for each in CATEGORY_OF}), _issues, "what went wrong", "issue:damaged"),
    "store": Filter(a_text, _stores, "a store's short name, or how its name begins", "store:petito"),
    "assignee": Filter(a_text, _assignee, "me, none, or a name", "assignee:me"),
    "from": Filter(a_text, _customer, "the customer's name or mail address", 'from:"Ada Byron"'),
    "order": Filter(a_text, _order, "an order's number", "order:1001"),
    "ref": Filter(a_text, _reference, "a ticket's reference", "ref:7K4M-9QXT"),
    "tag": Filter(a_text, _tagged, "a tag of the ticket", "tag:fragile"),
    "before": Filter(a_day, partial(_days, is_before=True), "opened before that day", "before:2026-01-10"),
    "after": Filter(a_day, partial(_days, is_before=False), "opened on that day or later", "after:7d"),
    "has": Filter(one_of(HAS), _conditions, ", ".join(HAS), "has:photo"),
    "is": Filter(one_of(IS), _conditions, ", ".join(IS), "is:unanswered"),
    "in": Filter(one_of(IN), _places, "notes or messages", "in:notes"),
}
READERS: dict[str, Reader] = {name: each.read for name, each in FILTERS.items()}
