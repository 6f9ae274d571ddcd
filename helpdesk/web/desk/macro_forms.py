"""The form of a macro."""

from collections.abc import Iterable
from typing import Any

from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from helpdesk.core.errors import Invalid
from helpdesk.tickets import TAG_CHANGES, Macro, Priority, checked_changes, normalised
from helpdesk.web.desk.forms import AFTER, ISSUES
from helpdesk.web.forms import LONGEST_TEXT, Once, at_most_long, choices, tidy, words

EVERY_STORE = "*"
NO_CHANGE = ("", "Leave it")


def are_tags(_form: Once, field: Field) -> None:
    """Words, separated by commas, that can be tags."""
    try:
        for name in names_in(field.data):
            normalised(name)
    except Invalid as problem:
        raise ValidationError(problem.message) from problem


def names_in(text: str | None) -> list[str]:
    """What was typed, apart at its commas."""
    return [name for part in tidy(text).split(",") if (name := part.strip())]


class MacroForm(Once):
    """Its name, its text, and what it changes on a ticket."""

    name = StringField("Name", [*words("Give it a name.", 80)], description="As it stands in the list of macros.")
    store = SelectField("For which store?")
    whose = SelectField("For whom?")
    body = TextAreaField("Text", [*words("Write the text first.", LONGEST_TEXT)])
    status = SelectField(
        "Afterwards the ticket shall",
        choices=AFTER,
        default="",
    )
    assignee = SelectField(
        "Assignee", choices=choices([NO_CHANGE, ("me", "Whoever uses it"), ("nobody", "Nobody")]), default=""
    )
    priority = SelectField(
        "Priority", choices=choices([NO_CHANGE, *((p, p.value.capitalize()) for p in Priority)]), default=""
    )
    issue_type = SelectField("Issue type", choices=[SelectChoice(*NO_CHANGE), *ISSUES], default="")
    add_tags = StringField("Add tags", [at_most_long(400), are_tags])
    remove_tags = StringField("Remove tags", [at_most_long(400), are_tags])
    seen = HiddenField()  # how the macro was when its page was opened

    @classmethod
    def of(cls, macro: Macro) -> "MacroForm":
        """The form of one that is there, filled with it."""
        tags = {what: ", ".join(macro.changes.get(what, ())) for what in TAG_CHANGES}
        return cls(name=macro.name, body=macro.body, seen=macro.digest, **{**macro.changes, **tags})

    def offer_stores(self, stores: Iterable[tuple[str, str]], everywhere: Iterable[tuple[str, str]]) -> None:
        """The stores of the person who writes it."""
        self.store.choices = choices([*stores, *everywhere])

    def offer_owners(self, *, can_share: bool) -> None:
        """Agents write for themselves."""
        shared = [("shared", "Everybody")] if can_share else []
        self.whose.choices = choices([*shared, ("mine", "Only me")])

    @property
    def changes(self) -> dict[str, Any]:
        """What it changes, as it is kept. Raises Invalid."""
        given = {name: self[name].data for name in ("status", "assignee", "priority", "issue_type")}
        tags = {name: names_in(self[name].data) for name in TAG_CHANGES}
        return checked_changes({name: value for name, value in {**given, **tags}.items() if value})
