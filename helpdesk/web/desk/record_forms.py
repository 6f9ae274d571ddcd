"""The forms for what can follow on a claim, a cancellation, something that is sent, or a refund."""

from typing import Any

from wtforms import Field, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from helpdesk.core.money import Money, TooMuch, cents_of
from helpdesk.policies import REMEDY_NAMES
from helpdesk.returns import Cancellation, Claim, decision_on, edition_of, fee_range, remedies_for
from helpdesk.returns.facts import edition_for
from helpdesk.web.forms import Once, choices, tidy, words

Judged = Claim | Cancellation


class RecordForm(Once):
    """A press of a button; the others ask for more."""

    def __init__(self, record: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.record = record


class WhyForm(RecordForm):
    """Why it is taken back or not sent."""

    reason = TextAreaField("Why", [*words("Say why, in a sentence the customer can read.", 2000)])


class RefusalForm(WhyForm):
    """Why not, and which clause says so."""

    clause = SelectField("By which clause", [Optional()], choices=[])

    def __init__(self, record: Judged, **kwargs: Any) -> None:
        super().__init__(record, **kwargs)
        self.clause.choices = choices([*_clauses(record), ("", "None of them")])


class RemedyForm(RecordForm):
    """What the customer gets."""

    remedy = SelectField("What the customer gets", [InputRequired("Choose what the customer gets.")], choices=[])

    def __init__(self, record: Claim, **kwargs: Any) -> None:
        super().__init__(record, **kwargs)
        offered = remedies_for(record, decision_on(record))
        self.remedy.choices = choices((remedy, REMEDY_NAMES[remedy].capitalize()) for remedy in offered)


class CarrierForm(RecordForm):
    """Who carries it."""

    carrier = StringField("Carrier", [Length(max=80)])
    tracking_number = StringField("Tracking number", [Length(max=80)])


class PaidForm(RecordForm):
    """Where the payment is found."""

    reference = StringField("Reference of the payment", [*words("Give the reference of the payment.", 120)])


class FeeForm(RecordForm):
    """What is kept back, where the policy leaves that to a person."""

    fee = StringField("Fee kept back", [Length(max=20)])

    def __init__(self, record: Cancellation, **kwargs: Any) -> None:
        super().__init__(record, **kwargs)
        least, most = fee_range(record)
        if least == most:
            del self.fee
            return
        currency = currency_of(record)
        self.fee.description = f"Between {Money(least, currency)} and {Money(most, currency)}. Empty: the most."

    def validate_fee(self, field: Field) -> None:
        """An amount, or nothing."""
        try:
            self._cents(field)
        except (ValueError, TooMuch) as problem:
            raise ValidationError(str(problem)) from problem

    @property
    def cents(self) -> int | None:
        """The fee in minor units; none where the policy says it."""
        return self._cents(self.fee) if self.fee else None

    def _cents(self, field: Field) -> int | None:
        text = tidy(field.data)
        return cents_of(text, currency_of(self.record)) if text else None


def currency_of(record: Any) -> str:
    """The order's currency, else the store's."""
    return str(record.order.currency if record.order else record.ticket.store.currency)


def _clauses(record: Judged) -> list[tuple[str, str]]:
    """The clauses of the edition that judges; those of the decision come first, as they are likely meant."""
    decision, ticket = decision_on(record), record.ticket
    edition = edition_of(decision, ticket) if decision else edition_for(ticket.store, ticket.order)[0]
    cited = list(decision.clauses) if decision else []
    numbers = [*(n for n in cited if n in edition.clauses), *(n for n in edition.clauses if n not in cited)]
    return [(n, f"{n} {edition.clauses[n].title}") for n in numbers]
