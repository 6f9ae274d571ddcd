"""The admin's door: hours and promises."""

from helpdesk.web.admin.hours import bp

__all__ = ["bp"]
