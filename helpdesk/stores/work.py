"""How a store works on its tickets: fields of its own, what must be known before solving, and who gets new ones."""

from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from helpdesk.core.errors import Invalid

NAME = r"^[a-z][a-z0-9_]{0,39}$"
LONGEST_VALUE = 500
MOST_DIGITS = 15  # on each side of the point
YES_NO = {"yes": "Yes", "no": "No"}


#: The words of `helpdesk.tickets`, which this file may name but not know.
CategoryWord = Literal["shipping", "post_purchase", "policy"]
IssueWord = Literal[
    "not_arrived",
    "delayed",
    "lost",
    "tracking",
    "address_change",
    "delivery_question",
    "damaged",
    "defective",
    "wrong_item",
    "missing_item",
    "adverse_reaction",
    "quality",
    "product_question",
    "return",
    "exchange",
    "refund_status",
    "cancel_order",
    "modify_order",
    "cancel_subscription",
    "policy_question",
    "policy_exception",
]


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


class FieldTerms(BaseModel):
    """[[field]]: something only this store keeps of its tickets."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, Field(pattern=NAME)]
    label: Annotated[str, Field(min_length=1, max_length=80)]
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[Annotated[str, Field(min_length=1, max_length=80)], ...] = ()
    hint: Annotated[str, Field(max_length=200)] = ""
    required_to_solve: bool = False
    issue_types: tuple[IssueWord, ...] = ()  # none: on every ticket

    @model_validator(mode="after")
    def _has_choices(self) -> "FieldTerms":
        if (self.kind is FieldKind.CHOICE) != bool(self.choices):
            raise ValueError('choices = ["...", "..."] belong to kind = "choice", and only there')
        if len(set(self.choices)) < len(self.choices):
            raise ValueError("the same choice stands there twice")
        return self

    def is_for(self, issue_type: str) -> bool:
        """Whether tickets of this issue type have the field."""
        return not self.issue_types or issue_type in self.issue_types

    def read(self, text: str) -> str:
        """What was typed as it is kept: one spelling for each value; empty stays empty. Raises Invalid."""
        text = " ".join(text.split())
        if len(text) > LONGEST_VALUE:
            raise Invalid(f"{self.label}: please keep it under {LONGEST_VALUE} characters.")
        return READERS[self.kind](self, text) if text else ""

    def show(self, value: str) -> str:
        """What is kept as people read it."""
        return YES_NO.get(value, value) if self.kind is FieldKind.YES_NO else value


def _number(terms: FieldTerms, text: str) -> str:
    plain = text.replace(" ", "")
    plain = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    try:
        number = Decimal(plain)
    except InvalidOperation as problem:
        raise Invalid(f"{terms.label}: “{text[:40]}” is not a number like 12 or 3.5.") from problem
    # Its digits are counted, not reckoned with: 1e9999999 is a number that arithmetic fails on.
    if not number.is_finite() or number.adjusted() >= MOST_DIGITS or int(number.as_tuple().exponent) < -MOST_DIGITS:
        raise Invalid(f"{terms.label}: that number is too large, or has too many digits.")
    return f"{number.normalize():f}"


def _date(terms: FieldTerms, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as problem:
        raise Invalid(f"{terms.label}: “{text[:40]}” is not a day like 2026-12-24.") from problem


def _one_of(terms: FieldTerms, text: str) -> str:
    known = terms.choices if terms.kind is FieldKind.CHOICE else tuple(YES_NO)
    found = next((each for each in known if each.casefold() == text.casefold()), None)
    if found is None:
        raise Invalid(f"{terms.label}: choose one of {', '.join(known)}.")
    return found


READERS = {
    FieldKind.TEXT: lambda _, text: text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _one_of,
    FieldKind.YES_NO: _one_of,
}


class Children(StrEnum):
    """What unfinished child tickets mean for solving their parent."""

    WARN = "warn"
    REFUSE = "refuse"


class SolvingTerms(BaseModel):
    """[solving]: what must be known before staff call a ticket solved."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    require: tuple[str, ...] = ()  # words of FACTS, or names of fields
    children: Children = Children.WARN


#: What can be required of every ticket beside fields, and how its absence reads.
FACTS = {
    "category": "the category is not confirmed",
    "order": "no order is linked",
    "decision": "there is no decision by the policy",
    "assignee": "nobody is responsible for it",
    "answer": "the customer has no answer yet",
    "tag": "it has no tag",
}


class Mode(StrEnum):
    """How tickets without an assignee find one."""

    OFF = "off"
    LEAST_LOADED = "least_loaded"
    ROUND_ROBIN = "round_robin"


class HandingOutTerms(BaseModel):
    """[handing_out]: who gets tickets that nobody has."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    mode: Mode = Mode.OFF
    categories: dict[CategoryWord, Mode] = {}  # other ways for some categories
    at_most: Annotated[int, Field(gt=0, le=1000)] | None = None  # tickets that wait for one person
    absent_hours: Annotated[float, Field(gt=0, le=24 * 60)] | None = None  # None: absent people keep theirs

    def mode_for(self, category: str) -> Mode:
        """How tickets of this category are handed out."""
        return self.categories.get(cast(CategoryWord, category), self.mode)


class WorkTerms(BaseModel):
    """The three sections together, as the store keeps them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    field: tuple[FieldTerms, ...] = ()
    solving: SolvingTerms = SolvingTerms()
    handing_out: HandingOutTerms = HandingOutTerms()

    @model_validator(mode="after")
    def _names_that_exist(self) -> "WorkTerms":
        names = [each.name for each in self.field]
        for name in names:
            if names.count(name) > 1 or name in FACTS:
                raise ValueError(f"field: “{name}” is taken already; choose another name")
        for word in self.solving.require:
            if word not in FACTS and word not in names:
                known = ", ".join([*FACTS, *names])
                raise ValueError(f"solving.require: “{word}” is neither a fact nor a field; there are {known}")
        return self

    def fields_for(self, issue_type: str) -> list[FieldTerms]:
        """The fields that tickets of this issue type have, in the file's order."""
        return [each for each in self.field if each.is_for(issue_type)]

    def field_named(self, name: str) -> FieldTerms:
        """The field with this name. Raises Invalid where the store has none."""
        for each in self.field:
            if each.name == name:
                return each
        raise Invalid("This store has no such field.")

    def is_required(self, field: FieldTerms) -> bool:
        """Whether it must be filled in before solving."""
        return field.required_to_solve or field.name in self.solving.require
