"""Editions of a store's hours and promises: each change is kept, so that an old promise can still be explained."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.stores.calendar import Calendar
from helpdesk.stores.hours import add_holidays, calendar_from, calendar_of
from helpdesk.stores.promises import Promises
from helpdesk.stores.store import Store


class HoursEdition(Base):
    """Hours and promises of one store from one moment until the next edition."""

    __tablename__ = "hours_editions"
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    hours: Mapped[dict[str, Any]]  # timezone, weekly, days: what a calendar is built from
    promise_terms: Mapped[dict[str, Any]]
    made_by: Mapped[str] = mapped_column(String(120))
    why: Mapped[str] = mapped_column(String(300))
    clocks: Mapped[int] = mapped_column(default=0)  # how many were running and had to be reckoned anew
    moved_at: Mapped[datetime | None]  # when the last of them was

    @property
    def calendar(self) -> Calendar:
        """The business calendar of this edition."""
        return calendar_from(self.hours)

    @property
    def promises(self) -> Promises:
        """What was promised then."""
        return Promises.model_validate(self.promise_terms)


def keep_edition(store: Store, *, made_by: str, why: str) -> HoursEdition | None:
    """Write a new edition down if hours or promises differ from the last one; None if nothing changed."""
    hours = plain_hours(store)
    last = db.session.get(HoursEdition, (store.id, store.calendar_version)) if store.id else None
    if last and (last.hours, last.promise_terms) == (hours, store.promise_terms):
        return None
    db.session.flush()
    store.calendar_version += 1
    content = json.dumps([hours, store.promise_terms], sort_keys=True)
    store.hours_key = hashlib.sha256(content.encode()).hexdigest()[:16]
    edition = HoursEdition(
        store_id=store.id, version=store.calendar_version, since=clock.now(), hours=hours,
        promise_terms=store.promise_terms, made_by=made_by[:120], why=why[:300], clocks=0,
    )  # fmt: skip
    db.session.add(edition)
    return edition


def keep_holidays(store: Store, years: Iterable[int]) -> int:
    """The holidays of these years, written down once; new ones make a new edition. Returns how many were new."""
    fresh = add_holidays(store, years)
    if fresh:
        keep_edition(store, made_by="the helpdesk", why="the public holidays of another year came near")
    return fresh


def plain_hours(store: Store) -> dict[str, Any]:
    """All that a store's calendar is built from, as plain data."""
    days = {
        day.on.isoformat(): {"name": day.name, "hours": [list(span) for span in day.hours]}
        for day in sorted(store.special_days, key=lambda day: day.on)
    }
    return {"timezone": store.timezone, "weekly": store.weekly_hours, "days": days}


def editions_of(store: Store, versions: Iterable[int] | None = None) -> dict[int, HoursEdition]:
    """Editions by number, oldest first: these, or all."""
    query = select(HoursEdition).where(HoursEdition.store_id == store.id).order_by(HoursEdition.version)
    if versions is not None:
        query = query.where(HoursEdition.version.in_(list(versions)))
    return {edition.version: edition for edition in db.session.scalars(query)}


def calendar_at(store: Store, version: int) -> Calendar:
    """The calendar of that edition; today's where that edition was not kept."""
    if version == store.calendar_version:
        return calendar_of(store)
    edition = db.session.get(HoursEdition, (store.id, version))
    return edition.calendar if edition else calendar_of(store)


def day_names_at(store: Store, version: int) -> dict[str, str]:
    """How the special days of that edition are called, by ISO day."""
    edition = None if version == store.calendar_version else db.session.get(HoursEdition, (store.id, version))
    if edition:
        return {on: day["name"] for on, day in edition.hours["days"].items()}
    return {day.on.isoformat(): day.name for day in store.special_days}
