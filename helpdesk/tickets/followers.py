"""Followers: colleagues who want to hear of a ticket, or were called in a note."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts import User, store_ids_of, works_for
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import NotAllowed
from helpdesk.core.upsert import upsert
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action, Event


class Follower(Base):
    """One person who follows one ticket."""

    __tablename__ = "followers"
    __table_args__ = (Index("ix_followers_user_id", "user_id", "ticket_id"),)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    since: Mapped[datetime]


def follow(ticket: Ticket, *, by: User) -> None:
    """Hear of what the customer writes and of promises not kept; once is as good as twice."""
    if not follows(ticket, by):
        _enter(ticket, by)
        ticket.record(Action.FOLLOWED, by=by)


def unfollow(ticket: Ticket, *, by: User) -> None:
    """Hear no more of it."""
    if follows(ticket, by):
        db.session.execute(delete(Follower).where(Follower.ticket_id == ticket.id, Follower.user_id == by.id))
        ticket.record(Action.UNFOLLOWED, by=by)


def mention(ticket: Ticket, people: Sequence[User], *, by: User, body: str) -> None:
    """Call colleagues who see this store: they follow the ticket from now on, and are told what was said."""
    for person in people:
        if not (person.is_active and works_for(person, ticket.store_id)):
            raise NotAllowed(f"{person.name} does not see the tickets of {ticket.store.name}.")
        _enter(ticket, person)
    if people:
        ticket.record(
            Action.MENTIONED, by=by, users=[p.id for p in people], names=[p.name for p in people], body=body[:2000]
        )


def follow_along(event: Event) -> None:
    """A ticket was merged into this one: who followed it goes on hearing what the customer writes."""
    merged = select(Follower.user_id).where(Follower.ticket_id == event.details["ticket"])
    for person_id in db.session.scalars(merged).all():
        upsert(Follower, {"ticket_id": event.ticket_id, "user_id": person_id}, {"since": event.at})


def follows(ticket: Ticket, person: User) -> bool:
    """Whether this person follows it."""
    theirs = select(Follower.user_id).where(Follower.ticket_id == ticket.id, Follower.user_id == person.id)
    return db.session.scalar(theirs) is not None


def followers_of(ticket: Ticket) -> Select[User]:
    """Who follows it and still sees its store."""
    query = select(User).join(Follower, Follower.user_id == User.id).where(Follower.ticket_id == ticket.id)
    return query.where(User.is_active).order_by(User.name)


def followed_by(person: User) -> Select[Ticket]:
    """What somebody follows and still sees, newest news first."""
    query = select(Ticket).join(Follower, Follower.ticket_id == Ticket.id).where(Follower.user_id == person.id)
    return query.where(Ticket.store_id.in_(store_ids_of(person))).order_by(Ticket.updated_at.desc(), Ticket.id.desc())


def _enter(ticket: Ticket, person: User) -> None:
    upsert(Follower, {"ticket_id": ticket.id, "user_id": person.id}, {"since": clock.now()})
