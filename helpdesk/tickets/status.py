"""Statuses, priorities, and the moves between statuses (pure)."""

from enum import StrEnum

from helpdesk.core.language import N_, Words


class Status(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    """How much a ticket presses."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


MOVES = {
    Status.NEW: {Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED},
    Status.OPEN: {Status.PENDING, Status.ON_HOLD, Status.SOLVED},
    Status.PENDING: {Status.OPEN, Status.ON_HOLD, Status.SOLVED},
    Status.ON_HOLD: {Status.OPEN, Status.PENDING, Status.SOLVED},
    Status.SOLVED: {Status.OPEN, Status.CLOSED},
    Status.CLOSED: set(),
}

#: In these somebody still has something to do.
UNFINISHED = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)
WAITING_FOR_US = (Status.NEW, Status.OPEN)

NAMES = Words(
    {
        Status.NEW: N_("New"),
        Status.OPEN: N_("Open"),
        Status.PENDING: N_("Waiting for customer"),
        Status.ON_HOLD: N_("On hold"),
        Status.SOLVED: N_("Solved"),
        Status.CLOSED: N_("Closed"),
    }
)


def can_move(now: Status, to: Status) -> bool:
    """Whether a ticket may go from one status to the other."""
    return to in MOVES[now]
