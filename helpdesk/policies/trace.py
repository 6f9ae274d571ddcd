"""The trace: every rule that was looked at, whether it held, and the fact that decided that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk.policies.cells import in_cell_words
from helpdesk.policies.decision import Decision
from helpdesk.policies.document import Effect, Rule
from helpdesk.policies.edition import Edition
from helpdesk.policies.facts import in_words
from helpdesk.policies.knowing import Known, know
from helpdesk.policies.words import Request


@dataclass(frozen=True)
class Look:
    """One row as it was looked at; `held` is None where it depends on what is not known."""

    row: str
    held: bool | None
    fact: str = ""  # the one that ruled it out, or is not known
    value: str = ""
    asked: str = ""  # what the row asks of the fact, in words
    stood_on: tuple[str, ...] = ()  # for a row that held: its facts and their values, in words

    @property
    def words(self) -> str:
        """For a person: "opened: yes; it asks for no"."""
        if self.fact:
            return f"{self.fact}: {self.value}; it asks for {self.asked}"
        return "; ".join(self.stood_on) or "it has no conditions"


def trace_of(edition: Edition, request: Request, facts: Mapping[str, Any]) -> list[Look]:
    """The rules from the first to the one that decided."""
    known = know(edition, request, facts)
    looks = []
    for rule in edition.sheets[request].rules:
        looks.append(_look(known, rule))
        if looks[-1].held is not False:
            break
    return looks


def effects_of(edition: Edition, request: Request, facts: Mapping[str, Any]) -> list[Look]:
    """Every effect, whether it held or not."""
    known = know(edition, request, facts)
    return [_look(known, effect) for effect in edition.sheets[request].effects]


def replayed(edition: Edition, decision: Decision) -> list[Look]:
    """The trace of a decision that was kept."""
    return trace_of(edition, decision.request, decision.facts)


def _look(known: Known, row: Rule | Effect) -> Look:
    unsure = None
    for name, held in _cells(known, row):
        if held is False:
            return _told(known, row, name, held)
        if held is None and unsure is None:
            unsure = _told(known, row, name, held)
    return unsure or Look(row.id, True, stood_on=tuple(_stood_on(known, row)))


def _cells(known: Known, row: Rule | Effect) -> Iterator[tuple[str, bool | None]]:
    cells = known.edition.cells[row.id]
    for name, cell in cells.items():
        yield name, cell.holds(known.facts.get(name))


def _told(known: Known, row: Rule | Effect, name: str, held: bool | None) -> Look:
    fact, currency = known.edition.facts[name], known.edition.currency
    return Look(row.id, held, fact.meaning, _value(known, name), in_cell_words(row.when[name], fact, currency))


def _stood_on(known: Known, row: Rule | Effect) -> Iterator[str]:
    for name in row.when:
        yield f"{known.edition.facts[name].meaning}: {_value(known, name)}"


def _value(known: Known, name: str) -> str:
    return in_words(known.edition.facts[name], known.facts.get(name), known.edition.currency)
