"""Colleagues on a ticket: who follows it, who is called in a note, who else is here."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts import User, members_of
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets import (
    Ticket,
    follow,
    followed_by,
    look_at,
    look_away,
    mentioned,
    others_at,
    unfollow,
)
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.loading import me, the_ticket

SHOWN = 100


@bp.post("/tickets/<reference>/followers")
def change_following(reference: str) -> Response:
    """Follow it, or no longer."""
    ticket = the_ticket(reference, to_change=True)
    if request.form.get("follow") == "1":
        follow(ticket, by=me())
    else:
        unfollow(ticket, by=me())
    db.session.commit()
    return redirect(url_for(".ticket", reference=ticket.reference))


@bp.get("/following")
def following() -> str:
    """What this person follows, and whether they hear of it by mail."""
    tickets = db.session.scalars(followed_by(me()).limit(SHOWN)).all()
    return render_template("pages/desk/following.html", tickets=tickets)


@bp.post("/following/mail")
def hear_by_mail() -> Response:
    """Letters about followed tickets, or none."""
    me().hears_of_followed = request.form.get("mail") == "1"
    db.session.commit()
    flash("From now on you get a letter." if me().hears_of_followed else "You get no more letters about them.", "good")
    return redirect(url_for(".following"))


@bp.post("/tickets/<reference>/viewers")
def say_here(reference: str) -> Any:
    """The page says every few seconds that it is open; it is told who else has it open."""
    ticket = the_ticket(reference)
    if request.form.get("left") == "1":
        look_away(ticket, by=me())
    else:
        look_at(ticket, by=me(), is_writing=request.form.get("writing") == "1")
    db.session.commit()
    return jsonify([other._asdict() for other in others_at(ticket, me())])


@bp.get("/tickets/<reference>/colleagues.json")
def colleagues(reference: str) -> Response:
    """The names that may be called in a note here."""
    ticket = the_ticket(reference)
    return jsonify([name for person, name in _names(ticket).items() if person != me().id])


def called_in(ticket: Ticket, body: str, *, by: User) -> list[User]:
    """The colleagues whom a note calls, the writer apart."""
    if "@" not in body:
        return []
    found = [person for person in mentioned(body, _names(ticket)) if person != by.id]
    return [db.session.get_one(User, person) for person in found]


def _names(ticket: Ticket) -> dict[int, str]:
    return {member.id: member.name for member in members_of(ticket.store_id, clock.now()).answer}
