"""The ticket page: conversation, order, decision, clocks, timeline."""

from collections.abc import Sequence
from typing import Any

from flask import abort, g, render_template, url_for
from flask_login import current_user
from sqlalchemy import Row, Select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from helpdesk.accounts import Role, anyone
from helpdesk.core.db import db
from helpdesk.core.prepared import AnySelect, prepared
from helpdesk.escalation import latest_escalation
from helpdesk.orders import tracked_parcels
from helpdesk.returns import latest_decision, lines_done
from helpdesk.sla import State, clocks_of
from helpdesk.tickets import (
    NAMES,
    Action,
    Attachment,
    Ticket,
    as_reference,
    by_reference,
    ids_in_conversation,
    lines_of,
    merge_of,
    story_of,
    visible_to,
)
from helpdesk.web.clock_cards import brief, in_order
from helpdesk.web.desk.decisions import panel_of
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.forms import HelpForm, NoteForm, ReplyForm, asides_of
from helpdesk.web.desk.returns import returns_panel
from helpdesk.web.files import send_attachment
from helpdesk.web.portal.track import stages_of
from helpdesk.web.shown import shown_conversation
from helpdesk.web.story import tell

LATEST = 3
#: Events behind which a return, refund, claim or the like stands.
RECORDED = {
    Action.RETURN_REQUESTED,
    Action.CLAIM_OPENED,
    Action.REFUND_RECORDED,
    Action.STORE_CREDIT_RECORDED,
    Action.REPLACEMENT_RECORDED,
    Action.EXCHANGE_RECORDED,
    Action.CANCELLATION_REQUESTED,
}
#: What comes along with the ticket.
WHOLE = (
    joinedload(Ticket.store),
    joinedload(Ticket.customer),
    joinedload(Ticket.assignee),
    joinedload(Ticket.order),
)


@bp.get("/tickets/<reference>")
def ticket(reference: str) -> str:
    """Everything about one ticket."""
    return ticket_page(the_ticket(reference), {})


@bp.get("/tickets/<reference>/files/<attachment_token>/<size>")
def ticket_file(reference: str, attachment_token: str, size: str) -> Response:
    """Its files."""
    mine = the_ticket(reference)
    in_it = Attachment.ticket_id.in_(ids_in_conversation(mine.id))
    query = db.select(Attachment).where(in_it, Attachment.token == attachment_token)
    return send_attachment(db.first_or_404(query), size)


def the_ticket(reference: str, *, to_change: bool = False) -> Ticket:
    """The ticket, if this person may see it; otherwise it does not exist."""
    if to_change:
        mine = db.session.scalar(by_reference(current_user, reference).with_for_update(of=Ticket))
    else:
        code = as_reference(reference)
        mine = _ticket.first(current_user.role, person_id=current_user.id, reference=code)
    return mine or abort(404)


@prepared
def _ticket(role: Role, person_id: int, reference: str) -> Select[Ticket]:
    return visible_to(anyone(role, person_id)).where(Ticket.reference == reference).options(*WHOLE)


def ticket_page(mine: Ticket, forms: dict[str, Any]) -> str:
    """The page; `forms` holds a form that came back with errors under its name."""
    g.timezone = mine.store.timezone
    clocks = [c for c in clocks_of([mine.id])[mine.id] if c.state is not State.CANCELLED]
    events, here = story_of(mine), url_for(".ticket", reference=mine.reference)
    # The history knows what there is: a ticket that was never decided or escalated is not asked about it.
    happened = {event.action for event in events}
    done = lines_done(mine.id) if happened & RECORDED - {Action.CLAIM_OPENED} else set()
    panel = panel_of(mine, db.session.scalar(latest_decision(mine.id)), done) if Action.DECIDED in happened else None
    return render_template(
        "pages/desk/ticket.html",
        ticket=mine,
        merge=merge_of(mine),
        issue=NAMES[mine.issue_type],
        messages=whole_conversation(mine),
        here=here,
        clocks=[brief(each, f"{here}/clocks/{each.id}") for each in in_order(clocks)],
        panel=panel,
        must_investigate=panel is not None and panel["before_solving"] and Action.INVESTIGATED not in happened,
        records=returns_panel(mine) if happened & RECORDED else [],
        escalation=latest_escalation(mine) if Action.ESCALATED in happened else None,
        story=[tell(event) for event in events],
        last_event=events[-1].id,
        others=others_of(mine),
        lines=lines_of(mine),
        stages=stages_of(mine.order) if mine.order else [],
        parcels=tracked_parcels(mine.order) if mine.order else [],
        reply_form=forms.get("reply") or ReplyForm(formdata=None),
        note_form=forms.get("note") or NoteForm(formdata=None),
        asides=asides_of(mine),
        refused=[form for name, form in forms.items() if name not in ("reply", "note", "help")],
        help_form=forms.get("help") or HelpForm(formdata=None),
        wrong=next(iter(forms), None),
    )


def whole_conversation(mine: Ticket) -> list[dict[str, Any]]:
    """Every message, notes among them, as the components want them."""
    root = url_for("desk.ticket", reference=mine.reference)
    return shown_conversation(mine.id, lambda a, size: f"{root}/files/{a}/{size}", with_notes=True)


def whole_story(mine: Ticket) -> list[dict[str, Any]]:
    """The timeline in words."""
    return [tell(event) for event in story_of(mine)]


def others_of(mine: Ticket) -> Sequence[Row[Any]]:
    """The customer's latest other tickets that this person may see."""
    me = current_user
    return _others.rows(me.role, person_id=me.id, customer_id=mine.customer_id, ticket_id=mine.id)


@prepared
def _others(role: Role, person_id: int, customer_id: int, ticket_id: int) -> AnySelect:
    columns = Ticket.reference, Ticket.subject, Ticket.status
    theirs = visible_to(anyone(role, person_id)).where(Ticket.customer_id == customer_id, Ticket.id != ticket_id)
    return theirs.with_only_columns(*columns).order_by(Ticket.id.desc()).limit(LATEST)
