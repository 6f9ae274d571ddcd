"""Policies on a terminal: editions, decisions and differences as lines of text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from helpdesk import policies
from helpdesk.core.money import Money
from helpdesk.policies import Change, Charge, Deadline, Decision, Edition, Look, Refund, Replayed, Tally, ToldRow

WIDTH = 110
#: How a rule that was looked at is marked in the trace.
MARKS = {True: "holds", False: "no", None: "not known"}


def day_in_words(day: date) -> str:
    """For example "7 Jun 2025"."""
    return f"{day.day} {day:%b %Y}"


# ---- an edition


def edition_lines(edition: Edition) -> Iterator[str]:
    """Clauses as customers read them, then what decides, request by request."""
    head = edition.file.policy
    yield f"{edition.store}, edition “{edition.name}”: {head.title}"
    yield f"Judges orders placed from {day_in_words(head.effective)} on. {policies.size_in_words(edition)}."
    if head.changes:
        yield _wrapped(f"What is new: {head.changes}", "", "    ")
    for clause in edition.file.clause:
        yield ""
        yield f"{clause.id}  {clause.title}"
        yield _wrapped(clause.text, "    ")
    for request, name in policies.REQUEST_NAMES.items():
        if edition.sheets[request].rules:
            yield ""
            yield f"{name} ({request.value})"
            yield from map(_row_line, policies.rows_in_words(edition, request))
    if missing := policies.unanswered(edition):
        yield ""
        yield f"Nothing is said of: {', '.join(missing)}."


def _row_line(row: ToldRow) -> str:
    cited = f" ({_clauses(row.clauses)})" if row.clauses else ""
    return _wrapped(f"{row.what} [{row.id}] {row.when} → {row.follows}{cited}", "  ", "    ")


# ---- a decision


def decision_lines(edition: Edition, decision: Decision) -> Iterator[str]:
    """The answer, and everything that follows from it."""
    zone = ZoneInfo(str(decision.facts.get("timezone") or "UTC"))
    outcome = policies.OUTCOME_NAMES[decision.outcome]
    then = f", then: {policies.OUTCOME_NAMES[decision.pending]}" if decision.pending else ""
    yield f"{policies.REQUEST_NAMES[decision.request]}: {outcome}{then}"
    yield _wrapped(decision.because, "  ")
    yield f"  Decided by rule “{decision.rule}” of edition “{edition.name}”."
    clauses = (f"{number}  {edition.clauses[number].title}" for number in decision.clauses)
    yield from _section("Clauses", clauses)
    yield from _section("Law", map(_law, decision.laws))
    yield from _section("Remedies", (policies.REMEDY_NAMES[remedy] for remedy in decision.remedies))
    yield from _section("Still missing", (_question(edition, name) for name in decision.missing))
    yield from _section("Fees and deductions", (_charge(charge, edition.currency) for charge in decision.charges))
    yield from _section("Refund", _refund(decision.refund, edition.currency) if decision.refund else ())
    way_back = decision.return_shipping
    yield from _section("Sending back", [policies.RETURN_SHIPPING_NAMES[way_back]] if way_back else ())
    yield from _section("Deadlines", (_deadline(deadline, zone) for deadline in decision.deadlines))
    yield from _section("Next steps", decision.steps)
    yield from _section("Inside the shop", _handling(decision))
    yield from _section("Effects that depend on more facts", decision.possible)


def alternative_lines(alternatives: Iterable[policies.Alternative]) -> Iterator[str]:
    """What would change it, what a person can do before what nobody can."""
    names = policies.OUTCOME_NAMES
    told = (
        f"{one.words} → {names[one.outcome]}{'' if one.can_change else ' (nobody can change that now)'}"
        for one in alternatives
    )
    yield from _section("What would change it", told)


def trace_lines(looks: Sequence[Look], effects: Sequence[Look], assumed: Sequence[str]) -> Iterator[str]:
    """Every row that was looked at, and why it held or not."""
    yield from _section("Rules asked", (f"{MARKS[look.held]:<9}  {look.row}: {look.words}" for look in looks))
    yield from _section("Effects asked", (f"{MARKS[look.held]:<9}  {look.row}: {look.words}" for look in effects))
    yield from _section("Taken for granted until somebody says otherwise", assumed)


def decision_data(
    decision: Decision, alternatives: Iterable[policies.Alternative], looks: Iterable[Look]
) -> Mapping[str, Any]:
    """The same for programs."""
    return {
        "decision": decision.as_dict(),
        "would_change": [vars(one) for one in alternatives],
        "trace": [{"rule": look.row, "held": look.held, "words": look.words} for look in looks],
    }


def _law(name: str) -> str:
    floor = policies.floors_by_id()[name]
    return f"{floor.title} ({floor.law}; {floor.provenance}): {floor.because}"


def _question(edition: Edition, name: str) -> str:
    fact = edition.facts[name]
    return f"{name}: {fact.question or fact.meaning}"


def _charge(charge: Charge, currency: str) -> str:
    percent = charge.up_to_percent if charge.up_to_percent is not None else charge.percent
    share = "" if percent is None else f"{'up to ' if charge.up_to_percent is not None else ''}{percent:g} %"
    amount = "" if charge.cents is None else str(Money(charge.cents, currency))
    most = "at most " if amount and charge.up_to_percent is not None else ""
    kind = "deduction" if charge.is_deduction else "fee"
    return f"{charge.kind} ({kind}): {', '.join(part for part in (share, most + amount) if part)}, by “{charge.effect}”"


def _refund(refund: Refund, currency: str) -> Iterator[str]:
    yield "as store credit" if refund.method is policies.RefundMethod.STORE_CREDIT else "the way it was paid"
    if refund.percent != 100:
        yield f"{refund.percent:g} % of what was paid"
    if refund.cents is not None:
        least = refund.least_cents if refund.least_cents != refund.cents else None
        between = f"{Money(least, currency)} to " if least is not None else ""
        yield f"{between}{Money(refund.cents, currency)}"
    yield "with the shipping that was paid" if refund.shipping else "without shipping"


def _deadline(deadline: Deadline, zone: ZoneInfo) -> str:
    name, cited = deadline.target.replace("_", " "), _clauses(deadline.clauses)
    length = f"{deadline.days} days" if deadline.days is not None else f"{deadline.hours or 0:g} hours"
    is_dated = deadline.days is None and deadline.hours is None
    counted = "" if is_dated else f"{length}{_counting(deadline)} from {deadline.counted_from}"
    parts = [part for part in (_end(deadline, zone), counted, cited) if part]
    return f"{name}: {', '.join(parts)}"


def _counting(deadline: Deadline) -> str:
    return " (business days)" if deadline.counts == "business_days" else ""


def _end(deadline: Deadline, zone: ZoneInfo) -> str:
    if deadline.ends_at is None:
        return ""
    end = datetime.fromisoformat(deadline.ends_at).astimezone(zone)
    if deadline.hours is not None:
        return f"until {end:%a} {day_in_words(end.date())}, {end:%H:%M}"
    last = end - timedelta(seconds=1)  # the midnight at which a day is over belongs to that day
    return f"until the end of {last:%a} {day_in_words(last.date())}"


def _handling(decision: Decision) -> Iterator[str]:
    if decision.urgent:
        yield "urgent"
    if decision.expedite:
        yield "paid back at once, before anything has come back"
    if decision.escalate:
        yield f"goes to a supervisor: {decision.escalate.replace('_', ' ')}"
    if decision.before_solving:
        yield f"before it is solved: {decision.before_solving.replace('_', ' ')}"


# ---- differences


def replayed_in_words(replayed: Replayed) -> str:
    """What one ticket would have been told differently."""
    item = f" ({replayed.item})" if replayed.item else ""
    return f"{replayed.ticket}{item}: {'; '.join(replayed.differences)}"


def tally_lines(tally: Tally, days: int) -> Iterator[str]:
    """What a draft would have changed in all, and the money."""
    tickets, past = policies.counted(tally.tickets, "ticket"), policies.counted(days, "day")
    yield (
        f"Of {tickets} decided in the last {past}, {tally.tickets_changed:,} would have been answered differently "
        f"({tally.decisions_changed:,} of {policies.counted(tally.decisions, 'decision')})."
    )
    names = policies.OUTCOME_NAMES
    for (old, new), count in tally.moves.most_common():
        yield f"  {count:>7,}  {names[old]} → {names[new] if new is not old else 'the same, with other terms'}"
    before, after = tally.before, tally.after
    yield _sum("Refunds granted, at most", before.refund_cents, after.refund_cents, tally.currency)
    yield _sum("Refunds left to people, at most", before.review_cents, after.review_cents, tally.currency)
    if before.unknown or after.unknown:
        yield f"Refunds of an amount that was not known, and is in no sum: {before.unknown:,} → {after.unknown:,}"
    if tally.not_replayed:
        yield f"Decided before facts were kept, and so not answered again: {tally.not_replayed:,}"


def _sum(what: str, before: int, after: int, currency: str) -> str:
    more = f"{'+' if after >= before else ''}{Money(after - before, currency)}"
    return f"{what}: {Money(before, currency)} → {Money(after, currency)} ({more})"


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """Every difference on a line of its own."""
    if not changes:
        yield "  Nothing that decides or is read differs."
    for change in changes:
        cited = f" ({_clauses(change.clauses)})" if change.clauses and change.what != "clause" else ""
        yield _wrapped(f"{change}{cited}", "  ", "    ")


def _clauses(cited: Sequence[str]) -> str:
    return f"clause{'s' if len(cited) > 1 else ''} {', '.join(cited)}" if cited else ""


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading with its lines; without lines no heading."""
    for number, line in enumerate(lines):
        if not number:
            yield ""
            yield title
        yield _wrapped(line, "  ", "    ")


def _wrapped(text: str, indent: str, further: str | None = None) -> str:
    return click.wrap_text(text, WIDTH, indent, indent if further is None else further)
