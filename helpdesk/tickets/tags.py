"""Tags: a store's own short words on its tickets."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from helpdesk.accounts import May, User, store_ids_of
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.stores import Store
from helpdesk.tickets.macro_tags import rename_in_macros
from helpdesk.tickets.tag_names import LONGEST, normalised
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action

MOST_ON_A_TICKET = 20
SUGGESTED = 40


class Tag(Base):
    """One word of a store; retired it stays where it is, and is not given any more."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("store_id", "name"), Index("ix_tags_used", "store_id", "used_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    name: Mapped[str] = mapped_column(String(LONGEST))  # as `normalised` writes it
    made_at: Mapped[datetime]
    used_at: Mapped[datetime]  # last given to a ticket
    retired_at: Mapped[datetime | None]
    store: Mapped[Store] = relationship()

    def rename(self, name: str, *, by: User) -> None:
        """Another word for the same, on every ticket that has it."""
        _refuse_unless_may(by)
        name = normalised(name)
        other = _named(self.store_id, name)
        if other and other is not self:
            raise Invalid(f"There is a tag “{name}” already: merge this one into it.")
        rename_in_macros(self.store_id, self.name, name)
        self.name = name

    def merge_into(self, other: "Tag", *, by: User) -> None:
        """Every ticket that has this one has the other instead; this one is gone."""
        _refuse_unless_may(by)
        if other is self or other.store_id != self.store_id:
            raise Invalid("Choose another tag of the same store.")
        twin = aliased(TicketTag)
        has_both = exists().where(twin.ticket_id == TicketTag.ticket_id, twin.tag_id == other.id)
        mine = TicketTag.tag_id == self.id
        db.session.execute(update(TicketTag).where(mine, ~has_both).values(tag_id=other.id))
        db.session.execute(delete(TicketTag).where(mine))
        rename_in_macros(self.store_id, self.name, other.name)
        db.session.delete(self)

    def retire(self, *, by: User) -> None:
        """Nobody shall give it any more."""
        _refuse_unless_may(by)
        if self.retired_at:
            raise WrongState(f"“{self.name}” is retired already.")
        self.retired_at = clock.now()

    def bring_back(self, *, by: User) -> None:
        """It may be given again."""
        _refuse_unless_may(by)
        self.retired_at = None


class TicketTag(Base):
    """A tag on a ticket."""

    __tablename__ = "ticket_tags"
    __table_args__ = (Index("ix_ticket_tags_tag_id", "tag_id", "ticket_id"),)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True)
    added_at: Mapped[datetime]


def add_tag(ticket: Ticket, name: str, *, by: User) -> Tag:
    """Give the ticket a tag, new or known; one it has already changes nothing."""
    name = normalised(name)
    tag = _named(ticket.store_id, name) or _new(ticket.store_id, name)
    if db.session.get(TicketTag, (ticket.id, tag.id)):
        return tag
    if tag.retired_at:
        raise WrongState(f"“{name}” is retired: choose another tag, or ask a supervisor to bring it back.")
    if len(tags_of(ticket.id)) >= MOST_ON_A_TICKET:
        raise Invalid(f"{MOST_ON_A_TICKET} tags are enough for one ticket. Remove one first.")
    tag.used_at = clock.now()
    db.session.add(TicketTag(ticket_id=ticket.id, tag_id=tag.id, added_at=clock.now()))
    ticket.record(Action.TAGGED, by=by, tag=name)
    return tag


def remove_tag(ticket: Ticket, tag: Tag, *, by: User) -> None:
    """Take it away; one that is not there changes nothing."""
    given = db.session.get(TicketTag, (ticket.id, tag.id))
    if given:
        db.session.delete(given)
        ticket.record(Action.UNTAGGED, by=by, tag=tag.name)


def tags_of(ticket_id: int) -> Sequence[Tag]:
    """The ticket's tags by name."""
    given = select(Tag).join(TicketTag, TicketTag.tag_id == Tag.id).where(TicketTag.ticket_id == ticket_id)
    return db.session.scalars(given.order_by(Tag.name)).all()


def tags_to_give(store_id: int) -> Sequence[str]:
    """Suggestions: what was given last."""
    known = select(Tag.name).where(Tag.store_id == store_id, Tag.retired_at.is_(None))
    return db.session.scalars(known.order_by(Tag.used_at.desc()).limit(SUGGESTED)).all()


def givable(store_id: int, names: Sequence[str]) -> list[str]:
    """Those of these names, in their order, that may be given: all but the retired ones."""
    retired = select(Tag.name).where(Tag.store_id == store_id, Tag.name.in_(names), Tag.retired_at.is_not(None))
    gone = set(db.session.scalars(retired)) if names else set()
    return [name for name in names if name not in gone]


def tags_visible_to(person: User) -> Select[Tag]:
    """Every tag of the person's stores, by store and name."""
    return select(Tag).where(Tag.store_id.in_(store_ids_of(person))).order_by(Tag.store_id, Tag.name)


def _named(store_id: int, name: str) -> Tag | None:
    return db.session.scalar(select(Tag).where(Tag.store_id == store_id, Tag.name == name))


def _new(store_id: int, name: str) -> Tag:
    tag = Tag(store_id=store_id, name=name, made_at=clock.now(), used_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(tag)
    except IntegrityError:  # another request was quicker
        return db.session.scalars(select(Tag).where(Tag.store_id == store_id, Tag.name == name)).one()
    return tag


def _refuse_unless_may(by: User) -> None:
    if not by.may(May.MANAGE_TAGS):
        raise NotAllowed("A supervisor looks after the tags.")
