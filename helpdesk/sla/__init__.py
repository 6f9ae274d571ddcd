"""SLA: every promise on a ticket as a clock of its own, kept by events and watched by a sweep."""

from helpdesk.sla.clock import CUSTOMER_TARGETS, NAMES, STAFF_TARGETS, SlaClock, State, Target, clocks_of
from helpdesk.sla.explain import why_due
from helpdesk.sla.keeping import (
    acknowledge,
    answer_clocks,
    ask_again,
    follow_decision,
    follow_sorting,
    follow_status,
    start_acknowledgement,
    start_clocks,
    stop_clocks,
    take_up_again,
)
from helpdesk.sla.sweep import (
    breach,
    claim_to_breach,
    claim_to_warn,
    ids_to_breach,
    ids_to_warn,
    next_moment,
    oldest_unswept,
    warn,
)

__all__ = [
    "CUSTOMER_TARGETS",
    "NAMES",
    "STAFF_TARGETS",
    "SlaClock",
    "State",
    "Target",
    "acknowledge",
    "answer_clocks",
    "ask_again",
    "breach",
    "claim_to_breach",
    "claim_to_warn",
    "clocks_of",
    "follow_decision",
    "follow_sorting",
    "follow_status",
    "ids_to_breach",
    "ids_to_warn",
    "next_moment",
    "oldest_unswept",
    "start_acknowledgement",
    "start_clocks",
    "stop_clocks",
    "take_up_again",
    "warn",
    "why_due",
]
