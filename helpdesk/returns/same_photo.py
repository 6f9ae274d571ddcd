"""The same photo on another ticket of the store: told to the agent, who judges what it means."""

from collections.abc import Iterator
from itertools import combinations

from sqlalchemy import ForeignKey, Index, Select, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts import SYSTEM, By
from helpdesk.core.db import Base, db
from helpdesk.core.looks import ALIKE, distance
from helpdesk.tickets import Action, Attachment, Event, Message, Ticket, ids_in_conversation

CHUNKS, BITS = 4, 16
#: Two looks that differ in at most 4 x 3 - 1 = 11 bits have a chunk that differs in at most 2: so that chunk is found
#: by its near values, and no other photo has to be looked at. ALIKE is below that.
FLIPS = 2
NEAR = [sum(1 << bit for bit in bits) for n in range(FLIPS + 1) for bits in combinations(range(BITS), n)]
#: More candidates than this are not looked at: a picture that many send is no sign of anything.
CANDIDATES = 2000
TOLD_AT_MOST = 3


class PhotoChunk(Base):
    """A quarter of a photo's look, for finding photos that look alike without comparing all."""

    __tablename__ = "photo_chunks"
    __table_args__ = (Index("ix_photo_chunks_store_chunk", "store_id", "chunk", "attachment_id"),)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True)
    chunk: Mapped[int] = mapped_column(primary_key=True)  # which quarter, and its 16 bits
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))


def look_for_same_photos(event: Event) -> None:
    """Photos that just came are compared with those of the store's other tickets, once each."""
    ticket = event.ticket
    new = list(db.session.scalars(_not_compared(ticket)))
    others: dict[int, tuple[Attachment, Attachment]] = {}
    for photo in new:
        for other in alike(ticket, photo):
            others.setdefault(other.ticket_id or 0, (photo, other))
    db.session.add_all(
        PhotoChunk(attachment_id=photo.id, chunk=chunk, store_id=ticket.store_id)
        for photo in new
        for chunk in chunks_of(str(photo.look))
    )
    for other_id in sorted(others.keys() - _told(ticket), reverse=True)[:TOLD_AT_MOST]:
        _tell(ticket, db.session.get_one(Ticket, other_id), *others[other_id])


def alike(ticket: Ticket, photo: Attachment) -> Iterator[Attachment]:
    """Photos of the store's other tickets that look like this one, nearest in time first."""
    look = str(photo.look)
    near = [chunk ^ flipped for chunk in chunks_of(look) for flipped in NEAR]
    found = select(PhotoChunk.attachment_id).where(PhotoChunk.store_id == ticket.store_id, PhotoChunk.chunk.in_(near))
    ids = set(db.session.scalars(found.limit(CANDIDATES)))
    elsewhere = Attachment.ticket_id.not_in(ids_in_conversation(ticket.id))
    query = select(Attachment).where(Attachment.id.in_(ids), elsewhere)
    for other in db.session.scalars(query.order_by(Attachment.id.desc())):
        if other.look and distance(look, other.look) <= ALIKE:
            yield other


def chunks_of(look: str) -> list[int]:
    """The look's quarters, each with its number above its bits."""
    bits = int(look, 16)
    return [(n << BITS) | (bits >> (n * BITS) & ((1 << BITS) - 1)) for n in range(CHUNKS)]


def _not_compared(ticket: Ticket) -> Select[Attachment]:
    known = exists().where(PhotoChunk.attachment_id == Attachment.id)
    query = select(Attachment).join(Message, Message.id == Attachment.message_id)
    mine = query.where(Attachment.ticket_id == ticket.id, Message.by == By.CUSTOMER)
    return mine.where(Attachment.look.is_not(None), ~known).order_by(Attachment.id)


def _told(ticket: Ticket) -> set[int]:
    """The tickets that were named on this one already."""
    query = select(Event.details).where(Event.ticket_id == ticket.id, Event.action == Action.PHOTO_SEEN_BEFORE)
    return {details["other_id"] for details in db.session.scalars(query)}


def _tell(ticket: Ticket, other: Ticket, photo: Attachment, seen: Attachment) -> None:
    ticket.record(
        Action.PHOTO_SEEN_BEFORE,
        by=SYSTEM,
        other=other.reference,
        other_id=other.id,
        photo=photo.token,
        other_photo=seen.token,
        same_customer=other.customer_id == ticket.customer_id,
        is_follow_up=ticket.follows_id == other.id,
    )
