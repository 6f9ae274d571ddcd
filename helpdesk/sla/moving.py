"""Changed hours: which running clocks would move and by how much, and then moving them, some at a time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from operator import gt, lt
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import contains_eager

from helpdesk.accounts import SYSTEM
from helpdesk.core import clock as time
from helpdesk.core.db import db, fixed
from helpdesk.sla.clock import SlaClock
from helpdesk.sla.keeping import facts_of, keep_next_due, moved_details, newer_editions
from helpdesk.sla.rules import Case
from helpdesk.sla.run import Edition, Run, gaps_of
from helpdesk.sla.sweep import breach
from helpdesk.sla.words import State
from helpdesk.stores import Calendar, HoursEdition, Promises, Store
from helpdesk.tickets import Ticket, Unwritten, record_all

AT_ONCE = 500
#: Clocks that a look ahead reckons: a page waits for it, and 10,000 take about a second on a busy machine.
LOOKED_AT = 10_000
SHOWN = 25
STILL = timedelta(0)


@dataclass(frozen=True)
class Shift:
    """One running clock under other hours."""

    clock: SlaClock
    old: datetime
    new: datetime

    @property
    def seconds(self) -> int:
        """By how much it moves; earlier is negative."""
        return int((self.new - self.old).total_seconds())


@dataclass(frozen=True)
class Preview:
    """What other hours would do to what is running."""

    running: int
    looked_at: int  # those due first, when there are very many
    later: int  # how many would be due later
    earlier: int
    largest: list[Shift]  # the moves of most seconds, first of all


def preview(store: Store, calendar: Calendar) -> Preview:
    """Which running clocks would move under this calendar; nothing is changed."""
    columns = SlaClock.id, SlaClock.due_at, SlaClock.started_at, SlaClock.seconds, SlaClock.counts, SlaClock.pauses
    query = select(*columns).where(*_movable(store)).order_by(SlaClock.due_at, SlaClock.id).limit(LOOKED_AT)
    rows = db.session.execute(query).all()
    moves = {row.id: _due_under(row, calendar) - row.due_at for row in rows}
    later, earlier = (sum(compare(move, STILL) for move in moves.values()) for compare in (gt, lt))
    return Preview(running_clocks(store), len(rows), later, earlier, _largest(moves))


def _largest(moves: dict[int, timedelta]) -> list[Shift]:
    ids = nlargest(SHOWN, (number for number, move in moves.items() if move), key=lambda number: abs(moves[number]))
    query = select(SlaClock).join(SlaClock.ticket).options(contains_eager(SlaClock.ticket))
    clocks = {clock.id: clock for clock in db.session.scalars(query.where(SlaClock.id.in_(ids)))}
    return [Shift(clock, clock.due_at, clock.due_at + moves[clock.id]) for clock in map(clocks.__getitem__, ids)]


def running_clocks(store: Store) -> int:
    """How many clocks of this store could still move."""
    return _count(_movable(store))


def clocks_to_move(store: Store) -> int:
    """How many are not reckoned by the hours in force yet."""
    return _count((*_movable(store), SlaClock.calendar_version < store.calendar_version))


def move_some() -> int:
    """Move the clocks of some tickets to the hours in force, in one transaction; returns how many tickets.

    What is to do is a query, so any number of schedulers may share it, and one that is killed loses nothing.
    """
    for store in db.session.scalars(_stores_behind()).all():
        if moved := _move_some_of(store):
            return moved
    _finish_editions()
    return 0


def _move_some_of(store: Store) -> int:
    _begin_edition(store)
    behind = SlaClock.calendar_version < store.calendar_version
    batch = select(SlaClock.ticket_id).where(*_movable(store), behind)
    batch = batch.order_by(SlaClock.calendar_version, SlaClock.id).limit(AT_ONCE)
    # Ticket first, clock second, as every door does.
    tickets = select(Ticket).where(Ticket.id.in_(batch)).order_by(Ticket.id).with_for_update(skip_locked=True)
    locked = db.session.scalars(tickets).all()
    clocks = select(SlaClock).where(SlaClock.ticket_id.in_([each.id for each in locked]), SlaClock.stopped_at.is_(None))
    clocks = clocks.order_by(SlaClock.id).with_for_update().execution_options(populate_existing=True)
    by_ticket: dict[int, list[tuple[SlaClock, Run]]] = defaultdict(list)
    for clock in db.session.scalars(clocks):
        by_ticket[clock.ticket_id].append((clock, clock.run))
    pairs = [pair for found in by_ticket.values() for pair in found]
    if editions := newer_editions(store, [run for _, run in pairs]):
        promises = store.promises
        record_all([line for each in locked for line in _moved(each, by_ticket[each.id], editions, promises)])
        _tell_of_those_left(pairs, store)
    return len(locked)


def _moved(
    ticket: Ticket, pairs: list[tuple[SlaClock, Run]], editions: list[Edition], promises: Promises
) -> list[Unwritten]:
    case = Case(facts_of(ticket), editions[-1], promises, [run for _, run in pairs], editions)
    case.bring_up_to_date()
    for clock, run in pairs:
        clock.keep(run)
    keep_next_due(ticket, [clock for clock, _ in pairs])
    ids = {id(run): clock.id for clock, run in pairs}
    return [(ticket, action, SYSTEM, moved_details(run, ids[id(run)], more)) for action, run, more in case.told]


def _tell_of_those_left(pairs: list[tuple[SlaClock, Run]], store: Store) -> None:
    """A clock that ran over before the change stays where it was; that it did is said now, if no sweep has yet."""
    for clock, run in pairs:
        if run.can_move and run.calendar_version < store.calendar_version:
            breach(clock.id)


def _due_under(clock: Row[Any], calendar: Calendar) -> datetime:
    return calendar.due(clock.started_at, clock.seconds, clock.counts, gaps_of(clock.pauses))


def _movable(store: Store) -> tuple[ColumnElement[bool], ...]:
    return SlaClock.store_id == store.id, *_STILL_MOVES


_STILL_MOVES = SlaClock.state == fixed(State.RUNNING), SlaClock.breached_at.is_(None)


def _count(condition: tuple[ColumnElement[bool], ...]) -> int:
    return db.session.scalar(select(func.count()).select_from(SlaClock).where(*condition)) or 0


def _stores_behind() -> Select[Store]:
    behind = SlaClock.store_id == Store.id, SlaClock.calendar_version < Store.calendar_version
    return select(Store).where(exists().where(*_STILL_MOVES, *behind)).order_by(Store.id)


def _begin_edition(store: Store) -> None:
    edition = db.session.get(HoursEdition, (store.id, store.calendar_version))
    if edition and not edition.clocks:
        edition.clocks = clocks_to_move(store)


def _finish_editions() -> None:
    query = select(HoursEdition, Store).join(Store, Store.id == HoursEdition.store_id)
    for edition, store in db.session.execute(query.where(HoursEdition.moved_at.is_(None))).all():
        if not clocks_to_move(store):
            edition.moved_at = time.now()
