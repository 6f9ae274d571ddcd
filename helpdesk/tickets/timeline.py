"""The timeline: one line for everything that ever happened to a ticket, and the place where consequences start."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, Row, Select, event, select
from sqlalchemy.orm import Mapped, ORMExecuteState, joinedload, mapped_column, relationship

from helpdesk.accounts import ACTORS_NAME, SYSTEM, Actor, By, Customer, User, columns_for
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, at_most, db
from helpdesk.core.errors import WrongState
from helpdesk.core.prepared import AnySelect, Question, Rows, prepared

if TYPE_CHECKING:
    from helpdesk.tickets.ticket import Ticket


class Action(StrEnum):
    """What can happen to a ticket."""

    OPENED = "opened"
    CUSTOMER_WROTE = "customer_wrote"
    STAFF_REPLIED = "staff_replied"
    REPLY_TAKEN_BACK = "reply_taken_back"  # within the seconds in which it was held back
    NOTED = "noted"
    MENTIONED = "mentioned"
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    ASSIGNED = "assigned"
    STATUS_CHANGED = "status_changed"
    SOLVED = "solved"
    REOPENED = "reopened"
    CLOSED = "closed"
    RATED = "rated"
    SORTED = "sorted"
    PRIORITISED = "prioritised"
    MARKED_COMPLEX = "marked_complex"
    MARKED_ORDINARY = "marked_ordinary"
    MERGED = "merged"
    MERGED_AWAY = "merged_away"
    MERGE_UNDONE = "merge_undone"
    RESTORED = "restored"
    PROMISES_TAKEN_OVER = "promises_taken_over"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    FIELD_SET = "field_set"
    LINKED = "linked"
    UNLINKED = "unlinked"
    SPLIT = "split"
    LINK_RENEWED = "link_renewed"
    DECIDED = "decided"
    FACT_GIVEN = "fact_given"
    ITEMS_CHOSEN = "items_chosen"
    REMEDY_CHOSEN = "remedy_chosen"  # by the customer, of those that the decision offers
    EXCEPTION_PROPOSED = "exception_proposed"
    EXCEPTION_GRANTED = "exception_granted"
    EXCEPTION_REFUSED = "exception_refused"
    INVESTIGATED = "investigated"
    ORDER_SHIPPED = "order_shipped"
    ORDER_DELIVERED = "order_delivered"
    ORDER_CALLED_OFF = "order_called_off"  # the shop says so; what we cancel is ORDER_CANCELLED
    CLOCK_RETARGETED = "clock_retargeted"
    CLOCK_RESUMED = "clock_resumed"  # a solution had ended it, and the ticket was opened again
    WARNED = "warned"
    BREACHED = "breached"
    CUSTOMER_CLOCK_WARNED = "customer_clock_warned"
    CUSTOMER_CLOCK_RAN_OUT = "customer_clock_ran_out"
    ESCALATED = "escalated"
    ESCALATION_HANDED_OUT = "escalation_handed_out"
    ESCALATION_REASON_ADDED = "escalation_reason_added"
    ESCALATION_ACKNOWLEDGED = "escalation_acknowledged"
    ESCALATION_TAKEN_OVER = "escalation_taken_over"
    ESCALATION_RETURNED = "escalation_returned"
    ESCALATION_DECIDED = "escalation_decided"
    ESCALATION_WITHDRAWN = "escalation_withdrawn"
    MAIL_FAILED = "mail_failed"
    MAIL_RETRIED = "mail_retried"
    RETURN_REQUESTED = "return_requested"
    RETURN_APPROVED = "return_approved"
    RETURN_DECLINED = "return_declined"
    RETURN_LABEL_SENT = "return_label_sent"
    RETURN_IN_TRANSIT = "return_in_transit"
    RETURN_RECEIVED = "return_received"
    RETURN_INSPECTED = "return_inspected"
    RETURN_REJECTED = "return_rejected"
    RETURN_CANCELLED = "return_cancelled"
    RETURN_CLOSED = "return_closed"
    REFUND_RECORDED = "refund_recorded"
    REFUND_PAID = "refund_paid"
    REFUND_TAKEN_BACK = "refund_taken_back"
    STORE_CREDIT_RECORDED = "store_credit_recorded"
    REPLACEMENT_RECORDED = "replacement_recorded"
    REPLACEMENT_SENT = "replacement_sent"
    REPLACEMENT_DELIVERED = "replacement_delivered"
    REPLACEMENT_CANCELLED = "replacement_cancelled"
    EXCHANGE_RECORDED = "exchange_recorded"
    EXCHANGE_PAID = "exchange_paid"
    EXCHANGE_SENT = "exchange_sent"
    EXCHANGE_DELIVERED = "exchange_delivered"
    EXCHANGE_CANCELLED = "exchange_cancelled"
    CANCELLATION_REQUESTED = "cancellation_requested"
    CANCELLATION_REFUSED = "cancellation_refused"
    CANCELLATION_WITHDRAWN = "cancellation_withdrawn"
    ORDER_CANCELLED = "order_cancelled"
    CLAIM_OPENED = "claim_opened"
    CLAIM_ACCEPTED = "claim_accepted"
    CLAIM_REJECTED = "claim_rejected"
    CLAIM_WITHDRAWN = "claim_withdrawn"
    PHOTO_SEEN_BEFORE = "photo_seen_before"


class Event(Base):
    """One line of a ticket's history; nobody can change or remove it."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_ticket_id", "ticket_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    at: Mapped[datetime]
    action: Mapped[Action] = mapped_column(Word(Action))
    by: Mapped[By] = mapped_column(Word(By))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    details: Mapped[dict[str, Any]]
    edition: Mapped[int | None]  # of the store's hours and promises: with it a history can be reckoned again
    ticket: Mapped["Ticket"] = relationship()
    user: Mapped[User | None] = relationship()
    customer: Mapped[Customer | None] = relationship()

    @property
    def by_name(self) -> str:
        """Who it was, as staff read it."""
        if self.user:
            return self.user.name
        return (self.customer.name or self.customer.email) if self.customer else SYSTEM.name


@event.listens_for(Event, "before_update")
@event.listens_for(Event, "before_delete")
def _history_stays(_mapper: object, _connection: object, _target: Event) -> None:
    raise RuntimeError("The timeline can only be added to.")


@event.listens_for(db.session, "do_orm_execute")
def _all_history_stays(statement: ORMExecuteState) -> None:
    if (statement.is_update or statement.is_delete) and statement.bind_mapper is Event.__mapper__:
        raise RuntimeError("The timeline can only be added to.")


#: Says no to a verb before it changes anything, by raising a Problem.
Guard = Callable[["Ticket", Actor], None]
_guards: dict[Action, Sequence[Guard]] = {}
#: A line before it is written: about what, what happened, who did it, and the details.
Unwritten = tuple["Ticket", Action, Actor, dict[str, Any]]
Reaction = Callable[[Event], None]
_reactions: dict[Action, Sequence[Reaction]] = {}


def react_with(table: Mapping[Action, Sequence[Reaction]]) -> None:
    """Say what follows from what; `helpdesk.reactions` holds the one table."""
    _reactions.clear()
    _reactions.update(table)


def guard_with(table: Mapping[Action, Sequence[Guard]]) -> None:
    """Say what stands before what; `helpdesk.reactions` holds this table too."""
    _guards.clear()
    _guards.update(table)


def refuse_unless_ready(ticket: "Ticket", action: Action, by: Actor) -> None:
    """Ask the guards of an action, and name at once all that they miss: page, bulk and API go through the verb."""
    missing = []
    for guard in _guards.get(action, ()):
        try:
            guard(ticket, by)
        except WrongState as problem:
            missing.append(problem.message)
    if missing:
        raise WrongState(" ".join(missing))


def record(ticket: "Ticket", action: Action, by: Actor, details: dict[str, Any]) -> Event:
    """Write one line and let its consequences write theirs, in the same transaction."""
    return record_all([(ticket, action, by, details)])[0]


def record_all(lines: Iterable[Unwritten]) -> list[Event]:
    """Write many lines, then let the consequences of each write theirs."""
    written = [_event(*line) for line in lines]
    db.session.add_all(written)
    db.session.flush()
    for one in written:
        for reaction in _reactions.get(one.action, ()):
            reaction(one)
    return written


def _event(ticket: "Ticket", action: Action, by: Actor, details: dict[str, Any]) -> Event:
    edition = ticket.store.calendar_version
    return Event(ticket=ticket, at=clock.now(), action=action, details=details, edition=edition, **columns_for(by))


def timeline_of(ticket: "Ticket") -> Select[Event]:
    """Everything that happened to it, oldest first, with the people's names."""
    query = select(Event).where(Event.ticket_id == ticket.id).order_by(Event.id)
    return query.options(
        joinedload(Event.user).load_only(User.name), joinedload(Event.customer).load_only(Customer.name, Customer.email)
    )


def story_of(ticket: "Ticket") -> Sequence[Row[Any]]:
    """The same as plain rows, for pages that only show it."""
    return _story.rows(ticket_id=ticket.id)


def latest_story(ticket: "Ticket", many: int) -> Question[Rows]:
    """The latest so many of them, oldest first."""
    return _latest.question(many, ticket_id=ticket.id).then(lambda rows: rows[::-1])


@prepared
def _latest(many: int, ticket_id: int) -> AnySelect:
    return _lines(ticket_id).order_by(Event.id.desc()).limit(at_most(many))


@prepared
def _story(ticket_id: int) -> AnySelect:
    return _lines(ticket_id).order_by(Event.id)


def _lines(ticket_id: int) -> AnySelect:
    query = select(Event.id, Event.at, Event.action, Event.details, ACTORS_NAME.label("by_name"))
    query = query.outerjoin(User, User.id == Event.user_id).outerjoin(Customer, Customer.id == Event.customer_id)
    return query.where(Event.ticket_id == ticket_id)
