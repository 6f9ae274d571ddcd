"""The forms of the ticket page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from helpdesk.accounts import Presence, User, presence_of
from helpdesk.core import clock
from helpdesk.escalation import Reason
from helpdesk.tickets import CATEGORY_NAMES, CATEGORY_OF, MOVES, NAMES, STATUS_NAMES, IssueType, Priority, Status
from helpdesk.web.forms import LONGEST_TEXT, Once, choices, words

NOBODY = "nobody"
#: What may be set right after an answer.
AFTER = choices([("", "stay as it is"), (Status.PENDING, "wait for the customer"), (Status.SOLVED, "be solved")])


class ReplyForm(Once):
    """A public answer, and what becomes of the ticket."""

    body = TextAreaField("Answer to the customer", [*words("Write an answer first.", LONGEST_TEXT)], id="reply-body")
    then = SelectField("Afterwards the ticket shall", choices=AFTER, id="reply-then", default="")


class NoteForm(Once):
    """A note that only staff read."""

    body = TextAreaField("Note for the team", [*words("Write the note first.", LONGEST_TEXT)], id="note-body")


class StatusForm(Once):
    """Another status; only moves that are allowed are offered."""

    status = SelectField("Status", [InputRequired("Choose a status.")])

    def __init__(self, now: Status, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.status.choices = choices((s, STATUS_NAMES[s]) for s in Status if s in MOVES[now])


class AssignForm(Once):
    """Somebody of the store's staff, or nobody."""

    assignee = SelectField("Assignee", [InputRequired("Choose somebody.")])

    def __init__(self, people: Sequence[User | Row[Any]], now: User | None, **kwargs: Any) -> None:
        super().__init__(**{"assignee": str(now.id) if now else NOBODY, **kwargs})
        everyone = people if now is None or now.id in {person.id for person in people} else [*people, now]
        here = presence_of(everyone, clock.now())
        names = [(str(person.id), _name(person, here[person.id])) for person in everyone]
        self.assignee.choices = choices([(NOBODY, "Nobody"), *names])


class SortForm(Once):
    """Another issue type, and with it the category."""

    issue_type = SelectField(
        "Issue type",
        [InputRequired("Choose an issue type.")],
        choices=[SelectChoice(i.value, NAMES[i], optgroup=CATEGORY_NAMES[CATEGORY_OF[i]]) for i in IssueType],
    )


class PriorityForm(Once):
    """How much it presses."""

    priority = SelectField("Priority", choices=choices((p, p.value.capitalize()) for p in Priority))


class HelpForm(Once):
    """Hand it up to a supervisor."""

    reason = SelectField(
        "What is it about?",
        choices=choices(
            [
                (Reason.AGENT_REQUEST, "I need a decision or help"),
                (Reason.POLICY_EXCEPTION, "An exception to the policy"),
                (Reason.HIGH_VALUE, "Much money is at stake"),
            ]
        ),
        default=Reason.AGENT_REQUEST.value,
        id="help-reason",
    )
    note = TextAreaField(
        "What should the supervisor decide?", [*words("Say in a sentence what it is about.", 2000)], id="help-note"
    )


def _name(person: User | Row[Any], presence: Presence) -> str:
    return person.name if presence.is_here else f"{person.name} ({presence.why})"
