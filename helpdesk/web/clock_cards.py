"""How a clock shows on the pages: its state, what is left of it, and why it is due then."""

from datetime import datetime
from typing import NamedTuple

from helpdesk.core import clock as time
from helpdesk.core.db import NEVER
from helpdesk.sla import CUSTOMER_TARGETS, NAMES, SlaClock, State, Target, why_due

SOON = 0.25


class Card(NamedTuple):
    """What the clock components want to know."""

    name: str
    state: str  # ok, soon, overdue, met, missed, paused
    due_at: datetime
    share_left: float
    whose: str = ""
    why: tuple[str, ...] = ()


ENDED = {State.MET: "met", State.BREACHED: "missed", State.PAUSED: "paused"}


def chip(clock: SlaClock) -> Card:
    """One clock in a line."""
    state, share = state_of(clock)
    return Card(NAMES[clock.target], state, clock.due_at, share)


def card(clock: SlaClock, *, for_customer: bool = False) -> Card:
    """One clock in full."""
    state, share = state_of(clock)
    return Card(
        NAMES[clock.target], state, clock.due_at, share, whose=_whose(clock.target, for_customer),
        why=tuple(why_due(clock)),
    )  # fmt: skip


def in_order(clocks: list[SlaClock]) -> list[SlaClock]:
    """What runs first, and of that what is due first; then what has ended."""
    return sorted(clocks, key=lambda clock: (not clock.is_open, clock.due_at))


def state_of(clock: SlaClock) -> tuple[str, float]:
    """The word for its state and the share of the time that is left."""
    if clock.state in ENDED:
        return ENDED[clock.state], 0.0
    if clock.is_overdue:
        return "overdue", 0.0
    whole = (clock.due_at - clock.started_at).total_seconds() or 1
    left = max(0.0, (clock.due_at - time.now()).total_seconds() / whole)
    return ("soon" if clock.warn_at <= time.now() else "ok"), min(1.0, left)


def next_chip(due_at: datetime, warn_at: datetime) -> Card | None:
    """The promise that runs out next, for a row of a list; the ring shows the last four quarters before its end."""
    if due_at >= NEVER:
        return None
    left, last_quarter = (due_at - time.now()).total_seconds(), (due_at - warn_at).total_seconds() or 1
    if left < 0:
        return Card("Next promise", "overdue", due_at, 0.0)
    return Card("Next promise", "soon" if left <= last_quarter else "ok", due_at, min(1.0, left / (4 * last_quarter)))


def _whose(target: Target, for_customer: bool) -> str:
    if target in CUSTOMER_TARGETS:
        return "yours" if for_customer else "the customer's"
    if target is Target.ESCALATION_ACK:
        return "our supervisor's" if for_customer else "the supervisor's"
    return "our promise to you" if for_customer else "ours"
