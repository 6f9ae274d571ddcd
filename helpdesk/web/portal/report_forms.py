"""The forms of a report, one per step."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    Field,
    MultipleFileField,
    RadioField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Optional

from helpdesk.core import clock
from helpdesk.core.language import _, lazy
from helpdesk.orders import Order
from helpdesk.policies import Fact
from helpdesk.returns import KINDS
from helpdesk.stores import Store
from helpdesk.tickets import HINTS, LABELS, IssueType
from helpdesk.web.forms import LONGEST_TEXT, at_most_long, choices, is_email, tidy, words

SOMETHING_ELSE = "other"


class IssueForm(FlaskForm):
    """What happened."""

    issue_type = RadioField(
        lazy("What happened?"),
        [InputRequired(lazy("Choose what fits best; “Something else” is fine too."))],
        choices=lambda: choices([*LABELS.items(), (SOMETHING_ELSE, _("Something else"))]),
    )


class OrderForm(FlaskForm):
    """Which order: its number, and the mail address or phone it was placed with."""

    number = StringField(
        lazy("Order number"), [*words(lazy("The order number is missing."), 60)], description=lazy("Like #1042")
    )
    contact = StringField(
        lazy("E-mail address or phone number of the order"),
        [*words(lazy("We need the address or number to be sure it is your order."), 254)],
        description=lazy("The one you gave when you ordered"),
    )


class DetailsForm(FlaskForm):
    """What happened, in the customer's words, and how to reach them."""

    body = TextAreaField(lazy("What happened?"), [*words(lazy("Tell us in a few words what happened."), LONGEST_TEXT)])
    name = StringField(lazy("Your name"), [at_most_long(120)])
    email = EmailField(
        lazy("Your e-mail address"), [*words(lazy("We answer to this address, so we need it."), 254), is_email]
    )
    phone = TelField(lazy("Your phone number"), [at_most_long(40)])
    order_number = StringField(lazy("Order number, if you know it"), [at_most_long(60)])
    delivered_on = DateField(lazy("When did it arrive?"), [Optional()])

    def __init__(self, store: Store, issue: IssueType | None, order: Order | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.store = store
        if issue:
            self.body.description = HINTS[issue]
        if order:
            del self.order_number
        if (order and order.delivered_at) or issue is not IssueType.DAMAGED:
            del self.delivered_on

    def validate_delivered_on(self, field: Field) -> None:
        """A day that has been, and not long ago."""
        today = clock.now().astimezone(ZoneInfo(self.store.timezone)).date()
        if field.data and field.data > today:
            raise ValidationError(_("That day has not come yet. When did it arrive?"))
        if field.data and field.data < today - timedelta(days=3 * 365):
            raise ValidationError(_("That is more than three years ago. Please check the year."))

    def answers(self) -> dict[str, Any]:
        """What was typed, ready to be kept."""
        return {f.name: _plain(f.data) for f in self if f.name != "csrf_token"}


class PhotosForm(FlaskForm):
    """Files by what they show: a place for every kind of evidence that the policy asks for, and one for the rest."""

    other = MultipleFileField(lazy("Photos or documents"))

    @property
    def chosen(self) -> list[tuple[str, Any]]:
        """The files that came, each with what it shows."""
        fields = [f for f in self if f.type == "MultipleFileField"]
        return [(f.name, file) for f in fields for file in f.data or () if getattr(file, "filename", "")]


def photos_form(wanted: Sequence[Fact]) -> PhotosForm:
    """The form with a field for each kind of file that is wanted."""
    fields = {KINDS[fact.name].value: MultipleFileField(fact.question, description=fact.hint) for fact in wanted}
    other = MultipleFileField(_("Anything else that helps") if wanted else _("Photos or documents"))
    made: PhotosForm = type("WantedForm", (PhotosForm,), {**fields, "other": other})()
    return made


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else tidy(value)
