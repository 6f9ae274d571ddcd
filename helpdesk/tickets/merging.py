"""Merging: two tickets about one thing go on as one. The merged one closes, leads to the main one and can come back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, exists, select, text
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from helpdesk.accounts import SYSTEM, By, User, works_for
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid, NotAllowed, Problem, WrongState
from helpdesk.tickets.message import Kind, Message
from helpdesk.tickets.status import Status
from helpdesk.tickets.ticket import Ticket, TicketItem
from helpdesk.tickets.timeline import Action, Event, refuse_unless_ready

IN_FORCE = text("undone_at IS NULL")


class Merge(Base):
    """One ticket that went into another, and how it was before."""

    __tablename__ = "merges"
    __table_args__ = (
        Index("uq_merges_in_force", "ticket_id", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
        Index("ix_merges_main", "main_id", "ticket_id", sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
        Index("ix_merges_into", "into_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))  # what was chosen
    main_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))  # where it leads now, however long the chain
    was: Mapped[
        dict[str, Any]
    ]  # what has to be put back: status, unanswered_since, items; and the event that told of it
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ticket: Mapped[Ticket] = relationship(foreign_keys=ticket_id)
    into: Mapped[Ticket] = relationship(foreign_keys=into_id)
    main: Mapped[Ticket] = relationship(foreign_keys=main_id)
    made_by: Mapped[User] = relationship(foreign_keys=made_by_id)

    @property
    def can_be_undone(self) -> bool:
        """As long as the ticket it went into is not over or merged itself."""
        return self.undone_at is None and self.into_id == self.main_id and not self.main.is_over

    def undo(self, *, by: User) -> None:
        """Bring the merged ticket back with what was its own; what was said since stays where it was said."""
        main_id = self.main_id
        _lock(self.ticket, self.main)
        db.session.refresh(self, with_for_update=True)
        if self.main_id != main_id or not self.can_be_undone:
            raise WrongState("This can no longer be undone: it was undone already, or the other ticket is over.")
        _refuse_stranger(by, self.ticket)
        self.undone_at, self.undone_by_id = clock.now(), by.id
        db.session.flush()
        for merge in _through(self.ticket_id):
            merge.main_id = self.ticket_id
        self._give_back(by)
        self._restore(by)

    def _give_back(self, by: User) -> None:
        main = self.main
        brought = [item for item in main.items if item.order_line_id in self.was["items"]]
        if len(brought) < len(main.items):  # without any it would be about the whole order
            for item in brought:
                main.items.remove(item)
                db.session.delete(item)
        if main.unanswered_since and main.unanswered_since <= self.made_at:
            main.unanswered_since = oldest_unanswered(main)
        main.record(
            Action.MERGE_UNDONE, by=by, restored=self.ticket.reference, unanswered_since=_iso(main.unanswered_since)
        )

    def _restore(self, by: User) -> None:
        ticket, since = self.ticket, self.was["unanswered_since"]
        was_answered = bool(since) and self._was_answered()
        status = Status.OPEN if was_answered and self.was["status"] == Status.NEW else Status(self.was["status"])
        ticket.status = status
        ticket.unanswered_since = None if was_answered or not since else datetime.fromisoformat(since)
        if was_answered:
            ticket.first_answered_at = ticket.first_answered_at or clock.now()
        ticket.record(
            Action.RESTORED, by=by, out_of=self.main.reference, status=status, since=_iso(self.made_at),
            answered=was_answered,
        )  # fmt: skip

    def _was_answered(self) -> bool:
        """Whether the main one was answered or solved meanwhile, by something that was not taken back since."""
        actions = Action.STAFF_REPLIED, Action.SOLVED, Action.REPLY_TAKEN_BACK
        later = Event.ticket_id == self.main_id, Event.id > self.was["event"], Event.action.in_(actions)
        answers: list[int | None] = []
        for action, details in db.session.execute(select(Event.action, Event.details).where(*later).order_by(Event.id)):
            if action is Action.REPLY_TAKEN_BACK:
                del answers[answers.index(details["message"]) :]  # and what was solved with it
            else:
                answers.append(details.get("message"))
        return bool(answers)


def merge(ticket: Ticket, *, into: Ticket, by: User) -> Merge:
    """Let the one go on as part of the other. Locks both; raises a Problem where they do not belong together."""
    _lock(ticket, into)
    _refuse_stranger(by, ticket)
    _refuse_if_apart(ticket, into)
    _refuse_if_at_an_end(ticket, into)
    refuse_unless_ready(ticket, Action.MERGED_AWAY, by)
    made = Merge(
        ticket=ticket, into=into, main=into, made_by=by, made_at=clock.now(),
        was={
            "status": ticket.status,
            "unanswered_since": _iso(ticket.unanswered_since),
            "items": _take_items(ticket, into),
        },
    )  # fmt: skip
    db.session.add(made)
    for earlier in _through(ticket.id):
        earlier.main = into
    if ticket.unanswered_since:
        if into.status in (Status.PENDING, Status.ON_HOLD):
            into.resume(by=by)  # nobody waits while a message has no answer
        into.unanswered_since = min(filter(None, (into.unanswered_since, ticket.unanswered_since)))
    db.session.flush()
    told = into.record(Action.MERGED, by=by, merged=ticket.reference, ticket=ticket.id)
    made.was = {**made.was, "event": told.id}
    ticket.status, ticket.unanswered_since = Status.CLOSED, None
    made.made_at = ticket.record(Action.MERGED_AWAY, by=by, into=into.reference).at
    return made


def can_merge(ticket: Ticket, into: Ticket) -> bool:
    """Whether the two belong together at all."""
    try:
        _refuse_if_apart(ticket, into)
        _refuse_if_at_an_end(ticket, into)
    except Problem:
        return False
    return True


def merge_of(ticket: Ticket) -> Merge | None:
    """How it went into another ticket, if it did; costs a question only for closed ones."""
    return db.session.scalar(_in_force(Merge.ticket_id, ticket.id)) if ticket.status is Status.CLOSED else None


def merges_into(ticket: Ticket) -> Sequence[Merge]:
    """What was merged into it, the latest first."""
    return db.session.scalars(_in_force(Merge.main_id, ticket.id).order_by(Merge.id.desc())).all()


def main_of(ticket: Ticket) -> Ticket:
    """Where its conversation goes on: the ticket itself, or the one it was merged into."""
    found = merge_of(ticket)
    return found.main if found else ticket


def locked_main_of(ticket: Ticket) -> Ticket:
    """The same, locked for a change. Asks again if another merge was quicker."""
    while True:
        main = main_of(ticket)
        db.session.refresh(main, with_for_update=True)
        if main_of(main) is main:
            return main


def renew_links_of_merged(event: Event) -> None:
    """The links of merged tickets lead to the main one: whoever makes that one's void means theirs too."""
    for found in merges_into(event.ticket):
        found.ticket.renew_link(by=event.user or SYSTEM)


def _in_force(column: Any, ticket_id: int) -> Select[Merge]:
    return select(Merge).where(column == ticket_id, Merge.undone_at.is_(None))


def _lock(*tickets: Ticket) -> None:
    # By number, whoever merges what into what: so two who merge crosswise wait for each other, and one finds it done.
    ids = sorted(ticket.id for ticket in tickets)
    query = select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id).with_for_update(of=Ticket)
    db.session.scalars(query.execution_options(populate_existing=True)).all()


def _refuse_stranger(by: User, ticket: Ticket) -> None:
    if not works_for(by, ticket.store_id):
        raise NotAllowed("Only the store's own staff can merge its tickets.")


def _refuse_if_apart(ticket: Ticket, into: Ticket) -> None:
    if ticket.id == into.id:
        raise Invalid("A ticket cannot be merged into itself.")
    if ticket.store_id != into.store_id:
        raise Invalid("Tickets of two stores stay apart.")
    if ticket.customer_id != into.customer_id:
        raise Invalid("These are two customers: merging would show one what the other wrote. Link the tickets instead.")
    if ticket.order_id and ticket.order_id != into.order_id:
        if into.order_id:
            raise Invalid("These are about two orders, each with promises of its own. Link the tickets instead.")
        raise Invalid(f"Only {ticket.reference} knows its order: merge {into.reference} into it instead.")


def _refuse_if_at_an_end(ticket: Ticket, into: Ticket) -> None:
    if into.status is Status.CLOSED:
        gone = merge_of(into)
        where = f": it was merged into {gone.main.reference}" if gone else ""
        raise WrongState(f"{into.reference} is closed{where}. Choose a ticket that goes on.")
    if ticket.status is Status.CLOSED:
        raise WrongState(f"{ticket.reference} is closed already: link the tickets instead.")
    if into.is_finished and not ticket.is_finished:
        raise WrongState(f"{into.reference} is solved and this one is not: merge them the other way round.")


def _take_items(ticket: Ticket, into: Ticket) -> list[int]:
    """The lines of the order that only the merged one asked about become the main one's too."""
    known = {item.order_line_id for item in into.items}
    new = [item for item in ticket.items if item.order_line_id not in known]
    if not into.items:  # it is about the whole order
        return []
    into.items.extend(TicketItem(order_line=item.order_line, quantity=item.quantity) for item in new)
    return [item.order_line_id for item in new]


def _through(ticket_id: int) -> list[Merge]:
    """Every merge in force that leads over this ticket."""
    found = list(db.session.scalars(_in_force(Merge.into_id, ticket_id)))
    return found + [further for each in found for further in _through(each.ticket_id)]


def oldest_unanswered(main: Ticket) -> datetime | None:
    """The oldest message or choice of the customer on what is left of it that nobody answered in public."""
    answer = aliased(Message)
    later = exists().where(
        answer.ticket_id == Message.ticket_id, answer.id > Message.id, answer.by == By.STAFF,
        answer.kind == Kind.PUBLIC,
    )  # fmt: skip
    ids = [main.id, *(each.ticket_id for each in merges_into(main))]
    query = select(Message.written_at).where(Message.ticket_id.in_(ids), Message.by == By.CUSTOMER, ~later)
    query = query.where(Message.written_at >= main.unanswered_since)
    written_at = db.session.scalar(query.order_by(Message.id).limit(1))
    return min(filter(None, (written_at, _oldest_choice(ids, main.unanswered_since))), default=None)


def _oldest_choice(ticket_ids: list[int], since: datetime | None) -> datetime | None:
    """When a remedy was first chosen that nobody answered since: there is no message of it."""
    answer = aliased(Event)
    later = exists().where(
        answer.ticket_id == Event.ticket_id, answer.id > Event.id, answer.action == Action.STAFF_REPLIED
    )
    chosen = Event.action == Action.REMEDY_CHOSEN, Event.at >= since, ~later
    query = select(Event.at).where(Event.ticket_id.in_(ticket_ids), *chosen)
    return db.session.scalar(query.order_by(Event.id).limit(1))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
