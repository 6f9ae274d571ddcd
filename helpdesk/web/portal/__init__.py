"""The portal: a store's customers ask for help and follow it, without account or password."""

from helpdesk.web.portal import choosing, faq, help, home, language, my, policy, rating, report, returns, ticket, track
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.places import PLACES

__all__ = [
    "PLACES",
    "bp",
    "choosing",
    "faq",
    "help",
    "home",
    "language",
    "my",
    "policy",
    "rating",
    "report",
    "returns",
    "ticket",
    "track",
]
