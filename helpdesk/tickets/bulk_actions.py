"""What can be done to many tickets at once: one line for each, with its way back."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.accounts import User, team_of
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.tickets.issue_types import IssueType
from helpdesk.tickets.seen import mark_seen, mark_unseen, seen_up_to
from helpdesk.tickets.status import Priority, Status
from helpdesk.tickets.ticket import Ticket


class BulkAction(StrEnum):
    """Which of a ticket's verbs."""

    ASSIGN = "assign"
    STATUS = "status"
    PRIORITISE = "priority"
    SORT = "sort"
    MARK = "mark"


Act = Callable[[Ticket, str, User], None]

NOBODY, READ, UNREAD = "nobody", "read", "unread"

MOVES: dict[Status, Callable[[Ticket, User], None]] = {
    Status.OPEN: lambda ticket, by: ticket.resume(by=by),
    Status.PENDING: lambda ticket, by: ticket.wait_for_customer(by=by),
    Status.ON_HOLD: lambda ticket, by: ticket.hold(by=by),
    Status.SOLVED: lambda ticket, by: ticket.solve(by=by),
    Status.CLOSED: lambda ticket, by: ticket.close(by=by),
}


def _assign(ticket: Ticket, value: str, by: User) -> None:
    ticket.assign(to=None if value == NOBODY else db.session.get_one(User, int(value)), by=by)


def _move(ticket: Ticket, value: str, by: User) -> None:
    if ticket.status.value != value:
        MOVES[Status(value)](ticket, by)


def _move_back(ticket: Ticket, before: str, by: User) -> None:
    if ticket.status is Status.CLOSED:
        raise WrongState("A closed ticket stays closed.")
    if ticket.status is Status.SOLVED:
        ticket.resume(by=by)
    if before != Status.NEW:  # what was new is open now: it has been looked at
        _move(ticket, before, by)
    elif ticket.status is not Status.OPEN:
        ticket.resume(by=by)


def _mark(ticket: Ticket, value: str, by: User) -> None:
    if value == READ:
        mark_seen(ticket, by=by)
    else:
        mark_unseen(ticket, by=by)


@dataclass(frozen=True)
class Deed:
    """One verb for many: what it is given, how things stood, and the way back."""

    values: frozenset[str] | None  # None: somebody of the team, or nobody
    act: Act
    now: Callable[[Ticket, User], str]
    back: Act | None = None

    def has_way_back_from(self, value: str) -> bool:
        """Whether it can be undone: what is closed stays closed."""
        return self.back is not None and value != Status.CLOSED

    def act_back(self, ticket: Ticket, before: str, by: User) -> None:
        """The way back, to how it stood before."""
        if self.back is None:
            raise WrongState("There is no way back from this.")
        self.back(ticket, before, by)

    def refuse_nonsense(self, value: str, by: User) -> None:
        """Raise Invalid where this cannot be meant."""
        if self.values is None:
            self._refuse_strangers(value, by)
        elif value not in self.values:
            raise Invalid("Choose what to do with these tickets.")

    @staticmethod
    def _refuse_strangers(value: str, by: User) -> None:
        is_person = value.isascii() and value.isdigit() and len(value) < 10
        query = team_of(by).where(User.id == int(value)) if is_person else None
        if value != NOBODY and (query is None or db.session.scalar(query) is None):
            raise Invalid("Choose somebody who works with you.")


DEEDS: dict[BulkAction, Deed] = {
    BulkAction.ASSIGN: Deed(None, _assign, lambda t, _: str(t.assignee_id or NOBODY), _assign),
    BulkAction.STATUS: Deed(frozenset(MOVES), _move, lambda t, _: t.status.value, _move_back),
    BulkAction.PRIORITISE: Deed(
        frozenset(Priority), lambda t, value, by: t.prioritise(Priority(value), by=by), lambda t, _: t.priority.value,
        lambda t, before, by: t.prioritise(Priority(before), by=by),
    ),
    BulkAction.SORT: Deed(
        frozenset(IssueType), lambda t, value, by: t.sort(IssueType(value), by=by), lambda t, _: t.issue_type.value,
        lambda t, before, by: t.sort(IssueType(before), by=by),
    ),
    BulkAction.MARK: Deed(frozenset({READ, UNREAD}), _mark, lambda t, by: str(seen_up_to(t, by))),
}  # fmt: skip
