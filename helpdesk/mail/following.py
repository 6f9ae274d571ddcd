"""Letters to colleagues who follow a ticket, or were called in a note on it."""

from functools import partial

from sqlalchemy import select

from helpdesk.accounts import User, works_for
from helpdesk.core.db import db
from helpdesk.mail.letters import Letter
from helpdesk.mail.sending import desk_link, write_to_staff
from helpdesk.policies import REMEDY_NAMES, Remedy
from helpdesk.sla import NAMES, Target
from helpdesk.tickets import Event, Message, followers_of


def tell_followers_of_message(event: Event) -> None:
    """The customer wrote: followers hear of it; whoever has the ticket hears of it anyway."""
    newest = select(Message).where(Message.ticket_id == event.ticket_id).order_by(Message.id.desc()).limit(1)
    message = db.session.scalars(newest).one()
    for person in _listeners(event):
        if person.id != event.ticket.assignee_id:
            words = f"the customer wrote on a ticket that you follow ({event.ticket.store.name})."
            write_to_staff(event, person, partial(_letter, event, "followed_message", person, words, message.body))


def tell_followers_of_choice(event: Event) -> None:
    """The customer chose what they would like: followers hear of it as of a message."""
    remedy = REMEDY_NAMES[Remedy(event.details["remedy"])]
    for person in _listeners(event):
        if person.id != event.ticket.assignee_id:
            words = f"the customer chose {remedy} on a ticket that you follow ({event.ticket.store.name})."
            write_to_staff(event, person, partial(_letter, event, "followed_choice", person, words))


def tell_followers_of_breach(event: Event) -> None:
    """A promise was not kept: followers hear of it; one that was only kept late needs nobody any more."""
    if event.details["answered"]:
        return
    promise = NAMES.kept(Target(event.details["target"])).lower()
    for person in _listeners(event):
        words = f"a promise on a ticket that you follow was not kept: {promise} ({event.ticket.store.name})."
        write_to_staff(event, person, partial(_letter, event, "followed_breach", person, words))


def tell_mentioned(event: Event) -> None:
    """Whoever was called in a note reads it at once, also without letters about followed tickets."""
    for person_id in event.details["users"]:
        person = db.session.get_one(User, person_id)
        words = f"{event.by_name} called you in a note ({event.ticket.store.name}):"
        write_to_staff(event, person, partial(_letter, event, "mentioned", person, words, event.details["body"]))


def _listeners(event: Event) -> list[User]:
    following = db.session.scalars(followers_of(event.ticket)).all()
    return [person for person in following if person.hears_of_followed and works_for(person, event.ticket.store_id)]


def _letter(event: Event, name: str, to: User, words: str, quote: str = "") -> Letter:
    ticket = event.ticket
    return Letter(
        name,
        f"[{ticket.reference}] {ticket.subject}",
        f"Hello {to.name},",
        [words],
        quote=quote,
        button=("Open the ticket", desk_link(ticket)),
    )
