"""Investigations: some cases may not be called solved before somebody wrote down what was found."""

from sqlalchemy import select

from helpdesk.accounts import Actor, User
from helpdesk.core.db import db
from helpdesk.core.errors import WrongState
from helpdesk.returns.decision import latest_decision
from helpdesk.tickets import Action, Event, Ticket


def investigate(ticket: Ticket, *, by: User, body: str, key: str | None = None) -> None:
    """The note that says what the investigation found; only staff see it."""
    ticket.note(by=by, body=body, key=key)
    ticket.record(Action.INVESTIGATED, by=by)


def refuse_without_investigation(ticket: Ticket, by: Actor) -> None:
    """Staff cannot solve what the policy wants investigated first; the customer may say that it is over for them."""
    if isinstance(by, User) and needs_investigation(ticket):
        raise WrongState("The policy asks for an investigation note before this can be solved: write what was found.")


def needs_investigation(ticket: Ticket) -> bool:
    """Whether the decision asks for the note and nobody has written it."""
    decision = db.session.scalar(latest_decision(ticket.id))
    if decision is None or not any(answer.decision.before_solving for answer in decision.answers):
        return False
    noted = select(Event.id).where(Event.ticket_id == ticket.id, Event.action == Action.INVESTIGATED).limit(1)
    return db.session.scalar(noted) is None
