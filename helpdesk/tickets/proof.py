"""Proof that whoever filed a ticket is the customer it stands under: anybody can type anybody's address.

The link that filing shows opens a ticket's own conversation. It leads on to what was merged with it only with proof;
the link in a letter always does, because letters go to the customer's address.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, and_, exists, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts import By
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.tokens import sign
from helpdesk.core.upsert import upsert
from helpdesk.orders import Order
from helpdesk.tickets.merging import Merge
from helpdesk.tickets.message import Kind, Message
from helpdesk.tickets.ticket import Channel, Ticket
from helpdesk.tickets.timeline import Event

MAILED = "mailed"


class ShownBy(StrEnum):
    """What showed who it was."""

    ORDER = "order"  # found by number and contact, and placed with the same address
    LINK = "link"  # came by a link that we had sent to the address


class Proof(Base):
    """That the customer filed a ticket; where there is none it may have been somebody else."""

    __tablename__ = "proofs"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    shown_by: Mapped[ShownBy] = mapped_column(Word(ShownBy))
    shown_at: Mapped[datetime]


def is_buyers(order: Order | None, email: str) -> bool:
    """Whether an order that was found shows that this address is the filer's own."""
    return order is not None and bool(order.email) and order.email == email.strip().lower()


def prove(ticket: Ticket, by: ShownBy) -> None:
    """Remember that it was the customer; once is as good as twice."""
    upsert(Proof, {"ticket_id": ticket.id}, {"shown_by": by, "shown_at": clock.now()})


def prove_as(ticket: Ticket, other: Ticket) -> None:
    """What came out of another ticket is proven as far as that one was."""
    if proof := db.session.get(Proof, other.id):
        prove(ticket, proof.shown_by)


def keep_proof(event: Event) -> None:
    """A new ticket: whoever filed it may have shown who they are already."""
    ticket = event.ticket
    if ticket.follows:
        prove_as(ticket, ticket.follows)
        return
    was_filed = event.by is By.CUSTOMER and ticket.channel is Channel.PORTAL
    if was_filed and is_buyers(ticket.order, ticket.customer.email):
        prove(ticket, ShownBy.ORDER)


def is_proven(ticket: Ticket) -> bool:
    """Whether the customer is known to have filed it."""
    return bool(proven_among([ticket.id]))


def proven_among(ticket_ids: Collection[int]) -> set[int]:
    """The tickets among these that the customer is known to have filed."""
    return set(db.session.scalars(select(Proof.ticket_id).where(Proof.ticket_id.in_(ticket_ids))))


def may_lead_on(ticket: Ticket) -> bool:
    """Whether the link that filing showed still opens what it opened then, or proof lets it lead on."""
    away = exists().where(Merge.ticket_id == ticket.id, Merge.undone_at.is_(None))
    # What was said while others were merged into it stays there when that is undone.
    said = exists().where(
        Message.ticket_id == ticket.id, Message.kind == Kind.PUBLIC,
        Message.written_at.between(Merge.made_at, Merge.undone_at),
    )  # fmt: skip
    brought = exists().where(Merge.into_id == ticket.id, or_(Merge.undone_at.is_(None), said))
    proven = exists().where(Proof.ticket_id == ticket.id)
    return bool(db.session.scalar(select(or_(proven, and_(~away, ~brought)))))


def mailed_token(ticket: Ticket) -> str:
    """The secret in letters: whoever has it reads the customer's mail. Void when the link is renewed."""
    return sign("ticket", ticket.reference, ticket.link_version, MAILED)
