"""Changing a store's hours: first a draft that can be looked at, then an edition that counts."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid
from helpdesk.stores.calendar import Calendar
from helpdesk.stores.editions import HoursEdition, keep_edition
from helpdesk.stores.hours import DAY_NAMES, WEEK, calendar_from, first_closed_stretch, public_holidays
from helpdesk.stores.store import SpecialDay, Store
from helpdesk.stores.written_hours import Holidays, Hours, Special, as_written, pairs

YEARS_BACK, YEARS_AHEAD = 1, 2


class HoursDraft(Base):
    """Hours that somebody prepares for a store; nothing is counted by them yet."""

    __tablename__ = "hours_drafts"
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"), primary_key=True)
    hours: Mapped[dict[str, Any]]
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]


class Day(NamedTuple):
    """A special day as it shall be."""

    name: str
    hours: list[Any]
    is_public_holiday: bool


def hours_of(store: Store) -> Hours:
    """The store's hours as its file would say them."""
    special = [
        Special(on=day.on, name=day.name, hours=as_written(day.hours))
        for day in store.special_days
        if not day.is_public_holiday
    ]
    country, region = store.holiday_country, store.holiday_region
    return Hours(
        timezone=store.timezone,
        weekly={day: as_written(spans) for day, spans in store.weekly_hours.items()},
        holidays=Holidays(country=country, region=region) if country else None,
        special=special,
    )


def differences(old: Hours, new: Hours) -> list[str]:
    """What would change, a line each."""
    lines = [("Time zone", old.timezone, new.timezone), ("Public holidays", _country(old), _country(new))]
    lines += [(DAY_NAMES[day], _spans(old.weekly.get(day)), _spans(new.weekly.get(day))) for day in WEEK]
    before, after = ({day.on: f"{day.name}, {_spans(day.hours)}" for day in each.special} for each in (old, new))
    lines += [(f"{on:%a} {on.day} {on:%b %Y}", before.get(on, ""), after.get(on, "")) for on in sorted(before | after)]
    return [f"{name}: {was or 'as usual'} → {becomes or 'as usual'}" for name, was, becomes in lines if was != becomes]


def _spans(spans: list[str] | None) -> str:
    return ", ".join(spans or ()) or "closed"


def _country(hours: Hours) -> str:
    kept = hours.holidays
    return f"{kept.country}{f'-{kept.region}' if kept.region else ''}" if kept else "none"


def draft_of(store: Store) -> HoursDraft | None:
    """What is being prepared for it."""
    return db.session.get(HoursDraft, store.id)


def draft_hours(store: Store, hours: Hours, *, made_by: str) -> None:
    """Prepare these; raises Invalid where they never open."""
    refuse_if_never_open(store, proposed_calendar(store, hours))
    draft = draft_of(store) or HoursDraft(store_id=store.id)
    draft.hours, draft.made_by, draft.made_at = hours.model_dump(mode="json"), made_by[:120], clock.now()
    db.session.add(draft)


def drop_draft(store: Store) -> None:
    """Forget what was prepared."""
    if draft := draft_of(store):
        db.session.delete(draft)


def change_hours(store: Store, hours: Hours, *, made_by: str, why: str) -> HoursEdition | None:
    """Let these hours count from now on; None if they are what counts already. Raises Invalid if they never open."""
    days, calendar = days_after(store, hours), proposed_calendar(store, hours)
    refuse_if_never_open(store, calendar)
    store.timezone = hours.timezone
    store.weekly_hours = {day: pairs(spans) for day, spans in hours.weekly.items()}
    store.holiday_country = hours.holidays.country if hours.holidays else None
    store.holiday_region = hours.holidays.region if hours.holidays else None
    _set_days(store, days)
    return keep_edition(store, made_by=made_by, why=why)


def proposed_calendar(store: Store, hours: Hours) -> Calendar:
    """The calendar as these hours would make it."""
    days = {on.isoformat(): {"hours": day.hours} for on, day in days_after(store, hours).items()}
    weekly = {day: pairs(spans) for day, spans in hours.weekly.items()}
    return calendar_from({"timezone": hours.timezone, "weekly": weekly, "days": days})


def days_after(store: Store, hours: Hours) -> dict[date, Day]:
    """The special days as they will be: what is written wins over holidays, and holidays of the past stay."""
    today, kept = clock.now().date(), hours.holidays
    has_moved = (store.holiday_country, store.holiday_region) != (kept and kept.country, kept and kept.region)
    days = {
        day.on: Day(day.name, day.hours, True)
        for day in store.special_days
        # Holidays of the past explain promises already made; those to come are no longer the store's.
        if day.is_public_holiday and not (has_moved and day.on > today)
    }
    days |= {special.on: Day(special.name, pairs(special.hours), False) for special in hours.special}
    if kept:
        years = range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)
        named = public_holidays(kept.country, kept.region, years)
        days |= {on: Day(name[:120], [], True) for on, name in named.items() if on not in days}
    return dict(sorted(days.items()))


def refuse_if_never_open(store: Store, calendar: Calendar) -> None:
    """Raise Invalid when 60 days have no working time, now or from a special day on: no promise could be kept."""
    if first_closed_stretch(calendar, clock.now()):
        raise Invalid(f"{store.slug}: hours: the opening hours have no working time in 60 days")


def _set_days(store: Store, days: dict[date, Day]) -> None:
    kept = {day.on: day for day in store.special_days if day.on in days}
    for day in list(store.special_days):
        if day.on not in days:
            store.special_days.remove(day)
    for on, wanted in days.items():
        day = kept.get(on) or SpecialDay(on=on)
        if on not in kept:
            store.special_days.append(day)
        if (day.name, day.hours, day.is_public_holiday) != tuple(wanted):
            day.name, day.hours, day.is_public_holiday = wanted
