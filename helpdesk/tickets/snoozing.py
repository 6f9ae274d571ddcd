"""Snoozing: a ticket sleeps until a moment and comes back by itself; nothing that presses ever sleeps."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, select, text, union_all
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import SYSTEM, Actor, User
from helpdesk.core import clock
from helpdesk.core.db import Base, at_most, db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.stores import Counts, Store, calendar_of
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action, Event

IN_FORCE = text("ended_at IS NULL")
LONGEST = timedelta(days=180)
AT_ONCE = 200
#: What ended a snooze when its time had not come: somebody did it, or a promise presses. Other ends name their action.
BY_TIME, BY_HAND, BY_PROMISE = "time", "hand", "promise"


class Snooze(Base):
    """One sleep of a ticket; `Ticket.snoozed_until` repeats its end for the queue."""

    __tablename__ = "snoozes"
    __table_args__ = (
        Index("uq_snoozes_in_force", "ticket_id", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    until: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(200), default="")
    began_at: Mapped[datetime]
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    ticket: Mapped[Ticket] = relationship()
    begun_by: Mapped[User] = relationship()

    @classmethod
    def begin(cls, ticket: Ticket, until: datetime, *, by: User, note: str = "") -> "Snooze":
        """Let it sleep; a second time in a row changes until when. Raises a Problem where something presses."""
        now = clock.now()
        if ticket.is_finished:
            raise WrongState("Nothing waits on this ticket: it is finished.")
        if not now < until <= now + LONGEST:
            raise Invalid("Choose a time to come, within the next 180 days.")
        if ticket.next_warn_at <= now:
            raise WrongState("A promise on this ticket runs out soon or has run out: keep it before this sleeps.")
        snooze = snooze_of(ticket) or cls(ticket=ticket)
        snooze.until, snooze.note = until, note.strip()[:200]
        snooze.began_at, snooze.begun_by = now, by
        ticket.snoozed_until = until
        db.session.add(snooze)
        ticket.record(Action.SNOOZED, by=by, until=until.isoformat(), note=snooze.note)
        return snooze

    def end(self, *, by: Actor, because: str = BY_HAND) -> None:
        """Awake again, and why."""
        if self.ended_at:
            raise WrongState("This ticket is awake already.")
        self.ended_at, self.ticket.snoozed_until = clock.now(), None
        self.ticket.record(Action.WOKEN, by=by, because=because)


def snooze_of(ticket: Ticket) -> Snooze | None:
    """The sleep that it is in; costs a question only if it sleeps."""
    if ticket.snoozed_until is None:
        return None
    return db.session.scalar(select(Snooze).where(Snooze.ticket_id == ticket.id, Snooze.ended_at.is_(None)))


def wake_up(event: Event) -> None:
    """Something happened that does not wait: the ticket is awake again."""
    if snooze := snooze_of(event.ticket):
        snooze.end(by=SYSTEM, because=event.action)


def ids_to_wake() -> list[int]:
    """Tickets whose time has come, or that have a promise which presses by now."""
    now = clock.now()
    asleep = Ticket.snoozed_until.is_not(None)
    slept_long_enough = _some(Ticket.snoozed_until <= now)
    presses = _some(asleep, Ticket.next_warn_at <= now)
    return list(dict.fromkeys(db.session.scalars(union_all(slept_long_enough, presses))))


def wake(ticket_id: int) -> None:
    """End one sleep; nothing if somebody was quicker or is at it."""
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update(skip_locked=True)
    ticket = db.session.scalar(query.execution_options(populate_existing=True))
    snooze = snooze_of(ticket) if ticket else None
    if snooze is None:
        return
    if snooze.until <= clock.now():
        snooze.end(by=SYSTEM, because=BY_TIME)
    elif snooze.ticket.next_warn_at <= clock.now():
        snooze.end(by=SYSTEM, because=BY_PROMISE)


def wake_times(store: Store, now: datetime) -> dict[str, tuple[str, datetime]]:
    """Moments to choose from, by a short name: each with its words; equal moments once."""
    found: dict[str, tuple[str, datetime]] = {}
    for name, words, moment in _wake_times(store, now):
        if moment not in {known for _, known in found.values()}:
            found[name] = words, moment
    return found


def _wake_times(store: Store, now: datetime) -> Iterator[tuple[str, str, datetime]]:
    calendar, today = calendar_of(store), now.astimezone(ZoneInfo(store.timezone)).date()
    tomorrow, monday = today + timedelta(days=1), today + timedelta(days=7 - today.weekday())
    yield "soon", "In 2 hours of opening time", calendar.due(now, 2 * 3600, Counts.SERVICE_HOURS)
    if calendar.is_business_day(tomorrow):
        yield "tomorrow", "Tomorrow at opening", calendar.next_open(_midnight(tomorrow, store))
    yield "next_day", "Next opening day", calendar.next_open(_midnight(tomorrow, store))
    yield "next_week", "Next week at opening", calendar.next_open(_midnight(monday, store))


def _midnight(on: date, store: Store) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(store.timezone)).astimezone(UTC)


def _some(*conditions: ColumnElement[bool]) -> Select[int]:
    ids = select(Ticket.id).where(*conditions).limit(at_most(AT_ONCE)).subquery()
    return select(ids.c.id)
