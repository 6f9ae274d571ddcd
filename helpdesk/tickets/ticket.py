"""The ticket: one order issue, and the verbs that change it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, String, TextClause, UniqueConstraint, exists, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import Actor, Customer, User, columns_for, works_for
from helpdesk.core import clock, figures
from helpdesk.core.db import NEVER, Base, Word, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.core.language import _, uncapped
from helpdesk.core.prepared import AnySelect, Question, Rows, prepared
from helpdesk.core.tokens import sign, spoken_code
from helpdesk.orders import Order, OrderLine
from helpdesk.stores import Store
from helpdesk.tickets.attachment import Attachment
from helpdesk.tickets.issue_types import Category, IssueType
from helpdesk.tickets.message import LONGEST, Kind, Message
from helpdesk.tickets.owed import owed_when_solved, waits_for_evidence
from helpdesk.tickets.sorting import CHOSEN_BY_STAFF, Sorted, from_choice
from helpdesk.tickets.status import NAMES, UNFINISHED, WAITING_FOR_US, Priority, Status, can_move
from helpdesk.tickets.subject import subject_of
from helpdesk.tickets.timeline import Action, Event, record, refuse_unless_ready


class Channel(StrEnum):
    """How a ticket came in."""

    PORTAL = "portal"
    MAIL = "mail"
    API = "api"
    DESK = "desk"


#: How long a solved ticket opens again when the customer writes (DOMAIN 4).
REOPENS_FOR = timedelta(days=7)
IS_UNFINISHED = text("status IN ('new', 'open', 'pending', 'on_hold')")
IS_WAITING = text("status IN ('new', 'open')")
IS_SNOOZED = text("snoozed_until IS NOT NULL")
#: Written with OR: SQLite finds one status among these, but not in a list.
IS_FINISHED = text("status = 'solved' OR status = 'closed'")
IS_RESTING = text("status = 'pending' OR status = 'on_hold' OR status = 'solved' OR status = 'closed'")


def _partial(name: str, where: TextClause, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Ticket(Base):
    """One order issue of one customer at one store."""

    __tablename__ = "tickets"
    __table_args__ = (
        _partial("ix_tickets_waiting", IS_WAITING, "next_due_at", "id"),
        _partial("ix_tickets_waiting_store", IS_WAITING, "store_id", "next_due_at", "id"),
        _partial("ix_tickets_waiting_assignee", IS_WAITING, "assignee_id", "next_due_at", "id"),
        _partial("ix_tickets_unfinished_store", IS_UNFINISHED, "store_id", "next_due_at", "id"),
        _partial("ix_tickets_unfinished", IS_UNFINISHED, "next_due_at", "id"),
        _partial("ix_tickets_unfinished_assignee", IS_UNFINISHED, "assignee_id", "next_due_at", "id"),
        _partial("ix_tickets_unfinished_opened", IS_UNFINISHED, "opened_at", "id"),
        _partial("ix_tickets_unfinished_updated", IS_UNFINISHED, "updated_at", "id"),
        _partial("ix_tickets_finished_opened", IS_FINISHED, "status", "opened_at", "id"),
        Index("ix_tickets_opened", "opened_at", "id"),
        Index("ix_tickets_store_updated", "store_id", "updated_at", "id"),
        Index("ix_tickets_updated", "updated_at", "id"),
        _partial("ix_tickets_snoozed", IS_SNOOZED, "snoozed_until"),
        _partial("ix_tickets_snoozed_warn", IS_SNOOZED, "next_warn_at"),
        _partial("ix_tickets_snoozed_due", IS_SNOOZED, "next_due_at", "id"),
        _partial("ix_tickets_resting", IS_RESTING, "status", "updated_at", "id"),
        Index("ix_tickets_customer_id", "customer_id"),
        Index("ix_tickets_order_id", "order_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    category: Mapped[Category] = mapped_column(Word(Category))
    issue_type: Mapped[IssueType] = mapped_column(Word(IssueType))
    sorting: Mapped[dict[str, Any]]  # which words and facts decided, and how sure that was
    status: Mapped[Status] = mapped_column(Word(Status), default=Status.NEW)
    priority: Mapped[Priority] = mapped_column(Word(Priority), default=Priority.NORMAL)
    subject: Mapped[str] = mapped_column(String(200))
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the form asked beside the text
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    unanswered_since: Mapped[datetime | None]  # the oldest message of the customer that nobody answered
    first_answered_at: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]  # kept by its snooze: out of the queue of what waits until then
    complex_since: Mapped[datetime | None]  # takes longer than usual: the customer hears of it in between
    next_due_at: Mapped[datetime] = mapped_column(default=NEVER)  # whose promise runs out next: kept by the clocks
    next_warn_at: Mapped[datetime] = mapped_column(default=NEVER)  # from when on that is soon
    link_version: Mapped[int] = mapped_column(default=1)
    filing_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # one form makes one ticket
    store: Mapped[Store] = relationship()
    customer: Mapped[Customer] = relationship()
    order: Mapped[Order | None] = relationship()
    assignee: Mapped[User | None] = relationship()
    follows: Mapped["Ticket | None"] = relationship(remote_side=[id])
    items: Mapped[list["TicketItem"]] = relationship(order_by="TicketItem.id")
    messages: Mapped[list[Message]] = relationship(order_by=Message.id, viewonly=True)
    attachments: Mapped[list[Attachment]] = relationship(order_by=Attachment.id, viewonly=True)

    @classmethod
    def open(
        cls,
        *,
        store: Store,
        customer: Customer,
        sorted_as: Sorted,
        body: str,
        by: Actor,
        channel: Channel,
        order: Order | None = None,
        items: Iterable[tuple[OrderLine, int]] = (),
        attachments: Sequence[Attachment] = (),
        answers: dict[str, Any] | None = None,
        subject: str = "",
        filing_key: str | None = None,
        follows: Self | None = None,
        key: str | None = None,
    ) -> Self:
        """A new ticket with its first message. Raises Invalid on a foreign order or an empty text."""
        if (order and order.store_id != store.id) or customer.store_id != store.id:
            raise Invalid("That order does not belong to this store.")
        items = list(items)
        if any(order is None or line.order_id != order.id for line, _ in items):
            raise Invalid("Those items do not belong to this order.")
        now = clock.now()
        ticket = cls(
            store=store,
            reference=free_reference(),
            customer=customer,
            order=order,
            follows=follows,
            category=sorted_as.category,
            issue_type=sorted_as.issue_type,
            sorting=sorted_as.as_dict(),
            status=Status.NEW,
            priority=Priority.NORMAL,
            subject=(subject or subject_of(sorted_as.issue_type, order))[:200],
            answers=answers or {},
            channel=channel,
            opened_at=now,
            updated_at=now,
            unanswered_since=now if isinstance(by, Customer) else None,
            next_due_at=NEVER,
            next_warn_at=NEVER,
            link_version=1,
            filing_key=filing_key,
            items=[TicketItem(order_line=line, quantity=quantity) for line, quantity in items],
        )
        db.session.add(ticket)
        db.session.flush()
        ticket._say(body, Kind.PUBLIC, by, attachments, key)
        sorted_as_what = {"category": ticket.category, "issue_type": ticket.issue_type}
        ticket.record(Action.OPENED, by=by, **sorted_as_what, channel=channel, **news_of(order))
        return ticket

    # ---- the conversation

    def write(self, *, by: Customer, body: str, attachments: Sequence[Attachment] = (), key: str | None = None) -> None:
        """The customer adds a message; a ticket that waited or was solved opens again."""
        self._refuse_if_over()
        if by.id != self.customer_id:
            raise NotAllowed(_("Only the customer of this ticket can write here."))
        self._say(body, Kind.PUBLIC, by, attachments, key)
        self.unanswered_since = self.unanswered_since or clock.now()
        if self.status in (Status.PENDING, Status.ON_HOLD, Status.SOLVED):
            self._reopen(by)
        self.record(Action.CUSTOMER_WROTE, by=by, photos=sum(a.is_photo for a in attachments))

    def reply(self, *, by: User, body: str, attachments: Sequence[Attachment] = (), key: str | None = None) -> None:
        """Staff answers in public: the only thing that keeps the promise of a response."""
        self._refuse_if_over()
        message = self._say(body, Kind.PUBLIC, by, attachments, key)
        is_first = self.first_answered_at is None
        self.first_answered_at = self.first_answered_at or clock.now()
        self.unanswered_since = None
        if self.status is Status.NEW:
            self.status = Status.OPEN
        self.record(Action.STAFF_REPLIED, by=by, message=message.id, first=is_first)

    def note(self, *, by: User, body: str, key: str | None = None) -> None:
        """Staff writes a note that the customer never sees."""
        self._say(body, Kind.NOTE, by, (), key)
        self.record(Action.NOTED, by=by)

    def follow_up(
        self, *, by: Customer, body: str, attachments: Sequence[Attachment] = (), key: str | None = None
    ) -> Self:
        """The customer writes on a ticket that is over: a new one begins that knows the old."""
        if not self.is_over:
            raise WrongState(_("This ticket is still open: write on it instead."))
        for attachment in attachments:  # they waited here, and go along
            attachment.ticket_id = None if attachment.ticket_id == self.id else attachment.ticket_id
        return type(self).open(
            store=self.store,
            customer=self.customer,
            sorted_as=from_choice(self.issue_type),
            body=body,
            by=by,
            channel=Channel.PORTAL,
            order=self.order,
            items=[(item.order_line, item.quantity) for item in self.items],
            attachments=attachments,
            subject=self.subject,
            follows=self,
            key=key,
        )

    # ---- who and where

    def assign(self, *, to: User | None, by: Actor) -> None:
        """Give it to a member of the store's staff, or to nobody."""
        if to and not works_for(to, self.store_id):
            raise NotAllowed(f"{to.name} does not work for {self.store.name}.")
        if to and not to.is_active:
            raise NotAllowed(f"{to.name} does not work here any more.")
        before, self.assignee = self.assignee, to
        if before is not to:
            self.record(Action.ASSIGNED, by=by, old=before.name if before else None, new=to.name if to else None)

    def sort(self, issue_type: IssueType, *, by: Actor, because: str = CHOSEN_BY_STAFF) -> None:
        """Put it under another issue type and so maybe another category, and say why."""
        before = self.issue_type
        if issue_type is before:
            return
        chosen = from_choice(issue_type, because)
        self.issue_type, self.category = chosen.issue_type, chosen.category
        self.sorting = {**chosen.as_dict(), "because": because}
        why = {} if because == CHOSEN_BY_STAFF else {"because": because}
        self.record(Action.SORTED, by=by, old=before, new=issue_type, **why, **news_of(self.order))

    def prioritise(self, priority: Priority, *, by: Actor) -> None:
        """Let it press more or less."""
        before, self.priority = self.priority, priority
        if before is not priority:
            self.record(Action.PRIORITISED, by=by, old=before, new=priority)

    def mark_complex(self, *, by: Actor) -> None:
        """It takes longer than usual: the customer is told so, and hears of it in between."""
        self._refuse_if_over()
        if self.complex_since is None:
            self.complex_since = clock.now()
            self.record(Action.MARKED_COMPLEX, by=by)

    def mark_ordinary(self, *, by: Actor) -> None:
        """It turned out to be no more than usual."""
        if self.complex_since is not None:
            self.complex_since = None
            self.record(Action.MARKED_ORDINARY, by=by)

    # ---- statuses

    def wait_for_customer(self, *, by: Actor) -> None:
        """Pending: the customer has to do something first. Not while a message of theirs is unanswered."""
        if self.unanswered_since:
            raise WrongState("Answer the customer first: a ticket with an unanswered message cannot wait for them.")
        self._move(Status.PENDING)
        self.record(Action.STATUS_CHANGED, by=by, new=Status.PENDING)

    def hold(self, *, by: Actor) -> None:
        """On hold: a third party (carrier, vet, warehouse) has to do something first."""
        self._move(Status.ON_HOLD)
        self.record(Action.STATUS_CHANGED, by=by, new=Status.ON_HOLD)

    def resume(self, *, by: Actor) -> None:
        """Open again: it is our turn."""
        self._refuse_if_over()
        if self.status is Status.SOLVED:
            self._reopen(by)
            return
        self._move(Status.OPEN)
        self.record(Action.STATUS_CHANGED, by=by, new=Status.OPEN)

    def solve(self, *, by: Actor) -> None:
        """Done, as far as we or the customer can tell."""
        refuse_unless_ready(self, Action.SOLVED, by)
        self._move(Status.SOLVED)
        self.solved_at, owed, self.unanswered_since = clock.now(), self.unanswered_since, None
        self.record(Action.SOLVED, by=by, **({"unanswered_since": owed.isoformat()} if owed else {}))

    def close(self, *, by: Actor) -> None:
        """Done for good: what the customer writes now begins a new ticket."""
        self._move(Status.CLOSED)
        self.record(Action.CLOSED, by=by)

    def renew_link(self, *, by: Actor) -> None:
        """Make every link to the customer's page that was ever sent worthless."""
        self.link_version += 1
        self.record(Action.LINK_RENEWED, by=by)

    def record(self, action: Action, *, by: Actor, **details: Any) -> Event:
        """Write the timeline; what follows is in `helpdesk.reactions`."""
        self.updated_at = clock.now()
        return record(self, action, by, details)

    # ---- questions

    @property
    def is_finished(self) -> bool:
        """Whether nobody has anything left to do."""
        return self.status not in UNFINISHED

    @property
    def is_over(self) -> bool:
        """Whether it can no longer open again: closed, or solved so long ago that upkeep would close it."""
        solved_long_ago = self.solved_at is not None and self.solved_at < clock.now() - REOPENS_FOR
        return self.status is Status.CLOSED or (self.status is Status.SOLVED and solved_long_ago)

    @property
    def is_waiting_for_us(self) -> bool:
        """Whether staff have to act next."""
        return self.status in WAITING_FOR_US

    @property
    def guest_token(self) -> str:
        """The secret in the customer's link; void when the link is renewed."""
        return sign("ticket", self.reference, self.link_version)

    def _say(
        self, body: str, kind: Kind, by: Actor, attachments: Sequence[Attachment], key: str | None = None
    ) -> Message:
        body = body.replace("\x00", "").replace("\r\n", "\n").strip()
        if not body and not attachments:
            raise Invalid(_("There is nothing to send yet: write a line or add a file."))
        if len(body) > LONGEST:
            raise Invalid(
                _(
                    "That is %(long)s characters long; %(most)s is the most that fits in one message.",
                    long=figures.number(len(body), places=0),
                    most=figures.number(LONGEST, places=0),
                )
            )
        message = Message(
            ticket_id=self.id, kind=kind, body=body, written_at=clock.now(), form_key=key, **columns_for(by)
        )
        if any(a.message_id or (a.ticket_id and a.ticket_id != self.id) for a in attachments):
            raise Invalid(_("A file can belong to one message only."))
        for attachment in attachments:
            attachment.ticket_id, attachment.filing_id = self.id, None
        message.attachments = list(attachments)
        db.session.add(message)
        db.session.flush()
        return message

    def _move(self, to: Status) -> None:
        if not can_move(self.status, to):
            now, then = uncapped(NAMES[self.status]), uncapped(NAMES[to])
            raise WrongState(_("This ticket is %(now)s: it cannot become %(then)s.", now=now, then=then))
        self.status = to

    def _reopen(self, by: Actor) -> None:
        was_solved = self.status is Status.SOLVED
        self._move(Status.OPEN)
        if was_solved:
            solved_at, self.solved_at = self.solved_at, None
            owed = None if self.unanswered_since else owed_when_solved(self.id)
            self.unanswered_since = self.unanswered_since or owed
            told = {"solved_at": solved_at, "unanswered_since": owed}
            moments = {name: at.isoformat() for name, at in told.items() if at}
            self.record(Action.REOPENED, by=by, waits_for_evidence=waits_for_evidence(self.id), **moments)
        else:
            self.record(Action.STATUS_CHANGED, by=by, new=Status.OPEN)

    def _refuse_if_over(self) -> None:
        if self.is_over:
            raise WrongState(_("This ticket is closed. A new message begins a new ticket that is linked to this one."))


class TicketItem(Base):
    """One line of the order that the ticket is about."""

    __tablename__ = "ticket_items"
    __table_args__ = (UniqueConstraint("ticket_id", "order_line_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"))
    quantity: Mapped[int]
    order_line: Mapped[OrderLine] = relationship(lazy="joined", innerjoin=True)


def lines_of(ticket: Ticket) -> Question[Rows]:
    """The lines of its order, and which of them it is about; none without an order."""
    return _lines.question(ticket_id=ticket.id, order_id=ticket.order_id)


@prepared
def _lines(ticket_id: int, order_id: int) -> AnySelect:
    is_asked = exists().where(TicketItem.ticket_id == ticket_id, TicketItem.order_line_id == OrderLine.id)
    columns = OrderLine.title, OrderLine.quantity, OrderLine.unit_cents, is_asked.label("is_in_question")
    return select(*columns).where(OrderLine.order_id == order_id).order_by(OrderLine.position)


def news_of(order: Order | None) -> dict[str, str]:
    """How far the order was at that moment: what its clock is started from."""
    if order is None:
        return {}
    names = "placed_at", "shipped_at", "delivered_at", "cancelled_at"
    return {name: moment.isoformat() for name in names if (moment := getattr(order, name))}


def free_reference() -> str:
    """A reference that no ticket has."""
    while True:
        code = spoken_code()
        reference = f"{code[:4]}-{code[4:]}"
        if not db.session.scalar(select(exists().where(Ticket.reference == reference))):
            return reference
