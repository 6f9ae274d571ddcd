"""Floors: what the law of the customer's country grants at least. They only ever improve a decision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import tomli
from pydantic import BeforeValidator, Field

from helpdesk.policies.amounts import paid_back
from helpdesk.policies.cells import cell_of
from helpdesk.policies.decision import Decision, Refund
from helpdesk.policies.document import Cells, Part, Percent, Requests, Sentence, Slug, Text
from helpdesk.policies.facts import VOCABULARY
from helpdesk.policies.knowing import Known
from helpdesk.policies.table import Table, bits_of
from helpdesk.policies.timing import end_of_days, read_moment
from helpdesk.policies.words import WORTH, Outcome, RefundMethod, Remedy, Request, ReturnShipping

FILE = Path(__file__).with_name("statutory.toml")


class Jurisdiction(Part):
    """[[jurisdiction]]: one body of law and the countries it holds in; `none` says that it grants nothing here, and why."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{2,8}$")]
    name: str
    countries: list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]]
    none: str = ""
    source: str = ""
    checked: date | None = None


class FloorRefund(Part):
    """The least a refund has to be."""

    percent: Percent | None = None
    shipping: bool = False
    original: bool = False  # to the method of payment, not as credit


class Floor(Part):
    """[[floor]]: one thing the law grants."""

    id: Slug
    jurisdiction: str
    request: Requests
    when: Cells = {}
    outcome: Outcome
    because: Sentence
    remedies: Annotated[list[Remedy], BeforeValidator(lambda raw: raw if isinstance(raw, list) else [raw])] = []
    no_fees: bool = False
    refund: FloorRefund | None = None
    return_shipping: ReturnShipping | None = None
    window_days: int | None = None  # from delivery: no window may end earlier
    title: str
    text: Text
    law: str
    source: str
    checked: date


class StatutoryFile(Part):
    """A whole statutory.toml."""

    jurisdiction: list[Jurisdiction]
    floor: list[Floor]


@dataclass(frozen=True)
class Floors:
    """The floors of one jurisdiction for one kind of request."""

    rows: list[Floor]
    table: Table


@cache
def statutory() -> StatutoryFile:
    """The floors the helpdesk ships."""
    return StatutoryFile.model_validate(tomli.loads(FILE.read_text(encoding="utf-8")))


@cache
def floors_of(country: str, request: Request) -> Floors | None:
    """What the law of a country grants for such a request; None: nothing."""
    here = [law.id for law in statutory().jurisdiction if country in law.countries]
    rows = [floor for floor in statutory().floor if floor.jurisdiction in here and request in floor.request]
    if not rows:
        return None
    cells = [{name: cell_of(raw, VOCABULARY[name]) for name, raw in floor.when.items()} for floor in rows]
    return Floors(rows, Table(cells))


@cache
def floors_by_id() -> Mapping[str, Floor]:
    """Every floor by its id, to show a decision's laws."""
    return {floor.id: floor for floor in statutory().floor}


def raised(decision: Decision, known: Known) -> Decision:
    """The decision lifted to what the law grants; what it does not improve stays as it is."""
    country = known.facts.get("country")
    floors = floors_of(country, known.request) if country else None
    if floors is None:
        return decision
    possible, unsure = floors.table.look(known.facts)
    for number in bits_of(possible & ~unsure):
        decision = _lifted(decision, floors.rows[number], known)
    if decision.outcome is Outcome.DECLINE and unsure:
        # A right that may exist is not refused before it is known that it does not.
        number = next(bits_of(unsure))
        return _asked(decision, floors.rows[number], known.asks(floors.table.needs(number, known.facts)))
    return decision


def _asked(decision: Decision, floor: Floor, missing: tuple[str, ...]) -> Decision:
    because = f"{decision.because} But the law may grant it ({floor.law}), and for that we need to know more."
    return replace(
        decision, outcome=Outcome.NEED_INFORMATION, missing=missing, because=because, laws=(*decision.laws, floor.id)
    )


def _lifted(decision: Decision, floor: Floor, known: Known) -> Decision:
    better = decision
    if WORTH[floor.outcome] > WORTH[decision.outcome] and not _waits_for_approval(decision, floor):
        better = replace(
            better, outcome=floor.outcome, because=floor.because, pending=None, missing=(), remedies=tuple(floor.remedies)
        )
    if better.outcome is not Outcome.DECLINE:
        better = _with_terms(better, floor, known)
    return decision if better == decision else replace(better, laws=(*better.laws, floor.id))


def _waits_for_approval(decision: Decision, floor: Floor) -> bool:
    """Whether the policy will grant it anyway, once its evidence is there, and the law asks no sooner."""
    return decision.pending is not None and WORTH[decision.pending] >= WORTH[floor.outcome]


def _with_terms(decision: Decision, floor: Floor, known: Known) -> Decision:
    added = tuple(remedy for remedy in floor.remedies if remedy not in decision.remedies)
    better = replace(decision, remedies=(*decision.remedies, *added)) if added else decision
    if floor.no_fees and better.charges:
        better = replace(better, charges=())
    if floor.return_shipping and better.return_shipping is ReturnShipping.CUSTOMER:
        better = replace(better, return_shipping=floor.return_shipping)
    if floor.refund:
        better = _with_refund(better, floor.refund, known)
    return _with_window(better, floor, known)


def _with_refund(decision: Decision, least: FloorRefund, known: Known) -> Decision:
    before = decision.refund or Refund(percent=0)
    method = RefundMethod.ORIGINAL if least.original else before.method
    percent = max(before.percent, least.percent or 0)
    after = Refund(method, percent, before.shipping or least.shipping)
    after = paid_back(after, decision.charges, known.paid, known.facts.get("shipping_paid"))
    return replace(decision, refund=after) if after != decision.refund else decision


def _with_window(decision: Decision, floor: Floor, known: Known) -> Decision:
    delivered = known.facts.get("delivered_at")
    if floor.window_days is None or delivered is None:
        return decision
    ends_at = end_of_days(read_moment(delivered), floor.window_days, known.zone).isoformat()
    longer = tuple(
        replace(d, ends_at=ends_at, source=floor.id, days=floor.window_days)
        if d.target == "return_window" and d.ends_at is not None and d.ends_at < ends_at
        else d
        for d in decision.deadlines
    )
    return replace(decision, deadlines=longer) if longer != decision.deadlines else decision


def jurisdictions_of(country: str) -> list[Jurisdiction]:
    """The bodies of law that hold in a country."""
    return [law for law in statutory().jurisdiction if country in law.countries]

