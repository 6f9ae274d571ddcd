"""Moving work: many tickets go to somebody else in one go, and come back in one go if that was a mistake."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import May, Role, User, present, staff_of
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.escalation.workload import load_of
from helpdesk.tickets import UNFINISHED, Ticket, visible_to

AT_ONCE = 500
UNDO_FOR = timedelta(hours=1)

Receiver = Callable[[Ticket], User | None]


class Move(Base):
    """Tickets that changed hands together."""

    __tablename__ = "moves"
    __table_args__ = (Index("ix_moves_by_id", "by_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    to_words: Mapped[str]  # who has them now, for the sentence that says so
    tickets: Mapped[list[Any]]  # [[ticket, from whom, to whom]]; nobody is null
    left_count: Mapped[int] = mapped_column(default=0)  # chosen, but could not be moved
    undone_at: Mapped[datetime | None]
    by: Mapped[User] = relationship()

    @property
    def can_be_undone(self) -> bool:
        """Within the hour, once."""
        return bool(self.tickets) and self.undone_at is None and clock.now() - self.made_at <= UNDO_FOR

    def undo(self, *, by: User) -> int:
        """Give each ticket back that nobody has given on meanwhile; says how many those were."""
        if by.id != self.by_id:
            raise NotAllowed("Only who moved these tickets can undo it.")
        if not self.can_be_undone:
            raise WrongState("This can no longer be undone: it was undone already, or is more than an hour ago.")
        before = {number: (giver, taker) for number, giver, taker in self.tickets}
        people = {user.id: user for user in db.session.scalars(select(User).where(User.id.in_(_ids_in(self.tickets))))}
        returned = 0
        for ticket in _locked(visible_to(by).where(Ticket.id.in_(before))):
            giver, taker = before[ticket.id]
            if ticket.assignee_id == taker and _give(ticket, people.get(giver), by):
                returned += 1
        self.undone_at = clock.now()
        return returned


def move_work(tickets: Select[Ticket], *, to: User | None, by: User) -> Move:
    """Give the unfinished ones of these to somebody, or to nobody: back to where everybody sees them."""
    return _move(tickets, lambda _ticket: to, to.name if to else "nobody", by)


def spread_work(tickets: Select[Ticket], *, besides: User | None, by: User) -> Move:
    """Give each of these to the agent of its store who is here and has least to do, `besides` one."""
    receivers: dict[int, list[User]] = {}
    load: Counter[int] = Counter()

    def least_loaded(ticket: Ticket) -> User | None:
        if ticket.store_id not in receivers:
            agents = present(db.session.scalars(staff_of(ticket.store_id, Role.AGENT)).all(), clock.now())
            receivers[ticket.store_id] = here = [agent for agent in agents if agent is not besides]
            known = load_of([agent.id for agent in here if agent.id not in load], seen_by=by)
            load.update({agent.id: known[agent.id].tickets for agent in here if agent.id in known})
        if not receivers[ticket.store_id]:
            return ticket.assignee  # nobody is there to take it: it stays
        agent = min(receivers[ticket.store_id], key=lambda agent: (load[agent.id], agent.name))
        load[agent.id] += 1
        return agent

    return _move(tickets, least_loaded, "the agents who are here", by)


def latest_move(by: User) -> Move | None:
    """What this person moved last, as long as it can be undone."""
    move = db.session.scalar(select(Move).where(Move.by_id == by.id).order_by(Move.id.desc()).limit(1))
    return move if move and move.can_be_undone else None


def _move(tickets: Select[Ticket], receiver: Receiver, to_words: str, by: User) -> Move:
    chosen = _locked(tickets.where(Ticket.status.in_(UNFINISHED)).limit(AT_ONCE))
    if not chosen:
        raise Invalid("Choose at least one ticket that is not finished.")
    if not by.may(May.MOVE_WORK) and any(ticket.assignee_id != by.id for ticket in chosen):
        raise NotAllowed("Only a supervisor can move somebody else's tickets.")
    moved = []
    for ticket in chosen:
        before, to = ticket.assignee_id, receiver(ticket)
        if before != (to.id if to else None) and _give(ticket, to, by):
            moved.append([ticket.id, before, to.id if to else None])
    move = Move(
        by=by, made_at=clock.now(), to_words=to_words, tickets=moved, left_count=len(chosen) - len(moved)
    )  # fmt: skip
    db.session.add(move)
    db.session.flush()
    return move


def _locked(tickets: Select[Ticket]) -> list[Ticket]:
    return list(db.session.scalars(tickets.order_by(Ticket.id).with_for_update(of=Ticket)))


def _give(ticket: Ticket, to: User | None, by: User) -> bool:
    try:
        ticket.assign(to=to, by=by)
    except NotAllowed:  # not of this store's staff, or gone: the ticket stays where it is
        return False
    return True


def _ids_in(tickets: list[Any]) -> list[int]:
    return [giver for _, giver, _ in tickets if giver]
