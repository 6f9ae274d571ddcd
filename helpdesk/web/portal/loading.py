"""The one way to a ticket on the customer's pages: its secret link."""

from flask import abort, g, make_response, render_template

from helpdesk.core.db import db
from helpdesk.core.language import current
from helpdesk.core.tokens import unsign
from helpdesk.tickets import Ticket, is_proven, locked_main_of, mailed_token, main_of, may_lead_on
from helpdesk.tickets.proof import MAILED
from helpdesk.web.language import speak_at


def the_ticket(token: str, *, to_change: bool = False) -> Ticket:
    """The ticket whose current secret this is, at this store, or the one it was merged into; nothing else exists.

    A link that was only shown at filing does not lead to what was merged, unless it was the customer who filed.
    """
    found, is_mailed = _behind(token)
    mine = locked_main_of(found) if to_change else main_of(found)
    if not is_mailed and not may_lead_on(found):
        abort(make_response(render_template("pages/portal/put_together.html"), 403))
    g.came_by_letter = is_mailed
    g.has_mailed_token = is_mailed or mine is not found
    speak_at(g.store, mine.customer.language)
    if to_change and (is_mailed or not mine.customer.language or is_proven(found)):
        mine.customer.language = current().code  # letters follow the language that is used last
    return mine


def token_for(ticket: Ticket) -> str:
    """The secret of a page for whoever asks at the moment."""
    return mailed_token(ticket) if g.has_mailed_token else ticket.guest_token


def came_by_letter() -> bool:
    """Whether the link of this request is one that only the customer's mail holds."""
    return bool(g.came_by_letter)


def _behind(token: str) -> tuple[Ticket, bool]:
    content = unsign("ticket", token)
    if content is None or len(content) < 2 or content[2:] not in ([], [MAILED]):
        abort(404)
    query = db.select(Ticket).where(
        Ticket.reference == content[0], Ticket.link_version == content[1], Ticket.store_id == g.store.id
    )
    return db.first_or_404(query), len(content) > 2
