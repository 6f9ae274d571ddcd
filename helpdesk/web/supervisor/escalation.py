"""One escalation: why it is here, what was tried, and what a supervisor does with it."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from helpdesk.accounts import May, User, presence_of
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.escalation import Escalation, Verdict, escalations_for
from helpdesk.returns import latest_decision
from helpdesk.tickets import Ticket, timeline_of
from helpdesk.web.desk.ticket import whole_conversation
from helpdesk.web.forms import tidy
from helpdesk.web.guards import needs
from helpdesk.web.story import tell
from helpdesk.web.supervisor.door import bp, me
from helpdesk.web.supervisor.drafts import draft_of
from helpdesk.web.supervisor.escalations import ack_clocks
from helpdesk.web.supervisor.forms import VERDICTS, DecisionForm
from helpdesk.web.supervisor.tried import tried

DONE = {
    Verdict.GRANTED: "Granted.",
    Verdict.DECLINED: "Declined.",
    Verdict.RETURNED_TO_AGENT: "Handed back to the agent.",
}


@bp.get("/escalations/<int:escalation_id>")
@needs(May.DECIDE_ESCALATIONS)
def escalation(escalation_id: int) -> str:
    """Why, what was tried, decide; the address says which decision is being written."""
    mine = the_escalation(escalation_id)
    asked = request.args.get("verdict", "")
    verdict = Verdict(asked) if asked in {word.value for word, _ in VERDICTS} else Verdict.GRANTED
    draft = draft_of(verdict, mine.ticket, me()) if mine.is_open else ""
    return _page(mine, DecisionForm(formdata=None, verdict=verdict.value, letter=draft))


@bp.post("/escalations/<int:escalation_id>/acknowledgement")
@needs(May.DECIDE_ESCALATIONS)
def acknowledge(escalation_id: int) -> Response:
    """I have it."""
    return _act(escalation_id, lambda mine, by: mine.acknowledge(by=by))


@bp.post("/escalations/<int:escalation_id>/takeover")
@needs(May.DECIDE_ESCALATIONS)
def take_over(escalation_id: int) -> Response:
    """I work on it in person."""
    mine = the_escalation(escalation_id, to_change=True)
    mine.take_over(by=me())
    db.session.commit()
    return redirect(url_for("desk.ticket", reference=mine.ticket.reference))


@bp.post("/escalations/<int:escalation_id>/decision")
@needs(May.DECIDE_ESCALATIONS)
def decide(escalation_id: int) -> Any:
    """Granted, declined or handed back; the customer's letter goes out with it."""
    mine, form = the_escalation(escalation_id, to_change=True), DecisionForm()
    if mine.decided_by_id == me().id and mine.verdict == form.verdict.data:
        return redirect(url_for(".escalations"))  # a second press of the same form
    if form.validate():
        try:
            if letter := tidy(form.letter.data):
                mine.ticket.reply(by=me(), body=letter, key=form.form_key.data)
            mine.decide(Verdict(form.verdict.data), by=me(), note=tidy(form.note.data))
        except Problem as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
        else:
            db.session.commit()
            flash(f"{DONE[Verdict(form.verdict.data)]} {'The letter is on its way.' if letter else ''}".strip(), "good")
            return redirect(url_for(".escalations"))
    return _page(the_escalation(escalation_id), form), 422


def the_escalation(escalation_id: int, *, to_change: bool = False) -> Escalation:
    """The escalation, if it is one of this person's stores."""
    query = escalations_for(current_user).where(Escalation.id == escalation_id)
    if to_change:  # the ticket is locked first, as everywhere
        about = query.with_only_columns(Escalation.ticket_id).scalar_subquery()
        db.session.execute(select(Ticket.id).where(Ticket.id == about).with_for_update())
    mine: Escalation = db.first_or_404(query.with_for_update(of=Escalation) if to_change else query)
    return mine


def _act(escalation_id: int, verb: Callable[[Escalation, User], None]) -> Response:
    verb(the_escalation(escalation_id, to_change=True), me())
    db.session.commit()
    return redirect(url_for(".escalation", escalation_id=escalation_id))


def _page(mine: Escalation, form: DecisionForm) -> str:
    g.timezone = mine.ticket.store.timezone
    messages, events = whole_conversation(mine.ticket), list(db.session.scalars(timeline_of(mine.ticket)))
    return render_template(
        "pages/supervisor/escalation.html",
        escalation=mine,
        clock=ack_clocks([mine.ticket_id]).get(mine.ticket_id),
        presence=presence_of([mine.to], clock.now())[mine.to.id] if mine.to else None,
        messages=messages,
        tried=tried(messages, events),
        story=[tell(event) for event in events],
        decision=db.session.scalar(latest_decision(mine.ticket_id)),
        form=form,
        verdicts=VERDICTS,
    )
