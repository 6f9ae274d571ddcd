"""Changing many tickets at once: each through its verb, a few at a time, seen all the way, and taken back in one go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, delete, func, insert, literal, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, at_most, db
from helpdesk.core.errors import Invalid, Problem, WrongState
from helpdesk.tickets.bulk_actions import DEEDS, BulkAction
from helpdesk.tickets.queues import visible_to
from helpdesk.tickets.ticket import Ticket

#: Said honestly where somebody asks for more.
MOST = 10_000
SHARE = 50
#: Longer than one share takes; who dies leaves the rest to others after it.
LEASE = timedelta(seconds=30)
UNDO_FOR = timedelta(hours=24)
KEPT_FOR = timedelta(days=30)


class BulkState(StrEnum):
    """How far a change of many has come."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    UNDOING = "undoing"
    UNDONE = "undone"


class Outcome(StrEnum):
    """What became of one ticket of it."""

    CHANGED = "changed"
    SAME = "same"  # it was so already
    REFUSED = "refused"
    BROKEN = "broken"  # our mistake
    UNDONE = "undone"
    KEPT = "kept"  # could not be taken back


AT_WORK = (BulkState.RUNNING, BulkState.UNDOING)


class BulkChange(Base):
    """One change of many tickets by one person."""

    __tablename__ = "bulk_changes"
    __table_args__ = (Index("ix_bulk_changes_state", "state", "claimed_until"), Index("ix_bulk_changes_by_id", "by_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    action: Mapped[BulkAction] = mapped_column(Word(BulkAction))
    value: Mapped[str] = mapped_column(String(40))
    state: Mapped[BulkState] = mapped_column(Word(BulkState), default=BulkState.RUNNING)
    total: Mapped[int]
    made_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime]
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # one press makes one change
    by: Mapped[User] = relationship()

    @property
    def is_at_work(self) -> bool:
        """Whether tickets are still being changed, or changed back."""
        return self.state in AT_WORK

    @property
    def can_be_undone(self) -> bool:
        """Within a day, once, where there is a way back."""
        is_over = self.state in (BulkState.DONE, BulkState.STOPPED)
        has_way_back = DEEDS[self.action].has_way_back_from(self.value)
        return is_over and has_way_back and clock.now() - self.made_at <= UNDO_FOR

    def stop(self) -> None:
        """Leave what has not been changed yet as it is."""
        if self.state is not BulkState.RUNNING:
            raise WrongState("This is not running any more: there is nothing to stop.")
        self.state, self.finished_at = BulkState.STOPPED, clock.now()

    def undo(self) -> None:
        """Take back what nobody has changed since. Raises WrongState when it is too late for that."""
        if not self.can_be_undone:
            raise WrongState("This can no longer be undone: it was undone already, or is more than a day ago.")
        self.state, self.finished_at, self.claimed_until = BulkState.UNDOING, None, clock.now()


class BulkTicket(Base):
    """One ticket of a change, and what became of it."""

    __tablename__ = "bulk_tickets"
    __table_args__ = (Index("ix_bulk_tickets_outcome", "change_id", "outcome", "ticket_id"),)
    change_id: Mapped[int] = mapped_column(ForeignKey("bulk_changes.id", ondelete="CASCADE"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    before: Mapped[str | None] = mapped_column(String(40))  # the way back
    after: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(300))
    ticket: Mapped[Ticket] = relationship()


@dataclass(frozen=True)
class Progress:
    """How a change stands, in numbers."""

    total: int
    counts: dict[Outcome | None, int]

    @property
    def left(self) -> int:
        """Still to be looked at on the way there."""
        return self.counts.get(None, 0)

    def of(self, *outcomes: Outcome) -> int:
        """How many came out so."""
        return sum(self.counts.get(outcome, 0) for outcome in outcomes)


def change_many(
    tickets: Select[Ticket], action: BulkAction, value: str, *, by: User, key: str | None = None
) -> BulkChange:
    """Begin to change these as they are found now; nothing is changed yet. Raises Invalid if there are none."""
    DEEDS[action].refuse_nonsense(value, by)
    now = clock.now()
    change = BulkChange(
        by_id=by.id, action=action, value=value, state=BulkState.RUNNING, total=0, made_at=now, claimed_until=now,
        form_key=key,
    )  # fmt: skip
    db.session.add(change)
    db.session.flush()
    # Which they are is decided now and written down in one statement: what comes to match later is not meant.
    chosen = tickets.with_only_columns(literal(change.id), Ticket.id).order_by(None).order_by(Ticket.id)
    chosen = chosen.limit(at_most(MOST))
    db.session.execute(insert(BulkTicket).from_select(["change_id", "ticket_id"], chosen))
    change.total = db.session.scalar(select(func.count()).where(BulkTicket.change_id == change.id)) or 0
    if not change.total:
        raise Invalid("No ticket is chosen, or none of them matches any more.")
    return change


def claim_change() -> int | None:
    """Take the change that has waited longest for its turn, so that no other process does. The caller commits."""
    now = clock.now()
    # A lease that cannot be true, because some host's clock was wrong, binds nobody.
    is_free = or_(BulkChange.claimed_until <= now, BulkChange.claimed_until > now + LEASE)
    waiting = select(BulkChange).where(BulkChange.state.in_(AT_WORK), is_free)
    waiting = waiting.order_by(BulkChange.claimed_until, BulkChange.id).limit(1).with_for_update(skip_locked=True)
    change = db.session.scalar(waiting)
    if change is None:
        return None
    change.claimed_until = now + LEASE
    return change.id


def tickets_left(change_id: int, limit: int = SHARE) -> list[int]:
    """Some of the tickets whose turn has not come."""
    change = db.session.get_one(BulkChange, change_id)
    is_left = BulkTicket.outcome.is_(None) if change.state is BulkState.RUNNING else _is_changed()
    if not change.is_at_work:
        return []
    query = select(BulkTicket.ticket_id).where(BulkTicket.change_id == change_id, is_left)
    return list(db.session.scalars(query.order_by(BulkTicket.ticket_id).limit(limit)))


def carry_out(change_id: int, ticket_id: int) -> Outcome | None:
    """One ticket there, or back again; None if somebody was quicker or it was stopped."""
    change = db.session.get_one(BulkChange, change_id, populate_existing=True)
    # Ticket first, as every door does; who waited for it then sees what the other one wrote.
    mine = visible_to(change.by).where(Ticket.id == ticket_id)
    ticket = db.session.scalar(mine.with_for_update(of=Ticket).execution_options(populate_existing=True))
    line = db.session.get_one(BulkTicket, (change_id, ticket_id), populate_existing=True)
    act = {(BulkState.RUNNING, None): _there, (BulkState.UNDOING, Outcome.CHANGED): _back}.get(
        (change.state, line.outcome)
    )
    if act is None:
        return None
    if ticket is None or not change.by.is_active:
        line.outcome = Outcome.REFUSED if change.state is BulkState.RUNNING else Outcome.KEPT
        line.reason = "It is no longer among your tickets."
    else:
        act(change, line, ticket)
    return line.outcome


def give_up_on(change_id: int, ticket_id: int) -> None:
    """After a fault of ours: the others go on without it."""
    line = db.session.get_one(BulkTicket, (change_id, ticket_id))
    line.outcome = Outcome.KEPT if line.outcome is Outcome.CHANGED else Outcome.BROKEN
    line.reason = "Something went wrong on our side."


def put_down(change_id: int) -> None:
    """After a share: finished if nothing is left, else the others' turn comes first."""
    change = db.session.get_one(BulkChange, change_id, with_for_update=True, populate_existing=True)
    change.claimed_until = clock.now()
    if change.is_at_work and not tickets_left(change_id, 1):
        change.state = BulkState.DONE if change.state is BulkState.RUNNING else BulkState.UNDONE
        change.finished_at = clock.now()


def progress_of(change: BulkChange) -> Progress:
    """How it stands."""
    query = select(BulkTicket.outcome, func.count()).where(BulkTicket.change_id == change.id)
    rows = db.session.execute(query.group_by(BulkTicket.outcome))
    return Progress(change.total, {outcome: count for outcome, count in rows})  # noqa: C416 - rows are no pairs for mypy


def left_alone(change: BulkChange, limit: int) -> Sequence[tuple[str, str, str]]:
    """Reference, subject and why, of tickets that stayed as they were against the wish."""
    outcomes = (Outcome.REFUSED, Outcome.BROKEN, Outcome.KEPT)
    query = select(Ticket.reference, Ticket.subject, BulkTicket.reason).join(BulkTicket.ticket)
    query = query.where(BulkTicket.change_id == change.id, BulkTicket.outcome.in_(outcomes))
    rows = db.session.execute(query.order_by(BulkTicket.reason, Ticket.id).limit(limit))
    return [(reference, subject, reason or "") for reference, subject, reason in rows]


def forget_old_changes() -> None:
    """Upkeep: what was changed stands on the tickets' timelines; the list of them is no longer needed."""
    old = BulkChange.made_at < clock.now() - KEPT_FOR, BulkChange.state.not_in(AT_WORK)
    some = select(BulkChange.id).where(*old).order_by(BulkChange.id).limit(SHARE)
    ids = list(db.session.scalars(some))
    db.session.execute(delete(BulkTicket).where(BulkTicket.change_id.in_(ids)))
    db.session.execute(delete(BulkChange).where(BulkChange.id.in_(ids)))


def _is_changed() -> ColumnElement[bool]:
    return BulkTicket.outcome == Outcome.CHANGED


def _there(change: BulkChange, line: BulkTicket, ticket: Ticket) -> None:
    deed = DEEDS[change.action]
    before = deed.now(ticket, change.by)
    line.reason = _refusal(lambda: deed.act(ticket, change.value, change.by))
    after = deed.now(ticket, change.by)
    line.outcome = Outcome.REFUSED if line.reason else (Outcome.SAME if after == before else Outcome.CHANGED)
    line.before, line.after = before, after


def _back(change: BulkChange, line: BulkTicket, ticket: Ticket) -> None:
    deed, before = DEEDS[change.action], line.before or ""
    if deed.now(ticket, change.by) != line.after:
        line.reason = "It was changed again since."
    else:
        line.reason = _refusal(lambda: deed.act_back(ticket, before, change.by))
    line.outcome = Outcome.KEPT if line.reason else Outcome.UNDONE


def _refusal(act: Callable[[], None]) -> str | None:
    """Try it; what the verb, its guards or its consequences refuse leaves no trace but the reason."""
    try:
        with db.session.begin_nested():
            act()
    except Problem as problem:
        return problem.message[:300]
    return None
