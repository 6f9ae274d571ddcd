"""The decision: what the policy answers to one request. Plain data, in and out as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from helpdesk.policies.words import Outcome, RefundMethod, Remedy, Request, ReturnShipping


@dataclass(frozen=True)
class Charge:
    """A fee or deduction; in `cents` where what it is taken from is known, `least_cents` where staff may take less."""

    kind: str
    effect: str  # the rule or effect that adds it
    cents: int | None = None
    least_cents: int | None = None
    percent: float | None = None
    up_to_percent: float | None = None
    is_deduction: bool = False


@dataclass(frozen=True)
class Deadline:
    """By when somebody has to act. `ends_at` is null where it counts from a step that is still to come."""

    target: str
    source: str  # the window, effect or floor it comes from
    starts_at: str | None = None
    ends_at: str | None = None
    days: int | None = None
    hours: float | None = None
    counted_from: str = "delivery"
    counts: str = "always"
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refund:
    """What is paid back: at most and at least so many minor units, when what was paid is known."""

    method: RefundMethod = RefundMethod.ORIGINAL
    percent: float = 100
    shipping: bool = False
    cents: int | None = None
    least_cents: int | None = None


@dataclass(frozen=True)
class Decision:
    """The answer to one request under one edition, with everything that follows and why."""

    request: Request
    outcome: Outcome
    rule: str
    because: str
    store: str = ""
    edition: str = ""
    clauses: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()  # floors that improved it
    overruled: tuple[str, ...] = ()  # clauses that would have said less than the law grants
    remedies: tuple[Remedy, ...] = ()
    missing: tuple[str, ...] = ()  # facts to ask for, in the order the policy needs them
    evidence: tuple[str, ...] = ()  # evidence that is asked for in all
    pending: Outcome | None = None  # what it will be once the evidence is there
    charges: tuple[Charge, ...] = ()
    refund: Refund | None = None
    return_shipping: ReturnShipping | None = None
    deadlines: tuple[Deadline, ...] = ()
    steps: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()  # effects that applied
    possible: tuple[str, ...] = ()  # effects that depend on something not known yet
    assumed: tuple[str, ...] = ()  # facts taken for granted
    escalate: str | None = None
    urgent: bool = False
    expedite: bool = False
    before_solving: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)  # what was given, to replay it

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The same decision again."""
        given = dict(data)
        given["charges"] = tuple(Charge(**charge) for charge in given.get("charges", ()))
        given["deadlines"] = tuple(_deadline(deadline) for deadline in given.get("deadlines", ()))
        given["refund"] = _refund(given["refund"]) if given.get("refund") else None
        given["request"], given["outcome"] = Request(given["request"]), Outcome(given["outcome"])
        given["pending"] = Outcome(given["pending"]) if given.get("pending") else None
        given["remedies"] = tuple(Remedy(remedy) for remedy in given.get("remedies", ()))
        shipping = given.get("return_shipping")
        given["return_shipping"] = ReturnShipping(shipping) if shipping else None
        for part in fields(cls):
            if part.name in given and isinstance(given[part.name], list):
                given[part.name] = tuple(given[part.name])
        return cls(**given)

    def but(self, **changes: Any) -> Self:
        """The same with something changed; `dataclasses.replace` would set every part of it one by one."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__, **changes)
        return made

    def deadline(self, target: str) -> Deadline | None:
        """The deadline of this name, if there is one."""
        return next((d for d in self.deadlines if d.target == target), None)


def _deadline(data: Mapping[str, Any]) -> Deadline:
    return Deadline(**{**data, "clauses": tuple(data.get("clauses", ()))})


def _refund(data: Mapping[str, Any]) -> Refund:
    return Refund(**{**data, "method": RefundMethod(data["method"])})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return value.value if hasattr(value, "value") else value
