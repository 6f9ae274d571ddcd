"""Search: tickets by the words of their messages, by who wrote, by order, and by filters."""

from helpdesk.search.filters import FILTERS, READERS, Asker, Filter
from helpdesk.search.finding import COUNT_STOPS, MOST_SHOWN, WALKED, Found, Hit, find
from helpdesk.search.index import OURS, is_whole, lay, rebuild
from helpdesk.search.marking import Piece, marked_pieces, snippet
from helpdesk.search.words import LONGEST, Asked, Misread, parse

__all__ = [
    "COUNT_STOPS",
    "FILTERS",
    "LONGEST",
    "MOST_SHOWN",
    "OURS",
    "READERS",
    "WALKED",
    "Asked",
    "Asker",
    "Filter",
    "Found",
    "Hit",
    "Misread",
    "Piece",
    "find",
    "is_whole",
    "lay",
    "marked_pieces",
    "parse",
    "rebuild",
    "snippet",
]
