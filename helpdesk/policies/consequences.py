"""What follows from the rows that hold: the effects that apply to an outcome, their deadlines and their steps."""

from collections.abc import Iterable, Sequence
from typing import Any

from helpdesk.policies.decision import Deadline
from helpdesk.policies.document import Consequences, Effect
from helpdesk.policies.document import Deadline as Wanted
from helpdesk.policies.knowing import Known
from helpdesk.policies.table import bits_of
from helpdesk.policies.texts import filled
from helpdesk.policies.timing import end_of_days, end_of_hours, read_moment, start_of
from helpdesk.policies.words import Outcome

#: Moments that deadlines count from, by their word in the file; the other steps are still to come.
STEPS_KNOWN = {"delivery": "delivered_at", "order": "placed_at", "shipping": "shipped_at", "request": "requested_at"}


def effects_for(known: Known, outcome: Outcome) -> tuple[list[Effect], list[Effect]]:
    """Effects that apply to this outcome, and those that may, once more is known."""
    sheet = known.edition.sheets[known.request]
    possible, unsure = sheet.effect_table.look(known.facts)
    fitting = [
        (number, sheet.effects[number]) for number in bits_of(possible) if outcome in sheet.effects[number].outcome
    ]
    matched = [effect for number, effect in fitting if not unsure >> number & 1]
    return matched, [effect for number, effect in fitting if unsure >> number & 1]


def steps_of(known: Known, parts: Iterable[Consequences]) -> list[str]:
    """What these tell the customer to do, each once."""
    return [filled(step, known) for step in listed(part.told("steps") for part in parts)]


def deadlines_of(known: Known, parts: Iterable[Consequences], before: Sequence[Deadline] = ()) -> tuple[Deadline, ...]:
    """The deadlines before, and what these add; of two for one target the first counts."""
    found = {deadline.target: deadline for deadline in before}
    for part in parts:
        if part.deadline:
            found.setdefault(part.deadline.target, _deadline(known, part.deadline, part))
    return tuple(found.values())


def listed(lists: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    """Everything in them, once, in the order it was said."""
    found: dict[Any, None] = {}
    for each in lists:
        if each:
            found.update(dict.fromkeys(each))
    return tuple(found)


def first(values: Iterable[Any]) -> Any:
    """The first that says something."""
    return next((value for value in values if value is not None), None)


def _deadline(known: Known, wanted: Wanted, part: Consequences) -> Deadline:
    base = STEPS_KNOWN.get(wanted.from_)
    moment = read_moment(known.facts[base]) if base and known.facts.get(base) is not None else None
    starts_at = ends_at = None
    if moment is not None and wanted.counts == "always":
        starts_at = start_of(moment, known.zone).isoformat()
        if wanted.days is not None:
            ends_at = end_of_days(moment, wanted.days, known.zone).isoformat()
        else:
            ends_at = end_of_hours(moment, wanted.hours or 0, known.zone).isoformat()
    return Deadline(
        wanted.target, part.id, starts_at, ends_at, wanted.days, wanted.hours, wanted.from_, wanted.counts,
        tuple(part.clauses),
    )  # fmt: skip
