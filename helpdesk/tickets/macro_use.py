"""Macros at work: what they change on a ticket beside the answer, and the way back if it is taken back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.tickets.bulk_actions import DEEDS as OF_MANY
from helpdesk.tickets.bulk_actions import NOBODY, BulkAction
from helpdesk.tickets.issue_types import IssueType
from helpdesk.tickets.tags import add_tag, givable, remove_tag, tags_of
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action, Event

#: What is said where a ticket is sorted back.
BECAUSE = "because the answer that sorted it was taken back"
_assign, _prioritise, _sort = (OF_MANY[each] for each in (BulkAction.ASSIGN, BulkAction.PRIORITISE, BulkAction.SORT))


@dataclass(frozen=True)
class Part:
    """One thing that macros change: how it stood before as plain data, the change, and the way back."""

    stood: Callable[[Ticket, Any, User], Any]
    act: Callable[[Ticket, Any, User], None]
    back: Callable[[Ticket, Any, User, set[str]], None]


def stood_before(ticket: Ticket, changes: Mapping[str, Any], *, by: User) -> dict[str, Any]:
    """How everything stands that these changes would change: to be kept while the answer may be taken back."""
    return {what: PARTS[what].stood(ticket, value, by) for what, value in changes.items() if what in PARTS}


def change_beside(ticket: Ticket, changes: Mapping[str, Any], *, by: User) -> None:
    """Make the changes; the status is set by the answer's own choice."""
    for what, value in changes.items():
        if what in PARTS:
            PARTS[what].act(ticket, value, by)


def put_back(ticket: Ticket, stood: Mapping[str, Any], *, since: int, by: User) -> list[str]:
    """All of it as it stood; what somebody changed after that line of the timeline stays, and is named."""
    touched, left = _touched(ticket, since), []
    for what, before in stood.items():
        if what in touched:
            left.append(what)
            continue
        try:
            PARTS[what].back(ticket, before, by, touched)
        except Problem:  # whoever had it has left us, or the tag is retired: it stays as it is now
            left.append(what)
    return left


def _touched(ticket: Ticket, since: int) -> set[str]:
    """Whose it is, and the tags, as far as they were changed since; what else is changed stands in the way of undo."""
    later = Event.ticket_id == ticket.id, Event.id > since
    lines = db.session.execute(select(Event.action, Event.details).where(*later)).all()
    tags = {line.details["tag"] for line in lines if line.action in (Action.TAGGED, Action.UNTAGGED)}
    return {*tags, *("assignee" for line in lines if line.action is Action.ASSIGNED)}


def _assignee(value: str, by: User) -> str:
    return str(by.id) if value == "me" else NOBODY


def _sort_back(ticket: Ticket, before: dict[str, Any], by: User, _touched: set[str]) -> None:
    ticket.sort(IssueType(before["issue_type"]), by=by, because=BECAUSE)
    ticket.sorting = before["sorting"]


def _had(ticket: Ticket, names: Iterable[str], _by: User) -> dict[str, bool]:
    mine = {tag.name for tag in tags_of(ticket.id)}
    return {name: name in mine for name in names}


def _add(ticket: Ticket, names: list[str], by: User) -> None:
    for name in givable(ticket.store_id, names):
        add_tag(ticket, name, by=by)


def _remove(ticket: Ticket, names: Iterable[str], by: User) -> None:
    for tag in tags_of(ticket.id):
        if tag.name in names:
            remove_tag(ticket, tag, by=by)


def _tags_back(ticket: Ticket, had: dict[str, bool], by: User, touched: set[str]) -> None:
    mine = {name: was_there for name, was_there in had.items() if name not in touched}
    _remove(ticket, [name for name, was_there in mine.items() if not was_there], by)
    now = _had(ticket, mine, by)
    for name, was_there in mine.items():
        if was_there and not now[name]:
            add_tag(ticket, name, by=by)


PARTS: dict[str, Part] = {
    "assignee": Part(
        lambda ticket, _, by: _assign.now(ticket, by),
        lambda ticket, value, by: _assign.act(ticket, _assignee(value, by), by),
        lambda ticket, before, by, _: _assign.act_back(ticket, before, by),
    ),
    "priority": Part(
        lambda ticket, _, by: _prioritise.now(ticket, by),
        _prioritise.act,
        lambda ticket, before, by, _: _prioritise.act_back(ticket, before, by),
    ),
    "issue_type": Part(
        lambda ticket, _, by: {"issue_type": _sort.now(ticket, by), "sorting": ticket.sorting},
        _sort.act,
        _sort_back,
    ),
    "remove_tags": Part(_had, _remove, _tags_back),
    "add_tags": Part(_had, _add, _tags_back),
}
