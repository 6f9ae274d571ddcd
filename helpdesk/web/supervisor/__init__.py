"""The supervisor's door: escalations, the team and its work, and what other promises would have meant."""

from helpdesk.web.supervisor import escalation, escalations, team, what_if, work
from helpdesk.web.supervisor.door import bp

__all__ = ["bp", "escalation", "escalations", "team", "what_if", "work"]
