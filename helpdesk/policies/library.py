"""The library: published editions of each store, and which was in force when."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import Date, ForeignKey, Select, String, Text, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, ORMExecuteState, mapped_column, relationship

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid
from helpdesk.policies.edition import Edition
from helpdesk.policies.examples import failures
from helpdesk.policies.reading import read_policy
from helpdesk.stores import Store

#: How far ahead an edition may begin: one that is published blocks every day before its own.
FARTHEST = timedelta(days=366)


class PolicyEdition(Base):
    """One published edition: the file as it was written. Never changed and never removed."""

    __tablename__ = "policy_editions"
    __table_args__ = (UniqueConstraint("store_id", "name"), UniqueConstraint("store_id", "effective_on"))
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    name: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    effective_on: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text, deferred=True)  # long, and needed once per process
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    store: Mapped[Store] = relationship()
    published_by: Mapped[User | None] = relationship()

    @property
    def compiled(self) -> Edition:
        """Ready to decide; compiled once per process."""
        edition = _compiled.get(self.digest)
        if edition is None:
            edition = _compiled[self.digest] = read_policy(self.text)
        return edition


@event.listens_for(PolicyEdition, "before_update")
@event.listens_for(PolicyEdition, "before_delete")
def _editions_stay(_mapper: object, _connection: object, _target: PolicyEdition) -> None:
    raise RuntimeError("A published edition is never changed and never removed.")


@event.listens_for(db.session, "do_orm_execute")
def _all_editions_stay(statement: ORMExecuteState) -> None:
    if (statement.is_update or statement.is_delete) and statement.bind_mapper is PolicyEdition.__mapper__:
        raise RuntimeError("A published edition is never changed and never removed.")


#: Editions by the digest of their text. They are few, and never change.
_compiled: dict[str, Edition] = {}


def editions_of(store_id: int) -> Select[PolicyEdition]:
    """A store's editions, the newest first."""
    of_store = select(PolicyEdition).where(PolicyEdition.store_id == store_id)
    return of_store.order_by(PolicyEdition.effective_on.desc())


def edition_named(store_id: int, name: str) -> PolicyEdition | None:
    """A store's edition of this name."""
    return db.session.scalar(editions_of(store_id).where(PolicyEdition.name == name))


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
    return publish_all(store, {name: text}, by=by)[0]


def publish_all(store: Store, texts: Mapping[str, str], *, by: User | None = None) -> list[PolicyEdition]:
    """Publish several editions of a store, by file name, the oldest first; all of them or none.

    A store's first editions may lie in the past, all of them: they say what was in force before it came here.
    """
    editions = {name: _checked(store, name, text) for name, text in texts.items()}
    oldest_first = sorted(editions, key=lambda name: editions[name].file.policy.effective)
    # Two who publish at once wait for each other here; both engines then see what the first has done.
    db.session.execute(select(Store.id).where(Store.id == store.id).with_for_update())
    is_first = not db.session.scalar(select(editions_of(store.id).exists()))
    return [_publish(store, editions[name], name, texts[name], by, is_first=is_first) for name in oldest_first]


def _checked(store: Store, name: str, text: str) -> Edition:
    edition = read_policy(text, name)
    if edition.store != store.slug:
        raise Invalid(f"{name}: policy.store: this edition is for “{edition.store}”, not for “{store.slug}”.")
    return edition


def _publish(store: Store, edition: Edition, name: str, text: str, by: User | None, *, is_first: bool) -> PolicyEdition:
    head, digest = edition.file.policy, sha256(text.encode()).hexdigest()
    known = db.session.scalars(editions_of(store.id)).all()
    same = next((one for one in known if one.name == head.edition), None)
    if same and same.digest == digest:
        return same
    if same:
        raise Invalid(
            f"{name}: policy.edition: “{head.edition}” is published already, and an edition is never changed. "
            "Give the new text a name and an effective day of its own."
        )
    _refuse_day(name, head.effective, store, known[0] if known else None, is_first=is_first)
    _refuse_failing(name, edition)
    published = PolicyEdition(
        store=store, name=head.edition, title=head.title, effective_on=head.effective, text=text, digest=digest,
        published_at=clock.now(), published_by=by,
    )  # fmt: skip
    db.session.add(published)
    db.session.flush()
    return published


def _refuse_day(name: str, effective: date, store: Store, newest: PolicyEdition | None, *, is_first: bool) -> None:
    today = clock.now().astimezone(ZoneInfo(store.timezone)).date()
    if effective > today + FARTHEST:
        raise Invalid(
            f"{name}: policy.effective: {effective} is more than a year ahead, and nothing could be published before "
            "it any more. Is the year right?"
        )
    if newest and effective <= newest.effective_on:
        raise Invalid(
            f"{name}: policy.effective: {effective} is not after edition “{newest.name}”, which is in force from "
            f"{newest.effective_on} on. Two editions cannot judge the same orders."
        )
    if newest and effective < today and not is_first:
        raise Invalid(
            f"{name}: policy.effective: {effective} is past. Orders placed since then were judged by “{newest.name}”; "
            f"choose {today} or later."
        )


def _refuse_failing(name: str, edition: Edition) -> None:
    if failed := failures(edition):
        raise Invalid("\n".join(f"{name}: {failure}" for failure in failed))
