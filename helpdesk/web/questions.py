"""Questions of the policy as form fields, and answers as facts; the same for customers and staff."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import NumberRange, Optional

from helpdesk.core import clock
from helpdesk.core.figures import number, plain_amount
from helpdesk.core.language import N_, Words, _
from helpdesk.core.money import PLACES, Money, cents_of
from helpdesk.policies import VOCABULARY, Decision, Edition, Fact, Kind, Request, Source
from helpdesk.web.forms import Once, at_most_long, choices, tidy

#: Nobody returns anything that came before this.
LONGEST_AGO = timedelta(days=20 * 365)
YES_NO = Words({"yes": N_("Yes"), "no": N_("No")})
#: What is asked in other words, by what is asked for.
REASONS_WHY = Words({Request.EXCHANGE: N_("Why would you like to exchange it?")})


@dataclass(frozen=True)
class Asking:
    """The questions about one item, or about the request as a whole."""

    line_id: int
    title: str
    facts: Sequence[Fact]


def questions_of(edition: Edition, line_id: int, title: str, decision: Decision) -> Asking:
    """What a customer has to be asked before the policy can answer; evidence comes as files, not as answers."""
    facts = [worded(edition.facts[name], decision.request) for name in decision.missing]
    return Asking(line_id, title, [f for f in facts if f.is_for_customer and f.source is not Source.EVIDENCE])


def worded(fact: Fact, request: Request) -> Fact:
    """The question as it fits what is asked for; a shop that words it itself is left alone."""
    is_ours = fact.question == VOCABULARY["reason"].question
    return replace(fact, question=REASONS_WHY[request]) if is_ours and request in REASONS_WHY else fact


def evidence_of(edition: Edition, decisions: Sequence[Decision]) -> list[Fact]:
    """The evidence that is still missing, each once."""
    names = dict.fromkeys(name for decision in decisions for name in decision.missing)
    return [edition.facts[name] for name in names if edition.facts[name].source is Source.EVIDENCE]


class QuestionsForm(Once):
    """Fields are added for the questions at hand."""


def form_for(
    asked: Sequence[Asking],
    said: Mapping[int, Mapping[str, Any]],
    currency: str = "",
    *,
    for_staff: bool = False,
    **kwargs: Any,
) -> Any:
    """A form with one field a question, filled with what was said before; staff get the short form of it."""
    make = short_field_for if for_staff else field_for
    fields = {name_of(one.line_id, fact): make(fact, currency) for one in asked for fact in one.facts}
    made = type("AskedForm", (QuestionsForm,), fields)
    return made(data=_all_shown(asked, said, currency), **kwargs)


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


def changes_of(
    form: FlaskForm, asked: Sequence[Asking], said: Mapping[int, Mapping[str, Any]], currency: str
) -> dict[int, dict[str, Any]]:
    """What is other than the form was filled with: a moment nobody touched stays exact, what was emptied is None."""
    shown = _all_shown(asked, said, currency)
    return {
        one.line_id: {
            fact.name: _plain(form[name].data, fact)
            for fact in one.facts
            if _filled(form[name := name_of(one.line_id, fact)]) != shown[name]
        }
        for one in asked
    }


def field_for(fact: Fact, currency: str = "") -> Field:
    """The field that fits a fact's type."""
    label, hint = fact.question or fact.meaning.capitalize(), fact.hint
    if fact.kind is Kind.YES_NO:
        return RadioField(label, [Optional()], choices=choices(YES_NO.items()), description=hint)
    if fact.kind is Kind.CHOICE:
        return RadioField(label, [Optional()], choices=choices([*fact.choices.items()]), description=hint)
    if fact.kind is Kind.NUMBER:
        return IntegerField(
            label, [Optional(), NumberRange(0, 1_000_000, _("A number from 0 up is expected."))], description=hint
        )
    if fact.kind is Kind.DAY:
        return DateField(label, [Optional()], description=hint)
    if fact.kind is Kind.MOMENT:
        return DateField(label, [Optional(), _has_been], description=hint or _("The day is enough."))
    if fact.kind is Kind.MONEY:
        example = Money(12 * 10 ** PLACES.get(currency, 2), currency)
        hint = hint or _("In %(currency)s: %(example)s", currency=currency, example=example)
        return StringField(label, [Optional(), _amount_in(currency)], filters=[plain_amount], description=hint)
    return StringField(label, [Optional(), at_most_long(200)], description=hint)


def short_field_for(fact: Fact, currency: str = "") -> Field:
    """The same for the desk: named as in the policy, choices folded away."""
    pairs = YES_NO.items() if fact.kind is Kind.YES_NO else [*fact.choices.items()]
    label = fact.meaning[:1].upper() + fact.meaning[1:]
    if fact.kind in (Kind.YES_NO, Kind.CHOICE):
        return SelectField(label, [Optional()], choices=choices([("", "not known"), *pairs]))
    field = field_for(fact, currency)
    field.args, field.kwargs = (label, *field.args[1:]), {**field.kwargs, "description": ""}
    return field


def _has_been(_form: FlaskForm, field: Field) -> None:
    if field.data is None:  # no day at all: that has been said
        return
    # Somewhere on earth it is tomorrow already; more than that nobody can have seen.
    now = clock.now()
    if field.data > (now + timedelta(hours=14)).date():
        raise ValidationError(_("That day has not come yet. Please check the date."))
    if field.data < (now - LONGEST_AGO).date():
        raise ValidationError(_("That is very long ago. Please check the year."))


def _amount_in(currency: str) -> Callable[[FlaskForm, Field], None]:
    def check(_form: FlaskForm, field: Field) -> None:
        try:
            cents_of(tidy(field.data)[:40], currency)
        except ValueError as problem:
            example = number(12.5, places=PLACES.get(currency, 2))
            said = _("%(problem)s. Write it like %(example)s, without the sign.", problem=problem, example=example)
            raise ValidationError(said) from problem

    return check


def _filled(field: Field) -> Any:
    return None if field.data in ("", "None") else field.data


def _plain(value: Any, fact: Fact) -> Any:
    if value in (None, "", "None"):
        return None
    if fact.kind is Kind.YES_NO:
        return value == "yes"
    if isinstance(value, date):
        return value.isoformat()
    return tidy(value) if isinstance(value, str) else value


def _all_shown(asked: Sequence[Asking], said: Mapping[int, Mapping[str, Any]], currency: str) -> dict[str, Any]:
    return {
        name_of(one.line_id, fact): _shown(fact, said.get(one.line_id, {}), currency)
        for one in asked
        for fact in one.facts
    }


def _shown(fact: Fact, said: Mapping[str, Any], currency: str) -> Any:
    """What was said, as its field holds it; a moment is shown by its day at the store."""
    value = said.get(fact.name)
    if value is None:
        return None
    if fact.kind is Kind.YES_NO:
        return "yes" if value else "no"
    if fact.kind is Kind.MONEY:
        places = PLACES.get(currency, 2)
        return f"{int(value) / 10**places:.{places}f}"
    if fact.kind in (Kind.DAY, Kind.MOMENT):
        return _day_of(str(value), ZoneInfo(str(said.get("timezone") or "UTC")))
    return value


def _day_of(text: str, zone: ZoneInfo) -> date:
    if len(text) <= len("2026-01-01"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(zone).date()
