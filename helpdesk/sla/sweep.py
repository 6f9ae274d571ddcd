"""The sweep: finds promises that need a warning or have run over. Twice is as good as once."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk.accounts import SYSTEM
from helpdesk.core import clock as time
from helpdesk.core.db import db, fixed
from helpdesk.sla.clock import SlaClock
from helpdesk.sla.keeping import breach_details, bring_up_to_date, details_of
from helpdesk.sla.news import tell_news
from helpdesk.sla.words import State, Target, is_customers
from helpdesk.tickets import Action, Ticket

AT_ONCE = 500


def ids_to_warn(now: datetime) -> list[int]:
    """Clocks of which a warning is due and not given; follows an index, however many are running."""
    return _ids(_to_warn(now), SlaClock.warn_at)


def ids_to_breach(now: datetime) -> list[int]:
    """Clocks that ran over and nobody has said so."""
    return _ids(_to_breach(now), SlaClock.due_at)


def warn(clock_id: int) -> None:
    """Say once that a promise soon runs out; nothing if that has changed meanwhile."""
    now = time.now()
    clock = _locked(clock_id, _to_warn(now))
    if clock is None:
        return
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
    action = Action.CUSTOMER_CLOCK_RAN_OUT if is_customers(clock.target) else Action.BREACHED
    clock.ticket.record(action, by=SYSTEM, **breach_details(clock.run, clock.id))


def next_moment() -> datetime | None:
    """When the sweep will next have something to do; None when nothing runs."""
    running = SlaClock.state == fixed(State.RUNNING), SlaClock.breached_at.is_(None)
    due = select(SlaClock.due_at).where(*running).order_by(SlaClock.due_at).limit(1)
    warning = select(SlaClock.warn_at).where(*running, SlaClock.warned_at.is_(None)).order_by(SlaClock.warn_at).limit(1)
    moments = [m for m in (db.session.scalar(due), db.session.scalar(warning)) if m]
    return min(moments, default=None)


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
    return list(db.session.scalars(select(SlaClock.id).where(*condition).order_by(order).limit(AT_ONCE)))


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
        return db.session.scalar(query)
    return clock
