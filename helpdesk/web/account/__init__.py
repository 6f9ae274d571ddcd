"""The door for staff accounts: sign in, sign out, change the password, being away."""

from helpdesk.web.account import absence
from helpdesk.web.account.pages import bp

__all__ = ["absence", "bp"]
