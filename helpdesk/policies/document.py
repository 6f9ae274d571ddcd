"""The policy file: one edition as a shop's manager writes it, checked for its shape."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from helpdesk.core.language import ENGLISH, current
from helpdesk.policies.facts import Kind, Source
from helpdesk.policies.words import Outcome, RefundMethod, Remedy, Request, ReturnShipping

SLUG, NAME, CLAUSE_ID = r"^[a-z0-9][a-z0-9-]{0,79}$", r"^[a-z][a-z0-9_]{0,59}$", r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$"
#: Facts that windows count from, by the word in the file.
COUNTS_FROM = {"delivery": "delivered_at", "order": "placed_at", "shipping": "shipped_at"}

Text = Annotated[str, Field(min_length=1, max_length=5000)]
Sentence = Annotated[str, Field(min_length=1, max_length=500)]
Slug = Annotated[str, Field(pattern=SLUG)]
Percent = Annotated[float, Field(ge=0, le=100)]
Cells = dict[str, Any]
Code = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]


def _listed(raw: Any) -> Any:
    return raw if isinstance(raw, list) else [raw]


def _not_twice(values: list[Any]) -> list[Any]:
    if len(set(values)) < len(values):
        raise ValueError("the same value is there twice")
    return values


Requests = Annotated[list[Request], BeforeValidator(_listed), AfterValidator(_not_twice), Field(min_length=1)]
Outcomes = Annotated[list[Outcome], BeforeValidator(_listed), Field(min_length=1)]
Sentences = Annotated[list[Sentence], BeforeValidator(_listed)]


class Part(BaseModel):
    """The root of all parts of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Told(Part):
    """A part with texts for customers, which the file may hold in other languages too: [clause.also.tr]."""

    also: dict[Code, Any] = Field(default_factory=dict)  # made, not copied: ten thousand rules have five each

    def told(self, name: str) -> Any:
        """One of its texts, in the language of the moment where the file has it."""
        there = self.also.get(current().code) if self.also else None
        return (there and getattr(there, name)) or getattr(self, name)


class HeadTexts(Part):
    """[policy.also.tr]: the head in another language."""

    title: Annotated[str, Field(max_length=120)] = ""
    changes: Annotated[str, Field(max_length=5000)] = ""


class Head(Told):
    """[policy]: whose it is, and from when on it judges."""

    store: Slug
    edition: Annotated[str, Field(pattern=CLAUSE_ID)]
    effective: date
    title: Annotated[str, Field(min_length=1, max_length=120)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    changes: Annotated[str, Field(max_length=5000)] = ""  # what is new, for customers
    language: Code = ENGLISH  # of all texts that do not stand under `also`
    also: dict[Code, HeadTexts] = Field(default_factory=dict)


class ClauseTexts(Part):
    """[clause.also.tr]: a clause in another language."""

    title: Annotated[str, Field(max_length=120)] = ""
    text: Annotated[str, Field(max_length=5000)] = ""


class Clause(Told):
    """[[clause]]: one numbered paragraph that a customer reads."""

    id: Annotated[str, Field(pattern=CLAUSE_ID)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    text: Text
    also: dict[Code, ClauseTexts] = Field(default_factory=dict)


class ValueRow(Part):
    """[[fact.values]]: a value that a fact of the shop's own takes in some cases."""

    when: Cells = Field(default_factory=dict)
    value: Any


class FactTexts(Part):
    """[fact.also.tr]: how a fact is named and asked in another language."""

    meaning: Annotated[str, Field(max_length=120)] = ""
    question: Annotated[str, Field(max_length=300)] = ""
    hint: Annotated[str, Field(max_length=300)] = ""
    unit: Annotated[str, Field(max_length=40)] = ""
    choices: dict[str, str] = Field(default_factory=dict)


class OwnFact(Part):
    """[[fact]]: something this shop's policy asks that no other does."""

    name: Annotated[str, Field(pattern=NAME)]
    type: Kind
    meaning: Annotated[str, Field(max_length=120)] = ""
    question: Annotated[str, Field(max_length=300)] = ""
    hint: Annotated[str, Field(max_length=300)] = ""
    source: Source | None = None
    unit: Annotated[str, Field(max_length=40)] = ""
    choices: dict[str, str] | list[str] = Field(default_factory=dict)
    default: Any = None
    flag: Annotated[str, Field(max_length=60)] = ""
    values: list[ValueRow] = Field(default_factory=list)
    also: dict[Code, FactTexts] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sound(self) -> "OwnFact":
        if self.type is Kind.MOMENT:
            raise ValueError("a shop's own fact cannot be a moment; use a day")
        if (self.type is Kind.CHOICE) != bool(self.choices):
            raise ValueError("a choice needs choices, and nothing else has them")
        if self.flag and self.type is not Kind.YES_NO:
            raise ValueError("a flag is there or not: its fact is of type yes_no")
        if unknown := {name for texts in self.also.values() for name in texts.choices} - set(self.choices):
            raise ValueError(f"also: there is no choice {', '.join(sorted(unknown))}")
        if self.values and (self.question or self.flag):
            raise ValueError("what the policy computes itself is neither asked nor read from a flag")
        return self


class Charge(Part):
    """A fee or deduction: an amount, a percentage, or a percentage of which staff choose up to so much."""

    kind: Annotated[str, Field(min_length=1, max_length=60)]
    amount: Decimal | None = Field(default=None, ge=0)
    percent: Percent | None = None
    up_to_percent: Percent | None = None

    @model_validator(mode="after")
    def _one(self) -> "Charge":
        if sum(given is not None for given in (self.amount, self.percent, self.up_to_percent)) != 1:
            raise ValueError("give one of amount, percent and up_to_percent")
        return self


class Refund(Part):
    """How money goes back: where to, how much of what was paid, and whether shipping is part of it."""

    method: RefundMethod | None = None
    percent: Percent | None = None
    shipping: bool | None = None


class Deadline(Part):
    """A day or hour by which somebody has to act, counted from a step that has come or is to come."""

    target: Annotated[str, Field(pattern=NAME)]
    days: Annotated[int, Field(ge=0, le=4000)] | None = None
    hours: Annotated[float, Field(gt=0, le=24 * 400)] | None = None
    from_: Literal["delivery", "order", "shipping", "request", "approval", "receipt", "inspection"] = Field(
        alias="from"
    )
    counts: Literal["always", "business_days"] = "always"

    @model_validator(mode="after")
    def _one(self) -> "Deadline":
        if (self.days is None) == (self.hours is None):
            raise ValueError("give either days or hours")
        return self


class Row(Part):
    """What rules, effects and windows share: a name, the requests they are about, conditions, and clauses cited."""

    id: Slug
    request: Requests
    when: Cells = Field(default_factory=dict)
    clauses: Annotated[list[str], BeforeValidator(_listed)] = Field(default_factory=list)


class RowTexts(Part):
    """[rule.also.tr]: what a rule or an effect tells, in another language."""

    because: Annotated[str, Field(max_length=500)] = ""
    steps: Sentences = Field(default_factory=list)


class Consequences(Row, Told):
    """What a rule or an effect adds to a decision."""

    remedies: Annotated[list[Remedy], BeforeValidator(_listed)] = Field(default_factory=list)
    withhold: Annotated[list[Remedy], BeforeValidator(_listed)] = Field(default_factory=list)
    evidence: Annotated[list[str], BeforeValidator(_listed)] = Field(
        default_factory=list
    )  # names of facts that have to be there
    fee: Charge | None = None
    deduction: Charge | None = None
    refund: Refund | None = None
    return_shipping: ReturnShipping | None = None
    deadline: Deadline | None = None
    steps: Sentences = Field(default_factory=list)
    escalate: Literal["late_damage_report", "health_emergency", "policy_exception", "high_value"] | None = None
    urgent: bool = False
    expedite: bool = False
    before_solving: Literal["investigation_note"] | None = None
    also: dict[Code, RowTexts] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _all_steps(self) -> "Consequences":
        for code, texts in self.also.items():
            if texts.steps and len(texts.steps) != len(self.steps):
                raise ValueError(f"also.{code}: as many steps are expected as stand in the row itself")
        return self


class Rule(Consequences):
    """[[rule]]: the first whose conditions hold decides."""

    outcome: Literal[Outcome.APPROVE, Outcome.REVIEW, Outcome.DECLINE]
    because: Sentence


class Effect(Consequences):
    """[[effect]]: every one whose conditions hold adds to the decision."""

    outcome: Outcomes = [Outcome.APPROVE, Outcome.REVIEW]
    because: Annotated[str, Field(max_length=500)] = ""


class Window(Row):
    """[[window]]: until when something can be asked; the first whose conditions hold is the one."""

    days: Annotated[int, Field(ge=0, le=4000)] | None = None
    hours: Annotated[float, Field(gt=0, le=24 * 400)] | None = None
    until: date | None = None
    from_: Literal["delivery", "order", "shipping"] = Field(default="delivery", alias="from")
    target: Annotated[str, Field(pattern=NAME)] = "return_window"

    @model_validator(mode="after")
    def _one(self) -> "Window":
        if sum(given is not None for given in (self.days, self.hours, self.until)) != 1:
            raise ValueError("give one of days, hours and until")
        return self


class Limit(Part):
    """[[limit]]: up to what amount a role may act against a decision on its own."""

    role: Literal["agent", "supervisor", "manager", "admin"]
    kinds: Annotated[list[Remedy], BeforeValidator(_listed)] = Field(default_factory=list)  # none named: all
    up_to: Decimal = Field(ge=0)


class Example(Part):
    """[[example]]: a case with its answer; an edition whose examples fail cannot be published."""

    request: Request
    facts: dict[str, Any] = Field(default_factory=dict)
    outcome: Outcome
    rule: str | None = None
    clauses: Annotated[list[str], BeforeValidator(_listed)] | None = None
    missing: Annotated[list[str], BeforeValidator(_listed)] | None = None
    remedies: Annotated[list[Remedy], BeforeValidator(_listed)] | None = None
    fees: Annotated[list[str], BeforeValidator(_listed)] | None = None
    until: date | None = None
    refund: Decimal | None = None
    note: str = ""


class PolicyFile(Part):
    """A whole file."""

    policy: Head
    clause: list[Clause] = Field(min_length=1)
    fact: list[OwnFact] = Field(default_factory=list)
    window: list[Window] = Field(default_factory=list)
    rule: list[Rule] = Field(min_length=1)
    effect: list[Effect] = Field(default_factory=list)
    limit: list[Limit] = Field(default_factory=list)
    example: list[Example] = Field(default_factory=list)
