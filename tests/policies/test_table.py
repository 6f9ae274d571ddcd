"""Tables in bits against the same rows asked one after the other."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.policies.cells import Cell, cell_of
from helpdesk.policies.facts import VOCABULARY
from helpdesk.policies.table import Table, bits_of

NUMBERS = st.sampled_from([-1, 0, 0.5, 1, 2, 2.5, 3, 5, 8, 100])
CLASSES = ["food", "toy", "health", "digital"]
DAYS = ["2026-01-01", "2026-01-15", "2026-02-01", "2026-03-01"]
ABOUT_KNOWING = st.sampled_from(["known", "unknown"])


def _ordered(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    signs = st.sampled_from(["<", "<=", ">", ">=", "=", "not"])
    spans = st.tuples(values, values).map(lambda pair: "..".join(map(str, sorted(pair))))
    return values | spans | st.tuples(signs, values).map(lambda pair: f"{pair[0]} {pair[1]}")


def _named(values: list[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from([*values, *(f"not {value}" for value in values)])


#: For each fact: what cells ask of it, and the values it takes.
ASKED: dict[str, tuple[st.SearchStrategy[Any], st.SearchStrategy[Any]]] = {
    "days_since_delivery": (_ordered(NUMBERS), NUMBERS | st.integers(-2, 101)),
    "hours_since_delivery": (NUMBERS, NUMBERS),  # values only: not cut into spans
    "item_class": (_named(CLASSES), st.sampled_from([*CLASSES, "other"])),
    "country": (_named(["DE", "TR"]), st.sampled_from(["DE", "TR", "US"])),
    "opened": (st.sampled_from([True, False, "not true", "yes"]), st.booleans()),
    "placed_on": (_ordered(st.sampled_from(DAYS)), st.sampled_from([*DAYS, "2025-12-31", "2026-01-20"])),
}


def _cell(name: str) -> st.SearchStrategy[Cell]:
    parts = ASKED[name][0] | ABOUT_KNOWING
    raw = parts | st.lists(parts, min_size=1, max_size=4)
    return raw.map(lambda raw: cell_of(raw, VOCABULARY[name]))


ROWS = st.lists(st.fixed_dictionaries({}, optional={name: _cell(name) for name in ASKED}), max_size=12)
FACTS = st.fixed_dictionaries({}, optional={name: values | st.none() for name, (_, values) in ASKED.items()})
Rows = Sequence[Mapping[str, Cell]]


def holds(row: Mapping[str, Cell], facts: Mapping[str, Any]) -> bool | None:
    """Three-valued "and", from its definition: one false rules the row out, else one unknown leaves it open."""
    found = [cell.holds(facts.get(name)) for name, cell in row.items()]
    if False in found:
        return False
    return None if None in found else True


@settings(max_examples=300, deadline=None)
@given(ROWS, FACTS)
def test_bits_say_the_same_as_row_by_row(rows: Rows, facts: dict[str, Any]) -> None:
    possible, unsure = Table(rows).look(facts)
    said = [holds(row, facts) for row in rows]
    assert list(bits_of(possible)) == [number for number, one in enumerate(said) if one is not False]
    assert list(bits_of(unsure)) == [number for number, one in enumerate(said) if one is None]


@settings(max_examples=300, deadline=None)
@given(ROWS, FACTS)
def test_the_first_row_that_is_not_ruled_out_and_what_it_needs(rows: Rows, facts: dict[str, Any]) -> None:
    number, needs = Table(rows).first(facts)
    left = [n for n, row in enumerate(rows) if holds(row, facts) is not False]
    assert number == (left[0] if left else None)
    if number is not None:
        open_cells = [name for name, cell in rows[number].items() if cell.holds(facts.get(name)) is None]
        assert needs == open_cells
        assert all(facts.get(name) is None for name in needs)


@settings(max_examples=200, deadline=None)
@given(ROWS, FACTS)
def test_a_row_said_to_be_unreachable_never_decides(rows: Rows, facts: dict[str, Any]) -> None:
    for number, before in Table(rows).shadowed():
        assert before < number
        if holds(rows[number], facts):
            assert holds(rows[before], facts)


def test_a_row_that_asks_more_than_one_before_it_is_found() -> None:
    days, opened = VOCABULARY["days_since_delivery"], VOCABULARY["opened"]
    late = {"days_since_delivery": cell_of("> 7", days)}
    later = {"days_since_delivery": cell_of("> 30", days), "opened": cell_of(True, opened)}
    assert list(Table([late, later]).shadowed()) == [(1, 0)]
    assert list(Table([later, late]).shadowed()) == []


def test_an_empty_table_and_a_row_without_conditions() -> None:
    assert Table([]).first({"opened": True}) == (None, [])
    assert Table([{}]).first({}) == (0, [])
