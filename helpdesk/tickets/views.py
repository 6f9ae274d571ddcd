"""Saved views: filters and an order under a name, for oneself or for everybody of a store."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import May, Role, User, anyone, store_ids_of, works_for
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid, NotAllowed
from helpdesk.core.prepared import AnySelect, prepared
from helpdesk.stores import Store
from helpdesk.tickets.filters import Filters, Show

LONGEST_NAME = 40
#: More would be no overview, and each has a counter.
MOST = 20

#: What every helpdesk needs, by its name in the page: these take no rows and cannot be removed.
STANDARD: dict[str, tuple[str, Filters]] = {
    "waiting": ("Waiting for us", Filters()),
    "mine": ("Mine", Filters(Show.UNFINISHED, assignee="me")),
    "unassigned": ("Nobody's", Filters(Show.UNFINISHED, assignee="nobody")),
    "new": ("New", Filters(more=(("status", "new"),))),
    "overdue": ("Overdue", Filters(Show.UNFINISHED, more=(("overdue", "1"),))),
    "escalated": ("Escalated", Filters(Show.UNFINISHED, more=(("escalated", "1"),))),
    "pending": ("Waiting for customer", Filters(Show.PENDING)),
    "on_hold": ("On hold", Filters(Show.ON_HOLD)),
    "snoozed": ("Snoozed", Filters(Show.SNOOZED)),
    "unfinished": ("All unfinished", Filters(Show.UNFINISHED)),
    "solved": ("Solved lately", Filters(Show.SOLVED)),  # after a week they are closed
    "all": ("All", Filters(Show.ALL)),
}


class View(Base):
    """What somebody looks at again and again."""

    __tablename__ = "views"
    __table_args__ = (Index("ix_views_owner_id", "owner_id"), Index("ix_views_store_id", "store_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    store_id: Mapped[int | None] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))  # shared with its staff
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    query: Mapped[str] = mapped_column(String(4000))  # filters and order, as in the queue's address
    position: Mapped[int]
    made_at: Mapped[datetime]
    owner: Mapped[User] = relationship()
    store: Mapped[Store | None] = relationship()

    @classmethod
    def save(cls, name: str, query: str, *, by: User, store: Store | None = None) -> "View":
        """Keep filters under a name: for oneself, or shared with a store. Raises Invalid on a name in use."""
        if store:
            _refuse_unless_may_share(by, store.id)
        mates = _mates(by, store.id if store else None)
        if len(mates) >= MOST:
            raise Invalid(f"{MOST} views are the most that fit. Remove one you no longer use.")
        view = cls(
            owner_id=by.id,
            store_id=store.id if store else None,
            name=_free_name(name, mates),
            query=query,
            position=max((each.position for each in mates), default=0) + 1,
            made_at=clock.now(),
        )
        db.session.add(view)
        db.session.flush()
        return view

    def rename(self, name: str, *, by: User) -> None:
        """Call it something else."""
        self.refuse_unless_changed_by(by)
        self.name = _free_name(name, [each for each in _mates(self.owner, self.store_id) if each.id != self.id])

    def move_up(self, *, by: User) -> None:
        """Let it change places with the one above it."""
        self.refuse_unless_changed_by(by)
        above = [each for each in _mates(self.owner, self.store_id) if each.place < self.place]
        if above:
            self.position, above[-1].position = above[-1].position, self.position

    def remove(self, *, by: User) -> None:
        """Forget it; the tickets it showed stay as they are."""
        self.refuse_unless_changed_by(by)
        db.session.delete(self)

    def refuse_unless_changed_by(self, by: User) -> None:
        """One's own are one's own; shared ones are kept by the supervisors of the store. Raises NotAllowed."""
        if self.store_id is not None:
            _refuse_unless_may_share(by, self.store_id)
        elif self.owner_id != by.id:
            raise NotAllowed("This view belongs to somebody else.")

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among its mates."""
        return self.position, self.id


def views_for(person: User) -> Select[View]:
    """Their own views, and those shared with their stores."""
    own = (View.owner_id == person.id) & View.store_id.is_(None)
    shared = View.store_id.in_(store_ids_of(person))
    return select(View).where(or_(own, shared)).order_by(View.position, View.id)


@prepared
def views_listed(role: Role, person_id: int) -> AnySelect:
    """The same as plain rows, for every page of the queue."""
    return views_for(anyone(role, person_id)).with_only_columns(View.id, View.name, View.query, View.store_id)


def _mates(owner: User, store_id: int | None) -> list[View]:
    """Those it stands among: all of its store, or all of its owner."""
    own = (View.owner_id == owner.id) & View.store_id.is_(None)
    query = select(View).where(own if store_id is None else View.store_id == store_id)
    return list(db.session.scalars(query.order_by(View.position, View.id)))


def _free_name(name: str, mates: list[View]) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Invalid("Give the view a name.")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"Please keep the name under {LONGEST_NAME} characters.")
    if name.casefold() in {each.name.casefold() for each in mates}:
        raise Invalid(f"There is a view “{name}” already.")
    return name


def _refuse_unless_may_share(by: User, store_id: int) -> None:
    if not by.may(May.SHARE_VIEWS) or not works_for(by, store_id):
        raise NotAllowed("Views for a whole store are kept by its supervisors.")
