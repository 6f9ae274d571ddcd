"""From the text of a policy file to an edition: everything that is wrong with it is named at once."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli
from pydantic import ValidationError

from helpdesk.core.errors import Invalid
from helpdesk.policies.cells import BadCell, Cell, cell_of, value_of
from helpdesk.policies.document import Charge, Consequences, OwnFact, PolicyFile, Row
from helpdesk.policies.edition import WINDOW, WINDOW_FACTS, Edition, compile_edition
from helpdesk.policies.facts import VOCABULARY, Fact, Source, nearest

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
#: Placeholders of texts beside the names of facts.
TEXT_WORDS = {"until"}
#: Tables longer than this are not searched for rows that can never be reached.
SHADOWS_UP_TO = 2_000

EXPECTED = {
    "missing": "this is missing",
    "extra_forbidden": "there is no such field; is it misspelt?",
    "string_type": "text in quotes is expected",
    "string_too_short": "this cannot be empty",
    "list_type": "a list in square brackets is expected",
    "model_type": "a table is expected here",
    "dict_type": "conditions are expected here, like { opened = true }",
    "too_short": "at least one is needed",
    "date_from_datetime_parsing": "a day is expected, like 2026-12-24",
    "date_type": "a day is expected, like 2026-12-24",
}
#: How Python shows one of our words: <Outcome.APPROVE: 'approve'>.
ENUM = re.compile(r"<[\w.]+: ('[^']*')>")


class BadPolicy(Invalid):
    """A policy file that cannot be used; `problems` names each fault with its place."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__("\n".join(f"{name}: {problem}" for problem in problems))
        self.problems = problems


def read_policy_file(path: Path) -> Edition:
    """Read and check a file. Raises BadPolicy with everything that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadPolicy(path.name, [f"cannot be read: {problem}"]) from problem
    return read_policy(text, path.name)


def read_policy(text: str, name: str = "policy") -> Edition:
    """Check the text of a file and compile it. Raises BadPolicy with everything that is wrong."""
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as problem:
        raise BadPolicy(name, [f"not a TOML file: {problem}"]) from problem
    try:
        file = PolicyFile.model_validate(data)
    except ValidationError as problem:
        raise BadPolicy(name, [explained(error, data) for error in problem.errors()]) from problem
    return _Checker(file).edition(name)


class _Checker:
    """What the shapes alone do not show: names that must exist, and conditions that must mean something."""

    def __init__(self, file: PolicyFile) -> None:
        self.file = file
        self.currency = file.policy.currency or ""
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.facts: dict[str, Fact] = dict(VOCABULARY)
        self._cells: dict[tuple[str, str], Cell | None] = {}

    def edition(self, name: str) -> Edition:
        self._own_facts()
        self._once("clause", [clause.id for clause in self.file.clause])
        self._once("rule, effect or window", [row.id for row in self._rows()])
        clauses = {clause.id for clause in self.file.clause}
        cells = {row.id: self._row(row, clauses) for row in self._rows()}
        computed, values = self._computed()
        order = self._order(cells, computed)
        self._examples(clauses)
        self._windows_for_late(cells)
        if self.problems:
            raise BadPolicy(name, self.problems)
        edition = compile_edition(self.file, self.facts, cells, computed, values, order, self.warnings)
        self.warnings.extend(_unreachable(edition))
        return edition

    def _rows(self) -> Iterator[Row]:
        yield from self.file.rule
        yield from self.file.effect
        yield from self.file.window

    def _own_facts(self) -> None:
        self._once("fact", [own.name for own in self.file.fact])
        for own in self.file.fact:
            if own.name in VOCABULARY or own.name in TEXT_WORDS:
                self.problems.append(f"fact “{own.name}”: name: the helpdesk knows a fact of that name already")
                continue
            fact = _fact(own)
            self.facts[own.name] = fact
            if own.default is not None:
                try:
                    default = value_of(own.default, fact, self.currency)
                    self.facts[own.name] = _fact(own, default)
                except BadCell as problem:
                    self.problems.append(f"fact “{own.name}”: default: {problem}")

    def _once(self, what: str, names: list[str]) -> None:
        for name in (
            dict.fromkeys(name for name in names if names.count(name) > 1) if len(set(names)) < len(names) else ()
        ):
            self.problems.append(f"{what} “{name}”: id: this id is there {names.count(name)} times")

    def _row(self, row: Row, clauses: set[str]) -> dict[str, Cell]:
        place = f"{type(row).__name__.lower()} “{row.id}”"
        for cited in row.clauses:
            if cited not in clauses:
                self.problems.append(f"{place}: clauses: there is no clause “{cited}”{_meant(cited, clauses)}")
        if isinstance(row, Consequences):
            self._consequences(place, row)
        return self._when(place, row.when)

    def _consequences(self, place: str, row: Any) -> None:
        for kind in row.evidence:
            if kind not in self.facts:
                self.problems.append(f"{place}: evidence: there is no fact “{kind}”{_meant(kind, self.facts)}")
        for part in ("fee", "deduction"):
            charge: Charge | None = getattr(row, part)
            if charge and charge.amount is not None and not self.currency:
                self.problems.append(f"{place}: {part}: an amount needs policy.currency, like USD")
        words = set(PLACEHOLDER.findall(" ".join((row.because, *row.steps))))
        for word in sorted(words - TEXT_WORDS - set(self.facts)):
            self.problems.append(f"{place}: text: “{{{word}}}” is no fact{_meant(word, self.facts)}")
        for code, texts in row.also.items():
            for word in sorted(set(PLACEHOLDER.findall(" ".join((texts.because, *texts.steps)))) - words):
                self.problems.append(f"{place}: also.{code}: “{{{word}}}” does not stand in the row itself")

    def _when(self, place: str, when: Mapping[str, Any]) -> dict[str, Cell]:
        cells = {}
        for name, raw in when.items():
            fact = self.facts.get(name)
            if fact is None:
                self.problems.append(f"{place}: when: there is no fact “{name}”{_meant(name, self.facts)}")
                continue
            if cell := self._cell(f"{place}: when.{name}", raw, fact):
                cells[name] = cell
        return cells

    def _cell(self, place: str, raw: Any, fact: Fact) -> Cell | None:
        key = fact.name, repr(raw)
        if key not in self._cells:
            try:
                self._cells[key] = cell_of(raw, fact, self.currency)
            except BadCell as problem:
                self.problems.append(f"{place}: {problem}")
                return None
        return self._cells[key]

    def _computed(self) -> tuple[dict[str, list[dict[str, Cell]]], dict[str, list[Any]]]:
        tables: dict[str, list[dict[str, Cell]]] = {}
        values: dict[str, list[Any]] = {}
        for own in self.file.fact:
            if not own.values or own.name not in self.facts:
                continue
            place = f"fact “{own.name}”"
            tables[own.name] = [self._when(f"{place}: values", row.when) for row in own.values]
            values[own.name] = []
            for row in own.values:
                try:
                    values[own.name].append(value_of(row.value, self.facts[own.name], self.currency))
                except BadCell as problem:
                    self.problems.append(f"{place}: values: {problem}")
        return tables, values

    def _order(self, cells: dict[str, dict[str, Cell]], computed: dict[str, list[dict[str, Cell]]]) -> list[str]:
        needs = {name: {asked for row in rows for asked in row} for name, rows in computed.items()}
        needs[WINDOW] = {asked for window in self.file.window for asked in cells.get(window.id, ())}
        for name, asked in needs.items():
            needs[name] = {WINDOW if one in WINDOW_FACTS else one for one in asked} & set(needs)
        order: list[str] = []
        while needs:
            ready = [name for name, asked in needs.items() if not asked - set(order)]
            if not ready:
                ring = " and ".join(f"“{name}”" for name in sorted(needs))
                self.problems.append(f"values: {ring} are computed from each other in a circle")
                return order
            order += ready
            for name in ready:
                del needs[name]
        return order

    def _examples(self, clauses: set[str]) -> None:
        ids = {row.id for row in self._rows()}
        for number, example in enumerate(self.file.example, start=1):
            place = f"example {number} ({example.request})"
            for name, raw in example.facts.items():
                if name not in self.facts:
                    self.problems.append(f"{place}: facts: there is no fact “{name}”{_meant(name, self.facts)}")
                    continue
                try:
                    value_of(raw, self.facts[name], self.currency)
                except BadCell as problem:
                    self.problems.append(f"{place}: facts.{name}: {problem}")
            for cited in example.clauses or ():
                if cited not in clauses:
                    self.problems.append(f"{place}: clauses: there is no clause “{cited}”{_meant(cited, clauses)}")
            if example.rule and example.rule not in ids:
                self.problems.append(f"{place}: rule: there is no rule “{example.rule}”{_meant(example.rule, ids)}")

    def _windows_for_late(self, cells: dict[str, dict[str, Cell]]) -> None:
        has_window = {request for window in self.file.window for request in window.request}
        rows: list[Row] = [*self.file.rule, *self.file.effect]
        for row in rows:
            without = [r for r in row.request if r not in has_window]
            if without and any(name in WINDOW_FACTS for name in cells.get(row.id, ())):
                place = f"{type(row).__name__.lower()} “{row.id}”"
                self.warnings.append(f"{place}: asks whether it is late, but {', '.join(without)} has no window")


def _fact(own: OwnFact, default: Any = None) -> Fact:
    choices = own.choices if isinstance(own.choices, dict) else {name: name.replace("_", " ") for name in own.choices}
    if own.values:
        source = Source.POLICY
    elif own.flag:
        source = own.source or Source.ITEM
    else:
        source = own.source or (Source.CUSTOMER if own.question else Source.AGENT)
    if own.flag and default is None:
        default = False
    return Fact(
        own.name, own.type, source, own.meaning or own.name.replace("_", " "), own.question, own.unit, choices,
        default, flag=own.flag, hint=own.hint, also=own.also,
    )  # fmt: skip


def _unreachable(edition: Edition) -> Iterator[str]:
    said = set()
    for request, sheet in edition.sheets.items():
        for what, rows, table in (
            ("rule", sheet.rules, sheet.rule_table),
            ("window", sheet.windows, sheet.window_table),
        ):
            if len(rows) > SHADOWS_UP_TO:
                continue
            for number, before in table.shadowed():
                key = rows[number].id, rows[before].id
                if key not in said:
                    said.add(key)
                    yield (
                        f"{what} “{key[0]}” is never reached for {request}: "
                        f"“{key[1]}” stands before it and always holds too"
                    )


def _meant(name: str, known: Any) -> str:
    found = nearest(name, known)
    return f"; did you mean “{found}”?" if found else ""


def explained(error: Any, data: Mapping[str, Any]) -> str:
    """One of pydantic's errors as a person reads it: the row's id, the field, what was expected."""
    table, *path = error["loc"] or ("file",)
    place = str(table)
    if path and isinstance(path[0], int):
        number, *path = path
        place = f"{table} “{_id_of(data, table, number)}”" if _id_of(data, table, number) else f"{table} {number + 1}"
    field = ".".join(str(step) for step in path)
    words = EXPECTED.get(error["type"]) or ENUM.sub(r"\1", error["msg"].removeprefix("Value error, "))
    given = error.get("input")
    is_news = isinstance(given, str | int | float) and str(given) not in words
    return f"{place}: {field + ': ' if field else ''}{words}" + (f" (given: {given!r})" if is_news else "")


def _id_of(data: Mapping[str, Any], table: Any, number: int) -> str:
    rows = data.get(table)
    row = rows[number] if isinstance(rows, list) and number < len(rows) else None
    return str(row.get("id") or row.get("name") or "") if isinstance(row, dict) else ""
