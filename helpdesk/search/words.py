"""The language of searches: words, "phrases", -without, beginnings*, and filters such as status:open (pure)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpdesk.search.letters import tokens_of

#: Longer is no question any more.
LONGEST, MOST_PARTS = 300, 30
PART = re.compile(
    r"""(?P<no>-)?
    (?:(?P<name>[A-Za-z][A-Za-z_]*):(?=[^\s/]))?  # neither "re: something" nor an address of a page
    (?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
Reader = Callable[[str, date], Any]


class Misread(Exception):
    """What stands behind a filter makes no sense; says what would."""


@dataclass(frozen=True)
class Term:
    """Words that stand next to each other; the last may go on, or they must not be there at all."""

    tokens: tuple[str, ...]
    goes_on: bool = False
    is_not: bool = False


@dataclass(frozen=True)
class Given:
    """One filter as it was given, its value read."""

    name: str
    value: Any
    is_not: bool = False


@dataclass(frozen=True)
class Asked:
    """A search that was read; `free` is what stood beside the filters, `problems` say what could not be read."""

    text: str
    free: str = ""
    terms: tuple[Term, ...] = ()
    filters: tuple[Given, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return not (self.terms or self.filters or self.problems)


def parse(text: str, readers: Mapping[str, Reader], today: date) -> Asked:
    """Read a search. `readers` are the filters by name, `today` is the day where the person is."""
    text = text.replace("\x00", "").strip()[:LONGEST]
    terms: list[Term] = []
    filters: list[Given] = []
    problems: list[str] = []
    free: list[str] = []
    for part in list(PART.finditer(text.translate(QUOTES)))[:MOST_PARTS]:
        typed = part["word"] if part["phrase"] is None else part["phrase"]
        if not part["name"]:
            terms += _term(typed, part)
            free.append(typed)
            continue
        try:
            filters.append(_given(part["name"].lower(), typed.strip(), readers, today, bool(part["no"])))
        except Misread as problem:
            problems.append(str(problem))
    return Asked(text, " ".join(free), tuple(terms), tuple(filters), tuple(problems))


def _term(typed: str, part: re.Match[str]) -> list[Term]:
    goes_on = typed.endswith("*") or bool(part["phrase"] is not None and part.string[part.end() :].startswith("*"))
    tokens = tokens_of(typed)
    return [Term(tokens, goes_on, bool(part["no"]))] if tokens else []


def _given(name: str, typed: str, readers: Mapping[str, Reader], today: date, is_not: bool) -> Given:
    if name not in readers:
        known = ", ".join(f"{each}:" for each in readers)
        raise Misread(
            f"There is no filter “{name}:”. There are {known}. To search for these words, put them in quotes."
        )
    try:
        return Given(name, readers[name](typed, today), is_not)
    except Misread as problem:
        raise Misread(f"{name}: {problem}") from problem
