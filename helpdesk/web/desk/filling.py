"""What placeholders stand for on one ticket; only what a text needs is asked for."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.accounts import User
from helpdesk.core import figures
from helpdesk.core.db import db
from helpdesk.core.language import speaking, uncapped
from helpdesk.mail import shown_link
from helpdesk.orders import tracked_parcels
from helpdesk.policies import OUTCOME_NAMES, Outcome
from helpdesk.returns import Decision, edition_of, latest_decision, of_ticket, retold
from helpdesk.sla import Target, clocks_of
from helpdesk.tickets import Ticket, lines_of, named_in, told_subject

DEADLINES = {
    "deadline.evidence": Target.EVIDENCE,
    "deadline.send_back": Target.SEND_BACK,
    "deadline.return_window": Target.RETURN_WINDOW,
    "deadline.refund": Target.REFUND,
}


def values_for(ticket: Ticket, agent: User, text: str) -> dict[str, str]:
    """The values of the placeholders that this text names, as far as there are any, in the customer's language."""
    with speaking(ticket.store.answers_in(ticket.customer.language)):
        return _values(ticket, agent, named_in(text))


def _values(ticket: Ticket, agent: User, names: Iterable[str]) -> dict[str, str]:
    parts = {name.partition(".")[0] for name in names}
    found: dict[str, str] = {}
    for part in parts & set(SOURCES):
        found |= SOURCES[part](ticket, agent)
    return {name: value for name, value in found.items() if value}


def _customer(ticket: Ticket, _agent: User) -> dict[str, str]:
    name = ticket.customer.name.strip()
    return {"customer.first_name": _first(name), "customer.name": name, "customer.email": ticket.customer.email}


def _order(ticket: Ticket, _agent: User) -> dict[str, str]:
    if ticket.order is None:
        return {}
    lines = lines_of(ticket).answer
    asked = [line for line in lines if line.is_in_question] or lines
    tracked = [f"{parcel.carrier} {parcel.tracking_number}" for parcel in tracked_parcels(ticket.order_id).answer]
    return {
        "order.number": ticket.order.number,
        "order.items": _listed(f"{line.quantity} × {line.title}" for line in asked),
        "order.tracking": _listed(tracked),
    }


def _ticket(ticket: Ticket, _agent: User) -> dict[str, str]:
    return {
        "ticket.reference": ticket.reference,
        "ticket.subject": told_subject(ticket.subject),
        "ticket.link": shown_link(ticket),
    }


def _decision(ticket: Ticket, _agent: User) -> dict[str, str]:
    decision: Decision | None = db.session.scalar(latest_decision(ticket.id))
    if decision is None:
        return {}
    decision = retold(decision, edition_of(decision, ticket))
    return {
        "decision.outcome": uncapped(OUTCOME_NAMES[Outcome(decision.outcome)]),
        "decision.because": decision.because,
        "decision.clauses": _listed(decision.clauses),
        "decision.next_steps": "\n".join(f"- {step}" for step in decision.steps),
    }


def _deadlines(ticket: Ticket, _agent: User) -> dict[str, str]:
    due = {clock.target: clock.due_at for clock in clocks_of([ticket.id])[ticket.id] if clock.is_open}
    return {name: _day(due[target], ticket) for name, target in DEADLINES.items() if target in due}


def _return(ticket: Ticket, _agent: User) -> dict[str, str]:
    rma = db.session.scalar(of_ticket(ticket.id))
    return {"return.number": rma.number or ""} if rma else {}


def _agent(_ticket: Ticket, agent: User) -> dict[str, str]:
    return {"agent.name": agent.name, "agent.first_name": _first(agent.name)}


def _store(ticket: Ticket, _agent: User) -> dict[str, str]:
    store = ticket.store
    return {"store.name": store.name, "store.email": store.email, "store.phone": store.phone}


#: Whoever knows the values behind the first word of a placeholder.
SOURCES: dict[str, Callable[[Ticket, User], dict[str, str]]] = {
    "customer": _customer,
    "order": _order,
    "ticket": _ticket,
    "decision": _decision,
    "deadline": _deadlines,
    "return": _return,
    "agent": _agent,
    "store": _store,
}


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else ""


def _listed(words: Iterable[Any]) -> str:
    return figures.together([str(word) for word in words])


def _day(moment: datetime, ticket: Ticket) -> str:
    return figures.moment(moment.astimezone(ZoneInfo(ticket.store.timezone)))
