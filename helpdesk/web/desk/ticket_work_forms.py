"""The forms of the page "Work on this ticket"."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from helpdesk.core.errors import Invalid
from helpdesk.stores import FieldKind, FieldTerms, Store
from helpdesk.tickets import (
    CATEGORY_NAMES,
    CATEGORY_OF,
    NAMES,
    IssueType,
    Ticket,
    normalised,
    proven_among,
    set_field,
)
from helpdesk.web.forms import Once, choices, tidy, words

OWN = "own"
YES_OR_NO = (("", "Not known"), ("yes", "Yes"), ("no", "No"))
#: How a text box asks for what is not text.
INPUTS: dict[FieldKind, dict[str, str]] = {
    FieldKind.NUMBER: {"inputmode": "decimal"},
    FieldKind.DATE: {"type": "date"},
}


class MergeForm(Once):
    """Into which ticket."""

    into = StringField("Reference of the other ticket", [*words("Type the reference, like 7K4M-9QXT.", 40)])
    is_sure = BooleanField("I have compared them: merge all the same", id="merge-is-sure")
    doubtful: Sequence[str] = ()

    def refuse_unless_sure(self, *tickets: Ticket) -> None:
        """Ask once more where somebody else may have filed one of them. Raises Invalid."""
        proven = proven_among([ticket.id for ticket in tickets])
        self.doubtful = [ticket.reference for ticket in tickets if ticket.id not in proven]
        if self.doubtful and not self.is_sure.data:
            which = " and ".join(self.doubtful)
            raise Invalid(f"Nothing shows that the customer filed {which}: compare them, then tick the box below.")


class SnoozeForm(Once):
    """Until when, and why."""

    when = RadioField("Until", [InputRequired("Choose when it shall come back.")])
    on = DateField("Day", [Optional()], id="snooze-on")
    at = TimeField("Time", [Optional()], id="snooze-at")
    note = StringField("What for", [Length(max=200, message="At most 200 characters.")], id="snooze-note")

    def __init__(self, times: dict[str, tuple[str, datetime]], store: Store, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.times, self.zone = times, ZoneInfo(store.timezone)
        named = [(name, label) for name, (label, _) in times.items()]
        self.when.choices = [*named, (OWN, "Another day and time")]

    @property
    def until(self) -> datetime:
        """The moment that was chosen. Raises Invalid where a day of one's own is not complete."""
        if self.when.data != OWN:
            return self.times[self.when.data][1]
        if not self.on.data or not self.at.data:
            raise Invalid("Choose the day and the time.")
        try:
            return datetime.combine(self.on.data, self.at.data, self.zone).astimezone(UTC)
        except OverflowError as problem:  # the calendar's first and last hours are not there in every zone
            raise Invalid("Choose a time to come.") from problem


class SplitForm(Once):
    """Which messages, and what they are about."""

    messages = SelectMultipleField("Messages that move", [InputRequired("Choose at least one message.")], coerce=int)
    issue_type = SelectField(
        "What they are about",
        [InputRequired("Choose an issue type.")],
        choices=[SelectChoice(i.value, NAMES[i], optgroup=CATEGORY_NAMES[CATEGORY_OF[i]]) for i in IssueType],
        id="split-issue",
    )
    subject = StringField("Subject", [Length(max=200, message="At most 200 characters.")], id="split-subject")

    def __init__(self, message_ids: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.messages.choices = [(number, str(number)) for number in message_ids]


class LinkForm(Once):
    """To which ticket, and what that one is."""

    to = StringField("Reference of the other ticket", [*words("Type the reference, like 7K4M-9QXT.", 40)], id="link-to")
    role = SelectField(
        "The other ticket",
        choices=choices([("relates", "relates to this one"), ("parent", "is its parent"), ("child", "is its child")]),
        id="link-role",
    )


class TagForm(Once):
    """One tag more."""

    name = StringField("Tag", [*words("Type a tag, like broken-bowl.", 80)], id="tag-name")


def fields_form(fields: Sequence[tuple[FieldTerms, str]], **kwargs: Any) -> Once:
    """A form with the store's own fields and what stands in them."""
    made = type("FieldsForm", (Once,), {f"field_{terms.name}": _field(terms) for terms, _ in fields})
    form: Once = made(data={f"field_{terms.name}": value for terms, value in fields}, **kwargs)
    return form


def keep_fields(ticket: Ticket, form: Once, fields: Sequence[tuple[FieldTerms, str]], *, by: Any) -> bool:
    """Set each field; what is not of its kind is said beside it."""
    for terms, _ in fields:
        field = form[f"field_{terms.name}"]
        try:
            set_field(ticket, terms.name, tidy(field.data), by=by)
        except Invalid as problem:
            said = problem.message.removeprefix(f"{terms.label}: ")
            field.errors = [said[:1].upper() + said[1:]]
    return not form.errors


def tag_word(form: TagForm) -> str:
    """The tag in its one spelling."""
    return normalised(tidy(form.name.data))


def _field(terms: FieldTerms) -> Any:
    asked: dict[str, Any] = {"label": terms.label, "description": terms.hint, "id": f"field-{terms.name}"}
    if terms.kind is FieldKind.CHOICE:
        return SelectField(choices=choices([("", "Not known"), *((each, each) for each in terms.choices)]), **asked)
    if terms.kind is FieldKind.YES_NO:
        return SelectField(choices=choices(YES_OR_NO), **asked)
    return StringField(render_kw=INPUTS.get(terms.kind), **asked)
