"""Keyset pages: a page costs the same whether it is the first or the thousandth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk.core.db import db
from helpdesk.core.tokens import sign, unsign


@dataclass(frozen=True)
class Page:
    """Some rows, and where the neighbours start (None at the ends)."""

    rows: Sequence[Row[Any]]
    before: str | None
    after: str | None


def page_of(
    query: Select[Any], keys: Sequence[InstrumentedAttribute[Any]], *, down: bool, cursor: str | None, size: int
) -> Page:
    """One page of `query` ordered by `keys` (all ascending, or all descending with `down`).

    The keys must be columns of the query and never null, the last one unique. A cursor that is broken, or whose
    neighbourhood is gone by now, is the first page.
    """
    names = [str(key.key) for key in keys]
    place = _read(cursor, names)
    backwards = place is not None and place[0] == "b"
    smaller = down != backwards
    beyond = query.where(_beyond(keys, place[1], smaller)) if place else query
    ordered = beyond.order_by(*(key.desc() if smaller else key.asc() for key in keys)).limit(size + 1)
    rows = list(db.session.execute(ordered).all())
    more = len(rows) > size
    if place and len(rows) < size and (backwards or not rows):
        return page_of(query, keys, down=down, cursor=None, size=size)
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_before = more if backwards else place is not None
    has_after = True if backwards else more
    return Page(
        rows,
        before=_write("b", rows[0], names) if rows and has_before else None,
        after=_write("a", rows[-1], names) if rows and has_after else None,
    )


def _beyond(keys: Sequence[InstrumentedAttribute[Any]], values: list[Any], smaller: bool) -> ColumnElement[bool]:
    steps = []
    for index, key in enumerate(keys):
        same = [k == v for k, v in zip(keys[:index], values, strict=False)]
        steps.append(and_(*same, key < values[index] if smaller else key > values[index]))
    bound = keys[0] <= values[0] if smaller else keys[0] >= values[0]  # lets the index start at the right place
    return and_(bound, or_(*steps))


def _write(side: str, row: Row[Any], names: list[str]) -> str:
    values = [getattr(row, name) for name in names]
    plain = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return sign(_purpose(names), side, *plain)


def _read(cursor: str | None, names: list[str]) -> tuple[str, list[Any]] | None:
    content = unsign(_purpose(names), cursor) if cursor else None
    if content is None:
        return None
    side, *plain = content
    return str(side), [datetime.fromisoformat(value["t"]) if isinstance(value, dict) else value for value in plain]


def _purpose(names: list[str]) -> str:
    # Signed for these keys: values of another type, or out of a column's range, would be the database's error.
    return f"page.{'.'.join(names)}"
