"""What the queue can be narrowed to: one line for each filter, and the words for it in the address."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, or_

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import UtcMoment, fixed
from helpdesk.orders import Order
from helpdesk.tickets.issue_types import CATEGORY_NAMES, NAMES, Category
from helpdesk.tickets.seen import is_unread
from helpdesk.tickets.status import NAMES as STATUS_NAMES
from helpdesk.tickets.status import UNFINISHED, WAITING_FOR_US, Priority, Status
from helpdesk.tickets.tag_names import LONGEST as LONGEST_TAG
from helpdesk.tickets.tags import Tag, TicketTag
from helpdesk.tickets.ticket import Ticket


class Show(StrEnum):
    """The queue by status, in the groups people ask for."""

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
    Show.SNOOZED: UNFINISHED,
    Show.UNFINISHED: UNFINISHED,
    Show.SOLVED: (Status.SOLVED,),
    Show.CLOSED: (Status.CLOSED,),
    Show.ALL: (),
}


class QueueOrder(StrEnum):
    """Which ticket stands first."""

    PROMISE = "promise"
    NEWEST = "newest"
    OLDEST = "oldest"
    CHANGED = "changed"


#: Asked with the person who looks and one value; says which tickets are meant.
Where = Callable[[User, str], ColumnElement[bool]]


@dataclass(frozen=True)
class Filter:
    """One way to narrow the queue."""

    label: str
    where: Where
    values: Mapping[Any, str] = field(default_factory=dict)  # what may be asked for, and the words on its chip
    knows: Callable[[str], bool] | None = None  # where the values are no fixed list
    takes_several: bool = False

    def accepts(self, value: str) -> bool:
        """Whether this value makes sense."""
        return self.knows(value) if self.knows else value in self.values


def _now(minus: timedelta = timedelta()) -> BindParameter[Any]:
    # Looked at when the statement runs, so that one statement serves every moment.
    return bindparam("moment", callable_=lambda: clock.now() - minus, type_=UtcMoment(), unique=True)


def _older_than(days: int) -> ColumnElement[bool]:
    return Ticket.opened_at < _now(minus=timedelta(days=days))


def _worth(cents: int) -> ColumnElement[bool]:
    return exists().where(Order.id == Ticket.order_id, Order.total_cents >= cents).correlate(Ticket)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10


def _whose(person: User, value: str) -> ColumnElement[bool]:
    if value == "nobody":
        return Ticket.assignee_id.is_(None)
    return Ticket.assignee_id == (person.id if value == "me" else int(value))


def _has_tag(name: str) -> ColumnElement[bool]:
    mine = TicketTag.tag_id == Tag.id, TicketTag.ticket_id == Ticket.id, Tag.store_id == Ticket.store_id
    return exists().where(*mine, Tag.name == name).correlate(Ticket)


AGES = {"1": "a day", "3": "3 days", "7": "a week", "14": "2 weeks", "30": "30 days"}
WORTH = {"50": "50", "100": "100", "200": "200", "500": "500"}

#: To add a filter is to add a line: the address, the chips, the form, the counters and saved views follow.
FILTERS: dict[str, Filter] = {
    "store": Filter("Store", lambda _, value: Ticket.store_id == int(value), knows=_is_number),
    "status": Filter("Status", lambda _, value: Ticket.status == fixed(Status(value)), STATUS_NAMES, None, True),
    "category": Filter("Category", lambda _, value: Ticket.category == Category(value), CATEGORY_NAMES),
    "issue": Filter("Issue type", lambda _, value: Ticket.issue_type == value, NAMES, None, True),
    "assignee": Filter(
        "Assignee", _whose, {"me": "Mine", "nobody": "Nobody's"}, lambda v: v in ("me", "nobody") or _is_number(v)
    ),
    "priority": Filter(
        "Priority", lambda _, value: Ticket.priority == value, {p: p.value.capitalize() for p in Priority}, None, True
    ),
    "overdue": Filter("Promise", lambda *_: Ticket.next_due_at < _now(), {"1": "Overdue"}),
    "unread": Filter("Unread", lambda person, _: is_unread(person), {"1": "Unread"}),
    "tag": Filter("Tag", lambda _, name: _has_tag(name), knows=lambda name: 0 < len(name) <= LONGEST_TAG),
    "older": Filter("Open for longer than", lambda _, days: _older_than(int(days)), AGES),
    "worth": Filter("Order worth at least", lambda _, amount: _worth(int(amount) * 100), WORTH),
}
_others: dict[str, Filter] = {}


def narrow_with(table: Mapping[str, Filter]) -> None:
    """Say what else it can be narrowed to, by those who watch tickets; `helpdesk.reactions` holds that table."""
    _others.clear()
    _others.update(table)


def all_filters() -> dict[str, Filter]:
    """Every filter by its name in the address."""
    return {**FILTERS, **_others}


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to, and in which order it stands."""

    show: Show = Show.WAITING
    store_id: int | None = None
    category: Category | None = None
    assignee: str = ""  # "", "me", "nobody" or a user's id
    search: str = ""
    order: QueueOrder | None = None  # None is what suits the statuses
    more: tuple[tuple[str, str], ...] = ()  # of the other filters: names and values

    def but(self, **changes: Any) -> "Filters":
        """The same with something changed."""
        return replace(self, **changes)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every filter in force, as a name and a value."""
        first = ("store", self.store_id), ("category", self.category), ("assignee", self.assignee)
        return tuple((name, str(value)) for name, value in first if value) + self.more

    def without(self, name: str, value: str) -> "Filters":
        """With one of them taken off."""
        return from_pairs([pair for pair in self.pairs if pair != (name, value)], self)

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Tickets in these; none named are all."""
        asked = {value for name, value in self.more if name == "status"}
        return tuple(status for status in Status if status in asked) or STATUSES[self.show]

    @property
    def orders(self) -> list[QueueOrder]:
        """What makes sense here: on what is finished no promise runs."""
        statuses = self.statuses
        has_promises = statuses and not set(statuses) - set(UNFINISHED) and not self.search
        return [order for order in QueueOrder if has_promises or order is not QueueOrder.PROMISE]

    @property
    def in_order(self) -> QueueOrder:
        """The order in force: whose promise runs out next where one runs, elsewhere what changed last."""
        if self.order in self.orders:
            return self.order
        is_ours = set(self.statuses) & set(WAITING_FOR_US)
        return QueueOrder.PROMISE if is_ours and QueueOrder.PROMISE in self.orders else QueueOrder.CHANGED


def from_pairs(pairs: Iterable[tuple[str, str]], base: Filters | None = None) -> Filters:
    """Filters with these names and values, in one spelling however they were given; nonsense is left out."""
    known, kept = all_filters(), dict[str, list[str]]()
    for name, value in pairs:
        if name in known and known[name].accepts(value):
            values = kept.setdefault(name, [])
            kept[name] = sorted({*values, value}) if known[name].takes_several else values or [value]
    store, category, assignee = (kept.pop(name, [""])[0] for name in ("store", "category", "assignee"))
    return (base or Filters()).but(
        store_id=int(store) if store else None,
        category=Category(category) if category else None,
        assignee=assignee,
        more=tuple((name, value) for name in known if name in kept for value in kept[name]),
    )


def read_filters(asked: Iterable[tuple[str, str]], slugs: Mapping[str, int]) -> Filters:
    """What an address asks for; `slugs` are the stores this person may see."""
    given = [(name, value.replace("\x00", "")) for name, value in asked]
    named = dict(reversed(given))  # the first of each
    search = named.get("q", "").strip()[:200]
    show, order = named.get("show", ""), named.get("order", "")
    base = Filters(
        show=Show(show) if show in set(Show) else (Show.ALL if search else Show.WAITING),
        search=search,
        order=QueueOrder(order) if order in set(QueueOrder) else None,
    )
    found = [(name, str(slugs.get(value, "")) if name == "store" else value) for name, value in given]
    return from_pairs(found, base)


def as_asked(filters: Filters, slugs: Mapping[str, int]) -> list[tuple[str, str]]:
    """The same as an address asks for it; reading that gives these filters again."""
    names = {number: slug for slug, number in slugs.items()}
    usual = Show.ALL if filters.search else Show.WAITING
    asked = [("show", filters.show.value)] if filters.show is not usual else []
    asked += [(name, names.get(int(value), "") if name == "store" else value) for name, value in filters.pairs]
    asked += [("q", filters.search)] if filters.search else []
    return asked + ([("order", filters.order.value)] if filters.order else [])


def conditions_of(person: User, filters: Filters) -> dict[str, ColumnElement[bool]]:
    """What each filter in force asks for, by its name; several values of one mean any of them. Statuses stand apart."""
    known, by_name = all_filters(), dict[str, list[str]]()
    for name, value in filters.pairs:
        if name != "status":
            by_name.setdefault(name, []).append(value)
    return {name: or_(*(known[name].where(person, value) for value in values)) for name, values in by_name.items()}
