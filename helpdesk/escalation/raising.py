"""What hands a ticket up: a broken promise, a late damage report, an emergency, or somebody's wish."""

from sqlalchemy import select

from helpdesk.accounts import SYSTEM, Actor, Customer, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.escalation.escalation import Escalation, EscalationState, Reason, open_escalations
from helpdesk.escalation.ladder import TOP, next_person
from helpdesk.sla import Target
from helpdesk.tickets import Action, Event, Priority, Ticket

REASONS_BY_TARGET = {
    Target.FIRST_RESPONSE: Reason.RESPONSE_OVERDUE,
    Target.NEXT_RESPONSE: Reason.RESPONSE_OVERDUE,
}


def escalate_breach(event: Event) -> None:
    """A promised answer is overdue; one that came late, but came, needs nobody any more."""
    target = Target(event.details["target"])
    if target is Target.ESCALATION_ACK:
        _next_rung(event.ticket)
    elif target in REASONS_BY_TARGET and not event.details["answered"]:
        escalate(event.ticket, REASONS_BY_TARGET[target], by=SYSTEM)


def follow_decision(event: Event) -> None:
    """What the policy hands up, such as a late damage report or an emergency: each reason once."""
    if event.details.get("urgent"):
        event.ticket.prioritise(Priority.URGENT, by=SYSTEM)
    reason = event.details.get("escalate")
    if reason and not _was_raised(event.ticket, Reason(reason)):
        escalate(event.ticket, Reason(reason), by=SYSTEM)


def _was_raised(ticket: Ticket, reason: Reason) -> bool:
    """Whether somebody has it already, or has decided it."""
    latest = latest_escalation(ticket)
    return latest is not None and any(raised == reason for raised, *_ in latest.reasons)


def ask_for_supervisor(ticket: Ticket, *, by: Customer, note: str) -> Escalation:
    """The customer's right after a first answer they are not happy with."""
    if by.id != ticket.customer_id:
        raise NotAllowed("Only the customer of this ticket can ask for that.")
    if not ticket.first_answered_at:
        raise WrongState("We have not answered yet. You can ask for a supervisor once you have our first answer.")
    if ticket.is_finished:
        raise WrongState("This request is solved. Write a message to open it again, then ask for a supervisor.")
    return escalate(ticket, Reason.CUSTOMER_REQUEST, by=by, note=note)


def ask_for_help(ticket: Ticket, *, by: User, note: str) -> Escalation:
    """An agent hands a ticket up."""
    if not note.strip():
        raise Invalid("Say in a sentence what the supervisor should decide.")
    return escalate(ticket, Reason.AGENT_REQUEST, by=by, note=note)


def withdraw(event: Event) -> None:
    """The ticket was closed: nothing is left to decide."""
    escalation = open_escalation(event.ticket)
    if escalation:
        escalation.withdraw()


def escalate(ticket: Ticket, reason: Reason, *, by: Actor, note: str = "") -> Escalation:
    """Hand it to the next present person; where one is open already, the reason is added to it."""
    line = [reason, clock.now().isoformat(), note.strip()[:2000]]
    escalation = open_escalation(ticket)
    if escalation:
        escalation.reasons = [*escalation.reasons, line]
        ticket.record(Action.ESCALATION_REASON_ADDED, by=by, escalation=escalation.id, reason=reason, note=line[2])
        return escalation
    level, person = next_person(ticket.store_id, 1)
    escalation = Escalation(
        ticket=ticket,
        store_id=ticket.store_id,
        level=level,
        state=EscalationState.RAISED,
        reasons=[line],
        to=person,
        raised_at=clock.now(),
        note="",
    )
    db.session.add(escalation)
    db.session.flush()
    _record(escalation, reason, by, line[2])
    return escalation


def open_escalation(ticket: Ticket) -> Escalation | None:
    """The one that still waits for a decision."""
    return db.session.scalar(open_escalations([ticket.id]))


def latest_escalation(ticket: Ticket) -> Escalation | None:
    """The open one, or the last that was decided."""
    query = select(Escalation).where(Escalation.ticket_id == ticket.id).order_by(Escalation.id.desc())
    return db.session.scalar(query.limit(1))


def _next_rung(ticket: Ticket) -> None:
    escalation = open_escalation(ticket)
    if escalation is None or escalation.state is not EscalationState.RAISED or escalation.level >= TOP:
        return
    escalation.level, escalation.to = next_person(ticket.store_id, escalation.level + 1)
    _record(escalation, Reason(escalation.reasons[0][0]), SYSTEM, "nobody took it in time")


def _record(escalation: Escalation, reason: Reason, by: Actor, note: str) -> None:
    to = escalation.to
    escalation.ticket.record(
        Action.ESCALATED,
        by=by,
        escalation=escalation.id,
        level=escalation.level,
        reason=reason,
        to=to.id if to else None,
        to_name=to.name if to else None,
        note=note,
    )
