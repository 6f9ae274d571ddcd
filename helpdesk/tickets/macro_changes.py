"""What a macro may change on a ticket beside the answer, and in which form that is kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from helpdesk.core.errors import Invalid
from helpdesk.tickets.issue_types import IssueType
from helpdesk.tickets.status import Priority, Status
from helpdesk.tickets.tag_names import normalised

#: What it may set, and the values it may set it to.
CHOICES: dict[str, frozenset[str]] = {
    "status": frozenset({Status.PENDING.value, Status.SOLVED.value}),
    "assignee": frozenset({"me", "nobody"}),
    "priority": frozenset(priority.value for priority in Priority),
    "issue_type": frozenset(issue.value for issue in IssueType),
}
#: What it may take away and give, in this order, so that there is room: lists of tags.
TAGS = "remove_tags", "add_tags"
CHANGES = *CHOICES, *TAGS
MOST_TAGS = 10


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes as they are kept: known values, tags in their one spelling, each once. Raises Invalid."""
    for what in changes:
        if what not in CHANGES:
            raise Invalid(f"“{what}” cannot be changed by a macro; it can be {', '.join(CHANGES)}")
    kept = {what: _CHECKS.get(what, _one_of)(what, changes[what]) for what in CHANGES if what in changes}
    if both := sorted(set(kept.get("add_tags", ())) & set(kept.get("remove_tags", ()))):
        raise Invalid(f"a macro cannot add the tag {both[0]} and remove it too")
    return {what: value for what, value in kept.items() if value}


def _one_of(what: str, value: Any) -> Any:
    if not isinstance(value, str) or value not in CHOICES[what]:
        raise Invalid(f"{what} cannot become “{value}”; it can be {', '.join(sorted(CHOICES[what]))}")
    return value


def _some_tags(what: str, names: Any) -> Any:
    if isinstance(names, str) or not isinstance(names, Sequence) or any(not isinstance(each, str) for each in names):
        raise Invalid(f'{what} is a list of tags, like ["broken-bowl", "vip"]')
    kept = list(dict.fromkeys(normalised(name) for name in names))
    if len(kept) > MOST_TAGS:
        raise Invalid(f"{MOST_TAGS} tags are enough for one macro")
    return kept


_CHECKS: dict[str, Callable[[str, Any], Any]] = dict.fromkeys(TAGS, _some_tags)
