"""Keyset pages: a page costs the same whether it is the first or the thousandth."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_

from helpdesk.core.db import db


@dataclass(frozen=True)
class Page:
    """Some rows, and where the neighbours start (None at the ends)."""

    rows: Sequence[Row[Any]]
    before: str | None
    after: str | None


def page_of(
    query: Select[Any], keys: Sequence[ColumnElement[Any]], *, down: bool, cursor: str | None, size: int
) -> Page:
    """One page of `query` ordered by `keys` (all ascending, or all descending with `down`).

    The keys must be columns of the query, the last one unique. A broken cursor is the first page.
    """
    place = _read(cursor, len(keys))
    backwards = place is not None and place[0] == "b"
    smaller = down != backwards
    if place:
        query = query.where(_beyond(keys, place[1], smaller))
    query = query.order_by(*(key.desc() if smaller else key.asc() for key in keys)).limit(size + 1)
    rows = list(db.session.execute(query).all())
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_before = more if backwards else place is not None
    has_after = True if backwards else more
    names = [key.key for key in keys]
    return Page(
        rows,
        before=_write("b", rows[0], names) if rows and has_before else None,
        after=_write("a", rows[-1], names) if rows and has_after else None,
    )


def _beyond(keys: Sequence[ColumnElement[Any]], values: list[Any], smaller: bool) -> ColumnElement[bool]:
    steps = []
    for index, key in enumerate(keys):
        same = [k == v for k, v in zip(keys[:index], values, strict=False)]
        steps.append(and_(*same, key < values[index] if smaller else key > values[index]))
    bound = keys[0] <= values[0] if smaller else keys[0] >= values[0]  # lets the index start at the right place
    return and_(bound, or_(*steps))


def _write(side: str, row: Row[Any], names: Sequence[str | None]) -> str:
    values = [getattr(row, str(name)) for name in names]
    plain = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([side, plain]).encode()).decode()


def _read(cursor: str | None, count: int) -> tuple[str, list[Any]] | None:
    if not cursor:
        return None
    try:
        side, plain = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        values = [datetime.fromisoformat(value["t"]) if isinstance(value, dict) else value for value in plain]
    except (ValueError, TypeError, KeyError):
        return None
    honest = side in ("a", "b") and len(values) == count and all(isinstance(v, datetime | int | str) for v in values)
    return (side, values) if honest else None
