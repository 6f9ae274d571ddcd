"""The ticket page: conversation, order, decision, clocks, timeline."""

from collections.abc import Sequence
from typing import Any

from flask import g, get_template_attribute, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts import members_of
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.together import ask_together
from helpdesk.escalation import latest_escalation
from helpdesk.orders import tracked_parcels
from helpdesk.returns import choices_on, latest_decision, lines_done
from helpdesk.sla import clock_lines
from helpdesk.tickets import (
    NAMES,
    Action,
    Attachment,
    Ticket,
    attachments_of,
    beside,
    conversation_of,
    ids_in_conversation,
    latest_story,
    lines_of,
    merge_of,
    story_of,
)
from helpdesk.web.clock_cards import brief, in_order
from helpdesk.web.desk.answer_box import answer_box
from helpdesk.web.desk.conversation import asked_part, shown_rows
from helpdesk.web.desk.decisions import panel_of
from helpdesk.web.desk.door import asked_of_nav, bp
from helpdesk.web.desk.forms import HelpForm, NoteForm, asides_of
from helpdesk.web.desk.loading import me, the_ticket
from helpdesk.web.desk.returns import returns_panel
from helpdesk.web.files import send_attachment
from helpdesk.web.portal.track import stages_of
from helpdesk.web.story import tell

LATEST_EVENTS = 8
#: Events behind which money or goods were moved on this ticket.
DONE = {
    Action.RETURN_REQUESTED,
    Action.REFUND_RECORDED,
    Action.STORE_CREDIT_RECORDED,
    Action.REPLACEMENT_RECORDED,
    Action.EXCHANGE_RECORDED,
    Action.CANCELLATION_REQUESTED,
}
#: What the page needs to know of a ticket's past: one that was never decided or escalated is not asked about it.
HAPPENED = (
    ("was_decided", frozenset({Action.DECIDED})),
    ("was_escalated", frozenset({Action.ESCALATED})),
    ("was_investigated", frozenset({Action.INVESTIGATED})),
    ("was_done", frozenset(DONE)),
    ("was_chosen", frozenset({Action.REMEDY_CHOSEN, Action.MERGED})),  # here, or on what was merged into it
    ("has_records", frozenset(DONE | {Action.CLAIM_OPENED})),
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


@bp.get("/tickets/<reference>/timeline")
def ticket_timeline(reference: str) -> str:
    """Everything that happened: a page, or the part of it that the ticket unfolds."""
    mine = the_ticket(reference)
    g.timezone = mine.store.timezone
    if "part" in request.args:
        earlier = story_of(mine)[:-LATEST_EVENTS]
        return str(get_template_attribute("components/timeline.html", "timeline")([tell(each) for each in earlier]))
    return render_template("pages/desk/timeline.html", ticket=mine, story=whole_story(mine))


def ticket_page(mine: Ticket, forms: dict[str, Any], *, between: Sequence[dict[str, Any]] = ()) -> str:
    """The page; `forms` holds a form that came back with errors under its name, `between` what came in meanwhile."""
    g.timezone = mine.store.timezone
    clocks, history = clock_lines(mine.id), beside(mine.id, me(), HAPPENED)
    part, story = asked_part(mine), latest_story(mine, LATEST_EVENTS)
    lines, parcels, staff = lines_of(mine), tracked_parcels(mine.order_id), members_of(mine.store_id, clock.now())
    ask_together(clocks, history, part.rows, part.files, story, lines, parcels, staff, *asked_of_nav())
    past, here = history.answer, url_for(".ticket", reference=mine.reference)
    done = lines_done(mine.id) if past.was_done else set()
    choices = choices_on(mine) if past.was_chosen else {}
    panel = panel_of(mine, db.session.scalar(latest_decision(mine.id)), done, choices) if past.was_decided else None
    talk, latest = part.shown(), story.answer
    return render_template(
        "pages/desk/ticket.html",
        ticket=mine,
        merge=merge_of(mine),
        issue=NAMES[mine.issue_type],
        talk=talk,
        between=between,
        here=here,
        past=past,
        clocks=[brief(each, f"{here}/clocks/{each.id}") for each in in_order(clocks.answer)],
        panel=panel,
        must_investigate=panel is not None and panel["before_solving"] and not past.was_investigated,
        records=returns_panel(mine) if past.has_records else [],
        escalation=latest_escalation(mine) if past.was_escalated else None,
        story=[tell(event) for event in latest],
        last_event=latest[-1].id,
        lines=lines.answer,
        stages=stages_of(mine.order) if mine.order else [],
        parcels=parcels.answer,
        **answer_box(mine, past, talk, forms.get("reply")),
        note_form=forms.get("note") or NoteForm(formdata=None),
        asides=asides_of(mine, staff.answer),
        refused=[form for name, form in forms.items() if name not in ("reply", "note", "help")],
        help_form=forms.get("help") or HelpForm(formdata=None),
        wrong=next(iter(forms), None),
    )


def whole_conversation(mine: Ticket) -> list[dict[str, Any]]:
    """Every message, notes among them, as the components want them."""
    here = url_for("desk.ticket", reference=mine.reference)
    return shown_rows(here, conversation_of(mine.id, with_notes=True), attachments_of(mine.id))


def whole_story(mine: Ticket) -> list[dict[str, Any]]:
    """The timeline in words."""
    return [tell(event) for event in story_of(mine)]
