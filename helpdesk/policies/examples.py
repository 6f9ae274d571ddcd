"""An edition's own tests: cases with their answers. An edition whose examples fail cannot be published."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.core.money import Money, cents_of
from helpdesk.policies.cells import value_of
from helpdesk.policies.decision import Decision
from helpdesk.policies.document import Example
from helpdesk.policies.edition import Edition
from helpdesk.policies.engine import decide


@dataclass(frozen=True)
class Tried:
    """One example, and where the edition's answer is another."""

    number: int
    example: Example
    differences: list[str]

    @property
    def name(self) -> str:
        """How it is called in a list of failures."""
        note = f", {self.example.note}" if self.example.note else ""
        return f"example {self.number} ({self.example.request}{note})"


def tried(edition: Edition) -> list[Tried]:
    """Every example and its result."""
    examples = enumerate(edition.file.example, start=1)
    return [Tried(number, example, list(differences(edition, example))) for number, example in examples]


def failures(edition: Edition) -> list[str]:
    """Every example that gets another answer than it says, with both."""
    return [f"{one.name}: {difference}" for one in tried(edition) for difference in one.differences]


def differences(edition: Edition, example: Example) -> Iterator[str]:
    """What an example expects and the edition does not answer."""
    decision = answer(edition, example)
    for name, expected, found in _compared(edition, example, decision):
        if expected is not None and expected != found:
            yield f"{name} is {_words(found)}, the example says {_words(expected)} (decided by “{decision.rule}”)"


def answer(edition: Edition, example: Example) -> Decision:
    """What the edition answers to the example."""
    facts = {name: value_of(raw, edition.facts[name], edition.currency) for name, raw in example.facts.items()}
    return decide(edition, example.request, facts)


def _compared(edition: Edition, example: Example, decision: Decision) -> Iterator[tuple[str, Any, Any]]:
    yield "outcome", example.outcome, decision.outcome
    yield "rule", example.rule, decision.rule
    if example.clauses is not None:  # it may cite more than the example names
        missing = [clause for clause in example.clauses if clause not in decision.clauses]
        yield "clauses", list(example.clauses), list(decision.clauses if missing else example.clauses)
    for name in ("missing", "remedies"):
        wanted = getattr(example, name)
        yield name, sorted(wanted) if wanted is not None else None, sorted(getattr(decision, name))
    fees = sorted(charge.kind for charge in decision.charges)
    yield "fees", sorted(example.fees) if example.fees is not None else None, fees
    yield "until", example.until, last_day(decision)
    if example.refund is not None:
        cents = decision.refund.cents if decision.refund else None
        wanted_cents = cents_of(str(example.refund), edition.currency)
        yield "refund", str(Money(wanted_cents, edition.currency)), str(Money(cents or 0, edition.currency))


def last_day(decision: Decision) -> date | None:
    """The last local day of the window."""
    deadline = next((d for d in decision.deadlines if d.ends_at), None)
    if deadline is None or deadline.ends_at is None:
        return None
    zone = ZoneInfo(str(decision.facts.get("timezone") or "UTC"))
    return (datetime.fromisoformat(deadline.ends_at).astimezone(zone) - timedelta(seconds=1)).date()


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value) if value is not None else "none"
