"""Who is here now: not absent, and within their shift if they have one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, select

from helpdesk.accounts.absence import Absence
from helpdesk.accounts.shift import WeeklyShift
from helpdesk.accounts.user import User
from helpdesk.core.db import NEVER
from helpdesk.core.prepared import prepared
from helpdesk.stores import Calendar


@dataclass(frozen=True)
class Presence:
    """Whether somebody is here; if not, why, and when they are expected (None: nobody knows)."""

    is_here: bool
    why: str = ""
    back_at: datetime | None = None
    shift: Calendar | None = None


def presence_of(people: Sequence[User | Row[Any]], at: datetime) -> dict[int, Presence]:
    """How it is with each of them at that moment, in one query."""
    absences: dict[int, list[Absence]] = defaultdict(list)
    shifts: dict[int, Calendar] = {}
    for row in _plans.rows(ids=[person.id for person in people], at=at):
        if row.Absence:
            absences[row.id].append(row.Absence)
        if row.WeeklyShift and row.id not in shifts:
            shifts[row.id] = row.WeeklyShift.calendar
    return {person.id: judge(absences[person.id], shifts.get(person.id), at) for person in people}


@prepared
def _plans(ids: list[int], at: datetime) -> Select[int, Absence, WeeklyShift]:
    counts = and_(Absence.user_id == User.id, Absence.ends_at > at, Absence.called_off_at.is_(None))
    query = select(User.id, Absence, WeeklyShift).outerjoin(Absence, counts)
    query = query.outerjoin(WeeklyShift, WeeklyShift.user_id == User.id).where(User.id.in_(ids))
    return query.order_by(Absence.begins_at, Absence.id)


def present(people: Sequence[User], at: datetime) -> list[User]:
    """Those of them who are here."""
    here = presence_of(people, at)
    return [person for person in people if here[person.id].is_here]


def judge(absences: Sequence[Absence], shift: Calendar | None, at: datetime) -> Presence:
    """From absences (the next first) and shift to the answer."""
    if _end_of_absence(absences, at) > at:
        return Presence(False, "absent", _back_at(absences, shift, at), shift)
    if shift and not shift.is_open(at):
        return Presence(False, "outside the shift", _back_at(absences, shift, at), shift)
    return Presence(True, shift=shift)


def _back_at(absences: Sequence[Absence], shift: Calendar | None, at: datetime) -> datetime | None:
    # Each round gets past an absence or to the next shift; where both agree somebody is back.
    while (free := _end_of_absence(absences, at)) < NEVER:
        at = shift.next_open(free) if shift else free
        if at == free:
            return at
    return None


def _end_of_absence(absences: Sequence[Absence], at: datetime) -> datetime:
    # Ordered by their beginning, so that one which begins within another carries on from there.
    for absence in absences:
        if absence.begins_at <= at < absence.ends_at:
            at = absence.ends_at
    return at
