"""Where in the text of a policy file a problem is: the line to look at."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

#: "rule “used”: when: ...", "clause “2” ...": the table and the name of its row.
NAMED = re.compile(r"^(\w+)(?:, \w+ or \w+)? “([^”]+)”")
#: "example 3 (return): ...", "limit 2: ...": the table and the number of its row.
NUMBERED = re.compile(r"^(\w+) (\d+)\b")
QUOTED = re.compile(r"“([^”]+)”")
#: What TOML's reader says itself.
AT_LINE = re.compile(r"at line (\d+)")
TABLE = re.compile(r"^[ \t]*\[\[?(\w+)\]\]?")
NAME = re.compile(r"""^[ \t]*(?:id|name|role)[ \t]*=[ \t]*["']([^"']+)["']""")


@dataclass(frozen=True)
class Placed:
    """A problem, and the line of the text it is about, if that can be told."""

    problem: str
    line: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the file: its table and name, the line to show for it, and where it begins and ends."""

    table: str
    name: str
    line: int
    begins: int
    ends: int


def placed(problems: Iterable[str], text: str) -> list[Placed]:
    """Each problem with its line."""
    lines = text.splitlines()
    rows = _rows(lines)
    return [_placed(problem, lines, rows) for problem in problems]


def _placed(problem: str, lines: list[str], rows: list[Row]) -> Placed:
    line = _line_of(problem, lines, rows)
    if line is None or not 0 < line <= len(lines):
        return Placed(problem)
    return Placed(problem, line, lines[line - 1].strip())


def _line_of(problem: str, lines: list[str], rows: list[Row]) -> int | None:
    if found := AT_LINE.search(problem):
        return int(found[1])
    row = _row_of(problem, rows)
    return _word_in(row, problem, lines) or row.line if row else None


def _row_of(problem: str, rows: list[Row]) -> Row | None:
    if found := NAMED.match(problem):
        same = [row for row in rows if row.name == found[2]]
        return next((row for row in same if row.table == found[1]), same[0] if same else None)
    if found := NUMBERED.match(problem):
        of_table = [row for row in rows if row.table == found[1]]
        return of_table[int(found[2]) - 1] if 0 < int(found[2]) <= len(of_table) else None
    table = problem.partition(".")[0].partition(":")[0]
    return next((row for row in rows if row.table == table), None)


def _word_in(row: Row, problem: str, lines: list[str]) -> int | None:
    """The line of the row that holds the word the problem quotes first, after the row's own name."""
    words = [word for word in QUOTED.findall(problem) if word != row.name][:1]
    inside = range(row.begins, row.ends + 1)
    return next((number for number in inside for word in words if word in lines[number - 1]), None)


def _rows(lines: list[str]) -> list[Row]:
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        if found := TABLE.match(line):
            rows.append(Row(found[1], "", number, number, number))
        elif rows:
            named = NAME.match(line) if not rows[-1].name else None
            row = replace(rows[-1], name=named[1], line=number) if named else rows[-1]
            rows[-1] = replace(row, ends=number)
    return rows
