"""What staff do with a ticket: each view asks its form, calls one verb, commits, goes back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy import select

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.escalation import Reason, ask_for_help
from helpdesk.returns import investigate
from helpdesk.tickets import IssueType, Message, Priority, Status, Ticket, mention
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.following import called_in
from helpdesk.web.desk.forms import (
    NOBODY,
    AssignForm,
    HelpForm,
    NoteForm,
    PriorityForm,
    SortForm,
    StatusForm,
)
from helpdesk.web.desk.loading import me as _me
from helpdesk.web.desk.loading import the_ticket
from helpdesk.web.desk.ticket import ticket_page
from helpdesk.web.forms import Once, tidy

MOVES: dict[Status, Callable[[Ticket, User], None]] = {
    Status.OPEN: lambda ticket, by: ticket.resume(by=by),
    Status.PENDING: lambda ticket, by: ticket.wait_for_customer(by=by),
    Status.ON_HOLD: lambda ticket, by: ticket.hold(by=by),
    Status.SOLVED: lambda ticket, by: ticket.solve(by=by),
    Status.CLOSED: lambda ticket, by: ticket.close(by=by),
}


@bp.post("/tickets/<reference>/note")
def note(reference: str) -> Any:
    """A note for the team."""
    ticket, form = the_ticket(reference, to_change=True), NoteForm()
    write = partial(investigate, ticket) if "investigation" in request.form else ticket.note

    def act() -> None:
        body = tidy(form.body.data)
        write(by=_me(), body=body, key=form.form_key.data)
        mention(ticket, called_in(ticket, body, by=_me()), by=_me(), body=body)

    return _done(ticket, "note", form, act, anchor="newest")


@bp.post("/tickets/<reference>/status")
def status(reference: str) -> Any:
    """Another status."""
    ticket = the_ticket(reference, to_change=True)
    form = StatusForm(ticket.status)
    return _done(ticket, "status", form, lambda: MOVES[Status(form.status.data)](ticket, _me()))


@bp.post("/tickets/<reference>/assignee")
def assign(reference: str) -> Any:
    """To somebody, or to nobody."""
    ticket = the_ticket(reference, to_change=True)
    if "me" in request.form:
        return _done(ticket, "assign", Once(), lambda: ticket.assign(to=_me(), by=_me()))
    form = AssignForm(ticket)
    return _done(ticket, "assign", form, lambda: ticket.assign(to=_person(form.assignee.data), by=_me()))


@bp.post("/tickets/<reference>/sorting")
def sort(reference: str) -> Any:
    """Another issue type."""
    ticket, form = the_ticket(reference, to_change=True), SortForm()
    return _done(ticket, "sort", form, lambda: ticket.sort(IssueType(form.issue_type.data), by=_me()))


@bp.post("/tickets/<reference>/priority")
def prioritise(reference: str) -> Any:
    """Another priority."""
    ticket, form = the_ticket(reference, to_change=True), PriorityForm()
    return _done(ticket, "priority", form, lambda: ticket.prioritise(Priority(form.priority.data), by=_me()))


@bp.post("/tickets/<reference>/complexity")
def mark(reference: str) -> Any:
    """It takes longer than usual, or no longer does: the customer is promised news in between, or not."""
    ticket = the_ticket(reference, to_change=True)
    verb = ticket.mark_complex if request.form.get("complex") == "1" else ticket.mark_ordinary
    return _done(ticket, "complexity", Once(), lambda: verb(by=_me()))


@bp.post("/tickets/<reference>/escalation")
def hand_up(reference: str) -> Any:
    """To a supervisor."""
    ticket, form = the_ticket(reference, to_change=True), HelpForm()

    def act() -> None:
        ask_for_help(ticket, by=_me(), note=tidy(form.note.data), reason=Reason(form.reason.data))

    return _done(ticket, "help", form, act)


@bp.post("/tickets/<reference>/link")
def renew_link(reference: str) -> Any:
    """Void every link the customer was ever sent."""
    ticket = the_ticket(reference, to_change=True)
    ticket.renew_link(by=_me())
    db.session.commit()
    flash("The old links to the customer's page are void. The next letter brings a new one.", "info")
    return redirect(url_for(".ticket", reference=ticket.reference))


def _done(ticket: Ticket, name: str, form: Once, act: Callable[[], object], anchor: str | None = None) -> Any:
    reference, key = ticket.reference, form.form_key.data
    there = redirect(url_for(".ticket", reference=reference, _anchor=anchor))
    if key and db.session.scalar(select(Message.id).where(Message.form_key == key)):
        return there  # a second press of the same form
    if form.validate():
        try:
            act()
        except Problem as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
        else:
            db.session.commit()
            return there
    return ticket_page(the_ticket(reference), {name: form}), 422


def _person(chosen: str | None) -> User | None:
    return None if chosen == NOBODY else db.session.get(User, int(chosen or 0))
