"""A decision as people read it: outcome, reasons, what it offers and costs, until when, and the clauses with links."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.core.money import Money
from helpdesk.policies import (
    OUTCOME_NAMES,
    REMEDY_NAMES,
    RETURN_SHIPPING_NAMES,
    Decision,
    Edition,
    Outcome,
    RefundMethod,
    ReturnShipping,
    Source,
    floors_by_id,
    what_would_change,
)

ClauseUrl = Callable[[str], str]

DEADLINE_NAMES = {
    "return_window": "You can ask for it until",
    "damage_report": "Damage is to be reported by",
    "send_back": "Send it by",
    "return_inspection": "We look at it",
    "refund": "We pay it back",
    "delivery": "Delivery",
}
STEP_NAMES = {
    "delivery": "delivery",
    "order": "the order",
    "shipping": "it was sent",
    "request": "your request",
    "approval": "our approval",
    "receipt": "it is here",
    "inspection": "we have looked at it",
}


def shown_decision(decision: Decision, edition: Edition, clause_url: ClauseUrl, *, title: str = "") -> dict[str, Any]:
    """One answer of the engine as the decision card wants it."""
    zone, currency = ZoneInfo(str(decision.facts.get("timezone") or "UTC")), edition.currency
    return {
        "title": title,
        "outcome": decision.outcome,
        "pending": decision.pending,
        "because": [decision.because],
        "remedies": [REMEDY_NAMES[remedy] for remedy in decision.remedies],
        "fees": list(_fees(decision, currency)),
        "refund": _refund(decision, currency),
        "return_shipping": _shipping(decision),
        "deadlines": [_deadline(deadline, zone) for deadline in decision.deadlines],
        "missing": [edition.facts[name].meaning for name in decision.missing if name in edition.facts],
        "steps": list(decision.steps),
        "clauses": list(clauses_of(decision, edition, clause_url)),
    }


def clauses_of(decision: Decision, edition: Edition, clause_url: ClauseUrl) -> Iterator[dict[str, str]]:
    """The clauses and laws it rests on, each with a link and its words."""
    for number in decision.clauses:
        if clause := edition.clauses.get(number):
            yield {"label": f"{number} {clause.title}", "url": clause_url(number), "text": clause.text}
    for law in decision.laws:
        if floor := floors_by_id().get(law):
            yield {"label": f"{floor.title} ({floor.law})", "url": floor.source, "text": floor.text}


def in_a_line(decision: Decision) -> str:
    """What is possible with an item, before anything was asked."""
    zone = ZoneInfo(str(decision.facts.get("timezone") or "UTC"))
    until = next((last_moment(d.ends_at, zone, d.hours) for d in decision.deadlines if d.ends_at), None)
    if decision.outcome is Outcome.DECLINE:
        return decision.because
    if decision.outcome is Outcome.REVIEW:
        return "A person looks at this and decides."
    if decision.outcome is Outcome.APPROVE or decision.pending is Outcome.APPROVE:
        return f"Possible until {until}." if until else "Possible."
    return f"Can be asked for until {until}; a few answers decide." if until else "A few answers decide."


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
    return [f"{one.words} ({OUTCOME_NAMES[one.outcome].lower()})" for one in found if one.can_change]


def last_moment(ends_at: str, zone: ZoneInfo, hours: float | None) -> str:
    """The last day of a window; of one that is counted in hours its last moment."""
    end = datetime.fromisoformat(ends_at).astimezone(zone)
    if hours is not None:
        return f"{end:%a} {end.day} {end:%b}, {end:%H:%M}"
    last = end - timedelta(seconds=1)
    return f"{last:%a} {last.day} {last:%b %Y}"


def _fees(decision: Decision, currency: str) -> Iterator[str]:
    for charge in decision.charges:
        name = charge.kind.replace("_", " ")
        rate = f"up to {charge.up_to_percent:g} %" if charge.up_to_percent is not None else ""
        rate = f"{charge.percent:g} %" if charge.percent is not None else rate
        amount = str(Money(charge.cents, currency)) if charge.cents is not None else ""
        if charge.up_to_percent is not None and amount:
            amount = f"at most {amount}"
        yield f"{name}: {', '.join(word for word in (rate, amount) if word)}"


def _refund(decision: Decision, currency: str) -> str:
    refund = decision.refund
    if refund is None:
        return ""
    where = "as store credit" if refund.method is RefundMethod.STORE_CREDIT else "the way you paid"
    shipping = ", shipping included" if refund.shipping else ""
    if refund.cents is None:
        return f"{refund.percent:g} % of what you paid{shipping}, {where}"
    amount = str(Money(refund.cents, currency))
    if refund.least_cents is not None and refund.least_cents != refund.cents:
        amount = f"{Money(refund.least_cents, currency)} to {amount}"
    return f"{amount}{shipping}, {where}"


def _shipping(decision: Decision) -> str:
    shipping = decision.return_shipping
    return RETURN_SHIPPING_NAMES[ReturnShipping(shipping)].capitalize() if shipping else ""


def _deadline(deadline: Any, zone: ZoneInfo) -> dict[str, Any]:
    name = DEADLINE_NAMES.get(deadline.target, deadline.target.replace("_", " ").capitalize())
    if deadline.ends_at:
        words = last_moment(deadline.ends_at, zone, deadline.hours)
    else:
        kind = "business days" if deadline.counts == "business_days" else "days"
        amount = f"{deadline.hours:g} hours" if deadline.hours is not None else f"{deadline.days} {kind}"
        words = f"within {amount} after {STEP_NAMES[deadline.counted_from]}"
    return {"name": name, "words": words, "clauses": list(deadline.clauses)}


def summary_of(shown: Sequence[dict[str, Any]]) -> str:
    """The reasons of several items in a sentence each."""
    return " ".join(f"{one['title']}: {one['because'][0]}" if one["title"] else one["because"][0] for one in shown)
