"""Several questions put to the database in one statement: the way there and back costs more than most answers."""

from collections.abc import Callable, Hashable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.engine import Dialect, result_tuple

from helpdesk.core.db import UtcMoment, Word, db
from helpdesk.core.prepared import AnySelect, Prepared, Question

#: What comes out of JSON as it went in, or is read there as the database would have read it.
READABLE = sa.Integer, sa.String, sa.Boolean, sa.JSON, Word, UtcMoment

Read = Callable[[Any], Any]
Shape = tuple[Prepared, tuple[Hashable, ...], tuple[str, ...]]  # of a question: the statement, and its values' names


class Reader(NamedTuple):
    """From one question's part of the document to its rows."""

    row: Callable[[list[Any]], Row[Any]]
    reads: tuple[tuple[int, Read], ...]  # of the columns whose values JSON holds in another form

    def rows(self, found: list[list[Any]] | None) -> list[Row[Any]]:
        """As the statement by itself would have given them."""
        for values in found or ():
            for column, read in self.reads:
                if values[column] is not None:
                    values[column] = read(values[column])
        return [self.row(values) for values in found or ()]


def ask_together(*wanted: Question[Any]) -> None:
    """Answer all that are not answered yet, in one statement: the database makes one JSON document of their rows.

    Raises TypeError for columns whose values JSON does not carry: ask those by themselves.
    """
    asked = [each for each in wanted if not each.is_answered]
    if not asked:
        return
    db.session.flush()  # as the session does before it looks for something
    connection = db.session.connection()
    statement, readers = _joined(
        connection.dialect, tuple((one.prepared, one.form, tuple(one.values)) for one in asked)
    )
    values = {_place(name, number): value for number, one in enumerate(asked) for name, value in one.values.items()}
    document = connection.execute(statement, values).scalar_one()
    for one, reader, rows in zip(asked, readers, document, strict=True):
        one.found(reader.rows(rows))


@lru_cache(maxsize=200)  # a page asks the same always, in a form for each role
def _joined(dialect: Dialect, shapes: tuple[Shape, ...]) -> tuple[AnySelect, tuple[Reader, ...]]:
    of_rows, of_values = ("json_agg", "json_build_array")
    if dialect.name == "sqlite":
        of_rows, of_values = ("json_group_array", "json_array")
    parts, readers = [], []
    for number, (prepared, form, names) in enumerate(shapes):
        one = prepared.built(form, {name: bindparam(_place(name, number)) for name in names}).subquery(f"q{number}")
        # Both take the rows in the order in which the question gives them.
        parts.append(select(getattr(func, of_rows)(getattr(func, of_values)(*one.c))).scalar_subquery())
        reads = ((n, read) for n, column in enumerate(one.c) if (read := _reader(column, dialect)))
        readers.append(Reader(result_tuple(one.c.keys()), tuple(reads)))
    document = sa.type_coerce(getattr(func, of_values)(*parts), sa.JSON)
    return select(document), tuple(readers)


def _place(name: str, number: int) -> str:
    return f"{name}_{number}"


def _reader(column: sa.ColumnElement[Any], dialect: Dialect) -> Read | None:
    kind = column.type
    if not isinstance(kind, READABLE):
        raise TypeError(f"{column} cannot be asked for together with others: {kind!r} does not go through JSON.")
    read: Read | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    if isinstance(kind, UtcMoment) and dialect.name == "postgresql":
        # By itself it comes from the driver as a moment; here the driver sees only the document.
        return lambda value: kind.process_result_value(datetime.fromisoformat(value), dialect)
    return read
