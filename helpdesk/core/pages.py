"""Keyset pages: a page costs the same whether it is the first or the thousandth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk.core.db import at_most
from helpdesk.core.prepared import Prepared
from helpdesk.core.tokens import sign, unsign

#: A column, or a labelled expression, that the rows are ordered by.
Key = InstrumentedAttribute[Any] | ColumnElement[Any]


@dataclass(frozen=True)
class Page:
    """Some rows, and where the neighbours start (None at the ends)."""

    rows: Sequence[Row[Any]]
    before: str | None
    after: str | None


def page_of(query: Select[Any], keys: Sequence[Key], *, down: bool, cursor: str | None, size: int) -> Page:
    """One page of `query` ordered by `keys` (all ascending, or all descending with `down`).

    The keys must be columns of the query and never null, the last one unique. A cursor that is broken, or whose
    neighbourhood is gone by now, is the first page.
    """
    return Pages(query, keys, down=down, size=size).at(cursor)


class Pages:
    """The pages of one query, for one that is asked for often: kept, it builds its statements once."""

    def __init__(self, query: Select[Any], keys: Sequence[Key], *, down: bool, size: int) -> None:
        self.query, self.keys, self.down, self.size = query, keys, down, size
        self.names = [str(key.key) for key in keys]
        self._statement = Prepared(self._build)

    def at(self, cursor: str | None, **values: object) -> Page:
        """The page at a cursor; `values` are for places in the query."""
        place = _read(cursor, self.names)
        backwards = place is not None and place[0] == "b"
        beyond = dict(zip(self.names, place[1], strict=True)) if place else {}
        rows = list(self._statement.rows(self.down != backwards, place is None, **values, **beyond))
        more = len(rows) > self.size
        if place and len(rows) < self.size and (backwards or not rows):
            return self.at(None, **values)
        rows = rows[: self.size]
        if backwards:
            rows.reverse()
        has_before = more if backwards else place is not None
        has_after = True if backwards else more
        return Page(
            rows,
            before=_write("b", rows[0], self.names) if rows and has_before else None,
            after=_write("a", rows[-1], self.names) if rows and has_after else None,
        )

    def _build(self, smaller: bool, is_first: bool, **places: Any) -> Select[Any]:
        query = self.query
        if not is_first:
            query = query.where(_beyond(self.keys, [places[name] for name in self.names], smaller))
        order = (key.desc() if smaller else key.asc() for key in self.keys)
        return query.order_by(*order).limit(at_most(self.size + 1))


def _beyond(keys: Sequence[Key], values: list[Any], smaller: bool) -> ColumnElement[bool]:
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
