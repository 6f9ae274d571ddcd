"""Stores: the brands served here, their opening hours and what they promise."""

from helpdesk.stores.accent import Accent, accent
from helpdesk.stores.calendar import Calendar, Counts, NeverOpens
from helpdesk.stores.file import load_store, read_store_file
from helpdesk.stores.hours import calendar_of, end_of_local_day, forget_calendars, keep_holidays, opening
from helpdesk.stores.promises import Promises, Term
from helpdesk.stores.store import SpecialDay, Store, all_stores, by_host, by_slug

__all__ = [
    "Accent",
    "Calendar",
    "Counts",
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
]
