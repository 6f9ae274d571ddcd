"""The portal: a store's customers ask for help and follow it, without account or password."""

from helpdesk.web.portal import home, language, policy, report, returns, ticket, track
from helpdesk.web.portal.door import bp

__all__ = ["bp", "home", "language", "policy", "report", "returns", "ticket", "track"]
