"""Questions of the policy as form fields, and answers as facts; the same for customers and staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from helpdesk.policies import Decision, Edition, Fact, Kind, Source
from helpdesk.web.forms import Once, choices, tidy

YES_NO = [("yes", "Yes"), ("no", "No")]


@dataclass(frozen=True)
class Asking:
    """The questions about one item, or about the request as a whole."""

    line_id: int
    title: str
    facts: Sequence[Fact]


def questions_of(edition: Edition, line_id: int, title: str, decision: Decision) -> Asking:
    """What a customer has to be asked before the policy can answer; evidence comes as files, not as answers."""
    facts = [edition.facts[name] for name in decision.missing]
    return Asking(line_id, title, [f for f in facts if f.is_for_customer and f.source is not Source.EVIDENCE])


def evidence_of(edition: Edition, decisions: Sequence[Decision]) -> list[Fact]:
    """The evidence that is still missing, each once."""
    names = dict.fromkeys(name for decision in decisions for name in decision.missing)
    return [edition.facts[name] for name in names if edition.facts[name].source is Source.EVIDENCE]


class QuestionsForm(Once):
    """Fields are added for the questions at hand."""


def form_for(
    asked: Sequence[Asking], said: Mapping[int, Mapping[str, Any]], *, for_staff: bool = False, **kwargs: Any
) -> Any:
    """A form with one field a question, filled with what was said before; staff get the short form of it."""
    make = short_field_for if for_staff else field_for
    fields = {name_of(one.line_id, fact): make(fact) for one in asked for fact in one.facts}
    made = type("AskedForm", (QuestionsForm,), fields)
    data = {
        name_of(one.line_id, fact): _shown(said.get(one.line_id, {}).get(fact.name))
        for one in asked
        for fact in one.facts
    }
    return made(data=data, **kwargs)


def name_of(line_id: int, fact: Fact) -> str:
    """The field of a fact of a line."""
    return f"fact_{line_id}_{fact.name}"


def answers_of(form: FlaskForm, asked: Sequence[Asking]) -> dict[int, dict[str, Any]]:
    """The answers given, by line; what was left open is not among them."""
    found: dict[int, dict[str, Any]] = {}
    for one in asked:
        for fact in one.facts:
            value = _plain(form[name_of(one.line_id, fact)].data, fact)
            if value is not None:
                found.setdefault(one.line_id, {})[fact.name] = value
    return found


def field_for(fact: Fact) -> Field:
    """The field that fits a fact's type."""
    label, hint = fact.question or fact.meaning.capitalize(), fact.hint
    if fact.kind is Kind.YES_NO:
        return RadioField(label, [Optional()], choices=choices(YES_NO), description=hint)
    if fact.kind is Kind.CHOICE:
        return RadioField(label, [Optional()], choices=choices([*fact.choices.items()]), description=hint)
    if fact.kind is Kind.NUMBER:
        return IntegerField(
            label, [Optional(), NumberRange(0, 1_000_000, "A number from 0 up is expected.")], description=hint
        )
    if fact.kind in (Kind.DAY, Kind.MOMENT):
        return DateField(label, [Optional()], description=hint or "The day is enough.")
    return StringField(
        label, [Optional(), Length(max=200, message="Please keep it under 200 characters.")], description=hint
    )


def short_field_for(fact: Fact) -> Field:
    """The same for the desk: named as in the policy, choices folded away."""
    pairs = YES_NO if fact.kind is Kind.YES_NO else [*fact.choices.items()]
    label = fact.meaning[:1].upper() + fact.meaning[1:]
    if fact.kind in (Kind.YES_NO, Kind.CHOICE):
        return SelectField(label, [Optional()], choices=choices([("", "not known"), *pairs]))
    field = field_for(fact)
    field.args, field.kwargs = (label, *field.args[1:]), {**field.kwargs, "description": ""}
    return field


def _plain(value: Any, fact: Fact) -> Any:
    if value in (None, "", "None"):
        return None
    if fact.kind is Kind.YES_NO:
        return value == "yes"
    if isinstance(value, date):
        return value.isoformat()
    return tidy(value) if isinstance(value, str) else value


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and len(value) >= 10 and value[:10].count("-") == 2:
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return value
    return value
