"""Tables of requests, asked of an edition as it is published: every cell that a row fills in has to be the answer."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import tomli

from helpdesk.core.money import cents_of
from helpdesk.policies.cells import value_of
from helpdesk.policies.decision import Decision
from helpdesk.policies.edition import Edition
from helpdesk.policies.engine import NO_RULE, decide
from helpdesk.policies.facts import ORDER_STAGES, Source
from helpdesk.policies.reading import read_policy_file
from helpdesk.policies.words import Outcome, Request
from helpdesk.seed import SEEDS

TABLES = Path(__file__).with_name("requests")
Row = Mapping[str, Any]


def edition_of(store: str, name: str) -> Edition:
    """The edition the demo ships for a store."""
    return read_policy_file(SEEDS / store / f"policy-{name}.toml")


def rows_of(store: str) -> list[Row]:
    """The store's table of requests."""
    rows: list[Row] = tomli.loads((TABLES / f"{store}.toml").read_text(encoding="utf-8"))["row"]
    return rows


def name_of(row: Row) -> str:
    """How a row is called in the test's report."""
    facts = ", ".join(f"{name}={value}" for name, value in row.get("facts", {}).items() if name != "timezone")
    return f"{row['request']}: {facts or 'nothing known'}"


def ask(edition: Edition, row: Row) -> Decision:
    """What the edition answers to the row's request."""
    facts = {name: value_of(raw, edition.facts[name], edition.currency) for name, raw in row.get("facts", {}).items()}
    return decide(edition, Request(row["request"]), facts)


def wrong(edition: Edition, row: Row) -> list[str]:
    """Every cell of a row that the edition answers differently."""
    decision = ask(edition, row)
    asked = {name: cell for name, cell in row.items() if name not in ("request", "facts", "source")}
    return [
        f"{name}: {ANSWERS[name](decision)!r} instead of {cell!r}"
        for name, cell in asked.items()
        if not _agree(name, ANSWERS[name](decision), _expected(name, cell, edition))
    ]


def unanswered(edition: Edition) -> Iterator[str]:
    """Requests that no rule answers, or that ask for what no customer and no camera can tell."""
    for request, facts in product(Request, _situations()):
        decision = decide(edition, request, facts)
        unaskable = [name for name in decision.missing if not _is_askable(edition, name)]
        if decision.rule == NO_RULE or unaskable:
            yield f"{request} {facts}: {decision.rule} asks for {', '.join(unaskable) or 'nothing'}"


def refused_unheard(edition: Edition) -> Iterator[str]:
    """Reports of something gone wrong that are declined by a machine."""
    for request, facts in product(FAULT_REPORTS, _situations()):
        if decide(edition, request, facts).outcome is Outcome.DECLINE:
            yield f"{request} {facts}"


FAULT_REPORTS = (
    Request.DAMAGED, Request.DEFECTIVE, Request.WRONG_ITEM, Request.MISSING_ITEM, Request.QUALITY,
    Request.ADVERSE_REACTION, Request.NOT_ARRIVED, Request.DELAYED, Request.LOST,
)  # fmt: skip
#: For each of these facts: what it may be while a request comes in. None is "nobody knows".
SITUATIONS: Mapping[str, tuple[Any, ...]] = {
    "order_stage": (None, *ORDER_STAGES),
    "days_since_delivery": (None, 30, 31),
    "hours_since_delivery": (None, 1, 49),
    "reason": (None, "changed_mind"),
    "promised_delivery_passed": (None, True, False),
    "business_days_since_placed": (None, 6),
    "evidence_ran_out": (None, True),
}


def _situations() -> Iterator[dict[str, Any]]:
    for values in product(*SITUATIONS.values()):
        yield {name: value for name, value in zip(SITUATIONS, values, strict=True) if value is not None}


def _is_askable(edition: Edition, name: str) -> bool:
    fact = edition.facts[name]
    return fact.is_for_customer or fact.source is Source.EVIDENCE


def _last_day(decision: Decision) -> str | None:
    """The last local day of the request's window: the midnight it ends at belongs to the day before."""
    ends = [datetime.fromisoformat(d.ends_at) for d in decision.deadlines if d.ends_at]
    zone = ZoneInfo(decision.facts.get("timezone", "UTC"))
    return f"{ends[0].astimezone(zone) - timedelta(seconds=1):%Y-%m-%d}" if ends else None


#: What each column of a table asks of the decision.
ANSWERS: Mapping[str, Callable[[Decision], Any]] = {
    "outcome": lambda decision: decision.outcome.value,
    "clauses": lambda decision: set(decision.clauses),  # those of the row are among them
    "remedies": lambda decision: {remedy.value for remedy in decision.remedies},
    "missing": lambda decision: set(decision.missing),
    "fees": lambda decision: {charge.kind for charge in decision.charges},
    "deadlines": lambda decision: {deadline.target for deadline in decision.deadlines},  # among them too
    "until": _last_day,
    "refund": lambda decision: decision.refund.cents if decision.refund else 0,
    "least_refund": lambda decision: decision.refund.least_cents if decision.refund else 0,
    "method": lambda decision: decision.refund and decision.refund.method.value,
    "return_shipping": lambda decision: decision.return_shipping and decision.return_shipping.value,
    "escalate": lambda decision: decision.escalate,
    "urgent": lambda decision: decision.urgent,
    "expedite": lambda decision: decision.expedite,
    "before_solving": lambda decision: decision.before_solving,
    "says": lambda decision: " ".join((decision.because, *decision.steps)),  # these words are somewhere in it
    "pending": lambda decision: decision.pending and decision.pending.value,
}
AT_LEAST = ("clauses", "deadlines")


def _expected(name: str, cell: Any, edition: Edition) -> Any:
    if name in ("refund", "least_refund"):
        return cents_of(str(cell), edition.currency)
    if name == "until":
        return cell.isoformat()
    return set(cell) if isinstance(cell, list) else cell


def _agree(name: str, found: Any, expected: Any) -> bool:
    if name == "says":
        return all(words in found for words in expected)
    return bool(expected <= found if name in AT_LEAST else expected == found)
