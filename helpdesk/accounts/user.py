"""Staff: people who sign in, their role and their stores; and the system itself as an actor."""

from datetime import datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import Column, ForeignKey, Select, String, Table, select, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.permissions import May, Role, allows
from helpdesk.core.db import Base, Word, db
from helpdesk.stores import Store, all_stores

memberships = Table(
    "memberships",
    Base.metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("store_id", ForeignKey("stores.id", ondelete="CASCADE"), primary_key=True),
)


class User(UserMixin, Base):
    """A member of staff."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(Word(Role))
    password_hash: Mapped[str] = mapped_column(String(200))
    has_demo_password: Mapped[bool] = mapped_column(default=False)
    session_key: Mapped[str] = mapped_column(String(43), unique=True)  # changing it signs the person out everywhere
    is_active: Mapped[bool] = mapped_column(default=True)
    last_seen_at: Mapped[datetime | None]
    hears_of_followed: Mapped[bool] = mapped_column(default=True, server_default=true())  # by mail
    stores: Mapped[list[Store]] = relationship(secondary=memberships, order_by=Store.name)

    def get_id(self) -> str:
        """What the session cookie holds: never the row's number."""
        return self.session_key

    def may(self, what: May) -> bool:
        """Whether this person's role allows it."""
        return allows(self.role, what)

    @property
    def is_supervisor(self) -> bool:
        """Whether escalations can go to this person."""
        return self.may(May.DECIDE_ESCALATIONS)


def stores_of(user: User) -> Select[Store]:
    """The stores this person works for; an admin works for all."""
    if user.may(May.SEE_ALL_STORES):
        return all_stores()
    return all_stores().join(memberships, memberships.c.store_id == Store.id).where(memberships.c.user_id == user.id)


def store_ids_of(user: User) -> Any:
    """A subquery of those stores' ids: the root of every check of what staff may see."""
    if user.may(May.SEE_ALL_STORES):
        return select(Store.id)
    return select(memberships.c.store_id).where(memberships.c.user_id == user.id)


def works_for(user: User, store_id: int) -> bool:
    """Whether this person may work on that store's tickets."""
    query = select(Store.id).where(Store.id == store_id, Store.id.in_(store_ids_of(user)))
    return db.session.scalar(query) is not None


def staff_of(store_id: int, *roles: Role) -> Select[User]:
    """Active members of a store's staff, by name; of the given roles only, if any are given."""
    query = select(User).join(memberships, memberships.c.user_id == User.id)
    query = query.where(memberships.c.store_id == store_id, User.is_active)
    return query.where(User.role.in_(roles)).order_by(User.name) if roles else query.order_by(User.name)


def anyone(role: Role, number: Any) -> User:
    """Whoever of this role asks: stands for a person, whose number is a place, in a prepared statement."""
    return User(id=number, role=role)


def by_email(email: str) -> Select[User]:
    """The member of staff with this address."""
    return select(User).where(User.email == email.strip().lower())
