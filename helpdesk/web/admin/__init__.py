"""The admin's door: hours and promises, policy editions."""

from helpdesk.web.admin import hours, policies, policy_draft
from helpdesk.web.admin.door import bp

__all__ = ["bp", "hours", "policies", "policy_draft"]
