"""What the index of words is asked: clauses that all hold, each of leaves of which one holds (pure)."""

from dataclasses import dataclass
from enum import StrEnum

from helpdesk.search.words import Term


class Where(StrEnum):
    """Where in the index a leaf is looked for."""

    ANYWHERE = "anywhere"
    WHO = "who"  # the customer's name and address
    MARK = "mark"  # what we wrote there ourselves: the store, the kind of message, the month


@dataclass(frozen=True)
class Leaf:
    """Tokens next to each other; the last may go on."""

    tokens: tuple[str, ...]
    goes_on: bool = False
    where: Where = Where.ANYWHERE


@dataclass(frozen=True)
class Clause:
    """One of its leaves is there, or none is."""

    leaves: tuple[Leaf, ...]
    is_not: bool = False


def clause_of(term: Term) -> Clause:
    """What a word or a phrase asks."""
    return Clause((Leaf(term.tokens, term.goes_on),), term.is_not)


def marked(*marks: str) -> Clause:
    """One of these marks is there."""
    return Clause(tuple(Leaf((mark,), where=Where.MARK) for mark in marks))
