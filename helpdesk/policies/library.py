"""The library: published editions of each store, and which was in force when."""

from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import Date, ForeignKey, Select, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid
from helpdesk.policies.edition import Edition
from helpdesk.policies.examples import failures
from helpdesk.policies.reading import read_policy
from helpdesk.stores import Store


class PolicyEdition(Base):
    """One published edition: the file as it was written. Never changed and never removed."""

    __tablename__ = "policy_editions"
    __table_args__ = (UniqueConstraint("store_id", "name"), UniqueConstraint("store_id", "effective_on"))
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    name: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    effective_on: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    store: Mapped[Store] = relationship()
    published_by: Mapped[User | None] = relationship()

    @property
    def compiled(self) -> Edition:
        """Ready to decide; compiled once per process."""
        return _compiled(self.digest, self.text)


@lru_cache(maxsize=64)
def _compiled(_digest: str, text: str) -> Edition:
    return read_policy(text)


def editions_of(store_id: int) -> Select[PolicyEdition]:
    """A store's editions, the newest first."""
    of_store = select(PolicyEdition).where(PolicyEdition.store_id == store_id)
    return of_store.order_by(PolicyEdition.effective_on.desc())


def edition_by_id(edition_id: int) -> PolicyEdition:
    """The edition a kept decision was made under."""
    return db.session.get_one(PolicyEdition, edition_id)


def in_force(store: Store, moment: datetime | None = None) -> PolicyEdition | None:
    """The edition that judges an order placed at this moment, by the store's local day; no order known: today's.

    An order from before the first edition is judged by the first: nothing else was ever published.
    """
    on = (moment or clock.now()).astimezone(ZoneInfo(store.timezone)).date()
    return in_force_on(store.id, on)


def in_force_on(store_id: int, on: date) -> PolicyEdition | None:
    """The edition in force on a day."""
    begun = editions_of(store_id).where(PolicyEdition.effective_on <= on).limit(1)
    first = editions_of(store_id).order_by(None).order_by(PolicyEdition.effective_on).limit(1)
    return db.session.scalar(begun) or db.session.scalar(first)


def publish(store: Store, text: str, *, by: User | None = None, name: str = "policy") -> PolicyEdition:
    """Put an edition in force from its day on; the same text again changes nothing. The caller commits.

    Raises Invalid on a bad file, on failing examples, and where it would change how past orders are judged.
    """
    edition = read_policy(text, name)
    digest = sha256(text.encode()).hexdigest()
    head = edition.file.policy
    if head.store != store.slug:
        raise Invalid(f"{name}: policy.store: this edition is for “{head.store}”, not for “{store.slug}”.")
    known = db.session.scalars(editions_of(store.id)).all()
    same = next((one for one in known if one.name == head.edition), None)
    if same and same.digest == digest:
        return same
    _refuse_unless_later(name, head.edition, head.effective, store, list(known))
    _refuse_failing(name, edition)
    published = PolicyEdition(
        store=store, name=head.edition, title=head.title, effective_on=head.effective, text=text, digest=digest,
        published_at=clock.now(), published_by=by,
    )  # fmt: skip
    db.session.add(published)
    db.session.flush()
    return published


def _refuse_unless_later(name: str, title: str, effective: date, store: Store, known: list[PolicyEdition]) -> None:
    if any(one.name == title for one in known):
        raise Invalid(
            f"{name}: policy.edition: “{title}” is published already, and an edition is never changed. "
            "Give the new text a name and an effective day of its own."
        )
    if not known:
        return
    newest, today = known[0], clock.now().astimezone(ZoneInfo(store.timezone)).date()
    if effective <= newest.effective_on:
        raise Invalid(
            f"{name}: policy.effective: {effective} is not after edition “{newest.name}”, which is in force from "
            f"{newest.effective_on} on. Two editions cannot judge the same orders."
        )
    if effective < today:
        raise Invalid(
            f"{name}: policy.effective: {effective} is past. Orders placed since then were judged by “{newest.name}”; "
            f"choose {today} or later."
        )


def _refuse_failing(name: str, edition: Edition) -> None:
    if failed := failures(edition):
        raise Invalid("\n".join(f"{name}: {failure}" for failure in failed))
