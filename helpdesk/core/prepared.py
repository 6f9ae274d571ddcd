"""Statements that are built once: to build one takes longer than to run it."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam

from helpdesk.core.db import db

AnySelect = Select[*tuple[Any, ...]]


class Prepared:
    """A statement for pages that are asked for often: a function that returns it, called once.

    Run it with the values by name; the function gets a place for each instead. Positional arguments, such as a
    role, choose between forms of the statement: the function gets them as they are.
    """

    def __init__(self, build: Callable[..., AnySelect]) -> None:
        self._build = build
        self._built: dict[tuple[Hashable, ...], tuple[AnySelect, bool]] = {}

    def objects(self, *form: Hashable, **values: object) -> Sequence[Any]:
        """All the objects it finds."""
        statement, _ = self._statement(form, values)
        return db.session.scalars(statement, values).all()

    def first(self, *form: Hashable, **values: object) -> Any:
        """The first object it finds, or None."""
        statement, _ = self._statement(form, values)
        return db.session.scalars(statement, values).first()

    def rows(self, *form: Hashable, **values: object) -> Sequence[Row[Any]]:
        """All its rows. Columns alone come quickest, because the session need not look for objects in them."""
        statement, has_objects = self._statement(form, values)
        if has_objects:
            return db.session.execute(statement, values).all()
        db.session.flush()  # as it does by itself before it looks for objects
        return db.session.connection().execute(statement, values).all()

    def value(self, *form: Hashable, **values: object) -> Any:
        """The only value it finds, or None."""
        rows = self.rows(*form, **values)
        return rows[0][0] if rows else None

    def _statement(self, form: tuple[Hashable, ...], values: dict[str, object]) -> tuple[AnySelect, bool]:
        if form not in self._built:
            statement = self._build(*form, **{name: bindparam(name) for name in values})
            has_objects = any(isinstance(column["expr"], type) for column in statement.column_descriptions)
            self._built[form] = statement, has_objects
        return self._built[form]


def prepared(build: Callable[..., AnySelect]) -> Prepared:
    """Build the statement that this function returns once, and run it with `objects`, `first`, `rows` or `value`."""
    return Prepared(build)
