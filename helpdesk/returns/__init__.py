"""Returns and claims: from a ticket to its facts to a decision."""

from helpdesk.returns.claims import assess, reassess, report_of, stop_waiting
from helpdesk.returns.damage import DamageReport, Judgement, Outcome, Rule, deadline, judge, start_of_clock
from helpdesk.returns.decision import Decision, latest_decision

__all__ = [
    "DamageReport",
    "Decision",
    "Judgement",
    "Outcome",
    "Rule",
    "assess",
    "deadline",
    "judge",
    "latest_decision",
    "reassess",
    "report_of",
    "start_of_clock",
    "stop_waiting",
]
