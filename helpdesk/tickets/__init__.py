"""Tickets: the verbs of an order issue and its timeline."""

from helpdesk.tickets.attachment import Attachment, Evidence, attachments_of, keep_file, storage
from helpdesk.tickets.beside import beside
from helpdesk.tickets.drafts import Draft, draft_of, drop_draft, keep_draft
from helpdesk.tickets.filing import Filing, filing_by, forget, forgotten_filings
from helpdesk.tickets.followers import Follower, follow, followed_by, followers_of, follows, mention, unfollow
from helpdesk.tickets.holding import HeldReply, forget_holds, held_back, held_until, take_back
from helpdesk.tickets.issue_types import CATEGORY_NAMES, CATEGORY_OF, HINTS, LABELS, NAMES, Category, IssueType
from helpdesk.tickets.macros import CHANGES, Macro, macros_for, macros_visible_to, may_change, ship_macro
from helpdesk.tickets.mentions import mentioned
from helpdesk.tickets.message import Kind, Message, conversation_of, newest_of
from helpdesk.tickets.next_up import next_to_answer
from helpdesk.tickets.placeholders import PLACEHOLDERS, filled, filled_as_far_as_known, named_in, unknown_in
from helpdesk.tickets.queues import Filters, Show, as_reference, by_reference, counted, narrowed, queue_page, visible_to
from helpdesk.tickets.quoting import folded
from helpdesk.tickets.sorting import OrderFacts, Sorted, from_choice, sort
from helpdesk.tickets.status import MOVES, UNFINISHED, Priority, Status
from helpdesk.tickets.status import NAMES as STATUS_NAMES
from helpdesk.tickets.ticket import REOPENS_FOR, Channel, Ticket, TicketItem, lines_of
from helpdesk.tickets.timeline import (
    Action,
    Event,
    Unwritten,
    guard_with,
    latest_story,
    react_with,
    record_all,
    story_of,
    timeline_of,
)
from helpdesk.tickets.viewers import Viewer, forget_viewers, look_at, look_away, others_at

__all__ = [
    "CATEGORY_NAMES",
    "CATEGORY_OF",
    "CHANGES",
    "HINTS",
    "LABELS",
    "MOVES",
    "NAMES",
    "PLACEHOLDERS",
    "REOPENS_FOR",
    "STATUS_NAMES",
    "UNFINISHED",
    "Action",
    "Attachment",
    "Category",
    "Channel",
    "Draft",
    "Event",
    "Evidence",
    "Filing",
    "Filters",
    "Follower",
    "HeldReply",
    "IssueType",
    "Kind",
    "Macro",
    "Message",
    "OrderFacts",
    "Priority",
    "Show",
    "Sorted",
    "Status",
    "Ticket",
    "TicketItem",
    "Unwritten",
    "Viewer",
    "as_reference",
    "attachments_of",
    "beside",
    "by_reference",
    "conversation_of",
    "counted",
    "draft_of",
    "drop_draft",
    "filing_by",
    "filled",
    "filled_as_far_as_known",
    "folded",
    "follow",
    "followed_by",
    "followers_of",
    "follows",
    "forget",
    "forget_holds",
    "forget_viewers",
    "forgotten_filings",
    "from_choice",
    "guard_with",
    "held_back",
    "held_until",
    "keep_draft",
    "keep_file",
    "latest_story",
    "lines_of",
    "look_at",
    "look_away",
    "macros_for",
    "macros_visible_to",
    "may_change",
    "mention",
    "mentioned",
    "named_in",
    "narrowed",
    "newest_of",
    "next_to_answer",
    "others_at",
    "queue_page",
    "react_with",
    "record_all",
    "ship_macro",
    "sort",
    "storage",
    "story_of",
    "take_back",
    "timeline_of",
    "unfollow",
    "unknown_in",
    "visible_to",
]
