"""Escalations: what waits for somebody first, then what is in work, then what was decided."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from helpdesk.accounts import May, User
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.escalation import Escalation, EscalationState, Verdict, escalations_for
from helpdesk.returns import latest_decision
from helpdesk.sla import Target, clocks_of
from helpdesk.tickets import Ticket
from helpdesk.web.clock_cards import chip
from helpdesk.web.desk.ticket import whole_conversation, whole_story
from helpdesk.web.forms import LONGEST_TEXT, Once, choices, tidy, words
from helpdesk.web.guards import needs, staff_only

bp = Blueprint("supervisor", __name__, url_prefix="/desk/escalations")
bp.before_request(staff_only)

SHOWN = 50
STATES = {
    EscalationState.RAISED: "Waiting for somebody",
    EscalationState.ACKNOWLEDGED: "In work",
    EscalationState.DECIDED: "Decided",
}


class DecisionForm(Once):
    """Granted, declined or back to the agent, with the reason; and what the customer is told."""

    verdict = SelectField(
        "Decision",
        [InputRequired("Choose a decision.")],
        choices=choices(
            [
                (Verdict.GRANTED, "Granted"),
                (Verdict.DECLINED, "Declined"),
                (Verdict.RETURNED_TO_AGENT, "Back to the agent"),
            ]
        ),
    )
    note = TextAreaField("Why, for the team", [*words("Say in a sentence why.", 5000)])
    letter = TextAreaField(
        "Answer to the customer",
        [Length(max=LONGEST_TEXT)],
        description="Sent as a public answer. Leave empty for none.",
    )


@bp.get("/")
@needs(May.DECIDE_ESCALATIONS)
def escalations() -> str:
    """One list by state."""
    asked = request.args.get("state", "")
    state = EscalationState(asked) if asked in set(EscalationState) else EscalationState.RAISED
    order = Escalation.decided_at.desc() if state is EscalationState.DECIDED else Escalation.raised_at
    query = escalations_for(current_user).where(Escalation.state == state).order_by(order, Escalation.id).limit(SHOWN)
    query = query.options(
        joinedload(Escalation.ticket).joinedload(Ticket.customer),
        joinedload(Escalation.ticket).joinedload(Ticket.store),
        joinedload(Escalation.ticket).joinedload(Ticket.assignee),
        joinedload(Escalation.to),
        joinedload(Escalation.decided_by),
    )
    found = db.session.scalars(query).all()
    return render_template(
        "pages/supervisor/escalations.html",
        escalations=found,
        clocks=_ack_clocks([e.ticket_id for e in found]),
        views=[
            {"name": name, "url": url_for(".escalations", state=s.value), "is_current": s is state}
            for s, name in STATES.items()
        ],
        state=state,
    )


@bp.get("/<int:escalation_id>")
@needs(May.DECIDE_ESCALATIONS)
def escalation(escalation_id: int) -> str:
    """One escalation: why, what was tried, decide."""
    return _page(the_escalation(escalation_id), DecisionForm())


@bp.post("/<int:escalation_id>/acknowledgement")
@needs(May.DECIDE_ESCALATIONS)
def acknowledge(escalation_id: int) -> Response:
    """I have it."""
    return _act(escalation_id, lambda mine, me: mine.acknowledge(by=me))


@bp.post("/<int:escalation_id>/takeover")
@needs(May.DECIDE_ESCALATIONS)
def take_over(escalation_id: int) -> Response:
    """I work on it in person."""
    mine = the_escalation(escalation_id, to_change=True)
    mine.take_over(by=_me())
    db.session.commit()
    return redirect(url_for("desk.ticket", reference=mine.ticket.reference))


@bp.post("/<int:escalation_id>/decision")
@needs(May.DECIDE_ESCALATIONS)
def decide(escalation_id: int) -> Any:
    """Granted, declined or handed back; the customer's letter goes out with it."""
    mine, form = the_escalation(escalation_id, to_change=True), DecisionForm()
    if mine.decided_by_id == _me().id and mine.verdict == form.verdict.data:
        return redirect(url_for(".escalations"))  # a second press of the same form
    if form.validate():
        try:
            if letter := tidy(form.letter.data):
                mine.ticket.reply(by=_me(), body=letter, key=form.form_key.data)
            mine.decide(Verdict(form.verdict.data), by=_me(), note=tidy(form.note.data))
        except Problem as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
        else:
            db.session.commit()
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
    verb(the_escalation(escalation_id, to_change=True), _me())
    db.session.commit()
    return redirect(url_for(".escalation", escalation_id=escalation_id))


def _page(mine: Escalation, form: DecisionForm) -> str:
    g.timezone = mine.ticket.store.timezone
    return render_template(
        "pages/supervisor/escalation.html",
        escalation=mine,
        clock=_ack_clocks([mine.ticket_id]).get(mine.ticket_id),
        messages=whole_conversation(mine.ticket),
        story=whole_story(mine.ticket),
        decision=db.session.scalar(latest_decision(mine.ticket_id)),
        form=form,
    )


def _ack_clocks(ticket_ids: list[int]) -> dict[int, Any]:
    """The acknowledgement clock of each that still runs."""
    found = {}
    for ticket_id, clocks in clocks_of(ticket_ids).items():
        running = [clock for clock in clocks if clock.target is Target.ESCALATION_ACK and clock.is_open]
        if running:
            found[ticket_id] = chip(running[-1])
    return found


def _me() -> User:
    user: User = current_user._get_current_object()
    return user
