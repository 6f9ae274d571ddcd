"""Lay one letter into the outbox, in its dress: for letters that no event of a ticket is the cause of, too."""

from datetime import datetime

from flask import current_app, render_template

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.headers import named, one_line
from helpdesk.mail.letters import Letter
from helpdesk.mail.outbox import MailState, OutgoingMail, new_message_id
from helpdesk.stores import Store
from helpdesk.tickets import Ticket


def lay(
    letter: Letter,
    *,
    store: Store,
    address: str,
    name: str,
    cause: str,
    ticket: Ticket | None = None,
    not_before: datetime | None = None,
) -> None:
    """One letter to one person, which leaves at once or `not_before` a moment; the same cause never lays two."""
    now = clock.now()
    dress = {"letter": letter, "store": store, "ticket": ticket}
    db.session.add(
        OutgoingMail(
            store_id=store.id,
            ticket_id=ticket.id if ticket else None,
            letter=letter.name,
            cause=cause,
            message_id=new_message_id(),
            sender=named(store.name, store.email or current_app.config["MAIL_FROM"]),
            to_address=address,
            to_name=one_line(name),
            subject=one_line(letter.subject)[:300],
            text=render_template("emails/letter.txt", **dress),
            html=render_template("emails/letter.html", **dress),
            is_automatic=letter.is_automatic,
            state=MailState.WAITING,
            written_at=now,
            next_try_at=not_before or now,
            not_before=not_before,
        )
    )
