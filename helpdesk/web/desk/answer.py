"""Answers to customers: sent with a second look at what came in between, kept as drafts, taken back."""

from typing import Any

from flask import current_app, flash, jsonify, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from helpdesk import sla
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.tickets import (
    Message,
    Status,
    Ticket,
    change_beside,
    draft_of,
    drop_draft,
    filled,
    held_back,
    keep_draft,
    next_to_answer,
    stood_before,
    take_back,
)
from helpdesk.web.desk.conversation import come_in_between
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.filling import values_for
from helpdesk.web.desk.forms import ReplyForm
from helpdesk.web.desk.loading import me, the_ticket
from helpdesk.web.desk.macros import changes_asked
from helpdesk.web.desk.ticket import ticket_page
from helpdesk.web.desk.work import MOVES
from helpdesk.web.forms import Once, tidy


@bp.post("/tickets/<reference>/reply")
def reply(reference: str) -> Any:
    """An answer to the customer, and maybe a new status and a macro's changes with it."""
    ticket, form = the_ticket(reference, to_change=True), ReplyForm()
    if was_sent(form):
        return _onward(ticket)  # a second press of the same form
    between = come_in_between(ticket, form.seen.data)
    if form.validate() and not between and (text := _checked(ticket, form)):
        try:
            _send(ticket, form, text)
        except Problem as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
        else:
            db.session.commit()
            return _onward(ticket)
    return ticket_page(the_ticket(reference), {"reply": form}, between=between), 422


@bp.post("/tickets/<reference>/draft")
def keep(reference: str) -> Any:
    """Keep what is written so far; asked by a script for data, by a button for the page."""
    ticket, form = the_ticket(reference, to_change=True), Once()
    # What was sent meanwhile is no draft any more, however late this arrives.
    kept_at = None if was_sent(form) else keep_draft(ticket, by=me(), body=request.form.get("body", ""))
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(kept=kept_at.isoformat() if kept_at else None)
    flash("Your draft is kept. Only you see it." if kept_at else "There was nothing to keep.", "info")
    return _back_to(ticket)


@bp.post("/tickets/<reference>/draft/removal")
def discard(reference: str) -> Response:
    """The draft is not wanted any more."""
    ticket = the_ticket(reference, to_change=True)
    drop_draft(ticket, by=me())
    db.session.commit()
    return _back_to(ticket)


@bp.post("/tickets/<reference>/undo")
def undo(reference: str) -> Response:
    """Take back the answer just given: its text is in the box again."""
    ticket = the_ticket(reference, to_change=True)
    try:
        text, begun = take_back(ticket, by=me()), draft_of(ticket, me())
        keep_draft(ticket, by=me(), body=f"{text}\n\n{begun.body}" if begun else text)
    except Problem as problem:
        db.session.rollback()
        flash(problem.message, "warn")
    else:
        db.session.commit()
        flash("Taken back: the customer never sees it. Your text is in the box below.", "good")
    return redirect(url_for(".ticket", reference=reference, _anchor="answer"))


def was_sent(form: Once) -> bool:
    """Whether this very form made a message already."""
    key = form.form_key.data
    return bool(key) and db.session.scalar(select(Message.id).where(Message.form_key == key)) is not None


def _checked(ticket: Ticket, form: ReplyForm) -> str:
    """The text with its placeholders filled in; what cannot be is said at the field, and nothing is sent."""
    text = tidy(form.body.data)
    done, wrong = filled(text, values_for(ticket, me(), text))
    if wrong:
        form.body.errors = [*form.body.errors, " ".join(wrong)]
    return "" if wrong else done


def _send(ticket: Ticket, form: ReplyForm, text: str) -> None:
    changes = changes_asked(ticket, form.also.data)
    before: dict[str, Any] = {"clocks": sla.standing_of(ticket), "beside": stood_before(ticket, changes, by=me())}
    with held_back(ticket, by=me(), seconds=current_app.config["UNDO_SEND_SECONDS"], **before):
        change_beside(ticket, changes, by=me())
        ticket.reply(by=me(), body=text, key=form.form_key.data)
        if form.then.data:
            MOVES[Status(form.then.data)](ticket, me())
    drop_draft(ticket, by=me())


def _onward(ticket: Ticket) -> Response:
    """To the ticket again, or to the next one that needs an answer."""
    if "next" not in request.form:
        return _back_to(ticket, "newest")
    if following := next_to_answer(me(), ticket):
        return redirect(url_for(".ticket", reference=following))
    flash("Sent, and nothing else waits for your answer. Well done.", "good")
    return redirect(url_for(".queue"))


def _back_to(ticket: Ticket, anchor: str = "answer") -> Response:
    return redirect(url_for(".ticket", reference=ticket.reference, _anchor=anchor))
