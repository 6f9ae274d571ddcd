"""The engine: a request and its facts in, a decision out. No database, no clock, no web."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from helpdesk.core.language import N_, _
from helpdesk.policies.amounts import charge_of, paid_back
from helpdesk.policies.consequences import deadlines_of, effects_for, first, listed, steps_of
from helpdesk.policies.decision import Charge, Deadline, Decision, Refund
from helpdesk.policies.document import Consequences, Rule
from helpdesk.policies.edition import WINDOW_FACTS, Edition
from helpdesk.policies.facts import Fact
from helpdesk.policies.knowing import Known, know
from helpdesk.policies.practice import in_practice
from helpdesk.policies.statutory import raised
from helpdesk.policies.texts import filled
from helpdesk.policies.words import Outcome, RefundMethod, Remedy, Request

NO_RULE = "no-rule"
NOTHING_SAID = N_("The policy does not say what happens here, so a person decides.")
MONEY_BACK = {Remedy.REFUND, Remedy.PARTIAL_REFUND, Remedy.STORE_CREDIT, Remedy.CANCELLATION}


def decide(edition: Edition, request: Request, facts: Mapping[str, Any], now: datetime | None = None) -> Decision:
    """What the edition answers; `now` is when it is asked for, unless a fact says that.

    Raises Invalid on a fact that neither the helpdesk nor the edition knows.
    """
    known = know(edition, request, facts, now)
    sheet = edition.sheets[request]
    number, needs = sheet.rule_table.first(known.facts)
    rule = sheet.rules[number] if number is not None else None
    decision = _question(known, rule, needs) if rule and needs else _answer(known, rule)
    return in_practice(raised(decision, known), decision, known)


def _question(known: Known, rule: Rule, needs: list[str]) -> Decision:
    """The first rule that is not ruled out needs to know more."""
    missing = known.asks(needs)
    names = [known.edition.facts[name].meaning for name in missing]
    because = _("To answer, we need to know: %(facts)s.", facts=", ".join(names))
    return _decision(known, Outcome.NEED_INFORMATION, rule.id, because, missing=missing, deadlines=_window(known))


def _answer(known: Known, rule: Rule | None) -> Decision:
    outcome = Outcome(rule.outcome) if rule else Outcome.REVIEW
    matched, possible = effects_for(known, outcome)
    parts: list[Consequences] = [*([rule] if rule else []), *matched]
    evidence = listed(part.evidence for part in parts)
    missing = tuple(name for name in evidence if not known.facts.get(name))
    is_pending = outcome is Outcome.APPROVE and bool(missing)
    because = filled(rule.told("because"), known) if rule else _(NOTHING_SAID)
    withheld = {remedy for part in parts for remedy in part.withhold}
    remedies = tuple(remedy for remedy in listed(part.remedies for part in parts) if remedy not in withheld)
    charges = _charges(known, parts)
    return _decision(
        known,
        Outcome.NEED_INFORMATION if is_pending else outcome,
        rule.id if rule else NO_RULE,
        because,
        clauses=_clauses(known, rule, parts),
        remedies=remedies,
        missing=missing,
        evidence=evidence,
        pending=outcome if is_pending else None,
        charges=charges,
        refund=_refund(known, parts, charges) if MONEY_BACK & set(remedies) else None,
        return_shipping=first(part.return_shipping for part in parts),
        deadlines=deadlines_of(known, parts, _window(known)),
        steps=_steps(known, parts, missing, is_pending),
        effects=tuple(effect.id for effect in matched),
        possible=tuple(effect.id for effect in possible),
        escalate=first(part.escalate for part in parts),
        urgent=any(part.urgent for part in parts),
        expedite=any(part.expedite for part in parts),
        before_solving=first(part.before_solving for part in parts),
    )


def _decision(known: Known, outcome: Outcome, rule: str, because: str, **more: Any) -> Decision:
    head = known.edition.file.policy
    return Decision(
        known.request,
        outcome,
        rule,
        because,
        head.store,
        head.edition,
        assumed=known.assumed,
        facts=known.given,
        **more,
    )


def _steps(known: Known, parts: Sequence[Consequences], missing: Sequence[str], is_pending: bool) -> tuple[str, ...]:
    """What the customer does next: bring what is missing; what follows an approval only once there is one."""
    to_add = [step_for(known.edition.facts[name]) for name in missing]
    further = [] if is_pending else steps_of(known, parts)
    return (*to_add, *further)


def step_for(fact: Fact) -> str:
    """The step that brings a piece of evidence."""
    return _("Add %(what)s.", what=fact.meaning)


def _clauses(known: Known, rule: Rule | None, parts: Sequence[Consequences]) -> tuple[str, ...]:
    """What it rests on; where a rule asks whether it is late, that is the window's clause too."""
    cited: list[Sequence[str]] = [part.clauses for part in parts]
    if rule and known.window and any(name in rule.when for name in WINDOW_FACTS):
        cited.insert(1, known.window.clauses)
    return listed(cited)


def _charges(known: Known, parts: Iterable[Consequences]) -> tuple[Charge, ...]:
    """Fees and deductions; of two of one kind the first counts."""
    found: dict[str, Charge] = {}
    value = known.paid
    for part in parts:
        for wanted, is_deduction in ((part.fee, False), (part.deduction, True)):
            if wanted and wanted.kind not in found:
                source = part.id
                currency = known.edition.currency
                found[wanted.kind] = charge_of(wanted, source, value, currency, is_deduction=is_deduction)
    return tuple(found.values())


def _refund(known: Known, parts: Sequence[Consequences], charges: Sequence[Charge]) -> Refund:
    """Every part of the refund as the first row that speaks of it says."""
    said = [part.refund for part in parts if part.refund]
    method = first(refund.method for refund in said) or RefundMethod.ORIGINAL
    percent = first(refund.percent for refund in said)
    shipping = bool(first(refund.shipping for refund in said))
    refund = Refund(method, 100 if percent is None else percent, shipping)
    return paid_back(refund, charges, known.paid, known.facts.get("shipping_paid"))


def _window(known: Known) -> tuple[Deadline, ...]:
    return (known.window,) if known.window else ()
