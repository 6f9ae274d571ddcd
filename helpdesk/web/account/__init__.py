"""The door for staff accounts: sign in, sign out, change the password."""

from helpdesk.web.account.pages import bp

__all__ = ["bp"]
