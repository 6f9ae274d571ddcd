"""The supervisor's door: escalations."""

from helpdesk.web.supervisor.escalations import bp

__all__ = ["bp"]
