"""What is written to whom when something happens on a ticket; the letters then lie in the outbox."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import current_app
from sqlalchemy import select

from helpdesk.accounts import By, User, works_for
from helpdesk.core.db import db
from helpdesk.core.language import STAFF, speaking
from helpdesk.escalation import ROLE_NAMES, Escalation, Reason, open_escalation
from helpdesk.mail import letters
from helpdesk.mail.laying import lay
from helpdesk.mail.letters import Letter
from helpdesk.mail.outbox import OutgoingMail
from helpdesk.returns import Decision, edition_of, latest_decision, retold
from helpdesk.sla import SlaClock, Target, clocks_of
from helpdesk.stores import Store
from helpdesk.tickets import Event, Message, Ticket, held_until, mailed_token

#: Reasons of which whoever has the escalation hears at once, even if it is open already.
PRESSING = (Reason.CUSTOMER_REQUEST, Reason.HEALTH_EMERGENCY)


def acknowledge(event: Event) -> None:
    """The customer gets the reference, the answer on the spot if there is one, and the date of ours."""
    if event.by is not By.CUSTOMER:
        return
    ticket = event.ticket
    decision = db.session.scalar(latest_decision(ticket.id))
    answer_by = _due(ticket, Target.FIRST_RESPONSE)
    _to_customer(
        event, lambda: letters.acknowledgement(ticket, ticket_link(ticket), _told(decision, ticket), answer_by)
    )


def tell_decision(event: Event) -> None:
    """The customer hears of a decision that came after the acknowledgement, unless another has followed at once."""
    ticket = event.ticket
    decision = db.session.scalar(latest_decision(ticket.id))
    if decision and decision.id != event.details.get("decision", decision.id):
        return
    acknowledged = select(OutgoingMail.id).where(
        OutgoingMail.ticket_id == ticket.id, OutgoingMail.to_address == ticket.customer.email
    )
    if decision and db.session.scalar(acknowledged.limit(1)):
        told = partial(retold, decision, edition_of(decision, ticket))
        _to_customer(event, lambda: letters.decided(ticket, ticket_link(ticket), told()))


def send_reply(event: Event) -> None:
    """The customer gets our answer by mail."""
    message = db.session.get_one(Message, event.details["message"])
    _to_customer(event, lambda: letters.reply(event.ticket, ticket_link(event.ticket), message.body, event.by_name))


def ask_if_solved(event: Event) -> None:
    """The customer hears that we think it is solved, unless it was the customer who said so."""
    if event.by is not By.CUSTOMER:
        _to_customer(event, lambda: letters.solved(event.ticket, ticket_link(event.ticket)))


def remind_customer(event: Event) -> None:
    """One reminder before the customer loses a right: to send photos, to ask for a return, to send it back."""
    remind = REMINDERS.get(Target(event.details["target"]))
    if remind:
        _to_customer(event, lambda: remind(event, datetime.fromisoformat(event.details["due_at"])))


def tell_assignee(event: Event) -> None:
    """The customer wrote again: whoever has the ticket hears of it."""
    ticket = event.ticket
    if ticket.assignee:
        newest = select(Message.body).where(Message.ticket_id == ticket.id).order_by(Message.id.desc()).limit(1)
        body = db.session.scalars(newest).one()
        name = ticket.assignee.name
        _to_staff(event, ticket.assignee, lambda: letters.customer_wrote(ticket, desk_link(ticket), name, body))


def tell_supervisor(event: Event) -> None:
    """The person an escalation was handed to hears of it; a customer who asked for it hears that it was passed on."""
    escalation = db.session.get_one(Escalation, event.details["escalation"])
    if to := escalation.to:
        _to_staff(event, to, lambda: _escalated(event, escalation, to))
    if event.details["reason"] == Reason.CUSTOMER_REQUEST and event.by is By.CUSTOMER:
        _tell_customer_of_escalation(event)


def tell_of_reason(event: Event) -> None:
    """A further reason on an open escalation, if it changes how much it presses."""
    escalation = db.session.get_one(Escalation, event.details["escalation"])
    to = escalation.to
    if to and event.details["reason"] in PRESSING:
        _to_staff(event, to, lambda: _escalated(event, escalation, to))
    if event.details["reason"] == Reason.CUSTOMER_REQUEST:
        _tell_customer_of_escalation(event)


def tell_agent_of_decision(event: Event) -> None:
    """The agent hears what the supervisor decided."""
    escalation = db.session.get_one(Escalation, event.details["escalation"])
    assignee = event.ticket.assignee
    if assignee and assignee.id != escalation.decided_by_id and escalation.verdict:
        verdict = escalation.verdict.replace("_", " ")
        link, name, note = desk_link(event.ticket), assignee.name, escalation.note
        _to_staff(event, assignee, lambda: letters.handed_back(event.ticket, link, name, verdict, note))


def write_to_customer(event: Event, write: Callable[[], Letter]) -> None:
    """Lay a letter about this event into the outbox: for the letters that other modules of this package know."""
    _to_customer(event, write)


def write_to_staff(event: Event, user: User, write: Callable[[], Letter]) -> None:
    """The same to a colleague; never to whoever did it, nor to somebody who has left us or the store."""
    _to_staff(event, user, write)


def ticket_link(ticket: Ticket) -> str:
    """The customer's secret link as letters have it, which are written outside any request."""
    return f"{portal_base(ticket.store)}/tickets/{mailed_token(ticket)}"


def shown_link(ticket: Ticket) -> str:
    """The link that may stand where whoever filed the ticket reads it, customer or not."""
    return f"{portal_base(ticket.store)}/tickets/{ticket.guest_token}"


def desk_link(ticket: Ticket) -> str:
    """The staff's address of a ticket."""
    return f"{base_url()}/desk/tickets/{ticket.reference}"


def portal_base(store: Store) -> str:
    """Where a store's portal is: its own host, or a path of ours."""
    if store.host:
        scheme = base_url().split("://")[0]
        return f"{scheme}://{store.host}"
    return f"{base_url()}/{store.slug}"


def base_url() -> str:
    """Where this deployment is reached, without a slash at the end."""
    return str(current_app.config["BASE_URL"]).rstrip("/")


def _escalated(event: Event, escalation: Escalation, to: User) -> Letter:
    link, note = desk_link(event.ticket), str(event.details.get("note") or "")
    return letters.escalated(event.ticket, link, to.name, escalation.reason_names, note)


def _tell_customer_of_escalation(event: Event) -> None:
    escalation = open_escalation(event.ticket)
    due_at = _due(event.ticket, Target.ESCALATION_ACK)

    def write() -> Letter:
        role = escalation.role_name if escalation else ROLE_NAMES[1]
        return letters.passed_to_supervisor(event.ticket, ticket_link(event.ticket), role, due_at)

    _to_customer(event, write)


def _photos_wanted(event: Event, due_at: datetime) -> Letter | None:
    ticket = event.ticket
    decision = db.session.scalar(latest_decision(ticket.id))
    if decision is None or not decision.missing:
        return None
    return letters.photos_wanted(ticket, ticket_link(ticket), decision.missing, due_at)


def _send_back_soon(event: Event, due_at: datetime) -> Letter | None:
    rma = str(event.details.get("subject") or "")
    return letters.send_back_soon(event.ticket, ticket_link(event.ticket), rma, due_at)


def _return_window_ends(event: Event, due_at: datetime) -> Letter | None:
    clause = db.session.scalar(select(SlaClock.clause).where(SlaClock.id == event.details["clock"]))
    return letters.return_window_ends(event.ticket, ticket_link(event.ticket), due_at, clause or "")


REMINDERS: dict[Target, Callable[[Event, datetime], Letter | None]] = {
    Target.EVIDENCE: _photos_wanted,
    Target.SEND_BACK: _send_back_soon,
    Target.RETURN_WINDOW: _return_window_ends,
}


def _due(ticket: Ticket, target: Target) -> datetime | None:
    clocks = clocks_of([ticket.id])[ticket.id]
    return next((c.due_at for c in reversed(clocks) if c.target is target and c.is_open), None)


def _told(decision: Decision | None, ticket: Ticket) -> Decision | None:
    return decision and retold(decision, edition_of(decision, ticket))


def _to_customer(event: Event, write: Callable[[], Letter | None]) -> None:
    """Written and dressed in the language the customer used last, else in the store's own."""
    customer, store = event.ticket.customer, event.ticket.store
    with speaking(store.answers_in(customer.language)):
        if letter := write():
            held = held_until(event.ticket_id)
            _post(event, letter, customer.email, customer.name, not_before=held)


def _to_staff(event: Event, user: User, write: Callable[[], Letter]) -> None:
    if user.is_active and user.id != event.user_id and works_for(user, event.ticket.store_id):
        with speaking(STAFF):
            _post(event, write(), user.email, user.name)


def _post(event: Event, letter: Letter, address: str, name: str, *, not_before: datetime | None = None) -> None:
    lay(
        letter,
        store=event.ticket.store,
        address=address,
        name=name,
        cause=f"{event.id}:{letter.name}:{address}",
        ticket=event.ticket,
        not_before=not_before,
    )
