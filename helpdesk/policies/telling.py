"""An edition in words: how much there is in it, what it says, and what its writer should know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpdesk.policies.differences import consequences_in_words, when_in_words
from helpdesk.policies.edition import Edition
from helpdesk.policies.words import REQUEST_NAMES, Request


@dataclass(frozen=True)
class ToldRow:
    """One row of a request's table: what it is, its id, when it holds, what follows, and by which clauses."""

    what: str
    id: str
    when: str
    follows: str
    clauses: Sequence[str]


def counted(number: int, noun: str) -> str:
    """For example "1 rule", "2 rules"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size_in_words(edition: Edition) -> str:
    """How much there is in it."""
    file = edition.file
    parts: dict[str, Sequence[object]] = {
        "clause": file.clause, "window": file.window, "rule": file.rule, "effect": file.effect, "example": file.example,
    }  # fmt: skip
    return ", ".join(counted(len(rows), name) for name, rows in parts.items())


def unanswered(edition: Edition) -> list[str]:
    """Requests that no rule is about: for them nothing is decided."""
    return [name for request, name in REQUEST_NAMES.items() if not edition.sheets[request].rules]


def remarks(edition: Edition) -> Iterator[str]:
    """What may not be meant, though nothing is wrong."""
    yield from (f"warning: {warning}" for warning in edition.warnings)
    if not edition.file.example:
        yield "warning: it has no examples: nobody would notice if it answered other than you mean"
    if silent := unanswered(edition):
        yield f"note: no rule is about {', '.join(silent)}; such requests get no decision"


def rows_in_words(edition: Edition, request: Request) -> Iterator[ToldRow]:
    """Everything that decides about a request, in the order in which it is asked."""
    sheet = edition.sheets[request]
    for what, rows in (("Until", sheet.windows), ("Rule", sheet.rules), ("Also", sheet.effects)):
        for row in rows:
            when = when_in_words(row.when, edition)
            yield ToldRow(what, row.id, when, consequences_in_words(row), row.clauses)
