"""What changed from one edition to the next, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from helpdesk.policies.cells import in_cell_words
from helpdesk.policies.document import Row
from helpdesk.policies.edition import Edition

#: Parts of a row that a reader understands as they are.
UNTOLD = {"id", "when", "request"}


@dataclass(frozen=True)
class Change:
    """One difference: what it is about, and how it was and is."""

    what: str  # clause, rule, effect, window, fact, limit, example
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
        *_order(old, new),
        *_parts("fact", _by(old.file.fact, "name"), _by(new.file.fact, "name")),
        *_parts("limit", _by(old.file.limit, "role"), _by(new.file.limit, "role")),
        *_head(old, new),
    ]


def _clauses(old: Edition, new: Edition) -> Iterator[Change]:
    for name in _all(old.clauses, new.clauses):
        before, after = old.clauses.get(name), new.clauses.get(name)
        if before is None and after is not None:
            yield Change("clause", name, "added", f"{after.title}. {after.text}", (name,))
        elif before is not None and after is None:
            yield Change("clause", name, "removed", f"{before.title}. {before.text}", (name,))
        elif before and after and before != after:
            title = f"“{before.title}” is now “{after.title}”. " if before.title != after.title else ""
            text = f"It said: {before.text} It says: {after.text}" if before.text != after.text else ""
            yield Change("clause", name, "changed", (title + text).strip(), (name,))


def _rows(what: str, old: Edition, new: Edition) -> Iterator[Change]:
    before, after = _by(getattr(old.file, what), "id"), _by(getattr(new.file, what), "id")
    for name in _all(before, after):
        was, now = before.get(name), after.get(name)
        if was is None and now is not None:
            yield Change(what, name, "added", in_short(now, new), tuple(now.clauses))
        elif was is not None and now is None:
            yield Change(what, name, "removed", in_short(was, old), tuple(was.clauses))
        elif was is not None and now is not None and was != now:
            yield Change(what, name, "changed", "; ".join(_row_words(was, now, old, new)), tuple(now.clauses))


def in_short(row: Row, edition: Edition) -> str:
    """A row in a sentence: for which requests, when, and what follows."""
    requests = ", ".join(request.value.replace("_", " ") for request in row.request)
    told = [f"{name} {value}" for name, value in _told(row).items() if name != "clauses"]
    return f"for {requests}, {_when_words(row.when, edition)}: {', '.join(told)}"


def _row_words(was: Row, now: Row, old: Edition, new: Edition) -> Iterator[str]:
    if was.request != now.request:
        yield f"for {', '.join(now.request)} (was for {', '.join(was.request)})"
    if was.when != now.when:
        yield f"applies {_when_words(now.when, new)} (was {_when_words(was.when, old)})"
    before, after = _told(was), _told(now)
    for name in _all(before, after):
        if before.get(name) != after.get(name):
            yield f"{name} {after.get(name, 'not said')} (was {before.get(name, 'not said')})"


def _order(old: Edition, new: Edition) -> Iterator[Change]:
    """Rules are asked in order: the same rules in another order are another policy."""
    shared = {rule.id for rule in old.file.rule} & {rule.id for rule in new.file.rule}
    before = [rule.id for rule in old.file.rule if rule.id in shared]
    after = [rule.id for rule in new.file.rule if rule.id in shared]
    if before != after:
        moved = next(name for was, name in zip(before, after, strict=True) if was != name)
        yield Change("rule", moved, "changed", "rules are asked in another order from here on")


def _parts(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in _all(before, after):
        was, now = before.get(name), after.get(name)
        if was is None:
            yield Change(what, name, "added", "")
        elif now is None:
            yield Change(what, name, "removed", "")
        elif was != now:
            told, telling = _told(was), _told(now)
            words = (f"{n} {telling.get(n, 'not said')} (was {told.get(n, 'not said')})" for n in _all(told, telling)
                     if told.get(n) != telling.get(n))  # fmt: skip
            yield Change(what, name, "changed", "; ".join(words))


def _head(old: Edition, new: Edition) -> Iterator[Change]:
    was, now = old.file.policy, new.file.policy
    for name in ("title", "currency"):
        if getattr(was, name) != getattr(now, name):
            yield Change("policy", name, "changed", f"{getattr(now, name)} (was {getattr(was, name)})")


def _when_words(when: Mapping[str, Any], edition: Edition) -> str:
    if not when:
        return "always"
    facts = edition.facts
    words = (f"{facts[n].meaning} is {in_cell_words(raw, facts[n], edition.currency)}" for n, raw in when.items())
    return "when " + " and ".join(words)


def _told(part: BaseModel) -> dict[str, str]:
    """What a part says, without what it leaves at its default."""
    given = part.model_dump(exclude_defaults=True, by_alias=True, mode="json")
    return {name: _plain(value) for name, value in given.items() if name not in UNTOLD}


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    return f"“{value}”" if isinstance(value, str) and " " in value else str(value).replace("_", " ")


def _by(parts: Any, key: str) -> dict[str, Any]:
    return {str(getattr(part, key)): part for part in parts}


def _all(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys((*after, *before)))
