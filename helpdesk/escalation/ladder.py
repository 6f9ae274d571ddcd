"""The ladder: who takes an escalation next."""

from sqlalchemy import func, select

from helpdesk.accounts import Role, User, present, staff_of
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.escalation.escalation import Escalation, EscalationState

RUNGS = {1: Role.SUPERVISOR, 2: Role.MANAGER}
TOP = max(RUNGS)


def next_person(store_id: int, level: int) -> tuple[int, User | None]:
    """The least loaded present person from this rung up, and the rung; nobody: it waits for the role of this rung."""
    for rung in range(level, TOP + 1):
        here = present(db.session.scalars(staff_of(store_id, RUNGS[rung])).all(), clock.now())
        if here:
            load = open_by_person([person.id for person in here])
            return rung, min(here, key=lambda person: (load.get(person.id, 0), person.name))
    return min(level, TOP), None


def open_by_person(ids: list[int]) -> dict[int, int]:
    """How many open escalations each of them has in hand."""
    query = select(Escalation.to_id, func.count()).where(
        Escalation.to_id.in_(ids), Escalation.state != EscalationState.DECIDED
    )
    return {person: count for person, count in db.session.execute(query.group_by(Escalation.to_id)) if person}
