"""An edition: a checked policy file, compiled so that it can be asked thousands of times a second."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from helpdesk.core.language import current
from helpdesk.policies.cells import Cell
from helpdesk.policies.document import COUNTS_FROM, Clause, Effect, PolicyFile, Row, Rule, Told, Window
from helpdesk.policies.facts import Fact, Facts
from helpdesk.policies.table import Table
from helpdesk.policies.words import Request

#: The one node of the order of computing that is not a fact of the file: it gives `late` and `days_late`.
WINDOW = "window"
WINDOW_FACTS = ("late", "days_late")


@dataclass(frozen=True)
class Computed:
    """A fact the file computes: the first row that holds gives its value."""

    fact: Fact
    table: Table
    values: Sequence[Any]


@dataclass(frozen=True)
class Sheet:
    """All that an edition says of one kind of request."""

    rules: Sequence[Rule]
    rule_table: Table
    effects: Sequence[Effect]
    effect_table: Table
    windows: Sequence[Window]
    window_table: Table


@dataclass(frozen=True)
class Edition:
    """One dated, immutable edition of a store's policy, ready to decide."""

    file: PolicyFile
    facts: Mapping[str, Fact]
    currency: str
    sheets: Mapping[Request, Sheet]
    computed: Mapping[str, Computed]
    cells: Mapping[str, Mapping[str, Cell]]  # every row's conditions by its id
    order: Sequence[str]  # in which computed facts and the window have to be worked out
    warnings: Sequence[str] = ()

    @property
    def store(self) -> str:
        """The slug of the store it belongs to."""
        return self.file.policy.store

    @property
    def name(self) -> str:
        """The edition's own name, often its date."""
        return self.file.policy.edition

    def language_of(self, part: Told | None) -> str:
        """In which language a part tells its texts now."""
        is_told = part is None or current().code in part.also
        return current().code if is_told else self.file.policy.language

    def language_of_rule(self, name: str) -> str:
        """In which language a rule gives its reason now."""
        row = self.rows.get(name)
        return self.language_of(row if isinstance(row, Rule) else None)

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Clauses by their number."""
        return {clause.id: clause for clause in self.file.clause}

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """Rules, effects and windows by id."""
        every: tuple[Row, ...] = (*self.file.rule, *self.file.effect, *self.file.window)
        return {row.id: row for row in every}

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """What is taken for granted until somebody says otherwise."""
        return {name: fact.default for name, fact in self.facts.items() if fact.default is not None}

    @cached_property
    def asked_for(self) -> Mapping[Request, frozenset[str]]:
        """For each request, every fact that one of its rows asks for."""
        computed = frozenset(name for one in self.computed.values() for name in one.table.columns)
        return {
            request: computed.union(*(set(t.columns) for t in (s.rule_table, s.effect_table, s.window_table)))
            for request, s in self.sheets.items()
        }

    @cached_property
    def order_for(self) -> Mapping[Request, Sequence[str]]:
        """What of `order` a request's rows, their texts and one another use; the rest need not be worked out."""
        return {request: self._order_for(request) for request in self.sheets}

    def _order_for(self, request: Request) -> Sequence[str]:
        sheet = self.sheets[request]
        used = {WINDOW, *sheet.rule_table.columns, *sheet.effect_table.columns, *sheet.window_table.columns}
        rows: list[Rule | Effect] = [*sheet.rules, *sheet.effects]
        for row in rows:
            texts = " ".join((row.because, *row.steps))
            used.update(row.evidence, (name for name in self.computed if f"{{{name}}}" in texts))
        for name in reversed(self.order):
            if name in used and name != WINDOW:
                used.update(self.computed[name].table.columns)
        return [name for name in self.order if name in used]

    def rows_of(self, request: Request) -> Iterator[Row]:
        """Its rules, effects and windows."""
        sheet = self.sheets[request]
        yield from sheet.rules
        yield from sheet.effects
        yield from sheet.windows

    @cached_property
    def assumable(self) -> Sequence[str]:
        """Facts with a default that some row asks for."""
        return sorted(self.asked & set(self.defaults))

    @cached_property
    def asked(self) -> frozenset[str]:
        """Every fact that any row asks for."""
        return frozenset[str]().union(*self.asked_for.values())


Conditions = dict[str, Cell]


def compile_edition(
    file: PolicyFile,
    facts: Mapping[str, Fact],
    cells: Mapping[str, Conditions],
    computed_cells: Mapping[str, Sequence[Conditions]],
    values: Mapping[str, Sequence[Any]],
    order: Sequence[str],
    warnings: Sequence[str],
) -> Edition:
    """Put a checked file into tables; `cells` holds every row's conditions by its id."""
    computed = {
        own.name: Computed(facts[own.name], Table(computed_cells[own.name]), values[own.name])
        for own in file.fact
        if own.values
    }
    sheets = {request: _sheet(file, request, cells) for request in Request}
    return Edition(file, Facts(facts), file.policy.currency or "", sheets, computed, cells, order, warnings)


def _sheet(file: PolicyFile, request: Request, cells: Mapping[str, Conditions]) -> Sheet:
    rules = [rule for rule in file.rule if request in rule.request]
    effects = [effect for effect in file.effect if request in effect.request]
    windows = [window for window in file.window if request in window.request]
    return Sheet(
        rules, Table([cells[rule.id] for rule in rules]),
        effects, Table([cells[effect.id] for effect in effects]),
        windows, Table([cells[window.id] for window in windows]),
    )  # fmt: skip


def base_of(window: Window) -> str:
    """The moment a window counts from."""
    return COUNTS_FROM[window.from_]
