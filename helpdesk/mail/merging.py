"""The letter about two requests that were put together, where the links that were shown do not lead on."""

from helpdesk.core.db import db
from helpdesk.core.language import _
from helpdesk.mail.letters import Letter, greeting
from helpdesk.mail.sending import ticket_link, write_to_customer
from helpdesk.tickets import Event, Ticket, proven_among


def tell_where_it_goes_on(event: Event) -> None:
    """Somebody else may have filed one of the two: the way to both goes to the customer's address."""
    main, merged = event.ticket, db.session.get_one(Ticket, event.details["ticket"])
    if len(proven_among({main.id, merged.id})) < 2:
        write_to_customer(event, lambda: put_together(main, merged, ticket_link(main)))


def put_together(main: Ticket, merged: Ticket, link: str) -> Letter:
    """Two of your requests are one now, and this is the way to it."""
    return Letter(
        "put_together",
        f"[{main.reference}] " + _("Your requests go on together"),
        greeting(main.customer.name),
        [
            _(
                "we have put your request %(merged)s together with your request %(main)s. Both go on in one place, "
                "and this link leads there.",
                merged=merged.reference,
                main=main.reference,
            ),
            _("If one of them is not yours, tell us there, please."),
        ],
        button=(_("See your request"), link),
    )
