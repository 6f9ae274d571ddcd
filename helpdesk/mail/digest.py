"""The digest: what a supervisor finds in the mailbox at the beginning of a shift, once per shift."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base


class Digest(Base):
    """One person's digest of one shift: who writes this row writes the letter, and nobody else does."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("user_id", "shift_began_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    shift_began_at: Mapped[datetime]
    claimed_at: Mapped[datetime]
