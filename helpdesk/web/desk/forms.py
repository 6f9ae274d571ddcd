"""The forms of the ticket page."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from helpdesk.accounts import Member, members_of
from helpdesk.core import clock
from helpdesk.escalation import Reason
from helpdesk.tickets import (
    CATEGORY_NAMES,
    CATEGORY_OF,
    MOVES,
    NAMES,
    STATUS_NAMES,
    IssueType,
    Priority,
    Status,
    Ticket,
)
from helpdesk.web.forms import LONGEST_TEXT, Once, choices, words

NOBODY = "nobody"
#: What may be set right after an answer.
AFTER = choices([("", "stay as it is"), (Status.PENDING, "wait for the customer"), (Status.SOLVED, "be solved")])
ISSUES = [SelectChoice(i.value, NAMES[i], optgroup=CATEGORY_NAMES[CATEGORY_OF[i]]) for i in IssueType]
PRIORITIES = choices((p, p.value.capitalize()) for p in Priority)


class ReplyForm(Once):
    """A public answer, and what becomes of the ticket."""

    body = TextAreaField("Answer to the customer", [*words("Write an answer first.", LONGEST_TEXT)], id="reply-body")
    then = SelectField("Afterwards the ticket shall", choices=AFTER, id="reply-then", default="")
    seen = HiddenField()  # the last message that its writer has seen
    also = StringField()  # the macro whose changes go along


class NoteForm(Once):
    """A note that only staff read."""

    body = TextAreaField("Note for the team", [*words("Write the note first.", LONGEST_TEXT)], id="note-body")


class StatusForm(Once):
    """Another status; only moves that are allowed are offered."""

    status = SelectField("Status", [InputRequired("Choose a status.")])

    def __init__(self, now: Status, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.status.choices = statuses_from(now)


class AssignForm(Once):
    """Somebody of the store's staff, or nobody."""

    assignee = SelectField("Assignee", [InputRequired("Choose somebody.")])

    def __init__(self, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(**{"assignee": assignee_of(ticket), **kwargs})
        self.assignee.choices = choices(assignees_of(ticket, members_of(ticket.store_id, clock.now()).answer))


class SortForm(Once):
    """Another issue type, and with it the category."""

    issue_type = SelectField(
        "Issue type",
        [InputRequired("Choose an issue type.")],
        choices=ISSUES,
    )


class PriorityForm(Once):
    """How much it presses."""

    priority = SelectField("Priority", choices=PRIORITIES)


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


class Offered(NamedTuple):
    """What a select in the margin offers, as a plain value: so it is drawn once."""

    value: str
    label: str
    optgroup: str | None = None


class Aside(NamedTuple):
    """One choice in the margin of the ticket page that is set at once: the markup of a form without its making."""

    label: str
    field: str
    choices: tuple[Offered, ...]
    chosen: str | None
    action: str  # behind the ticket's address
    words: str  # on its button


def asides_of(ticket: Ticket, staff: Iterable[Member]) -> list[Aside]:
    """What can be set in the margin, as it is now; `staff` are those of its store."""
    mine = [
        Aside("Status", "status", _statuses_offered(ticket.status), None, "status", "Set"),
        Aside("Assignee", "assignee", _assignees_offered(ticket, staff), assignee_of(ticket), "assignee", "Give"),
        Aside("Issue type", "issue_type", ISSUES_OFFERED, ticket.issue_type.value, "sorting", "Sort"),
        Aside("Priority", "priority", PRIORITIES_OFFERED, ticket.priority.value, "priority", "Set"),
    ]
    return [each for each in mine if each.choices]


def _offered(choices: Iterable[SelectChoice]) -> tuple[Offered, ...]:
    return tuple(Offered(each.value, each.label, each.optgroup) for each in choices)


ISSUES_OFFERED, PRIORITIES_OFFERED = _offered(ISSUES), _offered(PRIORITIES)


@cache
def _statuses_offered(now: Status) -> tuple[Offered, ...]:
    return _offered(statuses_from(now))


@cache
def statuses_from(now: Status) -> list[SelectChoice]:
    """Where a ticket can go from there."""
    return choices((s, STATUS_NAMES[s]) for s in Status if s in MOVES[now])


def _assignees_offered(ticket: Ticket, staff: Iterable[Member]) -> tuple[Offered, ...]:
    return tuple(Offered(value, words) for value, words in assignees_of(ticket, staff))


def assignees_of(ticket: Ticket, staff: Iterable[Member]) -> list[tuple[str, str]]:
    """The staff of its store, and whoever has it now; who is not here says so."""
    names = {person.id: (str(person.id), _name(person)) for person in staff}
    if (now := ticket.assignee) and now.id not in names:
        names[now.id] = str(now.id), f"{now.name} (not of this store's staff any more)"
    return [(NOBODY, "Nobody"), *names.values()]


def assignee_of(ticket: Ticket) -> str:
    """Who has it, as a choice."""
    return str(ticket.assignee_id) if ticket.assignee_id else NOBODY


def _name(person: Member) -> str:
    return person.name if person.presence.is_here else f"{person.name} ({person.presence.why})"
