"""A filing: the customer's report while it is being written. What was typed and uploaded is kept at every step."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.tokens import fingerprint, random_token
from helpdesk.orders import Order
from helpdesk.stores import Store
from helpdesk.tickets.attachment import Attachment
from helpdesk.tickets.issue_types import IssueType

KEPT_FOR = timedelta(days=7)


class Filing(Base):
    """One report in the making; its secret address is also what makes two presses one ticket."""

    __tablename__ = "filings"
    __table_args__ = (Index("ix_filings_begun_at", "begun_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    key: Mapped[str] = mapped_column(String(64), unique=True)  # fingerprint of the secret in its address
    begun_at: Mapped[datetime]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)  # by step, as typed
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    store: Mapped[Store] = relationship()
    order: Mapped[Order | None] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(order_by=Attachment.id)

    @classmethod
    def begin(cls, store: Store) -> tuple["Filing", str]:
        """A new one, and the secret for its address."""
        token = random_token()
        filing = cls(store=store, key=fingerprint(token), begun_at=clock.now(), answers={})
        db.session.add(filing)
        db.session.flush()
        return filing, token

    def keep(self, step: str, **answers: Any) -> None:
        """Remember what was given at a step, right or wrong."""
        self.answers = {**self.answers, step: answers}

    def given(self, step: str) -> dict[str, Any]:
        """What was given there before."""
        return dict(self.answers.get(step, {}))

    @property
    def issue_type(self) -> IssueType | None:
        """What was chosen first; None for "something else"."""
        chosen = self.given("issue").get("issue_type")
        return IssueType(chosen) if chosen in set(IssueType) else None


def filing_by(store: Store, token: str) -> Select[Filing]:
    """The filing with this secret at this store."""
    return select(Filing).where(Filing.store_id == store.id, Filing.key == fingerprint(token))


def forgotten_filings(now: datetime) -> Select[Filing]:
    """Never sent and too old to go on with."""
    return select(Filing).where(Filing.begun_at < now - KEPT_FOR, Filing.ticket_id.is_(None)).limit(200)


def forget(filing: Filing) -> None:
    """Remove a report that was never sent; its files go with it."""
    for attachment in filing.attachments:
        db.session.delete(attachment)
    db.session.delete(filing)
