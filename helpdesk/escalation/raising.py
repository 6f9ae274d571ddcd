"""What hands a ticket up: a broken promise, a late damage report, an emergency, or somebody's wish."""

from typing import Any

from sqlalchemy import select

from helpdesk.accounts import SYSTEM, Actor, Customer, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.core.language import _
from helpdesk.escalation.escalation import Escalation, EscalationState, Reason, Verdict, open_escalations
from helpdesk.escalation.ladder import TOP, next_person
from helpdesk.sla import Target
from helpdesk.tickets import Action, Event, Priority, Ticket

REASONS_BY_TARGET = {
    Target.FIRST_RESPONSE: Reason.RESPONSE_OVERDUE,
    Target.NEXT_RESPONSE: Reason.RESPONSE_OVERDUE,
    Target.RESOLUTION: Reason.RESOLUTION_OVERDUE,
}


def escalate_breach(event: Event) -> None:
    """A promise is overdue; one that was kept late, but was kept, needs nobody any more."""
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
    """The customer's right after a first answer they are not happy with; asked again, a manager looks."""
    if by.id != ticket.customer_id:
        raise NotAllowed(_("Only the customer of this ticket can ask for that."))
    if not ticket.first_answered_at:
        raise WrongState(_("We have not answered yet. You can ask for a supervisor once you have our first answer."))
    if ticket.is_finished:
        raise WrongState(_("This request is solved. Write a message to open it again, then ask for a supervisor."))
    return escalate(ticket, Reason.CUSTOMER_REQUEST, by=by, note=note)


def ask_for_help(ticket: Ticket, *, by: User, note: str, reason: Reason = Reason.AGENT_REQUEST) -> Escalation:
    """An agent hands a ticket up."""
    if not note.strip():
        raise Invalid("Say in a sentence what the supervisor should decide.")
    return escalate(ticket, reason, by=by, note=note)


def ask_for_exception(ticket: Ticket, *, by: User, note: str) -> Escalation:
    """An agent would like to do what the policy does not allow."""
    return ask_for_help(ticket, by=by, note=note, reason=Reason.POLICY_EXCEPTION)


def withdraw(event: Event) -> None:
    """The ticket was closed: nothing is left to decide."""
    escalation = open_escalation(event.ticket)
    if escalation:
        escalation.withdraw()


def take_along(event: Event) -> None:
    """A ticket was merged into this one: what went up there has gone up here."""
    merged = db.session.get_one(Ticket, event.details["ticket"])
    escalation = open_escalation(merged)
    for reason, _at, note in escalation.reasons if escalation else ():
        escalate(event.ticket, Reason(reason), by=SYSTEM, note=f"{note} (from {merged.reference})".strip())


def escalate(ticket: Ticket, reason: Reason, *, by: Actor, note: str = "") -> Escalation:
    """Hand it to the next present person; where one is open already, the reason is added to it."""
    line = [reason, clock.now().isoformat(), note.strip()[:2000]]
    escalation = open_escalation(ticket)
    if escalation:
        _add_reason(escalation, line, by)
        return escalation
    level, person = next_person(ticket.store_id, first_rung(ticket, reason))
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
    _record_rung(escalation, reason, by, line[2])
    return escalation


def first_rung(ticket: Ticket, reason: Reason) -> int:
    """Where it goes up to: a manager at once, if the store says so or the customer was not happy with a supervisor."""
    if reason in ticket.store.ladder.straight_to_manager:
        return TOP
    if reason is Reason.CUSTOMER_REQUEST:
        return min(TOP, 1 + _level_that_decided(ticket, reason))
    return 1


def open_escalation(ticket: Ticket) -> Escalation | None:
    """The one that still waits for a decision."""
    return db.session.scalar(open_escalations([ticket.id]))


def latest_escalation(ticket: Ticket) -> Escalation | None:
    """The open one, or the last that was decided."""
    return next(iter(_escalations_of(ticket)), None)


def hand_out(escalation: Escalation) -> None:
    """Give what waits for a role, or for somebody who is away, to a person who is there now; nothing if nobody is."""
    if escalation.state is not EscalationState.RAISED:
        return
    level, person = next_person(escalation.store_id, escalation.level)
    if person is None or person is escalation.to:
        return
    escalation.level, escalation.to = level, person
    _record(Action.ESCALATION_HANDED_OUT, escalation, _main_reason(escalation), SYSTEM)


def _add_reason(escalation: Escalation, line: list[str], by: Actor) -> None:
    reason = Reason(line[0])
    was_emergency = escalation.is_emergency
    escalation.reasons = [*escalation.reasons, line]
    waits = escalation.state is EscalationState.RAISED
    climbs = waits and first_rung(escalation.ticket, reason) > escalation.level
    hastens = waits and not climbs and escalation.is_emergency and not was_emergency
    escalation.ticket.record(
        Action.ESCALATION_REASON_ADDED,
        by=by,
        escalation=escalation.id,
        reason=reason,
        note=line[2],
        **(_within(escalation) if hastens else {}),
    )
    if climbs:
        _climb(escalation, f"{reason.replace('_', ' ')} goes straight to a manager")


def _next_rung(ticket: Ticket) -> None:
    escalation = open_escalation(ticket)
    if escalation is None or escalation.state is not EscalationState.RAISED or escalation.level >= TOP:
        return
    _climb(escalation, "nobody took it in time")


def _climb(escalation: Escalation, why: str) -> None:
    escalation.level, escalation.to = next_person(escalation.store_id, escalation.level + 1)
    _record_rung(escalation, _main_reason(escalation), SYSTEM, why)


def _record_rung(escalation: Escalation, reason: Reason, by: Actor, note: str) -> None:
    _record(Action.ESCALATED, escalation, reason, by, note=note, **_within(escalation))


def _record(action: Action, escalation: Escalation, reason: Reason, by: Actor, **more: Any) -> None:
    to = escalation.to
    escalation.ticket.record(
        action,
        by=by,
        escalation=escalation.id,
        level=escalation.level,
        reason=reason,
        to=to.id if to else None,
        to_name=to.name if to else None,
        **more,
    )


def _within(escalation: Escalation) -> dict[str, Any]:
    """How long this rung has, for the acknowledgement's clock; nothing where the store's promise says it."""
    term = escalation.ticket.store.ladder.next_rung(is_urgent=escalation.is_emergency)
    return {"within": term.model_dump(mode="json", exclude_none=True)} if term else {}


def _main_reason(escalation: Escalation) -> Reason:
    return Reason(escalation.reasons[0][0])


def _level_that_decided(ticket: Ticket, reason: Reason) -> int:
    """The highest level that has said yes or no to the same before; 0 if none has."""
    decided = [each for each in _escalations_of(ticket) if each.verdict in (Verdict.GRANTED, Verdict.DECLINED)]
    return max((each.level for each in decided if any(word == reason for word, *_ in each.reasons)), default=0)


def _escalations_of(ticket: Ticket) -> list[Escalation]:
    query = select(Escalation).where(Escalation.ticket_id == ticket.id).order_by(Escalation.id.desc())
    return list(db.session.scalars(query))
