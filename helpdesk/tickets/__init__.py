"""Tickets: the verbs of an order issue and its timeline."""

from helpdesk.tickets.attachment import Attachment, Evidence, attachments_of, keep_file, storage
from helpdesk.tickets.filing import Filing, filing_by, forget, forgotten_filings
from helpdesk.tickets.issue_types import CATEGORY_NAMES, CATEGORY_OF, HINTS, LABELS, NAMES, Category, IssueType
from helpdesk.tickets.message import Kind, Message, conversation_of
from helpdesk.tickets.queues import Filters, Show, as_reference, by_reference, counted, narrowed, queue_page, visible_to
from helpdesk.tickets.sorting import OrderFacts, Sorted, from_choice, sort
from helpdesk.tickets.status import MOVES, UNFINISHED, Priority, Status
from helpdesk.tickets.status import NAMES as STATUS_NAMES
from helpdesk.tickets.subject import told_subject
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
    "HINTS",
    "LABELS",
    "MOVES",
    "NAMES",
    "REOPENS_FOR",
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
    "narrowed",
    "queue_page",
    "react_with",
    "record_all",
    "sort",
    "storage",
    "story_of",
    "timeline_of",
    "told_subject",
    "visible_to",
]
