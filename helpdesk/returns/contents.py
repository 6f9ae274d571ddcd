"""What records in a list are about, piece by piece, and what was paid for it: two questions for a whole page."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, literal, select, union_all

from helpdesk.core.db import db
from helpdesk.orders import OrderLine
from helpdesk.returns.cancellation import CancellationLine
from helpdesk.returns.claim import Claim
from helpdesk.returns.money import Paid, Priced, paid_for
from helpdesk.returns.remedies import Exchange, ReplacementItem
from helpdesk.tickets import TicketItem

Key = tuple[str, int]


@dataclass(frozen=True)
class Contents:
    """The pieces of one record as (how many, what, stock number), and what was paid for them in minor units."""

    pieces: list[tuple[int, str, str]] = field(default_factory=list)
    cents: int = 0


def contents_of(rows: Sequence[Row[Any]]) -> dict[Key, Contents]:
    """By sort and id, of rows of the worklist; what names no pieces is about its whole order."""
    lines = _lines_of({row.order_id for row in rows if row.order_id})
    pieces = _pieces_of(rows)
    return {(row.sort, row.id): _contents(row, lines.get(row.order_id, []), pieces[row.sort, row.id]) for row in rows}


def _contents(row: Row[Any], lines: list[Any], pieces: dict[int, int]) -> Contents:
    if not pieces:
        return Contents(cents=row.total_cents or 0)
    priced = [Priced(line.id, line.quantity, line.unit_cents, line.discount_cents) for line in lines]
    paid = paid_for(
        priced, discount_cents=row.discount_cents, shipping_cents=row.shipping_cents, total_cents=row.total_cents
    )
    named = [line for line in lines if line.id in pieces]
    return Contents(
        [(pieces[line.id], line.title, line.sku) for line in named],
        sum(Paid(line.id, line.quantity, paid[line.id]).share_of(pieces[line.id]) for line in named),
    )


def _lines_of(order_ids: set[int]) -> dict[int, list[Any]]:
    columns = OrderLine.id, OrderLine.order_id, OrderLine.title, OrderLine.sku, OrderLine.quantity
    prices = OrderLine.unit_cents, OrderLine.discount_cents
    query = select(*columns, *prices).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.position)
    found: dict[int, list[Any]] = defaultdict(list)
    for line in db.session.execute(query):
        found[line.order_id].append(line)
    return found


def _pieces_of(rows: Sequence[Row[Any]]) -> dict[Key, dict[int, int]]:
    """How many of which line of the order, by record."""
    ids: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        ids[row.sort].append(row.id)
    found: dict[Key, dict[int, int]] = defaultdict(dict)
    if ids:
        for sort, number, line, quantity in db.session.execute(union_all(*_questions(ids))):
            found[sort, number][line] = quantity
    return found


def _questions(ids: dict[str, list[int]]) -> Iterator[Select[Any]]:
    tables: dict[str, tuple[Any, Any, Any]] = {
        "replacement": (ReplacementItem.replacement_id, ReplacementItem, ReplacementItem),
        "exchange": (Exchange.id, Exchange, Exchange),
        "cancellation": (CancellationLine.cancellation_id, CancellationLine, CancellationLine),
        "claim": (
            Claim.id,
            TicketItem,
            Claim.__table__.join(TicketItem.__table__, Claim.ticket_id == TicketItem.ticket_id),
        ),
    }
    for sort, wanted in ids.items():
        number, item, source = tables[sort]
        columns = literal(sort), number, item.order_line_id, item.quantity
        yield select(*columns).select_from(source).where(number.in_(wanted))
