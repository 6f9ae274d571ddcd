"""The form of a macro."""

from collections.abc import Iterable

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from helpdesk.tickets import Priority
from helpdesk.web.desk.forms import AFTER, ISSUES
from helpdesk.web.forms import LONGEST_TEXT, Once, choices, words

EVERY_STORE = "*"
NO_CHANGE = ("", "Leave it")


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

    def offer_stores(self, stores: Iterable[tuple[str, str]], everywhere: Iterable[tuple[str, str]]) -> None:
        """The stores of the person who writes it."""
        self.store.choices = choices([*stores, *everywhere])

    def offer_owners(self, *, can_share: bool) -> None:
        """Agents write for themselves."""
        shared = [("shared", "Everybody")] if can_share else []
        self.whose.choices = choices([*shared, ("mine", "Only me")])

    @property
    def changes(self) -> dict[str, str]:
        """What it changes, as it is kept."""
        given = {name: self[name].data for name in ("status", "assignee", "priority", "issue_type")}
        return {name: value for name, value in given.items() if value}
