"""Files that came with a ticket: photos made harmless, other files kept for download only."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import ForeignKey, Index, Row, String, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Base, StorageKey, Word, db
from helpdesk.core.errors import Invalid
from helpdesk.core.images import NotAPhoto, looks_like_pdf, read_photo
from helpdesk.core.looks import look_of
from helpdesk.core.prepared import AnySelect, prepared
from helpdesk.core.storage import Storage
from helpdesk.core.tokens import random_token


class Evidence(StrEnum):
    """What a file shows; a damage claim needs one of each of the first two."""

    DAMAGE = "damage"
    PACKAGING = "packaging"
    ITEM = "item"
    VET = "vet"  # the vet's papers
    DOCUMENT = "document"
    OTHER = "other"


class Attachment(Base):
    """One file. It belongs to a filing until that becomes a ticket."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index("ix_attachments_ticket_id", "ticket_id"),
        Index("ix_attachments_message_id", "message_id"),
        Index("ix_attachments_filing_id", "filing_id"),
        Index("ix_attachments_file_key", "file_key"),  # these three: does any row name these bytes?
        Index("ix_attachments_screen_key", "screen_key"),
        Index("ix_attachments_thumb_key", "thumb_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)  # its address: cannot be guessed
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    filing_id: Mapped[int | None] = mapped_column(ForeignKey("filings.id", ondelete="SET NULL"))
    shows: Mapped[Evidence] = mapped_column(Word(Evidence), default=Evidence.OTHER)
    filename: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    file_key: Mapped[str] = mapped_column(StorageKey())
    screen_key: Mapped[str | None] = mapped_column(StorageKey())
    thumb_key: Mapped[str | None] = mapped_column(StorageKey())
    width: Mapped[int | None]
    height: Mapped[int | None]
    look: Mapped[str | None] = mapped_column(String(16))  # what the photo looks like, for finding it again
    added_at: Mapped[datetime]

    @property
    def is_photo(self) -> bool:
        """Whether we re-encoded it ourselves, and so may show it."""
        return self.screen_key is not None


def attachments_of(ticket_id: int, first: int, last: int) -> Sequence[Row[Any]]:
    """The files of a ticket's messages from the first to the last of these numbers, in the order they came."""
    return _sent.rows(ticket_id=ticket_id, first=first, last=last)


@prepared
def _sent(ticket_id: int, first: int, last: int) -> AnySelect:
    columns = (Attachment.message_id, Attachment.token, Attachment.shows, Attachment.filename, Attachment.size)
    query = select(*columns, Attachment.screen_key.is_not(None).label("is_photo"))
    query = query.where(Attachment.ticket_id == ticket_id, Attachment.message_id.between(first, last))
    return query.order_by(Attachment.id)


def storage() -> Storage:
    """Where bytes are kept in this deployment."""
    kept: Storage = current_app.extensions["helpdesk.storage"]
    return kept


def keep_file(stream: BinaryIO, filename: str, shows: Evidence) -> Attachment:
    """Check a file by its content and keep it; bytes are durable before the row that names them.

    Raises Invalid, naming the file and saying how to mend it.
    """
    limit = current_app.config["PHOTO_BYTES_AT_MOST"]
    data, name = stream.read(limit + 1), tidy_filename(filename)
    if len(data) > limit:
        raise Invalid(f"“{name}” is larger than {limit // 1024**2} MB. Please send a smaller copy.")
    if looks_like_pdf(data):
        return _attachment(name, shows, "application/pdf", data)
    try:
        photo = read_photo(data)
    except NotAPhoto as problem:
        raise Invalid(f"“{name}”: {problem}") from problem
    attachment = _attachment(name, shows, photo.content_type, photo.full)
    attachment.screen_key, attachment.thumb_key = storage().put(photo.screen), storage().put(photo.thumb)
    attachment.width, attachment.height = photo.width, photo.height
    attachment.look = look_of(photo.thumb)
    return attachment


def tidy_filename(filename: str) -> str:
    """A name that is safe to show and to save under; only for people, never a path of ours."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1][-400:]  # normalising a very long text takes minutes
    clean = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip()
    return clean[-120:] or "file"


def _attachment(name: str, shows: Evidence, content_type: str, data: bytes) -> Attachment:
    attachment = Attachment(
        token=random_token(),
        shows=shows,
        filename=name,
        content_type=content_type,
        size=len(data),
        file_key=storage().put(data),
        added_at=clock.now(),
    )
    db.session.add(attachment)
    return attachment
