"""The promises of a store that were answered lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from helpdesk.accounts import User, store_ids_of
from helpdesk.core import clock
from helpdesk.core.db import db, fixed
from helpdesk.reports.what_if import Past
from helpdesk.sla import SlaClock, State, Target
from helpdesk.tickets import Ticket

DAYS = 90
#: So many are judged at most, the latest; more would keep the page waiting.
MOST = 10_000
TARGETS = (Target.FIRST_RESPONSE, Target.NEXT_RESPONSE, Target.RESOLUTION)


@dataclass(frozen=True)
class Finished:
    """The answered promises, and how many are left out: still open, withdrawn, beyond what is judged."""

    pasts: list[Past]
    still_open: int
    withdrawn: int
    beyond: int


def finished_promises(person: User, store_id: int, target: Target) -> Finished:
    """Those answered in the last 90 days on tickets this person may see, the latest first."""
    counts = {state: count for state, count in db.session.execute(_counted(person, store_id, target))}  # noqa: C416
    query = _of(person, store_id, target, _answered()).with_only_columns(
        Ticket.reference,
        SlaClock.started_at,
        SlaClock.stopped_at,
        SlaClock.pauses,
        SlaClock.due_at,
        SlaClock.state,
    )
    rows = db.session.execute(query.order_by(SlaClock.stopped_at.desc(), SlaClock.id.desc()).limit(MOST))
    pasts = [_past(row) for row in rows]
    answered = counts.get(State.MET, 0) + counts.get(State.BREACHED, 0)
    return Finished(pasts, _still_open(person, store_id, target), counts.get(State.CANCELLED, 0), answered - len(pasts))


def _past(row: Any) -> Past:
    gaps = tuple(
        (datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until, _ in row.pauses if until
    )
    return Past(row.reference, row.started_at, row.stopped_at, gaps, row.due_at, row.state is State.MET)


def _answered() -> Any:
    return SlaClock.state.in_([fixed(State.MET), fixed(State.BREACHED)])


def _counted(person: User, store_id: int, target: Target) -> Select[Any]:
    columns: list[Any] = [SlaClock.state, func.count()]
    return _of(person, store_id, target).with_only_columns(*columns).group_by(SlaClock.state)


def _still_open(person: User, store_id: int, target: Target) -> int:
    query = _all_of(person, store_id, target).where(SlaClock.stopped_at.is_(None))
    return db.session.scalar(query.with_only_columns(func.count())) or 0


def _of(person: User, store_id: int, target: Target, *conditions: Any) -> Select[Any]:
    since = clock.now() - timedelta(days=DAYS)
    return _all_of(person, store_id, target).where(SlaClock.stopped_at >= since, *conditions)


def _all_of(person: User, store_id: int, target: Target) -> Select[Any]:
    query = select(SlaClock.id).join(Ticket, Ticket.id == SlaClock.ticket_id).where(SlaClock.target == target)
    return query.where(Ticket.store_id == store_id, Ticket.store_id.in_(store_ids_of(person)))
