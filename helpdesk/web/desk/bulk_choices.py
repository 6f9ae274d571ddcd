"""What can be done to many tickets, as one list to choose from, and in words."""

from collections.abc import Callable
from typing import Any

from flask_login import current_user

from helpdesk.core.errors import Invalid
from helpdesk.tickets import (
    CATEGORY_NAMES,
    CATEGORY_OF,
    NAMES,
    STATUS_NAMES,
    BulkAction,
    IssueType,
    Priority,
    Status,
)
from helpdesk.web.desk.asked import my_team

STATUS_WORDS = {
    Status.OPEN: "Open again",
    Status.PENDING: "Wait for the customer",
    Status.ON_HOLD: "Put on hold",
    Status.SOLVED: "Solve",
    Status.CLOSED: "Close",
}


def choices_for_many() -> dict[str, list[tuple[str, str]]]:
    """Groups of values and the words for them; a value says what to do and with what."""
    others = [person for person in my_team() if person.id != current_user.id]
    return {
        "Give to": _group(
            BulkAction.ASSIGN,
            [(current_user.id, "Me: take them over"), ("nobody", "Nobody"), *((p.id, p.name) for p in others)],
        ),
        "Status": _group(BulkAction.STATUS, STATUS_WORDS.items()),
        "Priority": _group(BulkAction.PRIORITISE, ((p, f"Priority {p}") for p in Priority)),
        "Reading": _group(BulkAction.MARK, [("read", "Mark as read"), ("unread", "Mark as unread")]),
        **{f"Sort under {CATEGORY_NAMES[category]}": _issues(category) for category in CATEGORY_NAMES},
    }


def read_choice(chosen: str) -> tuple[BulkAction, str]:
    """What to do, and with what. Raises Invalid when nothing was chosen."""
    action, _, value = chosen.partition(":")
    if action not in set(BulkAction):
        raise Invalid("Choose what to do with these tickets.")
    return BulkAction(action), value[:40]


def in_words(action: BulkAction, value: str) -> str:
    """What was or is being done, as the title of its page."""
    return WORDS[action](value)


def _to_whom(value: str) -> str:
    if value == "nobody":
        return "Given to nobody"
    name = next((person.name for person in my_team() if str(person.id) == value), "somebody")
    return "Taken over" if value == str(current_user.id) else f"Given to {name}"


WORDS: dict[BulkAction, Callable[[str], str]] = {
    BulkAction.ASSIGN: _to_whom,
    BulkAction.STATUS: lambda value: f"Status: {STATUS_NAMES[Status(value)].lower()}",
    BulkAction.PRIORITISE: lambda value: f"Priority: {value}",
    BulkAction.SORT: lambda value: f"Sorted under {NAMES[IssueType(value)].lower()}",
    BulkAction.MARK: lambda value: f"Marked as {value}",
}


def _group(action: BulkAction, pairs: Any) -> list[tuple[str, str]]:
    return [(f"{action}:{value}", words) for value, words in pairs]


def _issues(category: Any) -> list[tuple[str, str]]:
    return _group(BulkAction.SORT, ((i, NAMES[i]) for i in IssueType if CATEGORY_OF[i] is category))
