"""An answer that was just given is held back for some seconds: so long it can be taken back as if it had not been."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.errors import WrongState
from helpdesk.tickets.macro_use import put_back
from helpdesk.tickets.message import Kind, Message
from helpdesk.tickets.status import Status
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action, Event

#: The longest that an answer may be held back: letters that wait longer than any pause are brought back by upkeep.
LONGEST_HOLD = 120
#: What may happen meanwhile without standing in the way: nothing of it moves clocks, status or conversation.
HARMLESS = {
    Action.NOTED,
    Action.MENTIONED,
    Action.FOLLOWED,
    Action.UNFOLLOWED,
    Action.ASSIGNED,
    Action.TAGGED,
    Action.UNTAGGED,
    Action.LINK_RENEWED,
    Action.WARNED,
}
KEPT_FOR = timedelta(days=1)
TOO_LATE = "That answer has left already and cannot be taken back any more."


class HeldReply(Base):
    """One answer that may still be taken back, and how the ticket stood before it."""

    __tablename__ = "held_replies"
    __table_args__ = (
        Index("ix_held_replies_ticket_id", "ticket_id", "until"),
        Index("ix_held_replies_until", "until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), unique=True)
    until: Mapped[datetime]
    status: Mapped[Status] = mapped_column(Word(Status))
    unanswered_since: Mapped[datetime | None]
    first_answered_at: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
    clocks: Mapped[list[Any]]  # as whoever keeps the clocks wrote them down; here nobody reads them
    beside: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # what a macro changes, before it
    last_event_id: Mapped[int | None]  # the last line of the timeline that belongs to the answer
    taken_back_at: Mapped[datetime | None]
    message: Mapped[Message | None] = relationship()


@contextmanager
def held_back(
    ticket: Ticket, *, by: User, seconds: int, clocks: Sequence[Any], beside: Mapping[str, Any] | None = None
) -> Iterator[None]:
    """What is answered in here reaches the customer after so many seconds, and may be taken back until then.

    A macro's changes belong in here too, and how things stood before them is given as `beside`.
    """
    if seconds <= 0:
        yield
        return
    now, newest = clock.now(), _newest_message(ticket)
    held = HeldReply(
        ticket_id=ticket.id,
        user_id=by.id,
        until=_end_of_hold(ticket, now, seconds),
        status=ticket.status,
        unanswered_since=ticket.unanswered_since,
        first_answered_at=ticket.first_answered_at,
        solved_at=ticket.solved_at,
        clocks=list(clocks),
        beside=dict(beside or {}),
    )
    db.session.add(held)
    db.session.flush()
    yield
    answer = db.session.get_one(Message, _newest_message(ticket))
    if answer.id == newest:
        raise RuntimeError("Nothing was answered, so nothing can be held back.")
    held.message, answer.held_until = answer, held.until
    held.last_event_id = db.session.scalar(select(func.max(Event.id)).where(Event.ticket_id == ticket.id))
    db.session.flush()


def held_until(ticket_id: int) -> datetime | None:
    """Until when what is being answered on this ticket waits; None when it goes out at once."""
    holds = HeldReply.ticket_id == ticket_id, HeldReply.until > clock.now(), HeldReply.taken_back_at.is_(None)
    return db.session.scalar(select(func.max(HeldReply.until)).where(*holds))


def take_back(ticket: Ticket, *, by: User) -> str:
    """Undo the answer this person has just given: everything is as before, and its text is returned."""
    held, now = _last_of(ticket, by), clock.now()
    if held is None or held.message is None or held.last_event_id is None or not _can_be(held, now):
        raise WrongState(TOO_LATE)
    if _moved_on(held):
        raise WrongState("Something else happened on this ticket meanwhile: the answer stays.")
    # While it still counts as held: letters about what is put back wait with the answer's own, and go with them.
    left = put_back(ticket, held.beside, since=held.last_event_id, by=by)
    if not _claimed(held, now):
        raise WrongState(TOO_LATE)
    # Withdrawn, not deleted: whatever names it stays whole. Its form may be sent again.
    held.message.kind, held.message.form_key = Kind.WITHDRAWN, None
    ticket.status, ticket.solved_at = held.status, held.solved_at
    ticket.unanswered_since, ticket.first_answered_at = held.unanswered_since, held.first_answered_at
    ticket.record(
        Action.REPLY_TAKEN_BACK,
        by=by,
        message=held.message_id,
        held_until=held.until.isoformat(),
        status=held.status,
        clocks=held.clocks,
        **({"left": left} if left else {}),
    )
    return held.message.body


def forget_holds(now: datetime) -> None:
    """What can no longer be taken back needs no memory of how it was before."""
    db.session.execute(delete(HeldReply).where(HeldReply.until < now - KEPT_FOR))


def _end_of_hold(ticket: Ticket, now: datetime, seconds: int) -> datetime:
    """Never the same moment for two answers on one ticket: by it their letters are told apart."""
    ends, earlier = now + timedelta(seconds=min(seconds, LONGEST_HOLD)), held_until(ticket.id)
    return max(ends, earlier + timedelta(seconds=1)) if earlier else ends


def _can_be(held: HeldReply, now: datetime) -> bool:
    return held.taken_back_at is None and held.until > now


def _claimed(held: HeldReply, now: datetime) -> bool:
    """Of two who take it back at once, and against the end of its time, one statement decides."""
    still = HeldReply.id == held.id, HeldReply.taken_back_at.is_(None), HeldReply.until > now
    statement = update(HeldReply).where(*still).values(taken_back_at=now).returning(HeldReply.id)
    return db.session.scalar(statement) is not None


def _moved_on(held: HeldReply) -> bool:
    later = Event.ticket_id == held.ticket_id, Event.id > held.last_event_id, Event.action.not_in(HARMLESS)
    return db.session.scalar(select(Event.id).where(*later).limit(1)) is not None


def _last_of(ticket: Ticket, by: User) -> HeldReply | None:
    theirs = select(HeldReply).where(HeldReply.ticket_id == ticket.id, HeldReply.user_id == by.id)
    return db.session.scalar(theirs.order_by(HeldReply.id.desc()).limit(1))


def _newest_message(ticket: Ticket) -> int:
    return db.session.scalar(select(func.max(Message.id)).where(Message.ticket_id == ticket.id)) or 0
