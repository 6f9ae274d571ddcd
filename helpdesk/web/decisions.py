"""A decision as people read it: outcome, reasons, what it offers and costs, until when, and the clauses with links."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.core import figures
from helpdesk.core.language import _, capped, current, uncapped
from helpdesk.core.money import Money
from helpdesk.policies import (
    OUTCOME_NAMES,
    REMEDY_NAMES,
    RETURN_SHIPPING_NAMES,
    Decision,
    Edition,
    Outcome,
    Refund,
    RefundMethod,
    ReturnShipping,
    Source,
    charge_name,
    floors_by_id,
    what_would_change,
)
from helpdesk.web.deadlines import is_past, last_day, shown_deadlines

ClauseUrl = Callable[[str], str]


def shown_decision(decision: Decision, edition: Edition, clause_url: ClauseUrl, *, title: str = "") -> dict[str, Any]:
    """One answer of the engine as the decision card wants it."""
    zone, currency = ZoneInfo(str(decision.facts.get("timezone") or "UTC")), edition.currency
    is_question = decision.outcome is Outcome.NEED_INFORMATION and decision.pending is None
    return {
        "title": title,
        "lang": _language_of(decision, edition),
        "outcome": decision.outcome,
        "pending": decision.pending,
        "because": [decision.because],
        "remedies": [REMEDY_NAMES[remedy] for remedy in decision.remedies],
        "fees": list(_fees(decision, currency)),
        "refund": refund_in_words(decision, currency),
        "return_shipping": _shipping(decision),
        "deadlines": shown_deadlines(decision, zone),
        # Where the reason names what we need to know, it is not said twice.
        "missing": [] if is_question else [edition.facts[n].meaning for n in decision.missing if n in edition.facts],
        "steps": list(decision.steps),
        "clauses": list(clauses_of(decision, edition, clause_url)),
        "overruled": list(_clauses_named(decision.overruled, edition, clause_url)),
    }


def _language_of(decision: Decision, edition: Edition) -> str:
    """The language of its reason: a shop's own words may stand in its file in one language only."""
    is_ours = decision.laws or (decision.outcome is Outcome.NEED_INFORMATION and decision.pending is None)
    return current().code if is_ours else edition.language_of_rule(decision.rule)


def clauses_of(decision: Decision, edition: Edition, clause_url: ClauseUrl) -> Iterator[dict[str, str]]:
    """The clauses and laws it rests on, each with a link and its words."""
    yield from _clauses_named(decision.clauses, edition, clause_url)
    for law in decision.laws:
        if floor := floors_by_id().get(law):
            yield {
                "label": f"{floor.told('title')} ({floor.told('law')})",
                "url": floor.source,
                "text": floor.told("text"),
            }


def _clauses_named(numbers: Sequence[str], edition: Edition, clause_url: ClauseUrl) -> Iterator[dict[str, str]]:
    for number in numbers:
        if clause := edition.clauses.get(number):
            yield {
                "label": f"{number} {clause.told('title')}",
                "url": clause_url(number),
                "text": clause.told("text"),
                "lang": edition.language_of(clause),
            }


def in_a_line(decision: Decision) -> str:
    """What is possible with an item, before anything was asked."""
    if decision.outcome is Outcome.DECLINE:
        return decision.because
    zone = ZoneInfo(str(decision.facts.get("timezone") or "UTC"))
    to_come = [deadline for deadline in decision.deadlines if deadline.ends_at and not is_past(deadline)]
    until = next((last_day(deadline, zone) for deadline in to_come), None)
    targets = [deadline.target for deadline in to_come]
    if "withdrawal" in targets and "return_window" in targets:
        ours = last_day(to_come[targets.index("return_window")], zone)
        return _("By law without a reason until %(day)s, by our own policy until %(ours)s.", day=until, ours=ours)
    if decision.outcome is Outcome.REVIEW:
        return _("A person looks at this and decides.")
    if decision.outcome is Outcome.APPROVE or decision.pending is Outcome.APPROVE:
        return _("Possible until %(day)s.", day=until) if until else _("Possible.")
    if until:
        return _("Can be asked for until %(day)s; a few answers decide.", day=until)
    return _("A few answers decide.")


def in_reach(edition: Edition, decision: Decision) -> list[str]:
    """What the customer can bring that would change the answer; no other answers to what they were asked."""
    return _changes(edition, decision, (Source.EVIDENCE,))


def could_change(edition: Edition, decision: Decision) -> list[str]:
    """What, if it were found otherwise, would change the answer: for staff."""
    return _changes(edition, decision, (Source.EVIDENCE, Source.CUSTOMER, Source.AGENT))


def _changes(edition: Edition, decision: Decision, sources: Sequence[Source]) -> list[str]:
    if decision.outcome not in (Outcome.DECLINE, Outcome.REVIEW):
        return []
    found = [one for one in what_would_change(edition, decision) if edition.facts[one.fact].source in sources]
    return [f"{one.words} ({uncapped(OUTCOME_NAMES[one.outcome])})" for one in found if one.can_change]


def _fees(decision: Decision, currency: str) -> Iterator[str]:
    for charge in decision.charges:
        rate = figures.percent(charge.percent) if charge.percent is not None else ""
        amount = str(Money(charge.cents, currency)) if charge.cents is not None else ""
        if charge.up_to_percent is not None:
            rate = _("up to %(share)s", share=figures.percent(charge.up_to_percent))
            amount = _("at most %(amount)s", amount=amount) if amount else ""
        yield f"{charge_name(charge.kind)}: {', '.join(word for word in (rate, amount) if word)}"


def refund_in_words(decision: Decision, currency: str) -> str:
    """How much is paid back and how; nothing where nothing is."""
    refund = decision.refund
    if refund is None or refund.cents == 0:  # a subscription's current period: its clause says so
        return ""
    where = _("as store credit") if refund.method is RefundMethod.STORE_CREDIT else _("the way you paid")
    # Of several items one has the order's shipping: the others' amounts do not.
    has_shipping = refund.shipping and (refund.cents is None or decision.facts.get("shipping_paid"))
    shipping = _("shipping included") if has_shipping else ""
    return ", ".join(filter(None, (_amount(refund, currency), shipping, where)))


def _amount(refund: Refund, currency: str) -> str:
    if refund.cents is None:
        return _("%(share)s of what you paid", share=figures.percent(refund.percent))
    most = Money(refund.cents, currency)
    if refund.least_cents is not None and refund.least_cents != refund.cents:
        return _("%(least)s to %(most)s", least=Money(refund.least_cents, currency), most=most)
    return str(most)


def _shipping(decision: Decision) -> str:
    shipping = decision.return_shipping
    return capped(RETURN_SHIPPING_NAMES[ReturnShipping(shipping)]) if shipping else ""


def summary_of(shown: Sequence[dict[str, Any]]) -> str:
    """The reasons of several items in a sentence each."""
    return " ".join(f"{one['title']}: {one['because'][0]}" if one["title"] else one["because"][0] for one in shown)
