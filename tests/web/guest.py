"""The customer's page of a ticket, as its tests use it."""

from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets import Message, Ticket, mailed_token
from tests.web.browsing import Browser, hidden


def page_of(ticket: Ticket) -> str:
    """The address behind the customer's link."""
    return f"/{ticket.store.slug}/tickets/{ticket.guest_token}"


def mailed(ticket: Ticket) -> str:
    """The same behind the link that letters have."""
    return f"/{ticket.store.slug}/tickets/{mailed_token(ticket)}"


def write(client: Browser, address: str, body: str = "Any news?", **more: object) -> dict[str, object]:
    """A message as the page's form would send it."""
    return {"body": body, **hidden(client.get(address), "/messages"), **more}


def bodies(ticket: Ticket) -> list[str]:
    """The conversation's texts."""
    return list(db.session.scalars(select(Message.body).where(Message.ticket_id == ticket.id).order_by(Message.id)))
