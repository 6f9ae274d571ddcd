"""Tickets as the desk's pages load them: through the person who asks."""

from flask import abort
from flask_login import current_user
from sqlalchemy import Select
from sqlalchemy.orm import joinedload

from helpdesk.accounts import Role, User, anyone
from helpdesk.core.db import db
from helpdesk.core.prepared import prepared
from helpdesk.tickets import Ticket, as_reference, by_reference, visible_to

#: What comes along with the ticket.
WHOLE = (
    joinedload(Ticket.store),
    joinedload(Ticket.customer),
    joinedload(Ticket.assignee),
    joinedload(Ticket.order),
)


def the_ticket(reference: str, *, to_change: bool = False) -> Ticket:
    """The ticket, if this person may see it; otherwise it does not exist."""
    if to_change:
        mine = db.session.scalar(by_reference(current_user, reference).with_for_update(of=Ticket))
    else:
        code = as_reference(reference)
        mine = _ticket.first(current_user.role, person_id=current_user.id, reference=code)
    return mine or abort(404)


def me() -> User:
    """Who is signed in."""
    user: User = current_user._get_current_object()
    return user


@prepared
def _ticket(role: Role, person_id: int, reference: str) -> Select[Ticket]:
    return visible_to(anyone(role, person_id)).where(Ticket.reference == reference).options(*WHOLE)
