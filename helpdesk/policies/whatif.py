"""What if: a past decision answered again by a draft, and what that would have changed, in words and in money."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from helpdesk.core.money import Money
from helpdesk.policies.decision import Charge, Deadline, Decision
from helpdesk.policies.edition import Edition
from helpdesk.policies.engine import decide
from helpdesk.policies.facts import Fact, Kind
from helpdesk.policies.words import OUTCOME_NAMES, REMEDY_NAMES, RETURN_SHIPPING_NAMES, Outcome

#: Every decision of the engine knows when it was asked for; without that nothing can be replayed.
ASKED_AT = "requested_at"
#: Ends of windows for asking: who has asked has met them or not, and the outcome says which.
MET_BY_ASKING = {"return_window", "withdrawal", "damage_report"}


@dataclass(frozen=True)
class Replayed:
    """One past decision and the draft's answer to the same facts."""

    ticket: str
    item: str
    before: Decision
    after: Decision
    currency: str

    @cached_property
    def differences(self) -> list[str]:
        """What a customer would have been told differently; none: nothing."""
        return list(_differences(self.before, self.after, self.currency))


@dataclass
class Paid:
    """Money of many decisions, in minor units: what was granted, and what was left for people to judge, at most."""

    refund_cents: int = 0
    review_cents: int = 0
    unknown: int = 0  # refunds of an amount nobody knew

    def add(self, decision: Decision) -> None:
        """Count one in."""
        refund = decision.refund
        if refund is None or _comes_to(decision) not in (Outcome.APPROVE, Outcome.REVIEW):
            return
        if refund.cents is None:
            self.unknown += 1
        elif _comes_to(decision) is Outcome.APPROVE:
            self.refund_cents += refund.cents
        else:
            self.review_cents += refund.cents


@dataclass
class Tally:
    """Sums over everything that was replayed; it stays as small as it was, however much is added."""

    currency: str
    tickets: int = 0
    tickets_changed: int = 0
    decisions: int = 0
    decisions_changed: int = 0
    not_replayed: int = 0  # tickets that were decided before facts were kept
    moves: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    before: Paid = field(default_factory=Paid)
    after: Paid = field(default_factory=Paid)

    def add(self, items: Sequence[Replayed]) -> list[Replayed]:
        """Count in what one ticket asked, item by item; what changed is given back."""
        changed = [one for one in items if one.differences]
        self.tickets += 1
        self.tickets_changed += bool(changed)
        self.decisions += len(items)
        self.decisions_changed += len(changed)
        self.moves.update((one.before.outcome, one.after.outcome) for one in changed)
        for one in items:
            self.before.add(one.before)
            self.after.add(one.after)
        return changed

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        moves = [{"from": old.value, "to": new.value, "count": count} for (old, new), count in self.moves.most_common()]
        return {**asdict(self), "moves": moves}


def replay(draft: Edition, past: Decision, currency: str) -> Decision | None:
    """The draft's answer to the facts of a past decision in this currency; none where its facts were not kept."""
    if ASKED_AT not in past.facts:
        return None
    return decide(draft, past.request, _understood(draft, past.facts, currency))


def _understood(draft: Edition, facts: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """The facts as far as the draft knows them: a shop's own may be gone, or of another type by now."""
    known = {name: value for name, value in facts.items() if name in draft.facts and _fits(draft.facts[name], value)}
    if draft.currency != currency:
        return {name: value for name, value in known.items() if draft.facts[name].kind is not Kind.MONEY}
    return known


def _fits(fact: Fact, value: Any) -> bool:
    if fact.kind is Kind.CHOICE:
        return value in fact.choices
    if fact.kind is Kind.YES_NO:
        return isinstance(value, bool)
    if fact.kind in (Kind.NUMBER, Kind.MONEY):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


def _comes_to(decision: Decision) -> Outcome:
    """The outcome, where photos are all that is missing the one they lead to."""
    return decision.pending or decision.outcome


def _differences(before: Decision, after: Decision, currency: str) -> Iterator[str]:
    if _outcome(before) != _outcome(after):
        yield f"{_outcome(before)} → {_outcome(after)}"
    for name, words in TOLD.items():
        was, now = words(before, currency), words(after, currency)
        if was != now:
            yield f"{name}: {was or 'none'} → {now or 'none'}"


def _outcome(decision: Decision) -> str:
    name = OUTCOME_NAMES[decision.outcome]
    return f"{name} ({OUTCOME_NAMES[decision.pending]} after that)" if decision.pending else name


def _asked(decision: Decision, _currency: str) -> str:
    return ", ".join(sorted(decision.missing)) if decision.outcome is Outcome.NEED_INFORMATION else ""


def _remedies(decision: Decision, _currency: str) -> str:
    return ", ".join(sorted(REMEDY_NAMES[remedy] for remedy in decision.remedies))


def _fees(decision: Decision, currency: str) -> str:
    return ", ".join(sorted(f"{charge.kind} {_charge(charge, currency)}" for charge in decision.charges))


def _charge(charge: Charge, currency: str) -> str:
    if charge.cents is not None:
        return f"{'up to ' if charge.least_cents != charge.cents else ''}{Money(charge.cents, currency)}"
    return f"up to {charge.up_to_percent:g} %" if charge.up_to_percent is not None else f"{charge.percent:g} %"


def _refund(decision: Decision, currency: str) -> str:
    refund = decision.refund
    if refund is None or decision.outcome is Outcome.DECLINE:
        return ""
    amount = f"{refund.percent:g} %" if refund.cents is None else str(Money(refund.cents, currency))
    return f"{amount} {'with' if refund.shipping else 'without'} shipping, to {refund.method.value.replace('_', ' ')}"


def _way_back(decision: Decision, _currency: str) -> str:
    return RETURN_SHIPPING_NAMES[decision.return_shipping] if decision.return_shipping else ""


def _deadlines(decision: Decision, _currency: str) -> str:
    ahead = (deadline for deadline in decision.deadlines if deadline.target not in MET_BY_ASKING)
    return ", ".join(sorted(map(_deadline, ahead)))


def _deadline(deadline: Deadline) -> str:
    length = f"{deadline.days} days" if deadline.days is not None else f"{deadline.hours or 0:g} hours"
    return f"{deadline.target.replace('_', ' ')} {length} from {deadline.counted_from}"


#: What makes an answer another one for the customer; which rule gave it does not.
TOLD: Mapping[str, Callable[[Decision, str], str]] = {
    "asks": _asked,
    "remedies": _remedies,
    "fees": _fees,
    "refund": _refund,
    "sent back": _way_back,
    "deadlines": _deadlines,
}
