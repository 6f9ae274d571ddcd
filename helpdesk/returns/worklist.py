"""What waits in claims, cancellations and parcels, across all tickets of a person's stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Label, Row, Select, String, Subquery, case, func, literal, null, select, union_all

from helpdesk.accounts import Customer, User, store_ids_of
from helpdesk.core.db import NEVER, at_most, db
from helpdesk.core.pages import Page, page_of
from helpdesk.orders import Order
from helpdesk.returns.cancellation import Cancellation, CancellationState
from helpdesk.returns.claim import Claim, ClaimState
from helpdesk.returns.remedies import Exchange, Replacement, Sending
from helpdesk.stores import Store
from helpdesk.tickets import COUNTED, Ticket

#: Of what is over the newest are looked at, of each sort: however many there are, a page costs the same.
LATELY = 1_000


class Work(StrEnum):
    """What somebody of us has to do next."""

    TO_SEND = "to_send"
    UNPAID = "unpaid"
    CANCELLATIONS = "cancellations"
    CLAIMS = "claims"


@dataclass(frozen=True)
class Kind:
    """The records of one kind of work by their sort, and the states they can be in; in the first they wait for us."""

    tables: Mapping[str, Any]
    states: tuple[StrEnum, ...]

    @property
    def waits(self) -> StrEnum:
        """The state of what is still to be done."""
        return self.states[0]


WORK: dict[Work, Kind] = {
    Work.TO_SEND: Kind(
        {"replacement": Replacement, "exchange": Exchange},
        (Sending.TO_BE_SENT, Sending.SENT, Sending.DELIVERED, Sending.CANCELLED),
    ),
    Work.UNPAID: Kind({"exchange": Exchange}, (Sending.WAITING_FOR_PAYMENT,)),
    Work.CANCELLATIONS: Kind({"cancellation": Cancellation}, tuple(CancellationState)),
    Work.CLAIMS: Kind({"claim": Claim}, tuple(ClaimState)),
}
#: What the list says of a record beside its sort.
ABOUT: dict[str, Any] = {
    "replacement": null().cast(String),
    "exchange": Exchange.wanted,
    "cancellation": Cancellation.stage.cast(String),
    "claim": Claim.kind.cast(String),
}


@dataclass(frozen=True)
class WorkFilter:
    """Which of it: one kind, in one state, of one store or of all of a person's."""

    work: Work = Work.TO_SEND
    state: StrEnum = Sending.TO_BE_SENT
    store_id: int | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether that is still to be done."""
        return self.state == WORK[self.work].waits


def work_page(person: User, asked: WorkFilter, cursor: str | None, size: int) -> Page:
    """One page: what was promised first stands first; of what is over, what was made last."""
    query, keys = _rows(person, asked)
    return page_of(query, keys, down=not asked.is_waiting, cursor=cursor, size=size)


def all_work(person: User, asked: WorkFilter, limit: int) -> Sequence[Row[Any]]:
    """The same rows in the same order, for a file."""
    query, keys = _rows(person, asked)
    order = (key.asc() if asked.is_waiting else key.desc() for key in keys)
    return db.session.execute(query.order_by(*order).limit(limit)).all()


def work_counts(person: User, store_id: int | None = None) -> dict[Work, int]:
    """How much of each kind waits, in one question; each stops counting at 1,000."""
    counts = []
    for work, kind in WORK.items():
        found = _records(person, WorkFilter(work, kind.waits, store_id)).subquery()
        some = select(found.c.id).limit(at_most(COUNTED)).subquery()
        counts.append(select(func.count()).select_from(some).scalar_subquery())
    return dict(zip(WORK, db.session.execute(select(*counts)).one(), strict=True))


def _rows(person: User, asked: WorkFilter) -> tuple[Select[Any], list[ColumnElement[Any]]]:
    """The rows of a page, and what they are ordered by."""
    made = _records(person, asked).subquery("made")
    first = _promise(made) if asked.is_waiting else made.c.made_at
    columns = (
        *(made.c.sort, made.c.id, made.c.made_at, made.c.about, made.c.ticket_id, made.c.order_id),
        *(Ticket.reference, Ticket.next_due_at, Ticket.next_warn_at, Store.name.label("store_name"), Store.slug),
        *(Customer.name, Customer.email, User.name.label("assignee"), Order.number, Order.currency, Order.total_cents),
        *(Order.discount_cents, Order.shipping_cents, Order.ship_to),
    )
    joined = select(*columns).join(Ticket, Ticket.id == made.c.ticket_id).join(Store, Store.id == Ticket.store_id)
    joined = joined.join(Customer, Customer.id == Ticket.customer_id).outerjoin(User, User.id == Ticket.assignee_id)
    joined = joined.outerjoin(Order, Order.id == made.c.order_id)
    return (joined.add_columns(first) if asked.is_waiting else joined), [first, made.c.sort, made.c.id]


def _promise(made: Subquery) -> Label[Any]:
    """The ticket's next promise. Where no clock runs the record itself was the promise, so nothing sinks to the end."""
    runs = Ticket.next_due_at < NEVER
    return case((runs, Ticket.next_due_at), else_=made.c.made_at).label("promise")


def _records(person: User, asked: WorkFilter) -> Any:
    parts = [_part(person, sort, table, asked) for sort, table in WORK[asked.work].tables.items()]
    return union_all(*parts) if len(parts) > 1 else parts[0]


def _part(person: User, sort: str, table: Any, asked: WorkFilter) -> Select[Any]:
    query = select(
        literal(sort).label("sort"),
        *(table.id, table.made_at, ABOUT[sort].label("about"), table.ticket_id, table.order_id),
    ).where(table.store_id.in_(store_ids_of(person)), table.state == asked.state)
    if asked.store_id:
        query = query.where(table.store_id == asked.store_id)
    if asked.is_waiting:
        return query
    newest = query.order_by(table.id.desc()).limit(at_most(LATELY)).subquery()
    return select(*newest.c)
