"""Where in the text of a policy file a problem is: the line to look at."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: "rule “used”: when: ...", "clause “2” ...": the table and the name of its row.
NAMED = re.compile(r"^(\w+)(?:, \w+ or \w+)? “([^”]+)”")
#: "example 3 (return): ...", "limit 2: ...": the table and the number of its row.
NUMBERED = re.compile(r"^(\w+) (\d+)\b")
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


def placed(problems: Iterable[str], text: str) -> list[Placed]:
    """Each problem with its line."""
    lines = text.splitlines()
    rows = _rows(lines)
    return [_placed(problem, lines, rows) for problem in problems]


def _placed(problem: str, lines: list[str], rows: list[tuple[str, str, int]]) -> Placed:
    line = _line_of(problem, rows)
    if line is None or not 0 < line <= len(lines):
        return Placed(problem)
    return Placed(problem, line, lines[line - 1].strip())


def _line_of(problem: str, rows: list[tuple[str, str, int]]) -> int | None:
    if found := AT_LINE.search(problem):
        return int(found[1])
    if found := NAMED.match(problem):
        same = [line for table, name, line in rows if name == found[2] and table == found[1]]
        return next(iter(same or [line for _, name, line in rows if name == found[2]]), None)
    if found := NUMBERED.match(problem):
        of_table = [line for table, _, line in rows if table == found[1]]
        return of_table[int(found[2]) - 1] if 0 < int(found[2]) <= len(of_table) else None
    table = problem.partition(".")[0].partition(":")[0]
    return next((line for each, _, line in rows if each == table), None)


def _rows(lines: list[str]) -> list[tuple[str, str, int]]:
    """The table, name and first line of every row."""
    rows: list[tuple[str, str, int]] = []
    for number, line in enumerate(lines, start=1):
        if found := TABLE.match(line):
            rows.append((found[1], "", number))
        elif rows and not rows[-1][1] and (found := NAME.match(line)):
            rows[-1] = (rows[-1][0], found[1], rows[-1][2])
    return rows
