"""Which promise a ticket gets, and why: the most specific row that names it wins (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.core.language import N_
from helpdesk.sla.run import Promise
from helpdesk.sla.words import Target
from helpdesk.stores.promises import Promises, TargetRow, Term, Terms


@dataclass(frozen=True)
class Asked:
    """What of a ticket decides over its promises."""

    category: str
    issue_type: str
    priority: str


@dataclass(frozen=True)
class Choice:
    """The term that was chosen, and which words of the store's file chose it."""

    term: Term
    because: str


#: How much each condition weighs: an issue type before a category, either before a priority; together they add up.
WEIGHTS = {"issue_type": 4, "category": 2, "priority": 1}
#: Promises that a row can change.
TARGETED = tuple(Target(name) for name in Terms.model_fields)
#: How long before its end a promise is warned of; where nothing stands here, when a quarter is left.
REMINDERS = {
    Target.EVIDENCE: "evidence_reminder",
    Target.SEND_BACK: "send_back_reminder",
    Target.RETURN_WINDOW: "return_window_reminder",
}


def choose(promises: Promises, target: Target, asked: Asked) -> Choice:
    """The term of this promise for such a ticket."""
    rows = [row for row in promises.targets if _fits(row, asked) and target in row.promised]
    if not rows:
        return Choice(getattr(promises, target), N_("the store's promise for every ticket"))
    best = max(rows, key=weight)
    return Choice(best.promised[target], f"the store's promise for {' and '.join(_conditions(best))}")


def promise_for(promises: Promises, target: Target, asked: Asked) -> Promise:
    """The same, ready to be set running."""
    choice = choose(promises, target, asked)
    term = choice.term
    return Promise(term.seconds, term.counts, warn_before(promises, target, term.seconds), choice.because)


def warn_before(promises: Promises, target: Target, seconds: int) -> int:
    """How many counted seconds before its end a promise is warned of."""
    if target not in REMINDERS:
        return seconds // 4
    reminder: Term = getattr(promises, REMINDERS[target])
    return min(reminder.seconds, seconds)


def all_choices(promises: Promises, asked: Asked) -> dict[Target, Choice]:
    """Every promise such a ticket can get: the preview."""
    return {target: choose(promises, target, asked) for target in TARGETED}


def weight(row: TargetRow) -> int:
    """How specific a row is."""
    return sum(points for name, points in WEIGHTS.items() if getattr(row, name))


def unknown_words(promises: Promises, known: dict[str, set[str]]) -> Iterator[str]:
    """What rows ask for that no ticket can be: one sentence each."""
    for number, row in enumerate(promises.targets):
        for name in WEIGHTS:
            given = getattr(row, name)
            if given and given not in known[name]:
                words = ", ".join(sorted(known[name]))
                yield f"promises.targets.{number}.{name}: “{given}” is not one of {words}"


def _fits(row: TargetRow, asked: Asked) -> bool:
    return all(getattr(row, name) in (None, getattr(asked, name)) for name in WEIGHTS)


def _conditions(row: TargetRow) -> Iterator[str]:
    if row.issue_type:
        yield f"issue type {row.issue_type.replace('_', ' ')}"
    if row.category:
        yield f"category {row.category.replace('_', ' ')}"
    if row.priority:
        yield f"priority {row.priority}"
