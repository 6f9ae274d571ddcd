"""CSV files as rows with names, in runs of one order; a broken row costs itself and its order, nothing else."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from helpdesk.orders.formats.incoming import LINES_AT_MOST, BadRow
from helpdesk.orders.formats.source import Source

DELIMITERS = ",;\t|"
LINE_LENGTH_AT_MOST = 1 << 20
#: A row that goes on for longer has a quote that nobody closed.
ROW_LINES_AT_MOST = 200
GLANCE = 10_000


@dataclass(frozen=True)
class Row:
    """One row by column names, or as much of it as could be read and what is wrong with it."""

    line: int
    cells: dict[str, str]
    broken: str = ""

    @property
    def place(self) -> str:
        """Where it starts in the file."""
        return f"line {self.line}"


@dataclass
class Run:
    """The rows of one order, standing together."""

    number: str
    rows: list[Row]

    @property
    def place(self) -> str:
        """Where it starts in the file."""
        return self.rows[0].place

    @property
    def bad(self) -> list[BadRow]:
        """Its rows that could not be read."""
        return [BadRow(row.place, row.broken, self.number) for row in self.rows if row.broken]


class Lines:
    """The physical lines of a file, numbered, for a csv reader that can be told to start again after a line."""

    def __init__(self, file: TextIO) -> None:
        self.number = 1
        self._file = file
        self._row: list[str] = []
        self._waiting: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._row) >= ROW_LINES_AT_MOST:
            raise csv.Error("a quotation mark is opened here and not closed")
        line = self._waiting.popleft() if self._waiting else self._file.readline(LINE_LENGTH_AT_MOST)
        if not line:
            raise StopIteration
        self._row.append(line)
        if len(line) >= LINE_LENGTH_AT_MOST and line[-1] not in "\r\n":
            self._skip_the_rest()
            raise csv.Error(f"it is longer than {LINE_LENGTH_AT_MOST:,} characters")
        return line

    def next_row(self) -> int:
        """Forget the row that was read; the number of the line where the next one starts."""
        self.number += len(self._row)
        self._row.clear()
        return self.number

    def give_back(self) -> str:
        """Keep only the first line of the row that was tried: what follows may be sound."""
        first, *rest = self._row or [""]
        self._waiting.extendleft(reversed(rest))
        del self._row[1:]
        return first

    def _skip_the_rest(self) -> None:
        while (more := self._file.readline(LINE_LENGTH_AT_MOST)) and more[-1] not in "\r\n":
            pass


class Table:
    """A CSV file with a header."""

    def __init__(self, lines: Lines, delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._reader = csv.reader(lines, delimiter=delimiter, strict=True)
        self.header: list[str] = []
        self.place = "line 1"
        self._read_header()

    def runs(self, column: str) -> Iterator[Run]:
        """Rows with the same order number that stand together; a row without one counts to the order above it."""
        run: Run | None = None
        for row in self._rows():
            number = row.cells.get(column, "").strip()
            if not number:
                row = Row(row.line, row.cells, row.broken or f"there is no order number ({column})")
            if run and number in ("", run.number):
                # What is too long is refused whole; so many rows prove it.
                run.rows.extend([row] if len(run.rows) <= LINES_AT_MOST else [])
                continue
            if run:
                yield run
            run = Run(number, [row])
        if run:
            yield run

    def _read_header(self) -> None:
        for number, cells, _problem in self._records():
            self.place = f"line {number}"
            self.header = [" ".join(cell.split()).casefold() for cell in cells]
            return

    def _rows(self) -> Iterator[Row]:
        width = len(self.header)
        for number, cells, problem in self._records():
            if not problem and (len(cells) < width or any(cells[width:])):
                problem = f"it has {len(cells)} columns, the header has {width}"
            yield Row(number, dict(zip(self.header, cells, strict=False)), problem)

    def _records(self) -> Iterator[tuple[int, list[str], str]]:
        while True:
            number = self._lines.next_row()
            try:
                cells, problem = next(self._reader), ""
            except StopIteration:
                return
            except csv.Error as error:
                cells, problem = self._glance(self._lines.give_back()), f"this row cannot be read as CSV: {error}"
            if problem or any(cell.strip() for cell in cells):
                yield number, cells, problem

    def _glance(self, line: str) -> list[str]:
        """What the start of a broken line says, to find out whose it is."""
        return next(csv.reader([line[:GLANCE].rstrip("\r\n")], delimiter=self._delimiter), [])


def open_table(source: Source) -> Table:
    """The table in this file; its delimiter is what its first line has most of."""
    first = source.head.lstrip().splitlines()[0]
    return Table(Lines(source.text), max(DELIMITERS, key=first.count))
