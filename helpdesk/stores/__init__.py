"""Stores: the brands served here, their opening hours and what they promise."""

from helpdesk.stores.accent import Accent, accent
from helpdesk.stores.calendar import Calendar, Counts, NeverOpens
from helpdesk.stores.file import load_store, read_store_file
from helpdesk.stores.hours import (
    WEEK,
    calendar_of,
    end_of_local_day,
    forget_calendars,
    keep_holidays,
    opening,
    shifts,
)
from helpdesk.stores.ladder import LadderTerms
from helpdesk.stores.promises import Promises, Term
from helpdesk.stores.store import SpecialDay, Store, all_stores, by_host, by_slug

__all__ = [
    "WEEK",
    "Accent",
    "Calendar",
    "Counts",
    "LadderTerms",
    "NeverOpens",
    "Promises",
    "SpecialDay",
    "Store",
    "Term",
    "accent",
    "all_stores",
    "by_host",
    "by_slug",
    "calendar_of",
    "end_of_local_day",
    "forget_calendars",
    "keep_holidays",
    "load_store",
    "opening",
    "read_store_file",
    "shifts",
]
