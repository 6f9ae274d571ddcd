"""Cells: what a rule asks of one fact, as in a decision table. Parsed once, never evaluated as code."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpdesk.core.money import cents_of
from helpdesk.policies.facts import Fact, Kind, in_words
from helpdesk.policies.timing import read_moment

Point = float | int | str
#: From, to, and whether each end belongs to it; None has no end.
Span = tuple[Point | None, bool, Point | None, bool]

COMPARED = re.compile(r"\s*(<=|>=|<|>|=)\s*(.+?)\s*")
RANGE = re.compile(r"\s*(.+?)\s*\.\.\s*(.+?)\s*")
NEGATED = re.compile(r"not\s+(.+)")
ORDERED = (Kind.NUMBER, Kind.MONEY, Kind.DAY)


class BadCell(ValueError):
    """A cell that cannot mean anything for its fact; says what was expected."""


@dataclass(frozen=True)
class Cell:
    """What is asked of one fact: that it is among values or within spans; or only whether it is known."""

    values: frozenset[Any] = frozenset()
    others: bool = False  # every value that is not among `but`
    but: frozenset[Any] = frozenset()
    spans: tuple[Span, ...] = ()
    unknown: bool = False  # holds while the fact is not known
    known: bool = False  # holds as soon as it is

    def holds(self, value: Any) -> bool | None:
        """Whether it holds for this value; None: that depends on what is not known yet."""
        if value is None:
            return True if self.unknown else (False if self.is_about_knowing else None)
        if self.known or value in self.values or (self.others and value not in self.but):
            return True
        return any(_within(span, value) for span in self.spans)

    @property
    def is_about_knowing(self) -> bool:
        """Whether no value could matter, only that there is one."""
        return self.known or not (self.values or self.others or self.spans)

    @property
    def points(self) -> list[Point]:
        """Where an ordered fact goes in or out."""
        ends = {end for low, _, high, _ in self.spans for end in (low, high) if end is not None}
        return sorted(ends | {v for v in self.values if not isinstance(v, bool)})


def cell_of(raw: Any, fact: Fact, currency: str = "") -> Cell:
    """One cell of a file. Raises BadCell in words."""
    parts = raw if isinstance(raw, list) else [raw]
    if not parts:
        raise BadCell("an empty list never holds; name at least one value")
    return _joined(_one(part, fact, currency) for part in parts)


def in_cell_words(raw: Any, fact: Fact, currency: str = "") -> str:
    """A cell as a person reads it: "more than 7 days", "food or toy"."""
    parts = raw if isinstance(raw, list) else [raw]
    return " or ".join(_part_words(part, fact, currency) for part in parts)


def value_of(text: str | Any, fact: Fact, currency: str = "") -> Any:
    """A fact's value from a file, a form or a command line. Raises BadCell in words."""
    reader = READERS[fact.kind]
    return reader(text, fact, currency)


def _joined(cells: Iterable[Cell]) -> Cell:
    first, *rest = cells
    for cell in rest:
        if first.others or cell.others:
            # "not a" or "not b" excludes only what both exclude; "not a" or "a" excludes nothing.
            kept = [c.but - (first.values | cell.values) for c in (first, cell) if c.others]
            but, others = frozenset.intersection(*kept), True
        else:
            but, others = frozenset[Any](), False
        first = Cell(
            first.values | cell.values, others, but, first.spans + cell.spans,
            first.unknown or cell.unknown, first.known or cell.known,
        )  # fmt: skip
    return first


def _one(part: Any, fact: Fact, currency: str) -> Cell:
    if part == "unknown":
        return Cell(unknown=True)
    if part == "known":
        return Cell(known=True)
    if fact.kind is Kind.MOMENT:
        raise BadCell('a moment can only be "known" or "unknown"; ask for the days or hours made of it')
    if isinstance(part, str):
        if negated := NEGATED.fullmatch(part):
            value = value_of(negated[1], fact, currency)
            return _without(value) if fact.kind in ORDERED else Cell(others=True, but=frozenset({value}))
        if fact.kind in ORDERED:
            if compared := COMPARED.fullmatch(part):
                return Cell(spans=(_span(compared[1], value_of(compared[2], fact, currency)),))
            if bounds := RANGE.fullmatch(part):
                low, high = (value_of(bounds[end], fact, currency) for end in (1, 2))
                if low > high:
                    raise BadCell(f"“{part}” ends before it begins")
                return Cell(spans=((low, True, high, True),))
    return Cell(values=frozenset({value_of(part, fact, currency)}))


def _without(value: Point) -> Cell:
    return Cell(spans=((None, False, value, False), (value, False, None, False)))


def _span(sign: str, value: Point) -> Span:
    return {
        "<": (None, False, value, False),
        "<=": (None, False, value, True),
        ">": (value, False, None, False),
        ">=": (value, True, None, False),
        "=": (value, True, value, True),
    }[sign]


def _within(span: Span, value: Any) -> bool:
    low, has_low, high, has_high = span
    above = low is None or value > low or (has_low and value == low)
    return bool(above and (high is None or value < high or (has_high and value == high)))


SIGNS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "=": "exactly"}


def _part_words(part: Any, fact: Fact, currency: str) -> str:
    if part in ("unknown", "known"):
        return "not known" if part == "unknown" else "known"
    if isinstance(part, str):
        if negated := NEGATED.fullmatch(part):
            return f"not {_value_words(negated[1], fact, currency)}"
        if fact.kind in ORDERED and (compared := COMPARED.fullmatch(part)):
            return f"{SIGNS[compared[1]]} {_value_words(compared[2], fact, currency)}"
        if fact.kind in ORDERED and (bounds := RANGE.fullmatch(part)):
            low, high = (_value_words(bounds[end], fact, currency) for end in (1, 2))
            return f"{_without_unit(low, fact)} to {high}"
    return _value_words(part, fact, currency)


def _without_unit(words: str, fact: Fact) -> str:
    """The unit is said once, at the end: "1 to 5 days"."""
    return words.partition(" ")[0] if fact.kind is Kind.NUMBER else words


def _value_words(raw: Any, fact: Fact, currency: str) -> str:
    return in_words(fact, value_of(raw, fact, currency), currency)


# ---- reading single values


def _yes_no(raw: Any, fact: Fact, _currency: str) -> bool:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip().lower() in words:
        return words[raw.strip().lower()]
    raise BadCell(f"“{fact.name}” is true or false, not {raw!r}")


def _number(raw: Any, fact: Fact, _currency: str) -> float | int:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _finite(raw, fact)
    try:
        number = float(str(raw)) if not isinstance(raw, bool) else None
    except ValueError:
        number = None
    if number is None:
        raise BadCell(f"“{fact.name}” is a number{f' of {fact.unit}' if fact.unit else ''}, not {raw!r}")
    return _finite(int(number) if number.is_integer() else number, fact)


def _finite(number: float | int, fact: Fact) -> float | int:
    if number != number or abs(number) > 1e12:
        raise BadCell(f"“{fact.name}”: {number} is no number that could be meant")
    return number


def _money(raw: Any, fact: Fact, currency: str) -> int:
    if not currency:
        raise BadCell(f"“{fact.name}” is an amount of money: say policy.currency, like USD")
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise BadCell(f"“{fact.name}” is an amount of money like 12.50, not {raw!r}")
    try:
        return cents_of(repr(raw) if isinstance(raw, int | float) else raw, currency)
    except ValueError as problem:
        raise BadCell(f"“{fact.name}”: {problem}") from problem


def _choice(raw: Any, fact: Fact, _currency: str) -> str:
    if raw not in fact.choices:
        raise BadCell(f"“{fact.name}” is one of {', '.join(fact.choices)}, not {raw!r}")
    return str(raw)


def _text(raw: Any, fact: Fact, _currency: str) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise BadCell(f"“{fact.name}” is a text, not {raw!r}")
    return raw.strip()


def _day(raw: Any, fact: Fact, _currency: str) -> str:
    try:
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        raise BadCell(f"“{fact.name}” is a day like 2026-12-24, not {raw!r}") from None


def _moment(raw: Any, fact: Fact, _currency: str) -> str:
    try:
        read_moment(str(raw))
    except ValueError:
        raise BadCell(f"“{fact.name}” is a day or moment like 2026-12-24T10:00:00+01:00, not {raw!r}") from None
    return str(raw)


READERS = {
    Kind.YES_NO: _yes_no,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.CHOICE: _choice,
    Kind.TEXT: _text,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
}


def sequence(raw: Any) -> Sequence[Any]:
    """A list, whether or not it was written as one."""
    return raw if isinstance(raw, list) else [raw]
