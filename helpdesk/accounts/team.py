"""Teams: who works with whom, and who may plan for whom."""

from sqlalchemy import Select, select

from helpdesk.accounts.permissions import RANK, May
from helpdesk.accounts.user import User, memberships, store_ids_of
from helpdesk.core.db import db
from helpdesk.core.errors import NotAllowed


def team_of(person: User) -> Select[User]:
    """Everybody active who works for one of this person's stores, by name; the person too."""
    theirs = select(memberships.c.user_id).where(memberships.c.store_id.in_(store_ids_of(person)))
    return select(User).where(User.is_active, User.id.in_(theirs)).order_by(User.name, User.id)


def leads(by: User, person: User) -> bool:
    """Whether `by` plans for this person: a supervisor for those of the team who stand no higher."""
    if not by.may(May.PLAN_TEAM) or RANK[by.role] < RANK[person.role]:
        return False
    return db.session.scalar(team_of(by).where(User.id == person.id).with_only_columns(User.id)) is not None


def refuse_unless_leads(by: User, person: User) -> None:
    """Everybody plans for themselves, supervisors for their team; others are refused."""
    if by.id != person.id and not leads(by, person):
        raise NotAllowed("Only the person, or a supervisor of their team, can plan that.")
