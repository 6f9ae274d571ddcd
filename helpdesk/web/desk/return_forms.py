"""The forms for the next step of a return."""

from typing import Any

from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from helpdesk.core.errors import Invalid
from helpdesk.core.money import TooMuch, cents_of
from helpdesk.returns import METHOD_NAMES, RESULT_NAMES, Fee, Finding, Method, Result, Rma, RmaItem
from helpdesk.web.forms import Once, choices, tidy, words

MOST = 10_000
PLACES = {"resalable": "Can be sold again", "damaged": "Damaged", "missing": "Missing", "donated": "Donated"}


class StepForm(Once):
    """A press of a button; the others ask for more."""

    def __init__(self, rma: Rma, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rma = rma


class ReasonForm(StepForm):
    """Why not."""

    reason = TextAreaField("Why", [*words("Say why, in a sentence the customer can read.", 2000)])


class CarrierForm(StepForm):
    """Who carries it."""

    carrier = StringField("Carrier", [Length(max=80)])
    tracking_number = StringField("Tracking number", [Length(max=80)])


class ItemsForm(StepForm):
    """Some fields for each item; `of` finds them again."""

    def of(self, item: RmaItem, name: str) -> Field:
        """The item's field."""
        return self[f"{name}_{item.id}"]


class CountForm(ItemsForm):
    """How many pieces of each item came."""

    @property
    def counted(self) -> dict[int, int]:
        """By item."""
        return {item.id: self.of(item, "count").data for item in self.rma.items}


class InspectForm(ItemsForm):
    """Where every piece is now, and what is kept back."""

    result = SelectField(
        "Result",
        choices=choices([("", "As the counts say"), *((result, RESULT_NAMES[result]) for result in Result)]),
        default="",
    )
    note = TextAreaField("Note", [Length(max=2000)], description="For the team; needed for another result.")

    @property
    def findings(self) -> dict[int, Finding]:
        """By item. Raises Invalid for a deduction that is none."""
        return {item.id: self._finding(item) for item in self.rma.items}

    @property
    def chosen_result(self) -> Result | None:
        """Another result than the counts', if one was chosen."""
        return Result(self.result.data) if self.result.data else None

    def _finding(self, item: RmaItem) -> Finding:
        percent, cents = _deduction(self.of(item, "deduction").data, _currency(self.rma))
        counts = {place: self.of(item, place).data or 0 for place in PLACES}
        reason = tidy(self.of(item, "reason").data)
        return Finding(**counts, deduction_percent=percent, deduction_cents=cents, deduction_reason=reason)


class RefundForm(StepForm):
    """The fees that may be less, the way back, and a word on it."""

    method = SelectField("Paid out to", choices=choices((m, METHOD_NAMES[m]) for m in Method))
    reason = TextAreaField("Note", [Length(max=2000)], description="For the team and for whoever pays.")

    @property
    def fees(self) -> dict[str, int]:
        """The chosen percentages by kind."""
        return {fee.kind: self[_fee_name(n)].data or 0 for n, fee in enumerate(self.rma.plan.fees) if fee.is_up_to}

    @property
    def fee_fields(self) -> list[Field]:
        """The fees that a person may lower."""
        return [self[_fee_name(n)] for n, fee in enumerate(self.rma.plan.fees) if fee.is_up_to]


class ExchangeForm(ItemsForm):
    """What is wanted instead of each item, and the difference in price."""

    @property
    def came(self) -> list[RmaItem]:
        """What there is to exchange."""
        return [item for item in self.rma.items if item.quantity > item.missing]

    def difference_of(self, item: RmaItem) -> int:
        """In minor units; above nothing when the new one is dearer."""
        text = tidy(self.of(item, "difference").data)
        return cents_of(text, _currency(self.rma)) if text else 0


def count_form(rma: Rma, **kwargs: Any) -> CountForm:
    """With a count for each item."""
    right = [InputRequired("How many came?"), NumberRange(0, MOST, f"A count from 0 to {MOST:,}.")]
    fields = {
        f"count_{item.id}": IntegerField(f"{item.order_line.title}, of {item.quantity}", right, default=item.quantity)
        for item in rma.items
    }
    form: CountForm = type("CountForm", (CountForm,), fields)(rma, **kwargs)
    return form


def inspect_form(rma: Rma, **kwargs: Any) -> InspectForm:
    """With the four places and a deduction for each item."""
    fields: dict[str, Any] = {}
    for item in rma.items:
        likely = {"resalable": item.received, "missing": item.quantity - item.received}
        for place, name in PLACES.items():
            right = [Optional(), NumberRange(0, MOST, f"A count from 0 to {MOST:,}.")]
            fields[f"{place}_{item.id}"] = IntegerField(name, right, default=likely.get(place, 0))
        fields[f"deduction_{item.id}"] = StringField(
            "Deduction", [Length(max=20), _is_deduction], description="As 10 % or as an amount. Empty: none."
        )
        fields[f"reason_{item.id}"] = StringField("What the deduction is for", [Length(max=300)])
    form: InspectForm = type("InspectForm", (InspectForm,), fields)(rma, **kwargs)
    return form


def exchange_form(rma: Rma, **kwargs: Any) -> ExchangeForm:
    """With a wish, a difference and its reason for each item that came."""
    fields: dict[str, Any] = {}
    for item in rma.items:
        fields[f"wanted_{item.id}"] = StringField(
            "What they get instead",
            [*words("Say what it is exchanged for.", 300)] if item.quantity > item.missing else [],
        )
        fields[f"difference_{item.id}"] = StringField(
            "Difference in price", [Length(max=20), _is_difference], description="Above nothing: dearer. Empty: none."
        )
        fields[f"variant_{item.id}"] = BooleanField("Only another size or colour: no difference is paid")
    form: ExchangeForm = type("ExchangeForm", (ExchangeForm,), fields)(rma, **kwargs)
    return form


def refund_form(rma: Rma, **kwargs: Any) -> RefundForm:
    """With a field for each fee that may be less."""
    fields = {_fee_name(n): _fee_field(fee) for n, fee in enumerate(rma.plan.fees) if fee.is_up_to}
    given = {"method": rma.plan.method if rma.plan.method in set(Method) else Method.ORIGINAL.value, **kwargs}
    form: RefundForm = type("RefundForm", (RefundForm,), fields)(rma, **given)
    return form


def _fee_name(number: int) -> str:
    return f"fee_{number}"


def _fee_field(fee: Fee) -> IntegerField:
    name = fee.kind.replace("_", " ").capitalize()
    right = [InputRequired("0 for no fee."), NumberRange(0, fee.percent, f"From 0 to {fee.percent} percent.")]
    return IntegerField(f"{name} fee in percent, up to {fee.percent}", right, default=fee.percent)


def _is_deduction(form: Any, field: Field) -> None:
    try:
        _deduction(field.data, _currency(form.rma))
    except Invalid as problem:
        raise ValidationError(problem.message) from problem


def _is_difference(form: Any, field: Field) -> None:
    if tidy(field.data):
        _amount(field.data, _currency(form.rma))


def _deduction(text: str | None, currency: str) -> tuple[int, int]:
    """Percent and minor units, one of them nothing. Raises Invalid."""
    plain = tidy(text)
    if not plain:
        return 0, 0
    if not plain.endswith("%"):
        return 0, _amount(plain, currency, least=0)
    digits = plain[:-1].strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 4 and int(digits) <= 100):
        raise Invalid("A percentage is a whole number from 0 to 100.")
    return int(digits), 0


def _amount(text: str, currency: str, least: int | None = None) -> int:
    try:
        cents = cents_of(tidy(text), currency)
    except (ValueError, TooMuch) as problem:
        raise ValidationError(str(problem)) from problem
    if least is not None and cents < least:
        raise ValidationError("An amount cannot be below nothing here.")
    return cents


def _currency(rma: Rma) -> str:
    return rma.order.currency if rma.order else rma.ticket.store.currency
