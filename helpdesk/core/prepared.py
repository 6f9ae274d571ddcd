"""Statements that are built once: to build one takes longer than to run it."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Select, bindparam

from helpdesk.core.db import db

AnySelect = Select[*tuple[Any, ...]]
Rows = Sequence[Row[Any]]
Answer = TypeVar("Answer")
Other = TypeVar("Other")


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

    def rows(self, *form: Hashable, **values: object) -> Rows:
        """All its rows. Columns alone come quickest, because the session need not look for objects in them."""
        statement, has_objects = self._statement(form, values)
        if has_objects:
            return db.session.execute(statement, values).all()
        db.session.flush()  # as it does by itself before it looks for objects
        return db.session.connection().execute(statement, values).all()

    def question(self, *form: Hashable, **values: object) -> "Question[Rows]":
        """The same rows when somebody wants them, or when they are asked for together with others."""
        return Question(self, form, values, lambda rows: rows)

    def built(self, form: tuple[Hashable, ...], places: dict[str, Any]) -> AnySelect:
        """The statement with these places for its values."""
        return self._build(*form, **places)

    def _statement(self, form: tuple[Hashable, ...], values: dict[str, object]) -> tuple[AnySelect, bool]:
        if form not in self._built:
            statement = self.built(form, {name: bindparam(name) for name in values})
            has_objects = any(isinstance(column["expr"], type) for column in statement.column_descriptions)
            self._built[form] = statement, has_objects
        return self._built[form]


class Question(Generic[Answer]):
    """Something that a page wants to know: asked when it is first wanted, or before that by `core.together`."""

    def __init__(
        self, prepared: Prepared, form: tuple[Hashable, ...], values: dict[str, object], read: Callable[[Rows], Answer]
    ) -> None:
        self.prepared, self.form, self.values = prepared, form, values
        self._read = read
        self._answer: Answer
        self.is_answered = False

    @property
    def answer(self) -> Answer:
        """What the database says."""
        if not self.is_answered:
            self.found(self.prepared.rows(*self.form, **self.values))
        return self._answer

    def found(self, rows: Rows) -> None:
        """These are its rows, whoever asked for them."""
        self._answer, self.is_answered = self._read(rows), True

    def then(self, read: Callable[[Answer], Other]) -> "Question[Other]":
        """The same question, its answer read further."""
        return Question(self.prepared, self.form, self.values, lambda rows: read(self._read(rows)))


def prepared(build: Callable[..., AnySelect]) -> Prepared:
    """Build the statement that this function returns once, and run it with `objects`, `first`, `rows` or `question`."""
    return Prepared(build)
