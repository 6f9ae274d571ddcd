"""Escalation: tickets handed up to supervisors and managers, and what they decide."""

from helpdesk.escalation.escalation import (
    REASON_NAMES,
    Escalation,
    EscalationState,
    Reason,
    Verdict,
    escalations_for,
    open_escalations,
)
from helpdesk.escalation.raising import (
    ask_for_help,
    ask_for_supervisor,
    escalate,
    escalate_breach,
    follow_decision,
    latest_escalation,
    open_escalation,
    withdraw,
)

__all__ = [
    "REASON_NAMES",
    "Escalation",
    "EscalationState",
    "Reason",
    "Verdict",
    "ask_for_help",
    "ask_for_supervisor",
    "escalate",
    "escalate_breach",
    "escalations_for",
    "follow_decision",
    "latest_escalation",
    "open_escalation",
    "open_escalations",
    "withdraw",
]
