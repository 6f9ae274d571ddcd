"""Links between tickets of one store: one relates to the other, or is its parent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, joinedload, mapped_column, relationship

from helpdesk.accounts import Actor, User, works_for
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.stores import Children
from helpdesk.tickets.status import UNFINISHED
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action

IS_PARENT = text("kind = 'parent'")


class LinkKind(StrEnum):
    """What the first is to the second."""

    RELATES = "relates"
    PARENT = "parent"


class Link(Base):
    """One link; of two that relate, the older stands first."""

    __tablename__ = "ticket_links"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        Index("ix_ticket_links_other_id", "other_id"),
        Index("uq_ticket_links_parent", "other_id", unique=True, sqlite_where=IS_PARENT, postgresql_where=IS_PARENT),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LinkKind] = mapped_column(Word(LinkKind))
    one_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    one: Mapped[Ticket] = relationship(foreign_keys=one_id)
    other: Mapped[Ticket] = relationship(foreign_keys=other_id)

    def cut(self, *, by: User) -> None:
        """Take the link away again; both histories say so."""
        _refuse_stranger(by, self.one)
        db.session.delete(self)
        db.session.flush()
        for ticket, far in ((self.one, self.other), (self.other, self.one)):
            ticket.record(Action.UNLINKED, by=by, to=far.reference)


@dataclass(frozen=True)
class Linked:
    """A link as one of its tickets sees it."""

    link: Link
    ticket: Ticket  # the other end
    role: str  # "parent", "child" or "relates": what the other end is


def relate(one: Ticket, other: Ticket, *, by: User) -> Link:
    """Say that two tickets have to do with each other."""
    first, second = sorted((one, other), key=lambda ticket: ticket.id)
    _refuse_if_apart(first, second, by)
    return _made(LinkKind.RELATES, first, second, by, ("relates", "relates"))


def make_parent(parent: Ticket, *, of: Ticket, by: User) -> Link:
    """Let one ticket stand for several. Two levels only, so that nothing can go round in a circle."""
    _refuse_if_apart(parent, of, by)
    if _has(Link.other_id, parent):
        raise WrongState(f"{parent.reference} is a child itself: choose its parent.")
    if _has(Link.one_id, of):
        raise WrongState(f"{of.reference} has children of its own: they would be grandchildren.")
    if _has(Link.other_id, of):
        raise WrongState(f"{of.reference} has a parent already.")
    return _made(LinkKind.PARENT, parent, of, by, ("child", "parent"))


def links_of(ticket: Ticket) -> list[Linked]:
    """Its links, the parent first, then children, then what it relates to."""
    query = select(Link).where(or_(Link.one_id == ticket.id, Link.other_id == ticket.id)).order_by(Link.id)
    found = db.session.scalars(query.options(joinedload(Link.one), joinedload(Link.other))).all()
    return sorted((_seen(link, ticket) for link in found), key=lambda each: ROLES.index(each.role))


ROLES = ("parent", "child", "relates")


def unfinished_children(ticket: Ticket) -> Sequence[str]:
    """The references of its children that somebody still works on."""
    query = select(Ticket.reference).join(Link, Link.other_id == Ticket.id)
    mine = query.where(Link.one_id == ticket.id, Link.kind == LinkKind.PARENT, Ticket.status.in_(UNFINISHED))
    return db.session.scalars(mine.order_by(Ticket.id).limit(5)).all()


def refuse_before_children(ticket: Ticket, by: Actor) -> None:
    """Where the store wants it so, staff solve the children first; the customer may always say that it is over."""
    is_asked = isinstance(by, User) and ticket.store.work.solving.children is Children.REFUSE
    if is_asked and (children := unfinished_children(ticket)):
        raise WrongState(f"Its children are not finished: {', '.join(children)}.")


def _seen(link: Link, ticket: Ticket) -> Linked:
    is_first = link.one_id == ticket.id
    role = "relates" if link.kind is LinkKind.RELATES else ("child" if is_first else "parent")
    return Linked(link, link.other if is_first else link.one, role)


def _made(kind: LinkKind, one: Ticket, other: Ticket, by: User, roles: tuple[str, str]) -> Link:
    link = Link(kind=kind, one=one, other=other, made_at=clock.now(), made_by_id=by.id)
    db.session.add(link)
    db.session.flush()
    one.record(Action.LINKED, by=by, to=other.reference, role=roles[0])
    other.record(Action.LINKED, by=by, to=one.reference, role=roles[1])
    return link


def _refuse_if_apart(one: Ticket, other: Ticket, by: User) -> None:
    if one.id == other.id:
        raise Invalid("A ticket cannot be linked to itself.")
    if one.store_id != other.store_id:
        raise Invalid("Tickets of two stores stay apart.")
    _refuse_stranger(by, one)
    # By number, as merging does: who links the same two at the same moment finds it done.
    query = select(Ticket.id).where(Ticket.id.in_((one.id, other.id))).order_by(Ticket.id)
    db.session.execute(query.with_for_update())
    pair = or_(*(((Link.one_id == a.id) & (Link.other_id == b.id)) for a, b in ((one, other), (other, one))))
    if db.session.scalar(select(Link.id).where(pair)):
        raise WrongState("These two are linked already. Remove that link first.")


def _has(column: InstrumentedAttribute[int], ticket: Ticket) -> bool:
    query = select(Link.id).where(column == ticket.id, Link.kind == LinkKind.PARENT)
    return db.session.scalar(query.limit(1)) is not None


def _refuse_stranger(by: User, ticket: Ticket) -> None:
    if not works_for(by, ticket.store_id):
        raise NotAllowed("Only the store's own staff can link its tickets.")
