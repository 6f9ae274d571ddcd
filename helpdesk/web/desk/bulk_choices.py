"""What can be done to many tickets, as one list to choose from, and in words."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from flask_login import current_user

from helpdesk.core.errors import Invalid
from helpdesk.tickets import (
    CATEGORY_NAMES,
    CATEGORY_OF,
    NAMES,
    STATUS_NAMES,
    BulkAction,
    Category,
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


Group = tuple[str, tuple[tuple[str, str], ...]]


def choices_for_many() -> tuple[Group, ...]:
    """Groups of values and the words for them; a value says what to do and with what."""
    return _choices_of(current_user.id, tuple((person.id, person.name) for person in my_team()))


@lru_cache(maxsize=200)
def _choices_of(mine: int, team: tuple[tuple[int, str], ...]) -> tuple[Group, ...]:
    others = [(number, name) for number, name in team if number != mine]
    return (
        _group("Give to", BulkAction.ASSIGN, [(mine, "Me: take them over"), ("nobody", "Nobody"), *others]),
        _group("Status", BulkAction.STATUS, STATUS_WORDS.items()),
        _group("Priority", BulkAction.PRIORITISE, ((p, f"Priority {p}") for p in Priority)),
        _group("Reading", BulkAction.MARK, [("read", "Mark as read"), ("unread", "Mark as unread")]),
        *(
            _group(f"Sort under {name}", BulkAction.SORT, _issues(category))
            for category, name in CATEGORY_NAMES.items()
        ),
    )


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


def _group(name: str, action: BulkAction, pairs: Iterable[tuple[object, str]]) -> Group:
    return name, tuple((f"{action}:{value}", words) for value, words in pairs)


def _issues(category: Category) -> Iterable[tuple[object, str]]:
    return ((issue, NAMES[issue]) for issue in IssueType if CATEGORY_OF[issue] is category)
