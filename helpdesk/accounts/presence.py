"""Who is here now: not absent, and within their shift if they have one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, select

from helpdesk.accounts.absence import Absence
from helpdesk.accounts.shift import WeeklyShift, calendar_of
from helpdesk.accounts.user import User, staff_of
from helpdesk.core.db import NEVER
from helpdesk.core.prepared import AnySelect, Question, prepared
from helpdesk.stores import Calendar


@dataclass(frozen=True)
class Presence:
    """Whether somebody is here; if not, why, and when they are expected (None: nobody knows)."""

    is_here: bool
    why: str = ""
    back_at: datetime | None = None
    shift: Calendar | None = None


HERE = Presence(True)


class Member(NamedTuple):
    """Somebody of a store's staff, and whether they are here."""

    id: int
    name: str
    presence: Presence


def presence_of(people: Sequence[User | Row[Any]], at: datetime) -> dict[int, Presence]:
    """How it is with each of them at that moment, in one query."""
    return _judged(_plans_of.rows(ids=[person.id for person in people], at=at), at)


def members_of(store_id: int, at: datetime) -> Question[list[Member]]:
    """The store's active staff by name, and how it is with each of them at that moment, in one query."""
    return _plans_in.question(store_id=store_id, at=at).then(lambda rows: _as_members(rows, at))


def _as_members(rows: Sequence[Row[Any]], at: datetime) -> list[Member]:
    here = _judged(rows, at)
    return [Member(row.id, row.name, here[row.id]) for row in {row.id: row for row in rows}.values()]


def _judged(rows: Sequence[Row[Any]], at: datetime) -> dict[int, Presence]:
    absences: dict[int, list[Row[Any]]] = {row.id: [] for row in rows}
    shifts: dict[int, Calendar] = {}
    for row in rows:
        if row.begins_at:
            absences[row.id].append(row)
        if row.timezone and row.id not in shifts:
            shifts[row.id] = calendar_of(row.timezone, row.weekly)
    return {person: judge(theirs, shifts.get(person), at) for person, theirs in absences.items()}


@prepared
def _plans_of(ids: list[int], at: datetime) -> AnySelect:
    return _with_plans(select(User).where(User.id.in_(ids)), at).order_by(Absence.begins_at, Absence.id)


@prepared
def _plans_in(store_id: int, at: datetime) -> AnySelect:
    return _with_plans(staff_of(store_id), at).order_by(Absence.begins_at, Absence.id)


def _with_plans(people: Select[User], at: datetime) -> AnySelect:
    counts = and_(Absence.user_id == User.id, Absence.ends_at > at, Absence.called_off_at.is_(None))
    plans = Absence.begins_at, Absence.ends_at, WeeklyShift.timezone, WeeklyShift.weekly
    query = people.with_only_columns(User.id, User.name, *plans).outerjoin(Absence, counts)
    return query.outerjoin(WeeklyShift, WeeklyShift.user_id == User.id)


def present(people: Sequence[User], at: datetime) -> list[User]:
    """Those of them who are here."""
    here = presence_of(people, at)
    return [person for person in people if here[person.id].is_here]


def judge(absences: Sequence[Absence | Row[Any]], shift: Calendar | None, at: datetime) -> Presence:
    """From absences (the next first) and shift to the answer."""
    if not absences and shift is None:
        return HERE
    if _end_of_absence(absences, at) > at:
        return Presence(False, "absent", _back_at(absences, shift, at), shift)
    if shift and not shift.is_open(at):
        return Presence(False, "outside the shift", _back_at(absences, shift, at), shift)
    return Presence(True, shift=shift)


def _back_at(absences: Sequence[Absence | Row[Any]], shift: Calendar | None, at: datetime) -> datetime | None:
    # Each round gets past an absence or to the next shift; where both agree somebody is back.
    while (free := _end_of_absence(absences, at)) < NEVER:
        at = shift.next_open(free) if shift else free
        if at == free:
            return at
    return None


def _end_of_absence(absences: Sequence[Absence | Row[Any]], at: datetime) -> datetime:
    # Ordered by their beginning, so that one which begins within another carries on from there.
    for absence in absences:
        if absence.begins_at <= at < absence.ends_at:
            at = absence.ends_at
    return at
