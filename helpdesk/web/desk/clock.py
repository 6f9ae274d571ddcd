"""Why a clock is due when it is: a page, the part of it that the ticket page unfolds, and the same as data."""

from flask import g, get_template_attribute, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.core.db import db
from helpdesk.sla import SlaClock, explained
from helpdesk.tickets import Ticket, story_of
from helpdesk.web.clock_cards import Card, card
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.loading import the_ticket


@bp.get("/tickets/<reference>/clocks/<int:clock_id>")
def clock_page(reference: str, clock_id: int) -> str:
    """In words and as a picture of the days; with `part` the story alone."""
    mine = the_ticket(reference)
    g.timezone = mine.store.timezone
    shown = _card(mine, _the_clock(mine, clock_id))
    if "part" in request.args:
        return str(get_template_attribute("components/status.html", "clock_story")(shown))
    return render_template("pages/desk/clock.html", ticket=mine, clock=shown)


@bp.get("/tickets/<reference>/clocks/<int:clock_id>.json")
def clock_data(reference: str, clock_id: int) -> Response:
    """The same as data."""
    mine = the_ticket(reference)
    return jsonify(explained(_the_clock(mine, clock_id), story_of(mine)))


def _the_clock(mine: Ticket, clock_id: int) -> SlaClock:
    query = db.select(SlaClock).where(SlaClock.ticket_id == mine.id, SlaClock.id == clock_id)
    found: SlaClock = db.first_or_404(query)
    return found


def _card(mine: Ticket, clock: SlaClock) -> Card:
    data_url = url_for(".clock_data", reference=mine.reference, clock_id=clock.id)
    return card(clock, moves=story_of(mine), data_url=data_url)
