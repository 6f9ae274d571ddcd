"""Floors: what the law of the customer's country grants at least. They only ever improve a decision."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Self

import tomli
from pydantic import Field, ValidationError, model_validator

from helpdesk.core.language import _
from helpdesk.policies.amounts import paid_back
from helpdesk.policies.cells import BadCell, cell_of
from helpdesk.policies.decision import Charge, Deadline, Decision, Refund
from helpdesk.policies.document import Cells, Code, Part, Percent, Requests, Sentence, Sentences, Slug, Text, Told
from helpdesk.policies.facts import VOCABULARY, nearest
from helpdesk.policies.knowing import Known
from helpdesk.policies.reading import BadPolicy, explained
from helpdesk.policies.table import Table, bits_of
from helpdesk.policies.timing import Moment, end_of_days, read_moment, start_of
from helpdesk.policies.words import WORTH, Outcome, RefundMethod, Remedy, Request, ReturnShipping

PAID_AS_CREDIT = ("gift_card", "store_credit")
#: Until when the law itself lets the customer withdraw, beside a longer window of the store.
WITHDRAWAL = "withdrawal"
FILE = Path(__file__).with_name("statutory.toml")
#: What a customer would rather hear of sending things back; nothing said is nothing promised.
SHIPPING_WORTH = {
    ReturnShipping.CUSTOMER: 0,
    None: 1,
    ReturnShipping.PREPAID: 2,
    ReturnShipping.PICKUP: 2,
    ReturnShipping.NONE: 3,
}
Address = Annotated[str, Field(pattern=r"^https://")]
MONEY_BACK = {Remedy.REFUND, Remedy.PARTIAL_REFUND, Remedy.CANCELLATION}


class Jurisdiction(Part):
    """[[jurisdiction]]: a body of law and the countries it holds in; `none` says why it grants nothing of some kind."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{2,8}$")]
    name: str
    countries: list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]]
    none: str = ""
    source: str = ""
    read_in: list[Address] = Field(default_factory=list)
    second_hand: str = ""
    checked: date | None = None


class FloorRefund(Part):
    """The least a refund has to be."""

    percent: Percent | None = None
    shipping: bool = False
    original: bool = False  # to the method of payment, not as credit


class FloorTexts(Part):
    """[floor.also.tr]: a floor in another language."""

    title: Text
    text: Text
    because: Sentence
    law: Text
    steps: Sentences = Field(default_factory=list)


class Floor(Told):
    """[[floor]]: one thing the law grants."""

    id: Slug
    jurisdiction: str
    request: Requests
    when: Cells = Field(default_factory=dict)
    outcome: Outcome | None = None  # none: the law says how, not whether
    because: Sentence
    remedies: list[Remedy] = Field(default_factory=list)
    no_fees: bool = False
    may_charge: list[str] = Field(default_factory=list)  # kinds of fees that the law leaves to the shop
    no_deductions: bool = False
    refund: FloorRefund | None = None
    return_shipping: ReturnShipping | None = None
    window_days: Annotated[int, Field(ge=0, le=4000)] | None = None  # from delivery: no window may end earlier
    steps: Sentences = Field(default_factory=list)  # what to do, where the policy itself had refused
    title: Text
    text: Text
    law: Text
    source: Address
    read_in: Annotated[list[Address], Field(min_length=1)]  # the copies in which it was checked
    second_hand: str = ""  # what of `law` could only be read in what others write of it
    checked: date
    also: dict[Code, FloorTexts] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.outcome not in (None, Outcome.APPROVE, Outcome.REVIEW):
            raise ValueError("a law grants or has a person look: outcome is approve or review, or is left out")
        if self.refund and not MONEY_BACK & set(self.remedies):
            raise ValueError("a least refund needs a remedy that pays money back")
        return self

    @property
    def provenance(self) -> str:
        """When it was compared with the law, and what of that at second hand only; for staff."""
        at_second_hand = f", at second hand: {self.second_hand}" if self.second_hand else ""
        return f"checked on {self.checked.isoformat()}{at_second_hand}"

    def forbids(self, charge: Charge) -> bool:
        """Whether this may not be charged."""
        return self.no_deductions if charge.is_deduction else self.no_fees and charge.kind not in self.may_charge


class StatutoryFile(Part):
    """A whole statutory.toml."""

    jurisdiction: list[Jurisdiction]
    floor: list[Floor]


@dataclass(frozen=True)
class Floors:
    """The floors of one jurisdiction for one kind of request."""

    rows: list[Floor]
    table: Table


def read_floors(text: str, name: str = FILE.name) -> StatutoryFile:
    """Check the text of a file of floors. Raises BadPolicy with everything that is wrong."""
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as problem:
        raise BadPolicy(name, [f"not a TOML file: {problem}"]) from problem
    try:
        file = StatutoryFile.model_validate(data)
    except ValidationError as problem:
        raise BadPolicy(name, [explained(error, data) for error in problem.errors()]) from problem
    if problems := list(_problems(file)):
        raise BadPolicy(name, problems)
    return file


def _problems(file: StatutoryFile) -> Iterator[str]:
    ids, laws = [floor.id for floor in file.floor], {law.id for law in file.jurisdiction}
    for twice in dict.fromkeys(one for one in ids if ids.count(one) > 1):
        yield f"floor “{twice}”: id: this id is there {ids.count(twice)} times"
    for floor in file.floor:
        if floor.jurisdiction not in laws:
            yield f"floor “{floor.id}”: jurisdiction: there is none “{floor.jurisdiction}”"
        for fact, raw in floor.when.items():
            if fact not in VOCABULARY:
                meant = nearest(fact, VOCABULARY)
                hint = f"; did you mean “{meant}”?" if meant else ""
                yield f"floor “{floor.id}”: when: there is no fact “{fact}”{hint}"
                continue
            try:
                cell_of(raw, VOCABULARY[fact])
            except BadCell as problem:
                yield f"floor “{floor.id}”: when.{fact}: {problem}"


@cache
def statutory() -> StatutoryFile:
    """The floors the helpdesk ships."""
    return read_floors(FILE.read_text(encoding="utf-8"))


@cache
def floors_of(country: str, request: Request) -> Floors | None:
    """What the law of a country grants for such a request; None: nothing."""
    here = [law.id for law in jurisdictions_of(country)]
    rows = [floor for floor in statutory().floor if floor.jurisdiction in here and request in floor.request]
    if not rows:
        return None
    cells = [{name: cell_of(raw, VOCABULARY[name]) for name, raw in floor.when.items()} for floor in rows]
    return Floors(rows, Table(cells))


@cache
def floors_by_id() -> Mapping[str, Floor]:
    """Every floor by its id, to show a decision's laws."""
    return {floor.id: floor for floor in statutory().floor}


def jurisdictions_of(country: str) -> list[Jurisdiction]:
    """The bodies of law that hold in a country."""
    return [law for law in statutory().jurisdiction if country.upper() in law.countries]


def raised(decision: Decision, known: Known) -> Decision:
    """The decision lifted to what the law grants; what it does not improve stays as it is."""
    country = known.facts.get("country")
    floors = floors_of(country, known.request) if country else None
    if floors is None:
        return decision
    possible, unsure = floors.table.look(known.facts)
    for number in bits_of(possible & ~unsure):
        decision = _lifted(decision, floors.rows[number], known)
    if decision.outcome is Outcome.DECLINE:
        # A right that may exist is not refused before it is known that it does not.
        open_questions = (number for number in bits_of(unsure) if floors.rows[number].outcome)
        for number in open_questions:
            return _asked(decision, floors.rows[number], known.asks(floors.table.needs(number, known.facts)))
    return decision


def _asked(decision: Decision, floor: Floor, missing: tuple[str, ...]) -> Decision:
    because = _(
        "%(because)s But the law may grant it (%(law)s), and for that we need to know more.",
        because=decision.because, law=floor.told("law"),
    )  # fmt: skip
    return decision.but(
        outcome=Outcome.NEED_INFORMATION, missing=missing, because=because, laws=(*decision.laws, floor.id)
    )


def _lifted(decision: Decision, floor: Floor, known: Known) -> Decision:
    better = decision
    if floor.outcome and WORTH[floor.outcome] > WORTH[decision.outcome] and not _waits_for_approval(decision, floor):
        better = _with_outcome(decision, floor, floor.outcome)
    if better.outcome is not Outcome.DECLINE:
        better = _with_window(_with_terms(better, floor, known), decision, floor, known)
    return decision if better is decision or better == decision else better.but(laws=(*better.laws, floor.id))


def _waits_for_approval(decision: Decision, floor: Floor) -> bool:
    """Whether the policy will grant it anyway, once its evidence is there, and the law asks no sooner."""
    return decision.pending is not None and WORTH[decision.pending] >= WORTH[floor.outcome or Outcome.DECLINE]


def _with_outcome(decision: Decision, floor: Floor, outcome: Outcome) -> Decision:
    """Granted instead of refused: what the refusal told the customer to do no longer holds."""
    better = decision.but(
        outcome=outcome,
        because=floor.told("because"),
        steps=tuple(floor.told("steps")),
        missing=(),
        pending=None,
    )
    if SHIPPING_WORTH[decision.return_shipping] <= SHIPPING_WORTH[None]:
        better = better.but(return_shipping=floor.return_shipping or decision.return_shipping)
    return better.but(evidence=(), escalate=None) if outcome is Outcome.APPROVE else better


def _with_terms(decision: Decision, floor: Floor, known: Known) -> Decision:
    if decision.outcome is Outcome.NEED_INFORMATION and decision.pending is None:
        return decision  # only a question: nothing has been offered yet
    added = tuple(remedy for remedy in floor.remedies if remedy not in decision.remedies)
    better = decision.but(remedies=(*decision.remedies, *added)) if added else decision
    better = _with_money(better, floor, known)
    if floor.return_shipping and SHIPPING_WORTH[floor.return_shipping] > SHIPPING_WORTH[better.return_shipping]:
        better = better.but(return_shipping=floor.return_shipping)
    return better


def _with_money(decision: Decision, floor: Floor, known: Known) -> Decision:
    charges = tuple(charge for charge in decision.charges if not floor.forbids(charge))
    before, least = decision.refund, floor.refund or FloorRefund()
    if before is None and floor.refund is None:
        return decision.but(charges=charges) if charges != decision.charges else decision
    before = before or Refund(percent=0)
    # What was paid by gift card or credit comes back the same way as credit: that is its means of payment.
    is_credit = known.facts.get("payment") in PAID_AS_CREDIT
    method = RefundMethod.ORIGINAL if least.original and not is_credit else before.method
    after = Refund(method, max(before.percent, least.percent or 0), before.shipping or least.shipping)
    after = paid_back(after, charges, known.paid, known.facts.get("shipping_paid"))
    if (charges, after) == (decision.charges, decision.refund):
        return decision
    return decision.but(charges=charges, refund=after)


def _with_window(decision: Decision, before: Decision, floor: Floor, known: Known) -> Decision:
    """No window ends sooner than the law's; where the store's own is longer, both are named."""
    own, delivered = decision.deadline("return_window"), known.facts.get("delivered_at")
    if floor.window_days is None or delivered is None or own is None or own.ends_at is None:
        return decision
    ours = _window_of(floor, floor.window_days, read_moment(delivered), known)
    # To whom the store refused it, only the law's days are open.
    if before.outcome is Outcome.DECLINE or _ends(own) < _ends(ours):
        return decision.but(deadlines=tuple(ours if each is own else each for each in decision.deadlines))
    if decision.outcome is not before.outcome:
        return decision.but(deadlines=(replace(ours, target=WITHDRAWAL), *decision.deadlines))
    return decision


def _window_of(floor: Floor, days: int, delivered: Moment, known: Known) -> Deadline:
    ends_at = end_of_days(delivered, days, known.zone).isoformat()
    return Deadline("return_window", floor.id, start_of(delivered, known.zone).isoformat(), ends_at, days)


def _ends(deadline: Deadline) -> datetime:
    return datetime.fromisoformat(deadline.ends_at or "")
