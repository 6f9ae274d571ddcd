"""The supervisor's door: escalations, the team and its work, what customers say, and what other promises would mean."""

from helpdesk.web.supervisor import escalation, escalations, faq, satisfaction, team, what_if, work
from helpdesk.web.supervisor.door import bp

__all__ = ["bp", "escalation", "escalations", "faq", "satisfaction", "team", "what_if", "work"]
