"""A decision table compiled to bits: which of thousands of rows hold is a handful of ANDs, one per fact asked.

Row number n is bit n. For every fact, and every value or span of values that the table tells apart, one number holds
the rows that such a value does not rule out. Unknown is not false: rows that ask for a fact nobody knows stay possible.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from helpdesk.policies.cells import Cell

Conditions = Mapping[str, Cell]


class Table:
    """Rows of conditions, asked all at once."""

    def __init__(self, rows: Sequence[Conditions]) -> None:
        self.rows = rows
        self.all = (1 << len(rows)) - 1
        cells: dict[str, list[tuple[int, Cell]]] = {}
        for number, row in enumerate(rows):
            for name, cell in row.items():
                cells.setdefault(name, []).append((number, cell))
        self.columns = {name: Column(self.all, column) for name, column in cells.items()}

    def look(self, facts: Mapping[str, Any]) -> tuple[int, int]:
        """Rows that are not ruled out; and among them those that still depend on something unknown."""
        possible, unsure, known = self.all, 0, facts.get
        for name, column in self.columns.items():
            value = known(name)
            if value is None:
                possible &= column.while_unknown
                unsure |= column.unsure
            elif column.ordered:
                possible &= column.among_points(value)
            else:  # the commonest case, asked thousands of times a second, so not in a method of its own
                possible &= column.by_value.get(value, column.rest)
            if not possible:
                return 0, 0
        return possible, possible & unsure

    def first(self, facts: Mapping[str, Any]) -> tuple[int | None, list[str]]:
        """The first row that is not ruled out, and the unknown facts it needs; none: it holds."""
        possible, unsure = self.look(facts)
        if not possible:
            return None, []
        bit = possible & -possible
        number = bit.bit_length() - 1
        return number, self.needs(number, facts) if bit & unsure else []

    def needs(self, number: int, facts: Mapping[str, Any]) -> list[str]:
        """The facts a row asks for and nobody knows, in the order it asks."""
        return [
            name for name, cell in self.rows[number].items() if facts.get(name) is None and cell.holds(None) is None
        ]

    def shadowed(self) -> Iterator[tuple[int, int]]:
        """Rows that can never be first, each with a row before it that holds whenever it does."""
        for number, row in enumerate(self.rows):
            covering = (1 << number) - 1
            for name, column in self.columns.items():
                covering &= column.covering(row[name]) if name in row else column.silent
                if not covering:
                    break
            if covering:
                yield number, (covering & -covering).bit_length() - 1


class Column:
    """What all rows of a table ask of one fact."""

    def __init__(self, everything: int, cells: Sequence[tuple[int, Cell]]) -> None:
        mentioned = _bits(number for number, _ in cells)
        self.silent = everything & ~mentioned
        self.while_unknown = self.silent | _bits(number for number, cell in cells if cell.holds(None) is not False)
        self.unsure = _bits(number for number, cell in cells if cell.holds(None) is None)
        self._known = _bits(number for number, cell in cells if cell.known)
        self._others = _bits(number for number, cell in cells if cell.others)
        self.rest = self.silent | self._known | self._others
        self.ordered = any(cell.spans for _, cell in cells)
        self.by_value = {} if self.ordered else self._by_values(cells)
        self._points, self._masks = self._spread(cells) if self.ordered else ([], [])

    def left_by(self, value: Any) -> int:
        """The rows that this value does not rule out."""
        return self.among_points(value) if self.ordered else self.by_value.get(value, self.rest)

    def among_points(self, value: Any) -> int:
        """The same for values on a line that the table cuts into points and what lies between them."""
        at = bisect_left(self._points, value)
        is_point = at < len(self._points) and self._points[at] == value
        return self._masks[2 * at + is_point]

    def covering(self, cell: Cell) -> int:
        """The rows that hold whatever makes this cell hold."""
        rows = self.while_unknown & ~self.unsure if cell.unknown else -1
        if cell.known or (cell.others and self.ordered):
            return rows & (self.silent | self._known)
        if cell.others:
            rows &= self.rest  # a value nobody has named yet
            for value in self.by_value:
                if value not in cell.but:
                    rows &= self.left_by(value)
        for value in cell.values:
            rows &= self.left_by(value)
        for low, has_low, high, has_high in cell.spans:
            rows &= self._covering_span(low, has_low, high, has_high)
        return rows

    def _covering_span(self, low: Any, has_low: bool, high: Any, has_high: bool) -> int:
        first = 0 if low is None else 2 * bisect_left(self._points, low) + (1 if has_low else 2)
        last = len(self._masks) - 1 if high is None else 2 * bisect_left(self._points, high) + (1 if has_high else 0)
        rows = -1
        for mask in self._masks[first : last + 1]:
            rows &= mask
            if not rows:
                break
        return rows

    def _by_values(self, cells: Sequence[tuple[int, Cell]]) -> dict[Any, int]:
        named = {value for _, cell in cells for value in cell.values | cell.but}
        masks = dict.fromkeys(named, self.rest)
        for number, cell in cells:
            bit = 1 << number
            for value in cell.values:
                masks[value] |= bit
            for value in cell.but - cell.values:
                if not cell.known:
                    masks[value] &= ~bit
        return masks

    def _spread(self, cells: Sequence[tuple[int, Cell]]) -> tuple[list[Any], list[int]]:
        # The line is cut at every point named: region 2n lies before point n, region 2n + 1 is the point itself.
        points = sorted({point for _, cell in cells for point in cell.points})
        place = {point: 2 * number + 1 for number, point in enumerate(points)}
        regions = 2 * len(points) + 1
        turns: list[int] = [0] * (regions + 1)
        for number, cell in cells:
            if cell.known:
                continue
            for start, end in _regions(cell, place, regions):
                turns[start] ^= 1 << number
                turns[end] ^= 1 << number
        masks, inside = [], 0
        for turn in turns[:regions]:
            inside ^= turn
            masks.append(inside | self.silent | self._known)
        return points, masks


def _regions(cell: Cell, place: Mapping[Any, int], regions: int) -> list[tuple[int, int]]:
    """Where a cell holds, as half-open runs of regions that do not overlap."""
    runs = [(place[value], place[value] + 1) for value in cell.values]
    for low, has_low, high, has_high in cell.spans:
        start = 0 if low is None else place[low] + (0 if has_low else 1)
        end = regions if high is None else place[high] + (1 if has_high else 0)
        runs.append((start, end))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(runs):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        elif start < end:
            merged.append((start, end))
    return merged


def _bits(numbers: Iterator[int]) -> int:
    bits = bytearray()
    for number in numbers:
        if number >= 8 * len(bits):
            bits.extend(bytes(number // 8 + 1 - len(bits)))
        bits[number // 8] |= 1 << number % 8
    return int.from_bytes(bits, "little")


def bits_of(mask: int) -> Iterator[int]:
    """The rows of a mask, first to last."""
    while mask:
        bit = mask & -mask
        yield bit.bit_length() - 1
        mask ^= bit
