"""Assigning by itself: tickets that nobody has, or whose assignee is long away, go to somebody who is here."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts import SYSTEM, Absence, Actor, May, Role, User, present, staff_of, stores_of
from helpdesk.core import clock
from helpdesk.core.db import Base, db, fixed
from helpdesk.core.errors import NotAllowed
from helpdesk.stores import Mode, Store, all_stores
from helpdesk.tickets import Category, Event, Status, Ticket

AT_ONCE = 200
WAITING = Ticket.status.in_([fixed(Status.NEW), fixed(Status.OPEN)])


class Turn(Base):
    """Whose turn it is at a store; its row is also what those who hand out wait for, so that two do not give alike."""

    __tablename__ = "turns"
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"), primary_key=True)
    last: Mapped[dict[str, Any]]  # by category, who got the last one


def assign_new(event: Event) -> None:
    """A new ticket goes to somebody who is here, where the store wants it so."""
    if event.ticket.assignee_id is None:
        _give(event.ticket, by=SYSTEM)


def ids_to_assign() -> list[int]:
    """What waits and has nobody, or somebody who is away for long; only where somebody could take it."""
    return [ticket_id for store in db.session.scalars(all_stores()) for ticket_id in _ids_of(store)]


def assign_to_whoever_is_here(ticket_id: int) -> None:
    """Give one; nothing if it has found somebody meanwhile, or somebody is at it."""
    ticket = db.session.scalar(select(Ticket).where(Ticket.id == ticket_id).with_for_update(skip_locked=True))
    if ticket and not ticket.is_finished and ticket.assignee_id in (None, *_long_away(ticket.store, clock.now())):
        _give(ticket, by=SYSTEM)


def assign_now(*, by: User) -> int:
    """Hand out at once what nobody has in the person's stores, evenly where no other way is set; says how many went."""
    if not by.may(May.MOVE_WORK):
        raise NotAllowed("A supervisor hands out work.")
    mine = select(Ticket).where(Ticket.store_id.in_(stores_of(by).with_only_columns(Store.id)))
    unassigned = mine.where(WAITING, Ticket.assignee_id.is_(None), Ticket.snoozed_until.is_(None))
    tickets = db.session.scalars(
        unassigned.order_by(Ticket.next_due_at, Ticket.id).limit(AT_ONCE).with_for_update(of=Ticket, skip_locked=True)
    ).all()
    # Store by store: two who hand out at once lock the stores' turns in the same order, and wait instead of dying.
    by_store = sorted(tickets, key=lambda ticket: ticket.store_id)
    return sum(_give(ticket, by=by, otherwise=Mode.LEAST_LOADED) is not None for ticket in by_store)


def _give(ticket: Ticket, *, by: Actor, otherwise: Mode = Mode.OFF) -> User | None:
    mode = ticket.store.work.handing_out.mode_for(ticket.category)
    mode = otherwise if mode is Mode.OFF else mode
    if mode is Mode.OFF:
        return None
    turn = _turn_of(ticket.store_id)
    people = [person for person in _takers(ticket.store) if person.id != ticket.assignee_id]
    if not people:
        return None
    person = _next(people, turn.last.get(ticket.category)) if mode is Mode.ROUND_ROBIN else people[0]
    turn.last = {**turn.last, ticket.category.value: person.id}
    ticket.assign(to=person, by=by)
    db.session.flush()
    return person


def _takers(store: Store) -> list[User]:
    """Agents who are here and have room, who has least first."""
    agents = present(db.session.scalars(staff_of(store.id, Role.AGENT)).all(), clock.now())
    load, most = _load(agents), store.work.handing_out.at_most
    free = [agent for agent in agents if most is None or load.get(agent.id, 0) < most]
    return sorted(free, key=lambda agent: (load.get(agent.id, 0), agent.id))


def _load(people: Iterable[User]) -> dict[int, int]:
    """How many tickets wait for each of them, of all stores."""
    theirs = Ticket.assignee_id.in_([person.id for person in people]), WAITING, Ticket.snoozed_until.is_(None)
    query = select(Ticket.assignee_id, func.count()).where(*theirs).group_by(Ticket.assignee_id)
    return {person: count for person, count in db.session.execute(query) if person is not None}


def _next(people: list[User], last_id: int | None) -> User:
    in_turn = sorted(people, key=lambda person: person.id)
    return next((person for person in in_turn if last_id is not None and person.id > last_id), in_turn[0])


def _ids_of(store: Store) -> list[int]:
    terms = store.work.handing_out
    categories = [each for each in Category if terms.mode_for(each) is not Mode.OFF]
    if not categories or not _takers(store):
        return []
    away = _long_away(store, clock.now())
    nobodys = or_(Ticket.assignee_id.is_(None), Ticket.assignee_id.in_(away)) if away else Ticket.assignee_id.is_(None)
    query = select(Ticket.id).where(Ticket.store_id == store.id, WAITING, nobodys, Ticket.category.in_(categories))
    query = query.where(Ticket.snoozed_until.is_(None)).order_by(Ticket.next_due_at, Ticket.id)
    return list(db.session.scalars(query.limit(AT_ONCE)))


def _long_away(store: Store, now: datetime) -> list[int]:
    """Who is away now, and for so long that the store gives their tickets to others."""
    hours = store.work.handing_out.absent_hours
    if hours is None:
        return []
    query = select(Absence).where(Absence.begins_at <= now, Absence.ends_at > now, Absence.called_off_at.is_(None))
    absences = db.session.scalars(query).all()
    return [each.user_id for each in absences if each.ends_at - each.begins_at >= timedelta(hours=hours)]


def _turn_of(store_id: int) -> Turn:
    query = select(Turn).where(Turn.store_id == store_id).with_for_update().execution_options(populate_existing=True)
    if turn := db.session.scalar(query):
        return turn
    try:
        with db.session.begin_nested():
            db.session.add(Turn(store_id=store_id, last={}))
    except IntegrityError:  # another was quicker
        pass
    return db.session.scalars(query).one()
