"""How a clock shows on the pages: its state, what is left of it, and why it is due then."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Row

from helpdesk.core import clock as time
from helpdesk.core.db import NEVER
from helpdesk.core.language import N_, Words, _
from helpdesk.sla import NAMES, OPEN, WHOSE, Day, SlaClock, State, Whose, days_of, is_overdue, why_due
from helpdesk.tickets import Event

OneClock = TypeVar("OneClock", SlaClock, Row[Any])


class Card(NamedTuple):
    """What the clock components want to know."""

    name: str
    state: str  # ok, soon, overdue, met, missed, paused
    due_at: datetime
    share_left: float
    whose: str = ""
    why: tuple[str, ...] = ()
    days: tuple[Day, ...] = ()  # the picture, of clocks that are still to be answered
    data_url: str = ""
    why_url: str = ""  # where the two above are told, on pages that do not tell them themselves


ENDED = {State.MET: "met", State.BREACHED: "missed", State.PAUSED: "paused"}


def chip(clock: SlaClock) -> Card:
    """One clock in a line."""
    state, share = state_of(clock)
    return Card(name_of(clock), state, clock.due_at, share)


def card(
    clock: SlaClock, *, for_customer: bool = False, moves: Sequence[Event | Row[Any]] = (), data_url: str = ""
) -> Card:
    """One clock in full; `moves` are the events that moved due times of this ticket."""
    state, share = state_of(clock)
    whose = (FOR_CUSTOMER if for_customer else FOR_STAFF)[WHOSE[clock.target]]
    told = () if for_customer and state == "met" else why_due(clock, moves)  # nobody asks why a kept promise was due
    return Card(
        name_of(clock), state, clock.due_at, share, whose=whose, why=tuple(told),
        days=tuple(days_of(clock)) if clock.is_open else (), data_url=data_url,
    )  # fmt: skip


def brief(clock: Row[Any], why_url: str) -> Card:
    """One clock as the desk shows it: how it stands, and where to read why it is due then."""
    state, share = state_of(clock)
    return Card(name_of(clock), state, clock.due_at, share, whose=FOR_STAFF[WHOSE[clock.target]], why_url=why_url)


def name_of(clock: SlaClock | Row[Any]) -> str:
    """What is promised, and of which return."""
    name = NAMES[clock.target]
    return _("%(promise)s, return %(number)s", promise=name, number=clock.subject) if clock.subject else name


def in_order(clocks: Iterable[OneClock]) -> list[OneClock]:
    """What runs first, and of that what is due first; then what has ended."""
    return sorted(clocks, key=lambda clock: (clock.state not in OPEN, clock.due_at))


def state_of(clock: SlaClock | Row[Any]) -> tuple[str, float]:
    """The word for its state and the share of the time that is left."""
    if clock.state in ENDED:
        return ENDED[clock.state], 0.0
    if is_overdue(clock):
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


FOR_STAFF = {
    Whose.STAFF: "ours",
    Whose.CUSTOMER: "the customer's",
    Whose.CARRIER: "the carrier's",
    Whose.SUPERVISOR: "the supervisor's",
}
FOR_CUSTOMER = Words(
    {
        Whose.STAFF: N_("our promise to you"),
        Whose.CUSTOMER: N_("yours"),
        Whose.CARRIER: N_("the carrier's"),
        Whose.SUPERVISOR: N_("our supervisor's"),
    }
)
