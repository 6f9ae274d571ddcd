"""What somebody else kept while one was typing, against what was typed: the lines that differ."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from helpdesk.accounts import User

#: Comparing takes time with the square of the lines: longer stretches are only counted.
COMPARED, SHOWN = 400, 60


class Line(NamedTuple):
    """One line that only one of the two has."""

    whose: str  # "mine" or "theirs"
    text: str


class Differing(NamedTuple):
    """The first lines that differ, and how many more there are."""

    lines: list[Line]
    more: int


def who_kept(person: User | None, me: User) -> str:
    """Who it was, as the page begins its sentence."""
    if person == me:
        return "You, in another window,"
    return person.name if person else "Somebody"


def differing(mine: str, theirs: str) -> Differing:
    """Which lines only one of two texts has, in their order."""
    ours, others = _apart(mine.splitlines(), theirs.splitlines())
    if max(len(ours), len(others)) > COMPARED:
        return Differing([], len(ours) + len(others))
    found: list[Line] = []
    for kind, i, j, k, m in SequenceMatcher(a=ours, b=others, autojunk=False).get_opcodes():
        if kind != "equal":
            found += [Line("mine", text) for text in ours[i:j]] + [Line("theirs", text) for text in others[k:m]]
    return Differing(found[:SHOWN], max(0, len(found) - SHOWN))


def _apart(mine: Sequence[str], theirs: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Both without the lines that they have in common at their beginning and at their end."""
    shorter = min(len(mine), len(theirs))
    head = next((n for n in range(shorter) if mine[n] != theirs[n]), shorter)
    tail = next((n for n in range(shorter - head) if mine[-1 - n] != theirs[-1 - n]), shorter - head)
    return mine[head : len(mine) - tail], theirs[head : len(theirs) - tail]
