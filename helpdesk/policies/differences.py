"""What changed from one edition to the next, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from helpdesk.core.language import _
from helpdesk.policies.cells import in_cell_words
from helpdesk.policies.document import Clause, Row
from helpdesk.policies.edition import Edition
from helpdesk.policies.facts import Kind
from helpdesk.policies.words import REQUEST_NAMES

#: Parts of a row that are told in sentences of their own.
UNTOLD = {"id", "name", "role", "when", "request", "also"}
#: What is said before everything else.
FIRST = ("type", "outcome", "because")
#: Why the order of rows is part of what they say.
ORDERS = {
    "window": "windows are asked in another order from here on, and the first that holds counts",
    "rule": "rules are asked in another order from here on, and the first that holds decides",
    "effect": "effects are added in another order from here on, and of two fees of one kind the first counts",
}


@dataclass(frozen=True)
class Change:
    """One difference: what it is about, and how it was and is."""

    what: str  # clause, window, rule, effect, fact, limit, policy
    name: str
    kind: str  # added, removed, changed
    words: str
    clauses: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.what} {self.name} {self.kind}" + (f": {self.words}" if self.words else "")


def changes(old: Edition, new: Edition) -> list[Change]:
    """Everything that differs, clauses first, as a customer would want to know it."""
    return [
        *_clauses(old, new),
        *_rows("window", old, new),
        *_rows("rule", old, new),
        *_rows("effect", old, new),
        *_parts("fact", _by(old.file.fact, "name"), _by(new.file.fact, "name")),
        *_parts("limit", _by(old.file.limit, "role"), _by(new.file.limit, "role")),
        *_head(old, new),
    ]


def in_short(row: Row, edition: Edition) -> str:
    """A row in a sentence: for which requests, when, and what follows."""
    told = consequences_in_words(row)
    return f"for {_requests(row)}, {when_in_words(row.when, edition)}" + (f" → {told}" if told else "")


def consequences_in_words(row: Row) -> str:
    """What follows from a row: "outcome decline, because “It is late.”"."""
    return ", ".join(f"{name} {value}" for name, value in _told(row).items() if name != "clauses")


def when_in_words(when: Mapping[str, Any], edition: Edition) -> str:
    """Conditions as a person reads them: "when opened; days since delivery: at most 14 days"."""
    if not when:
        return "always"
    return "when " + "; ".join(_condition(name, raw, edition) for name, raw in when.items())


def _condition(name: str, raw: Any, edition: Edition) -> str:
    fact = edition.facts[name]
    if fact.kind is Kind.YES_NO and isinstance(raw, bool):
        return fact.meaning if raw else f"not {fact.meaning}"
    return f"{fact.meaning}: {in_cell_words(raw, fact, edition.currency)}"


def _clauses(old: Edition, new: Edition) -> Iterator[Change]:
    for name in _all(old.clauses, new.clauses):
        before, after = old.clauses.get(name), new.clauses.get(name)
        if before is None and after is not None:
            yield Change("clause", name, "added", _in_full(after), (name,))
        elif before is not None and after is None:
            yield Change("clause", name, "removed", _in_full(before), (name,))
        elif before and after and (words := " ".join(_clause_words(before, after))):
            yield Change("clause", name, "changed", words, (name,))


def _clause_words(before: Clause, after: Clause) -> Iterator[str]:
    if before.title != after.title:
        yield _("“%(old)s” is now “%(new)s”.", old=before.told("title"), new=after.told("title"))
    if before.text != after.text:
        yield _("It said: %(old)s It says: %(new)s", old=before.told("text"), new=after.told("text"))


def _in_full(clause: Clause) -> str:
    return f"{clause.told('title')}. {clause.told('text')}"


def _rows(what: str, old: Edition, new: Edition) -> Iterator[Change]:
    before, after = _by(getattr(old.file, what), "id"), _by(getattr(new.file, what), "id")
    for name in _all(before, after):
        was, now = before.get(name), after.get(name)
        if was is None and now is not None:
            yield Change(what, name, "added", in_short(now, new), tuple(now.clauses))
        elif was is not None and now is None:
            yield Change(what, name, "removed", in_short(was, old), tuple(was.clauses))
        elif was is not None and now is not None and was != now:
            words = "; ".join(_row_words(was, now, old, new))
            if words:
                yield Change(what, name, "changed", words, tuple(now.clauses))
    yield from _order(what, list(before), list(after))


def _row_words(was: Row, now: Row, old: Edition, new: Edition) -> Iterator[str]:
    if set(was.request) != set(now.request):
        yield f"for {_requests(now)} (was for {_requests(was)})"
    if was.when != now.when:
        yield f"applies {when_in_words(now.when, new)} (was {when_in_words(was.when, old)})"
    yield from _told_differently(was, now)


def _requests(row: Row) -> str:
    return ", ".join(REQUEST_NAMES[request].lower() for request in row.request)


def _order(what: str, before: list[str], after: list[str]) -> Iterator[Change]:
    """The same rows in another order are another policy; the first that moved is named."""
    stayed = [name for name in before if name in set(after)]
    now = [name for name in after if name in set(before)]
    moved = next((name for was, name in zip(stayed, now, strict=True) if was != name), None)
    if moved:
        yield Change(what, moved, "changed", ORDERS[what])


def _parts(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in _all(before, after):
        was, now = before.get(name), after.get(name)
        if was is None and now is not None:
            yield Change(what, name, "added", _part_words(now))
        elif was is not None and now is None:
            yield Change(what, name, "removed", _part_words(was))
        elif was is not None and now is not None and (words := "; ".join(_told_differently(was, now))):
            yield Change(what, name, "changed", words)


def _part_words(part: BaseModel) -> str:
    return ", ".join(f"{name} {value}" for name, value in _told(part).items())


def _head(old: Edition, new: Edition) -> Iterator[Change]:
    was, now = old.file.policy, new.file.policy
    for name in ("title", "currency"):
        if getattr(was, name) != getattr(now, name):
            yield Change("policy", name, "changed", f"{getattr(now, name)} (was {getattr(was, name)})")


def _told_differently(was: BaseModel, now: BaseModel) -> Iterator[str]:
    # What a part leaves out has a default, and the other side may have said it: so both tell everything.
    before, after = (part.model_dump(by_alias=True, mode="json") for part in (was, now))
    for name in after:
        if name not in UNTOLD and before[name] != after[name]:
            yield f"{_plain(name)} {_plain(after[name])} (was {_plain(before[name])})"


def _told(part: BaseModel) -> dict[str, str]:
    """What a part says, without what it leaves at its default."""
    given = part.model_dump(exclude_defaults=True, by_alias=True, mode="json")
    names = [name for name in FIRST if name in given] + [name for name in given if name not in {*FIRST, *UNTOLD}]
    return {_plain(name): _plain(given[name]) for name in names}


def _plain(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{_plain(name)} {_plain(one)}" for name, one in value.items() if one is not None)
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    return f"“{value}”" if isinstance(value, str) and " " in value else str(value).replace("_", " ")


def _by(parts: Any, key: str) -> dict[str, Any]:
    return {str(getattr(part, key)): part for part in parts}


def _all(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys((*after, *before)))
