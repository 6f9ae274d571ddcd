"""A decision as people read it: outcome, reasons, what it offers and costs, until when, and the clauses with links."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.core import figures
from helpdesk.core.language import N_, Words, _, capped, current, ngettext, uncapped
from helpdesk.core.money import Money
from helpdesk.policies import (
    OUTCOME_NAMES,
    REMEDY_NAMES,
    RETURN_SHIPPING_NAMES,
    Deadline,
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

ClauseUrl = Callable[[str], str]

DEADLINE_NAMES = Words(
    {
        "withdrawal": N_("By law, without a reason, until"),
        "return_window": N_("You can ask for it until"),
        "own_window": N_("By our own policy, until"),
        "damage_report": N_("Damage is to be reported by"),
        "send_back": N_("Send it by"),
        "return_inspection": N_("We look at it"),
        "refund": N_("We pay it back"),
        "delivery": N_("Delivery"),
    }
)
STEP_NAMES = Words(
    {
        "delivery": N_("delivery"),
        "order": N_("the order"),
        "shipping": N_("it was sent"),
        "request": N_("your request"),
        "approval": N_("our approval"),
        "receipt": N_("it is here"),
        "inspection": N_("we have looked at it"),
    }
)


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
        "refund": _refund(decision, currency),
        "return_shipping": _shipping(decision),
        "deadlines": [
            _deadline(deadline, zone, _name_of(deadline, decision))
            for deadline in decision.deadlines
            if _still_counts(deadline, decision)
        ],
        # Where the reason names what we need to know, it is not said twice.
        "missing": [] if is_question else [edition.facts[n].meaning for n in decision.missing if n in edition.facts],
        "steps": list(decision.steps),
        "clauses": list(clauses_of(decision, edition, clause_url)),
        "overruled": list(_clauses_named(decision.overruled, edition, clause_url)),
    }


def kind_of(deadline: Deadline, decision: Decision) -> str:
    """What it is called by; where the law has a day of its own, the store's longer window is the store's own."""
    is_beside_the_law = deadline.target == "return_window" and decision.deadline("withdrawal") is not None
    return "own_window" if is_beside_the_law else deadline.target


def _name_of(deadline: Deadline, decision: Decision) -> str:
    kind = kind_of(deadline, decision)
    return DEADLINE_NAMES.get(kind) or kind.replace("_", " ").capitalize()


def _still_counts(deadline: Deadline, decision: Decision) -> bool:
    """A day until which to ask for it would promise something to whom it is refused; other days stay."""
    return deadline.target != "return_window" or decision.outcome is not Outcome.DECLINE


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
    zone = ZoneInfo(str(decision.facts.get("timezone") or "UTC"))
    until = next((last_moment(d.ends_at, zone, d.hours) for d in decision.deadlines if d.ends_at), None)
    own = decision.deadline("return_window") if decision.deadline("withdrawal") else None
    if own and own.ends_at:
        ours = last_moment(own.ends_at, zone, own.hours)
        return _("By law without a reason until %(day)s, by our own policy until %(ours)s.", day=until, ours=ours)
    if decision.outcome is Outcome.DECLINE:
        return decision.because
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


def last_moment(ends_at: str, zone: ZoneInfo, hours: float | None) -> str:
    """The last day of a window; of one that is counted in hours its last moment."""
    end = datetime.fromisoformat(ends_at).astimezone(zone)
    if hours is not None:
        return figures.moment(end)
    return figures.day(end - timedelta(seconds=1))


def _fees(decision: Decision, currency: str) -> Iterator[str]:
    for charge in decision.charges:
        rate = figures.percent(charge.percent) if charge.percent is not None else ""
        amount = str(Money(charge.cents, currency)) if charge.cents is not None else ""
        if charge.up_to_percent is not None:
            rate = _("up to %(share)s", share=figures.percent(charge.up_to_percent))
            amount = _("at most %(amount)s", amount=amount) if amount else ""
        yield f"{charge_name(charge.kind)}: {', '.join(word for word in (rate, amount) if word)}"


def _refund(decision: Decision, currency: str) -> str:
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


def _deadline(deadline: Deadline, zone: ZoneInfo, name: str) -> dict[str, Any]:
    if deadline.ends_at:
        words = last_moment(deadline.ends_at, zone, deadline.hours)
    else:
        words = _("within %(time)s after %(step)s", time=_time(deadline), step=STEP_NAMES[deadline.counted_from])
    return {"name": name, "words": words, "clauses": list(deadline.clauses)}


def _time(deadline: Any) -> str:
    if deadline.hours is not None:
        return ngettext("%(number)s hour", "%(number)s hours", deadline.hours)
    if deadline.counts == "business_days":
        return ngettext("%(number)s business day", "%(number)s business days", deadline.days)
    return ngettext("%(number)s day", "%(number)s days", deadline.days)


def summary_of(shown: Sequence[dict[str, Any]]) -> str:
    """The reasons of several items in a sentence each."""
    return " ".join(f"{one['title']}: {one['because'][0]}" if one["title"] else one["because"][0] for one in shown)
