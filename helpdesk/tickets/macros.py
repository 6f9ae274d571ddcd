"""Macros: answers that are written once, with placeholders, and what they change on the ticket."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import May, User, store_ids_of
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.stores import Store
from helpdesk.tickets.macro_changes import checked
from helpdesk.tickets.placeholders import unknown_in
from helpdesk.tickets.ticket import Ticket

LONGEST_NAME = 80
MOVED_ON = "Not kept yet: this macro was changed while you wrote."


class Macro(Base):
    """One answer to use again: of one store or of all, for one person or for everybody."""

    __tablename__ = "macros"
    __table_args__ = (Index("ix_macros_store_id", "store_id"), Index("ix_macros_owner_id", "owner_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int | None] = mapped_column(ForeignKey("stores.id"))  # none: for every store its reader works for
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # none: everybody's
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    body: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any]]
    seed_key: Mapped[str | None] = mapped_column(String(80), unique=True)  # shipped with a store: loaded once
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    retired_at: Mapped[datetime | None]
    store: Mapped[Store | None] = relationship()
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    changed_by: Mapped[User | None] = relationship(foreign_keys=[changed_by_id])

    @property
    def digest(self) -> str:
        """Tells whether it is still as somebody looked at it."""
        return _digest(self.name, self.body, self.changes)

    @classmethod
    def write(cls, *, by: User, store: Store | None, is_shared: bool, name: str, body: str, changes: Any) -> "Macro":
        """A new one. Agents write their own, supervisors also the store's, and who sees all stores those for all."""
        _refuse_unless_theirs(by, store.id if store else None, None if is_shared else by.id)
        macro = cls(store=store, owner_id=None if is_shared else by.id)
        macro._say(by, name, body, changes)
        db.session.add(macro)
        db.session.flush()
        return macro

    def edit(self, *, by: User, name: str, body: str, changes: Any, seen: str | None = None) -> None:
        """Say it better. Raises WrongState where it is not the one with the digest `seen` any more."""
        _refuse_unless_theirs(by, self.store_id, self.owner_id)
        if seen is not None and self.digest not in (seen, _digest(name, body, changes)):
            raise WrongState(MOVED_ON)
        self._say(by, name, body, changes)

    def retire(self, *, by: User) -> None:
        """Offer it no more."""
        _refuse_unless_theirs(by, self.store_id, self.owner_id)
        self.retired_at = self.retired_at or clock.now()

    def bring_back(self, *, by: User) -> None:
        """Offer it again."""
        _refuse_unless_theirs(by, self.store_id, self.owner_id)
        self.retired_at = None

    def _say(self, by: User | None, name: str, body: str, changes: Mapping[str, Any]) -> None:
        if wrong := unknown_in(body):
            raise Invalid(" ".join(wrong))
        self.name, self.body, self.changes = name.strip()[:LONGEST_NAME], body.strip(), checked(changes)
        self.changed_at, self.changed_by_id = clock.now(), by.id if by else None


def _digest(name: str, body: str, changes: Mapping[str, Any]) -> str:
    kept = name.strip()[:LONGEST_NAME], body.strip(), checked(changes)
    return sha256(dumps(kept, sort_keys=True).encode()).hexdigest()


def may_change(person: User, store_id: int | None, owner_id: int | None) -> bool:
    """Whether somebody may write or change a macro of that kind; of which stores is asked apart."""
    if owner_id is not None:
        return owner_id == person.id
    return person.may(May.WRITE_SHARED_MACROS if store_id is not None else May.SEE_ALL_STORES)


def macros_visible_to(person: User) -> Select[Macro]:
    """Their own and the shared ones of their stores, by name; retired ones too."""
    theirs = or_(Macro.owner_id.is_(None), Macro.owner_id == person.id)
    here = or_(Macro.store_id.is_(None), Macro.store_id.in_(store_ids_of(person)))
    return select(Macro).where(theirs, here).order_by(Macro.name, Macro.id)


def macros_for(ticket: Ticket, person: User) -> Select[Macro]:
    """Those that can be used on this ticket."""
    here = or_(Macro.store_id.is_(None), Macro.store_id == ticket.store_id)
    return macros_visible_to(person).where(here, Macro.retired_at.is_(None))


def ship_macro(store: Store, key: str, name: str, body: str, changes: Mapping[str, Any]) -> bool:
    """Load a macro that comes with a store, once: what people made of it since stays theirs."""
    seed_key = f"{store.slug}/{key}"
    if db.session.scalar(select(Macro.id).where(Macro.seed_key == seed_key)):
        return False
    macro = Macro(store=store, seed_key=seed_key)
    macro._say(None, name, body, changes)
    db.session.add(macro)
    db.session.flush()
    return True


def _refuse_unless_theirs(by: User, store_id: int | None, owner_id: int | None) -> None:
    if not may_change(by, store_id, owner_id):
        raise NotAllowed("You may change your own macros. A supervisor changes those of the store.")
    sees = store_id is None or db.session.scalar(
        select(Store.id).where(Store.id == store_id, Store.id.in_(store_ids_of(by)))
    )
    if not sees:
        raise NotAllowed("You do not work for that store.")
