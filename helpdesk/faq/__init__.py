"""Questions and answers: what a store tells everybody, how it is found, and whether it helped."""

from helpdesk.faq.entry import (
    FaqEntry,
    FaqVote,
    editions_of_faq,
    entries_of,
    entry_by,
    forget_votes,
    language_for,
    load_faq,
    visitor_today,
)
from helpdesk.faq.file import Question, read_faq
from helpdesk.faq.index import Found, Index, Passage, around, marked
from helpdesk.faq.searches import (
    Helped,
    HelpSearch,
    clicks,
    forget_old_searches,
    tally,
    without_answer,
    without_help,
    without_traces,
)
from helpdesk.faq.text import Block, Span, blocks, clauses_in, places_in, plain

__all__ = [
    "Block",
    "FaqEntry",
    "FaqVote",
    "Found",
    "HelpSearch",
    "Helped",
    "Index",
    "Passage",
    "Question",
    "Span",
    "around",
    "blocks",
    "clauses_in",
    "clicks",
    "editions_of_faq",
    "entries_of",
    "entry_by",
    "forget_old_searches",
    "forget_votes",
    "language_for",
    "load_faq",
    "marked",
    "places_in",
    "plain",
    "read_faq",
    "tally",
    "visitor_today",
    "without_answer",
    "without_help",
    "without_traces",
]
