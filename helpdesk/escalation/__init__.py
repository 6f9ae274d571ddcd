"""Escalation: tickets handed up to supervisors and managers, what they decide, and who has how much in hand."""

from helpdesk.escalation.assigning import Turn, assign_new, assign_now, assign_to_whoever_is_here, ids_to_assign
from helpdesk.escalation.briefing import Briefing, briefing_for
from helpdesk.escalation.escalation import (
    AMONG_ESCALATED,
    IS_ESCALATED,
    REASON_NAMES,
    ROLE_NAMES,
    Escalation,
    EscalationState,
    Reason,
    Verdict,
    counted_by_state,
    escalations_for,
    escalations_listed,
    open_escalations,
)
from helpdesk.escalation.handing_out import give_to_whoever_is_here, ids_to_hand_out
from helpdesk.escalation.high_value import escalate_high_value, is_high_value
from helpdesk.escalation.moving import Move, latest_move, move_work, spread_work
from helpdesk.escalation.raising import (
    ask_for_exception,
    ask_for_help,
    ask_for_supervisor,
    escalate,
    escalate_breach,
    first_rung,
    follow_decision,
    latest_escalation,
    open_escalation,
    take_along,
    withdraw,
)
from helpdesk.escalation.workload import Load, load_of

__all__ = [
    "AMONG_ESCALATED",
    "IS_ESCALATED",
    "REASON_NAMES",
    "ROLE_NAMES",
    "Briefing",
    "Escalation",
    "EscalationState",
    "Load",
    "Move",
    "Reason",
    "Turn",
    "Verdict",
    "ask_for_exception",
    "ask_for_help",
    "ask_for_supervisor",
    "assign_new",
    "assign_now",
    "assign_to_whoever_is_here",
    "briefing_for",
    "counted_by_state",
    "escalate",
    "escalate_breach",
    "escalate_high_value",
    "escalations_for",
    "escalations_listed",
    "first_rung",
    "follow_decision",
    "give_to_whoever_is_here",
    "ids_to_assign",
    "ids_to_hand_out",
    "is_high_value",
    "latest_escalation",
    "latest_move",
    "load_of",
    "move_work",
    "open_escalation",
    "open_escalations",
    "spread_work",
    "take_along",
    "withdraw",
]
