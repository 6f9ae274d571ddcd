"""Handing out: what waits for a role, or for somebody who went away, finds whoever is here by now."""

from sqlalchemy import or_, select

from helpdesk.accounts import Absence
from helpdesk.core import clock
from helpdesk.core.db import db, fixed
from helpdesk.escalation.escalation import Escalation, EscalationState
from helpdesk.escalation.raising import hand_out
from helpdesk.tickets import Ticket

AT_ONCE = 200


def ids_to_hand_out() -> list[int]:
    """Escalations that nobody has taken and nobody present was asked to take; the oldest first."""
    now = clock.now()
    away = select(Absence.user_id).where(
        Absence.begins_at <= now, Absence.ends_at > now, Absence.called_off_at.is_(None)
    )
    query = select(Escalation.id).where(
        Escalation.state == fixed(EscalationState.RAISED), or_(Escalation.to_id.is_(None), Escalation.to_id.in_(away))
    )
    return list(db.session.scalars(query.order_by(Escalation.raised_at, Escalation.id).limit(AT_ONCE)))


def give_to_whoever_is_here(escalation_id: int) -> None:
    """Hand one out; nothing if somebody took it meanwhile or nobody is here."""
    about = select(Escalation.ticket_id).where(Escalation.id == escalation_id).scalar_subquery()
    ticket = db.session.scalar(select(Ticket).where(Ticket.id == about).with_for_update(skip_locked=True))
    if ticket is None:
        return
    query = select(Escalation).where(Escalation.id == escalation_id).with_for_update()
    escalation = db.session.scalar(query.execution_options(populate_existing=True))
    if escalation:
        hand_out(escalation)
