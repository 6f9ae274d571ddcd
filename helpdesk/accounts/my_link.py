"""The way of a customer to all their tickets at a store: a link sent to their mail address."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Select, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.tokens import fingerprint, random_token
from helpdesk.stores import Store

GOOD_FOR = timedelta(hours=24)


class MyLink(Base):
    """Somebody asked for a link to the tickets of this address. Until its letter is written it opens nothing.

    Asking writes the same row for every address: whether we know it is only looked up when the letter is due, outside
    the request, so that neither answer nor time tells a stranger who our customers are.
    """

    __tablename__ = "my_links"
    __table_args__ = (Index("ix_my_links_email", "store_id", "email"), Index("ix_my_links_asked_at", "asked_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    email: Mapped[str] = mapped_column(String(254))  # lower case
    language: Mapped[str] = mapped_column(String(20))  # in which it was asked for
    asked_at: Mapped[datetime]
    key: Mapped[str | None] = mapped_column(String(64), unique=True)  # the fingerprint of the link's secret
    ends_at: Mapped[datetime | None]
    store: Mapped[Store] = relationship()

    @classmethod
    def ask(cls, store: Store, email: str, language: str) -> "MyLink":
        """A wish for a link, whoever it is."""
        asked = cls(store=store, email=email.strip().lower()[:254], language=language, asked_at=clock.now())
        db.session.add(asked)
        return asked

    def open(self) -> str:
        """Make it a link, and tell its secret: the only time that anybody can."""
        token = random_token()
        self.key, self.ends_at = fingerprint(token), clock.now() + GOOD_FOR
        return token


def link_by(store: Store, token: str) -> Select[MyLink]:
    """The link with this secret at this store, as long as it is good."""
    return select(MyLink).where(
        MyLink.store_id == store.id, MyLink.key == fingerprint(token), MyLink.ends_at > clock.now()
    )


def links_to_write() -> list[int]:
    """Wishes whose letter is not written yet, the oldest first."""
    wished = select(MyLink.id).where(MyLink.key.is_(None)).order_by(MyLink.asked_at, MyLink.id).limit(50)
    return list(db.session.scalars(wished))


def revoke_links(store_id: int, email: str) -> None:
    """No link that was ever sent to this address opens anything any more."""
    db.session.execute(delete(MyLink).where(MyLink.store_id == store_id, MyLink.email == email))


def forget_links(now: datetime) -> None:
    """Upkeep: links that are over."""
    db.session.execute(delete(MyLink).where(MyLink.asked_at < now - 2 * GOOD_FOR))
