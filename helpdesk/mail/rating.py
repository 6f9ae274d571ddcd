"""What is written about ratings: the customer is asked in the letter “solved”, and staff hear the answer."""

from helpdesk.accounts import works_for
from helpdesk.core.language import STAFF, speaking
from helpdesk.mail.laying import lay
from helpdesk.mail.letters import Letter
from helpdesk.mail.sending import desk_link
from helpdesk.tickets import SCORES, Event, Ticket


def tell_of_rating(event: Event) -> None:
    """Whoever has the ticket hears how the customer found our help."""
    ticket, assignee = event.ticket, event.ticket.assignee
    if assignee is None or not assignee.is_active or not works_for(assignee, ticket.store_id):
        return
    with speaking(STAFF):
        letter = rated(ticket, desk_link(ticket), assignee.name, event.details["score"], event.details["note"])
        cause = f"{event.id}:{letter.name}:{assignee.email}"
        lay(letter, store=ticket.store, address=assignee.email, name=assignee.name, cause=cause, ticket=ticket)


def rated(ticket: Ticket, link: str, name: str, score: int, comment: str) -> Letter:
    """To the assignee: how the customer found it."""
    words = f"{score} of 5, {SCORES[score].lower()}"
    return Letter(
        "rated",
        f"[{ticket.reference}] Rated {words}",
        f"Hello {name},",
        [f"your ticket {ticket.reference} ({ticket.store.name}), “{ticket.subject}”, was rated {words}."],
        quote=comment,
        button=("Open the ticket", link),
    )
