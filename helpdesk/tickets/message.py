"""Messages: the conversation between customer and staff, and the staff's notes in between."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import By, Customer, User
from helpdesk.core.db import Base, Word
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
