"""Stores: the brands served here, their opening hours and what they promise."""

from helpdesk.stores.accent import Accent, accent
from helpdesk.stores.calendar import Calendar, Counts, NeverOpens
from helpdesk.stores.changing import (
    HoursDraft,
    change_hours,
    differences,
    draft_hours,
    draft_of,
    drop_draft,
    hours_of,
    proposed_calendar,
)
from helpdesk.stores.editions import (
    HoursEdition,
    calendar_at,
    day_names_at,
    editions_of,
    keep_edition,
    keep_holidays,
)
from helpdesk.stores.file import load_store, mistakes, read_checked, read_store_file
from helpdesk.stores.hours import DAY_NAMES, WEEK, calendar_of, end_of_local_day, forget_calendars, opening, shifts
from helpdesk.stores.icalendar_days import special_days_from
from helpdesk.stores.ladder import LadderTerms
from helpdesk.stores.promises import DeliveryStart, Promises, TargetRow, Term, Terms
from helpdesk.stores.store import SpecialDay, Store, all_stores, by_host, by_slug
from helpdesk.stores.work import FACTS, Children, FieldKind, FieldTerms, HandingOutTerms, Mode, SolvingTerms, WorkTerms
from helpdesk.stores.written_hours import Holidays, Hours, Special

__all__ = [
    "DAY_NAMES",
    "FACTS",
    "WEEK",
    "Accent",
    "Calendar",
    "Children",
    "Counts",
    "DeliveryStart",
    "FieldKind",
    "FieldTerms",
    "HandingOutTerms",
    "Holidays",
    "Hours",
    "HoursDraft",
    "HoursEdition",
    "LadderTerms",
    "Mode",
    "NeverOpens",
    "Promises",
    "SolvingTerms",
    "Special",
    "SpecialDay",
    "Store",
    "TargetRow",
    "Term",
    "Terms",
    "WorkTerms",
    "accent",
    "all_stores",
    "by_host",
    "by_slug",
    "calendar_at",
    "calendar_of",
    "change_hours",
    "day_names_at",
    "differences",
    "draft_hours",
    "draft_of",
    "drop_draft",
    "editions_of",
    "end_of_local_day",
    "forget_calendars",
    "hours_of",
    "keep_edition",
    "keep_holidays",
    "load_store",
    "mistakes",
    "opening",
    "proposed_calendar",
    "read_checked",
    "read_store_file",
    "shifts",
    "special_days_from",
]
