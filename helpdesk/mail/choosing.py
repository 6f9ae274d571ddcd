"""The letter about what the customer chose of what the decision offers."""

from helpdesk.accounts import User
from helpdesk.mail.letters import Letter
from helpdesk.mail.sending import desk_link, write_to_staff
from helpdesk.policies import REMEDY_NAMES, Remedy
from helpdesk.tickets import Event


def tell_assignee_of_choice(event: Event) -> None:
    """The customer chose: whoever has the ticket hears of it, and can do it in one press."""
    if assignee := event.ticket.assignee:
        write_to_staff(event, assignee, lambda: _chosen(event, assignee))


def _chosen(event: Event, to: User) -> Letter:
    ticket, remedy = event.ticket, REMEDY_NAMES[Remedy(event.details["remedy"])]
    return Letter(
        "remedy_chosen",
        f"[{ticket.reference}] {event.by_name} chose {remedy}: {ticket.subject}",
        f"Hello {to.name},",
        [f"on your ticket {ticket.reference} ({ticket.store.name}) the customer chose {remedy}."],
        button=("Open the ticket", desk_link(ticket)),
    )
