"""Tickets: the verbs of an order issue and its timeline."""

from helpdesk.tickets.attachment import Attachment, Evidence, attachments_of, keep_file, storage
from helpdesk.tickets.customers import merged_into, tickets_of
from helpdesk.tickets.filing import Filing, filing_by, forget, forgotten_filings
from helpdesk.tickets.issue_types import CATEGORY_NAMES, CATEGORY_OF, HINTS, LABELS, NAMES, Category, IssueType
from helpdesk.tickets.message import Kind, Message, conversation_of
from helpdesk.tickets.queues import Filters, Show, as_reference, by_reference, counted, narrowed, queue_page, visible_to
from helpdesk.tickets.rating import HIGH_SCORE, LOW_SCORE, SCORES, Rating, rating_of, ratings_for
from helpdesk.tickets.sorting import OrderFacts, Sorted, from_choice, sort
from helpdesk.tickets.status import MOVES, UNFINISHED, Priority, Status
from helpdesk.tickets.status import NAMES as STATUS_NAMES
from helpdesk.tickets.ticket import REOPENS_FOR, Channel, Ticket, TicketItem, lines_of
from helpdesk.tickets.timeline import (
    Action,
    Event,
    Unwritten,
    guard_with,
    react_with,
    record_all,
    story_of,
    timeline_of,
)

__all__ = [
    "CATEGORY_NAMES",
    "CATEGORY_OF",
    "HIGH_SCORE",
    "HINTS",
    "LABELS",
    "LOW_SCORE",
    "MOVES",
    "NAMES",
    "REOPENS_FOR",
    "SCORES",
    "STATUS_NAMES",
    "UNFINISHED",
    "Action",
    "Attachment",
    "Category",
    "Channel",
    "Event",
    "Evidence",
    "Filing",
    "Filters",
    "IssueType",
    "Kind",
    "Message",
    "OrderFacts",
    "Priority",
    "Rating",
    "Show",
    "Sorted",
    "Status",
    "Ticket",
    "TicketItem",
    "Unwritten",
    "as_reference",
    "attachments_of",
    "by_reference",
    "conversation_of",
    "counted",
    "filing_by",
    "forget",
    "forgotten_filings",
    "from_choice",
    "guard_with",
    "keep_file",
    "lines_of",
    "merged_into",
    "narrowed",
    "queue_page",
    "rating_of",
    "ratings_for",
    "react_with",
    "record_all",
    "sort",
    "storage",
    "story_of",
    "tickets_of",
    "timeline_of",
    "visible_to",
]
