"""The customer's page of a ticket, behind its secret link."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import MultipleFileField, TextAreaField
from wtforms.validators import Length

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.core.tokens import unsign
from helpdesk.escalation import (
    ROLE_NAMES,
    Escalation,
    Reason,
    ask_for_supervisor,
    first_rung,
    latest_escalation,
)
from helpdesk.returns import latest_decision
from helpdesk.sla import State, Target, clocks_of
from helpdesk.tickets import (
    NAMES,
    Attachment,
    Evidence,
    Message,
    Status,
    Ticket,
    keep_file,
)
from helpdesk.web.clock_cards import card, in_order
from helpdesk.web.files import send_attachment
from helpdesk.web.forms import LONGEST_TEXT, Once, tidy
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.next_steps import sentence, steps_of
from helpdesk.web.shown import shown_conversation

FILES_PER_MESSAGE = 10


class WriteForm(Once):
    """A further message, with files; while photos are missing, each kind has its own place."""

    body = TextAreaField("Your message", [Length(max=LONGEST_TEXT, message="Please keep it under 20,000 characters.")])
    damage = MultipleFileField("Photos of the damage")
    packaging = MultipleFileField("Photos of the packaging")
    other = MultipleFileField("Photos or documents")

    def __init__(self, missing: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for kind in ("damage", "packaging"):
            if kind not in missing:
                delattr(self, kind)

    @property
    def chosen(self) -> list[tuple[Any, Any]]:
        """The files that came, each with its field."""
        fields = [f for f in self if f.type == "MultipleFileField"]
        return [(f, file) for f in fields for file in f.data or () if getattr(file, "filename", "")]


class SupervisorForm(Once):
    """Why a supervisor should look."""

    note = TextAreaField(
        "What should the supervisor know?",
        [Length(max=2000, message="At most 2,000 characters.")],
        id="supervisor-note",
    )


@bp.get("/tickets/<token>")
def ticket(token: str) -> str:
    """How it stands, what happens next, and the conversation."""
    mine = the_ticket(token)
    decision = db.session.scalar(latest_decision(mine.id))
    return _page(mine, token, WriteForm(decision.missing if decision else []), SupervisorForm())


@bp.post("/tickets/<token>/messages")
def write(token: str) -> Any:
    """A message or photos; a second press of the same form adds nothing."""
    mine = the_ticket(token, to_change=True)
    decision = db.session.scalar(latest_decision(mine.id))
    form = WriteForm(decision.missing if decision else [])
    key = form.form_key.data
    if sent := _was_sent(mine, key):
        return redirect(url_for(".ticket", token=sent.guest_token, _anchor="newest"))
    refuse_if_too_often("30/hour", "write", mine.reference)
    is_right = form.validate()
    _keep_files(mine, form)
    try:
        if is_right and not form.errors:
            return _written(mine, form, key)
    except Invalid as problem:
        form.body.errors = [problem.message]
    db.session.commit()  # the good files wait for the next try
    return _page(mine, token, form, SupervisorForm(formdata=None)), 422


@bp.post("/tickets/<token>/solution")
def solve(token: str) -> Response:
    """The customer says it is solved."""
    mine = the_ticket(token, to_change=True)
    if mine.status is not Status.SOLVED:  # a second press changes nothing
        mine.solve(by=mine.customer)
        db.session.commit()
    flash("Good to hear. If anything comes up, write to us here and it opens again.", "good")
    return redirect(url_for(".ticket", token=token))


@bp.post("/tickets/<token>/reopening")
def reopen(token: str) -> Response:
    """The customer says it is not."""
    mine = the_ticket(token, to_change=True)
    if mine.is_finished:  # a second press changes nothing
        mine.resume(by=mine.customer)
        db.session.commit()
    flash("It is open again. Tell us below what is missing.", "info")
    return redirect(url_for(".ticket", token=token, _anchor="write"))


@bp.post("/tickets/<token>/supervisor")
def supervisor(token: str) -> Any:
    """The customer asks for a supervisor."""
    mine = the_ticket(token, to_change=True)
    form = SupervisorForm()
    if not form.validate():
        return _page(mine, token, WriteForm([], formdata=None), form), 422
    latest = latest_escalation(mine)
    if not (latest and latest.is_open and any(reason == "customer_request" for reason, *_ in latest.reasons)):
        refuse_if_too_often("5/day", "ask-supervisor", mine.reference)
        ask_for_supervisor(mine, by=mine.customer, note=tidy(form.note.data))
        db.session.commit()
    flash("We have passed it on. You see below by when somebody takes it.", "good")
    return redirect(url_for(".ticket", token=token))


@bp.get("/tickets/<token>/files/<attachment_token>/<size>")
def ticket_file(token: str, attachment_token: str, size: str) -> Any:
    """The files of this conversation, as long as the link is good."""
    mine = the_ticket(token)
    query = db.select(Attachment).where(Attachment.ticket_id == mine.id, Attachment.token == attachment_token)
    return send_attachment(db.first_or_404(query), size)


def the_ticket(token: str, *, to_change: bool = False) -> Ticket:
    """The ticket whose current secret this is, at this store; anything else does not exist."""
    content = unsign("ticket", token)
    if content is None or len(content) != 2:
        abort(404)
    reference, version = content
    query = db.select(Ticket).where(
        Ticket.reference == reference, Ticket.link_version == version, Ticket.store_id == g.store.id
    )
    mine: Ticket = db.first_or_404(query.with_for_update(of=Ticket) if to_change else query)
    return mine


def _page(mine: Ticket, token: str, form: WriteForm, supervisor_form: SupervisorForm) -> str:
    clocks = clocks_of([mine.id])[mine.id]
    decision = db.session.scalar(latest_decision(mine.id))
    escalation = latest_escalation(mine)
    messages = shown_conversation(
        mine.id,
        lambda a, size: url_for(".ticket_file", token=token, attachment_token=a, size=size),
        with_notes=False,
    )
    return render_template(
        "pages/portal/ticket.html",
        ticket=mine,
        token=token,
        issue=NAMES[mine.issue_type],
        sentence=sentence(mine),
        steps=steps_of(mine, decision, clocks, escalation),
        clocks=[
            card(c, for_customer=True)
            for c in in_order(clocks)
            if c.state is not State.CANCELLED and _is_shown(c.target)
        ],
        decision=decision,
        escalation=escalation,
        messages=messages,
        form=form,
        waiting=waiting_files(mine),
        supervisor_form=supervisor_form,
        can_ask_supervisor=bool(mine.first_answered_at) and not mine.is_finished,
        next_role=_next_role(mine, escalation),
    )


def _next_role(mine: Ticket, latest: Escalation | None) -> str:
    """Who would look at it if the customer asked now."""
    was_decided = latest is not None and not latest.is_open
    return ROLE_NAMES[first_rung(mine, Reason.CUSTOMER_REQUEST) if was_decided else 1]


def _is_shown(target: Target) -> bool:
    return target is not Target.RESOLUTION


def _was_sent(mine: Ticket, key: str | None) -> Ticket | None:
    """The ticket that this form's message is on: the same, or the one that follows it."""
    same = db.select(Ticket).join(Message, Message.ticket_id == Ticket.id).where(Message.form_key == key)
    sent: Ticket | None = db.session.scalar(same.where(Ticket.customer_id == mine.customer_id)) if key else None
    return sent


def _keep_files(mine: Ticket, form: WriteForm) -> None:
    """Every good file is kept at once, whatever is wrong with the rest of the form."""
    room = FILES_PER_MESSAGE - len(waiting_files(mine))
    for number, (field, file) in enumerate(form.chosen[: FILES_PER_MESSAGE + 1]):
        try:
            if number >= room:
                raise Invalid(f"{FILES_PER_MESSAGE} files fit into one message. Send the others in a second one.")
            keep_file(file.stream, file.filename, Evidence(field.name)).ticket_id = mine.id
        except Invalid as problem:
            field.errors = [*field.errors, problem.message]


def waiting_files(mine: Ticket) -> list[Attachment]:
    """Files that came with a form that could not be sent: they go along with the next one."""
    waiting = Attachment.message_id.is_(None)
    return list(db.session.scalars(db.select(Attachment).where(Attachment.ticket_id == mine.id, waiting)))


def _written(mine: Ticket, form: WriteForm, key: str | None) -> Response:
    body, files = tidy(form.body.data), waiting_files(mine)
    if mine.is_over:
        mine = mine.follow_up(by=mine.customer, body=body, attachments=files, key=key)
    else:
        mine.write(by=mine.customer, body=body, attachments=files, key=key)
    db.session.commit()
    return redirect(url_for(".ticket", token=mine.guest_token, _anchor="newest"))
