"""The sweep: finds promises that need a warning or have run over. Twice is as good as once."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.attributes import set_committed_value

from helpdesk.accounts import SYSTEM
from helpdesk.core import clock as time
from helpdesk.core.db import at_most, db, fixed
from helpdesk.sla.clock import SlaClock
from helpdesk.sla.keeping import breach_details, bring_up_to_date, details_of
from helpdesk.sla.news import tell_news
from helpdesk.sla.words import State, Target, is_customers
from helpdesk.tickets import Action, Ticket

AT_ONCE = 500
SHARE = 25
#: Shorter than the pause between two rounds: what failed, or whose sweeper died, is tried again in the next one.
LEASE = timedelta(seconds=20)


def ids_to_warn(now: datetime) -> list[int]:
    """Clocks of which a warning is due and not given; follows an index, however many are running."""
    return _ids(_to_warn(now), SlaClock.warn_at)


def ids_to_breach(now: datetime) -> list[int]:
    """Clocks that ran over and nobody has said so."""
    return _ids(_to_breach(now), SlaClock.due_at)


def claim_to_warn(limit: int = SHARE) -> list[int]:
    """Take some of the clocks to warn of, so that sweeps at the same time each do others. The caller commits."""
    now = time.now()
    return _claimed(_to_warn(now), SlaClock.warn_at, now, limit)


def claim_to_breach(limit: int = SHARE) -> list[int]:
    """Take some of the clocks that ran over, longest overdue first. The caller commits."""
    now = time.now()
    return _claimed(_to_breach(now), SlaClock.due_at, now, limit)


def warn(clock_id: int) -> None:
    """Say once that a promise soon runs out; nothing if that has changed meanwhile."""
    now = time.now()
    clock = _locked(clock_id, _to_warn(now))
    if clock is None:
        return
    clock.claimed_until = None
    action = Action.CUSTOMER_CLOCK_WARNED if is_customers(clock.target) else Action.WARNED
    clock.ticket.record(action, by=SYSTEM, **details_of(clock.run, clock.id))


def breach(clock_id: int) -> None:
    """Say once that a promise was not kept; nothing if it was answered meanwhile."""
    now = time.now()
    clock = _locked(clock_id, _to_breach(now))
    if clock is None:
        return
    if clock.target is Target.DELIVERY and tell_news(clock.ticket):
        return  # it was delivered, and nobody had looked: in time or not is decided by that moment
    clock.claimed_until = None
    action = Action.CUSTOMER_CLOCK_RAN_OUT if is_customers(clock.target) else Action.BREACHED
    clock.ticket.record(action, by=SYSTEM, **breach_details(clock.run, clock.id))


def next_moment() -> datetime | None:
    """When the sweep will next have something to do; None when nothing runs."""
    running = SlaClock.state == fixed(State.RUNNING), SlaClock.breached_at.is_(None)
    due = select(SlaClock.due_at).where(*running).order_by(SlaClock.due_at).limit(at_most(1))
    warning = (
        select(SlaClock.warn_at)
        .where(*running, SlaClock.warned_at.is_(None))
        .order_by(SlaClock.warn_at)
        .limit(at_most(1))
    )
    moments = [m for m in (db.session.scalar(due), db.session.scalar(warning)) if m]
    return min(moments, default=None)


def oldest_unswept(now: datetime) -> datetime | None:
    """Since when a broken promise has waited to be told; None when all are."""
    return db.session.scalar(
        select(SlaClock.due_at).where(*_to_breach(now)).order_by(SlaClock.due_at).limit(at_most(1))
    )


def _to_warn(now: datetime) -> tuple[ColumnElement[bool], ...]:
    running = SlaClock.state == fixed(State.RUNNING)
    return (
        running,
        SlaClock.warned_at.is_(None),
        SlaClock.breached_at.is_(None),
        SlaClock.warn_at <= now,
        SlaClock.due_at >= now,
    )


def _to_breach(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # An answer at the very second it is due is in time, so nothing has run over before the second after.
    return SlaClock.state == fixed(State.RUNNING), SlaClock.breached_at.is_(None), SlaClock.due_at < now


def _ids(condition: tuple[ColumnElement[bool], ...], order: InstrumentedAttribute[datetime]) -> list[int]:
    return list(db.session.scalars(select(SlaClock.id).where(*condition).order_by(order).limit(at_most(AT_ONCE))))


def _claimed(
    condition: tuple[ColumnElement[bool], ...], order: InstrumentedAttribute[datetime], now: datetime, limit: int
) -> list[int]:
    # A lease spreads the work and is no lock: who acts looks again. So one that cannot be true, because the clock of
    # the host that wrote it was wrong, binds nobody.
    until = SlaClock.claimed_until
    is_free = or_(until.is_(None), until <= now, until > now + LEASE)
    due = select(SlaClock.id).where(*condition, is_free).order_by(order).limit(at_most(limit))
    taken = due.with_for_update(skip_locked=True).cte("taken")  # a plain subquery may be run, and so lock, repeatedly
    statement = update(SlaClock).where(SlaClock.id.in_(select(taken.c.id))).values(claimed_until=now + LEASE)
    statement = statement.returning(order, SlaClock.id).execution_options(synchronize_session=False)
    # By their moment, as they were chosen: the reason that came first is the one a supervisor reads first.
    taken_now: list[tuple[datetime, int]] = [(at, clock_id) for at, clock_id in db.session.execute(statement)]
    return [clock_id for _, clock_id in sorted(taken_now)]


def _locked(clock_id: int, condition: tuple[ColumnElement[bool], ...]) -> SlaClock | None:
    # Ticket first, clock second, as every door does: two orders of locking would wait for each other.
    ticket_id = select(SlaClock.ticket_id).where(SlaClock.id == clock_id, *condition).scalar_subquery()
    ticket = db.session.scalar(select(Ticket).where(Ticket.id == ticket_id).with_for_update(skip_locked=True))
    if ticket is None:
        return None
    query = select(SlaClock).where(SlaClock.id == clock_id, *condition)
    query = query.with_for_update().execution_options(populate_existing=True)
    clock = db.session.scalar(query)
    if clock and clock.calendar_version < ticket.store.calendar_version:
        bring_up_to_date(ticket)  # the hours were changed, and this clock's turn to be moved has not come yet
        clock = db.session.scalar(query)
    if clock:
        set_committed_value(clock, "ticket", ticket)  # else it would be asked for once more
    return clock
