"""Where the law has the last word: what the store does in practice is kept, what the law overrules is named as such."""

from collections.abc import Sequence
from dataclasses import replace

from helpdesk.policies.consequences import deadlines_of, effects_for, listed, steps_of
from helpdesk.policies.decision import Decision
from helpdesk.policies.document import Consequences, Effect
from helpdesk.policies.knowing import Known
from helpdesk.policies.statutory import SHIPPING_WORTH
from helpdesk.policies.words import Outcome, ReturnShipping


def in_practice(lifted: Decision, own: Decision, known: Known) -> Decision:
    """The lifted decision with the store's way of doing it; `own` is what the store's policy had answered."""
    if lifted is own or lifted.outcome is Outcome.NEED_INFORMATION:  # nothing lifted, or nothing granted yet
        return lifted
    if lifted.outcome is own.outcome:
        return _without_overruled(lifted, own, known)
    return _as_the_store_does_it(lifted, own, known)


def _as_the_store_does_it(lifted: Decision, own: Decision, known: Known) -> Decision:
    """A number to ask for, a label, what is inspected when: as for a request that the store grants itself."""
    known = _without_reason(known)
    kept = [effect for effect in effects_for(known, lifted.outcome)[0] if _is_practical(effect, lifted, own)]
    offered = [lifted.return_shipping, *(effect.return_shipping for effect in kept)]
    cited = listed(effect.clauses for effect in kept)
    return lifted.but(
        return_shipping=max(offered, key=_worth),
        deadlines=deadlines_of(known, kept, lifted.deadlines),
        steps=listed([lifted.steps, steps_of(known, kept)]),
        effects=tuple(effect.id for effect in kept),
        possible=(),
        clauses=cited,
        overruled=tuple(number for number in own.clauses if number not in cited),
    )


def _without_reason(known: Known) -> Known:
    """What the law grants without a reason goes its way as if nothing were wrong, until somebody says otherwise."""
    return known if known.facts.get("fault") else replace(known, facts=known.facts | {"fault": "none"})


def _is_practical(effect: Effect, lifted: Decision, own: Decision) -> bool:
    """Whether it only says how; what is charged, kept back or asked for first is the law's matter here."""
    if effect.fee or effect.deduction or effect.refund or effect.withhold or effect.evidence:
        return False
    # To whom the store refused it, it owes no better way back than the law.
    if own.outcome is Outcome.DECLINE and _worth(effect.return_shipping) > _worth(lifted.return_shipping):
        return False
    return bool(effect.steps or effect.deadline or effect.return_shipping)


def _worth(shipping: ReturnShipping | None) -> int:
    return SHIPPING_WORTH[shipping]


def _without_overruled(lifted: Decision, own: Decision, known: Known) -> Decision:
    """The same answer on better terms: no step says any more what the law forbids, and no clause stands for it."""
    sheet = known.edition.sheets[known.request]
    parts: list[Consequences] = [rule for rule in sheet.rules if rule.id == own.rule]
    parts += [effect for effect in sheet.effects if effect.id in own.effects]
    gone = [part for part in parts if _is_overruled(part, lifted, own)]
    if not gone:
        return lifted
    kept = [part for part in parts if part not in gone]
    dropped = set(steps_of(known, gone)) - set(steps_of(known, kept))
    fallen = _only_cited_by(gone, kept)
    return lifted.but(
        steps=tuple(step for step in lifted.steps if step not in dropped),
        clauses=tuple(number for number in lifted.clauses if number not in fallen),
        overruled=tuple(number for number in lifted.clauses if number in fallen),
    )


def _is_overruled(part: Consequences, lifted: Decision, own: Decision) -> bool:
    """Whether it is an effect whose charge the law forbids, or that keeps the delivery's price the law gives back."""
    if not isinstance(part, Effect):
        return False
    left = {charge.effect for charge in lifted.charges}
    if any(charge.effect == part.id and charge.effect not in left for charge in own.charges):
        return True
    is_paid_back = lifted.refund is not None and lifted.refund.shipping
    return is_paid_back and part.refund is not None and part.refund.shipping is False


def _only_cited_by(gone: Sequence[Consequences], kept: Sequence[Consequences]) -> set[str]:
    return set(listed(part.clauses for part in gone)) - set(listed(part.clauses for part in kept))
