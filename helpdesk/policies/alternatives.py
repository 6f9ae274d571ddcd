"""What would change it: the facts whose change alone would give the customer a better answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from helpdesk.core.language import _
from helpdesk.policies.cells import Cell
from helpdesk.policies.decision import Decision
from helpdesk.policies.edition import Edition
from helpdesk.policies.engine import decide
from helpdesk.policies.facts import Fact, Kind, Source, in_words
from helpdesk.policies.knowing import know
from helpdesk.policies.words import WORTH, Outcome

#: What a person can still bring or correct; days that have gone by cannot be given back.
CAN_CHANGE = (Source.CUSTOMER, Source.EVIDENCE, Source.AGENT)
#: How many numbers are tried for one fact.
NUMBERS_TRIED = 12


@dataclass(frozen=True)
class Alternative:
    """One fact, the value that would help, and the answer it would give."""

    fact: str
    value: Any
    outcome: Outcome
    can_change: bool
    words: str


def what_would_change(edition: Edition, decision: Decision) -> list[Alternative]:
    """The single changes that would lift a decline or a review; what a person can do before what not, best first."""
    if decision.outcome is Outcome.APPROVE:
        return []
    known = know(edition, decision.request, decision.facts)
    found = []
    for name in sorted(edition.asked_for[decision.request] - {"days_late"}):  # said by `late`
        fact = edition.facts[name]
        others = _others(edition, decision, fact, known.facts.get(name))
        answers = [(value, decide(edition, decision.request, {**known.given, name: value})) for value in others]
        value, better = max(answers, key=lambda one: _worth(one[1]), default=(None, decision))
        if _worth(better) > _worth(decision):
            found.append(_alternative(edition, fact, value, better))
    return sorted(found, key=lambda one: (not one.can_change, -WORTH[one.outcome], one.fact))


def _worth(decision: Decision) -> float:
    # What will be granted once its evidence is there is worth more than what a person still has to judge.
    if decision.pending is Outcome.APPROVE:
        return 1.5
    return WORTH[decision.outcome]


def _others(edition: Edition, decision: Decision, fact: Fact, value: Any) -> Iterator[Any]:
    """Values that are not the one it has, those that the rules tell apart; nearest first."""
    if fact.kind is Kind.YES_NO:
        yield from (one for one in (True, False) if one is not value)
    elif fact.kind is Kind.CHOICE:
        yield from (one for one in fact.choices if one != value)
    elif fact.kind in (Kind.NUMBER, Kind.MONEY, Kind.DAY):
        yield from _points(edition, decision, fact, value)


def _points(edition: Edition, decision: Decision, fact: Fact, value: Any) -> Iterator[Any]:
    asked = (cells.get(fact.name) for cells in _conditions(edition, decision))
    tried = {one for cell in asked if cell for point in cell.points for one in _around(point)}
    if fact.kind is not Kind.DAY and not value:
        tried.add(1)
    near = sorted(tried - {value}, key=lambda point: (_distance(point, value), point))
    yield from near[:NUMBERS_TRIED]


def _conditions(edition: Edition, decision: Decision) -> Iterator[Mapping[str, Cell]]:
    """Every row that has a say: those of the request, and those that compute the policy's own facts."""
    yield from (edition.cells[row.id] for row in edition.rows_of(decision.request))
    for computed in edition.computed.values():
        yield from computed.table.rows


def _around(point: Any) -> Iterator[Any]:
    """Where a condition turns, and one step to either side of it."""
    if isinstance(point, str):
        day = date.fromisoformat(point)
        yield from ((day + timedelta(days=step)).isoformat() for step in (-1, 0, 1))
    else:
        yield from (point + step for step in (-1, 0, 1) if point + step >= 0)


def _distance(point: Any, value: Any) -> float:
    if value is None:
        return 0
    if isinstance(point, str):
        return abs((date.fromisoformat(point) - date.fromisoformat(value)).days)
    return float(abs(point - value))


def _alternative(edition: Edition, fact: Fact, value: Any, better: Decision) -> Alternative:
    if fact.source is Source.EVIDENCE and value in (True, 1):
        words = fact.meaning
    elif fact.kind is Kind.YES_NO:
        words = fact.meaning if value else _("not %(fact)s", fact=fact.meaning)
    else:
        words = f"{fact.meaning}: {in_words(fact, value, edition.currency)}"
    return Alternative(fact.name, value, better.pending or better.outcome, fact.source in CAN_CHANGE, words)
