"""Messages: the conversation between customer and staff, and the staff's notes in between."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Row, String, Text, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import ACTORS_NAME, By, Customer, User
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, at_most
from helpdesk.core.prepared import AnySelect, prepared
from helpdesk.tickets.attachment import Attachment

#: A long mail fits; a pasted book does not.
LONGEST = 50_000
#: A number beyond those of all messages.
NO_MESSAGE_YET = 2**31 - 1


class Kind(StrEnum):
    """Who may read it: everybody on the ticket, or staff alone."""

    PUBLIC = "public"
    NOTE = "note"
    WITHDRAWN = "withdrawn"  # an answer that was taken back before it went out: nobody reads it


class Message(Base):
    """One entry of a ticket's conversation."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_ticket_id", "ticket_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    by: Mapped[By] = mapped_column(Word(By))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    held_until: Mapped[datetime | None]  # an answer that the customer sees from then on: until then it may be undone
    form_key: Mapped[str | None] = mapped_column(
        String(64), unique=True
    )  # one press of "Send", however often it arrives
    user: Mapped[User | None] = relationship()
    customer: Mapped[Customer | None] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(order_by=Attachment.id)

    @property
    def is_from_customer(self) -> bool:
        """Whether the customer wrote it."""
        return self.by is By.CUSTOMER


def conversation_of(ticket_id: int, *, with_notes: bool) -> Sequence[Row[Any]]:
    """The messages oldest first with their writers' names; notes, and what may still be taken back, for staff only."""
    if with_notes:
        return _for_staff.rows(ticket_id=ticket_id)
    return _for_customer.rows(ticket_id=ticket_id, now=clock.now())


def newest_of(ticket_id: int, many: int, before: int = NO_MESSAGE_YET) -> Sequence[Row[Any]]:
    """The newest so many messages, older than `before`, for staff, oldest first; each knows `how_many` there are."""
    return _newest.rows(many, ticket_id=ticket_id, before=before)[::-1]


@prepared
def _for_customer(ticket_id: int, now: datetime) -> AnySelect:
    is_out = or_(Message.held_until.is_(None), Message.held_until <= now)
    return _said_on(ticket_id).where(Message.kind == Kind.PUBLIC, is_out).order_by(Message.id)


@prepared
def _for_staff(ticket_id: int) -> AnySelect:
    return _said_on(ticket_id).where(Message.kind != Kind.WITHDRAWN).order_by(Message.id)


@prepared
def _newest(many: int, ticket_id: int, before: int) -> AnySelect:
    older = Message.ticket_id == ticket_id, Message.id < before, Message.kind != Kind.WITHDRAWN
    how_many = select(func.count()).select_from(Message).where(*older).scalar_subquery()
    query = _said_on(ticket_id).add_columns(how_many.label("how_many")).where(*older)
    return query.order_by(Message.id.desc()).limit(at_most(many))


def _said_on(ticket_id: int) -> AnySelect:
    columns = (Message.id, Message.kind, Message.by, Message.user_id, Message.body, Message.written_at)
    query = select(*columns, Message.held_until, ACTORS_NAME.label("by_name"))
    query = query.outerjoin(User, User.id == Message.user_id)
    query = query.outerjoin(Customer, Customer.id == Message.customer_id)
    return query.where(Message.ticket_id == ticket_id)
