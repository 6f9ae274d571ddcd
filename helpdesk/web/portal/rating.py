"""Rating our help: the page behind the links of the letter, and the vote."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.core.db import db
from helpdesk.core.language import _
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.escalation import ask_for_supervisor
from helpdesk.tickets import NAMES, SCORES, Rating, Ticket, rating_of
from helpdesk.web.forms import tidy
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.loading import the_ticket
from helpdesk.web.portal.rating_card import RatingCard, RatingForm, rating_card


@bp.get("/tickets/<token>/rating")
def rating(token: str) -> Any:
    """The question, with the letter's choice made already. Opening it says nothing: programs open links too."""
    mine = the_ticket(token)
    card = rating_card(mine)
    if card is None or card.form is None:
        return _nothing_to_rate(token)
    chosen = request.args.get("score", type=int)
    if chosen in SCORES:
        card.form.score.data = chosen
    return _page(mine, token, card)


@bp.post("/tickets/<token>/rating")
def rate(token: str) -> Any:
    """The vote; another one within a week takes its place."""
    mine, form = the_ticket(token, to_change=True), RatingForm()
    refuse_if_too_often("20/hour", "rate", mine.reference)
    if not form.validate():
        card = rating_card(mine, form)
        return (_page(mine, token, card), 422) if card else _nothing_to_rate(token)
    Rating.give(mine, form.score.data, by=mine.customer, comment=tidy(form.comment.data))
    db.session.commit()
    flash(_("Thank you. We read every word of it."), "good")
    return redirect(url_for(".ticket", token=token, _anchor="rating"))


@bp.post("/tickets/<token>/rating/supervisor")
def rating_supervisor(token: str) -> Response:
    """We have failed: open it again, and somebody above looks at it, or an agent where nobody has answered yet."""
    mine = the_ticket(token, to_change=True)
    given = db.session.scalar(rating_of(mine)) if mine.is_finished else None
    if given and given.is_low:
        refuse_if_too_often("5/day", "ask-supervisor", mine.reference)
        mine.resume(by=mine.customer)
        if mine.first_answered_at:
            ask_for_supervisor(mine, by=mine.customer, note=given.comment)
        db.session.commit()
    flash(_("It is open again, and we have passed it on. You see below what happens next."), "good")
    return redirect(url_for(".ticket", token=token))


def _nothing_to_rate(token: str) -> Response:
    flash(_("There is nothing to rate at the moment."), "info")
    return redirect(url_for(".ticket", token=token))


def _page(mine: Ticket, token: str, card: RatingCard) -> str:
    return render_template(
        "pages/portal/rating.html", ticket=mine, token=token, rated=card, issue=NAMES[mine.issue_type]
    )
