"""The customer's page of a ticket, behind its secret link."""

from functools import partial
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import MultipleFileField, TextAreaField

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.core.language import _, lazy
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.escalation import (
    ROLE_NAMES,
    Escalation,
    Reason,
    ask_for_supervisor,
    first_rung,
    latest_escalation,
)
from helpdesk.policies import VOCABULARY, Outcome
from helpdesk.returns import KINDS, Decision, edition_of, give_facts, given_facts, latest_decision, retold
from helpdesk.sla import State, Target
from helpdesk.tickets import (
    NAMES,
    Action,
    Attachment,
    Event,
    Evidence,
    Message,
    ShownBy,
    Status,
    Ticket,
    ids_in_conversation,
    keep_file,
    prove,
    timeline_of,
)
from helpdesk.web.clock_cards import card, in_order
from helpdesk.web.decisions import in_reach, shown_decision
from helpdesk.web.files import send_attachment
from helpdesk.web.forms import LONGEST_TEXT, Once, at_most_long, tidy
from helpdesk.web.helpful import helpful_of
from helpdesk.web.joined import joined
from helpdesk.web.portal.choosing import shown_choices
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.loading import came_by_letter, the_ticket, token_for
from helpdesk.web.portal.next_steps import sentence, steps_of
from helpdesk.web.portal.policy import clause_url
from helpdesk.web.portal.rating_card import rating_card
from helpdesk.web.portal.unsent import clocks_shown
from helpdesk.web.questions import Asking, answers_of, form_for, name_of
from helpdesk.web.shown import shown_conversation

FILES_PER_MESSAGE = 10


class WriteForm(Once):
    """A further message, with files; while evidence is missing, each kind has its own place."""

    body = TextAreaField(lazy("Your message"), [at_most_long(LONGEST_TEXT)])
    other = MultipleFileField(lazy("Photos or documents"))

    @property
    def chosen(self) -> list[tuple[Any, Any]]:
        """The files that came, each with its field."""
        fields = [f for f in self if f.type == "MultipleFileField"]
        return [(f, file) for f in fields for file in f.data or () if getattr(file, "filename", "")]


def write_form(decision: Decision | None, **kwargs: Any) -> WriteForm:
    """The form with a place for each kind of file that the decision waits for."""
    wanted = [VOCABULARY[name] for name in decision.missing if name in KINDS] if decision else []
    fields = {KINDS[fact.name].value: MultipleFileField(fact.question, description=fact.hint) for fact in wanted}
    made: WriteForm = type("WriteWithFiles", (WriteForm,), fields)(**kwargs)
    return made


class SupervisorForm(Once):
    """Why a supervisor should look."""

    note = TextAreaField(
        lazy("What should the supervisor know?"),
        [at_most_long(2000)],
        id="supervisor-note",
    )


@bp.get("/tickets/<token>")
def ticket(token: str) -> str | Response:
    """How it stands, what happens next, and the conversation."""
    mine = the_ticket(token)
    if token != token_for(mine):  # merged into another: the old link leads there
        return redirect(url_for(".ticket", token=token_for(mine)))
    decision = the_decision(mine)
    return _page(mine, token, write_form(decision), SupervisorForm())


@bp.post("/tickets/<token>/messages")
def write(token: str) -> Any:
    """A message or photos; a second press of the same form adds nothing."""
    mine = the_ticket(token, to_change=True)
    decision = the_decision(mine)
    form = write_form(decision)
    key = form.form_key.data
    if sent := _was_sent(mine, key):
        return redirect(url_for(".ticket", token=token_for(sent), _anchor="newest"))
    refuse_if_too_often("30/hour", "write", mine.reference)
    is_right = form.validate()
    _keep_files(mine, form)
    try:
        if is_right and not form.errors:
            with db.session.begin_nested():  # what is refused leaves nothing behind, not half a ticket either
                said_on = _written(mine, form, key)
            db.session.commit()
            return redirect(url_for(".ticket", token=token_for(said_on), _anchor="newest"))
    except Invalid as problem:
        form.body.errors = [problem.message]
    db.session.commit()  # the good files wait for the next try
    return _page(mine, token, form, SupervisorForm(formdata=None)), 422


@bp.post("/tickets/<token>/answers")
def answer(token: str) -> Any:
    """Answers to what the policy still needs to know; the new decision shows at once."""
    mine = the_ticket(token, to_change=True)
    decision = db.session.scalar(latest_decision(mine.id))
    asked, form = asked_about(mine, decision)
    if form is None or decision is None:
        return redirect(url_for(".ticket", token=token))
    refuse_if_too_often("30/hour", "write", mine.reference)
    if not form.validate():
        return _page(mine, token, write_form(decision, formdata=None), SupervisorForm(formdata=None), form), 422
    give_facts(mine, answers_of(form, asked), by=mine.customer, edition=edition_of(decision, mine))
    db.session.commit()
    return redirect(url_for(".ticket", token=token, _anchor="content"))


@bp.post("/tickets/<token>/solution")
def solve(token: str) -> Response:
    """The customer says it is solved."""
    mine = the_ticket(token, to_change=True)
    if mine.status is not Status.SOLVED:  # a second press changes nothing
        mine.solve(by=mine.customer)
        db.session.commit()
    flash(_("Good to hear. If anything comes up, write to us here and it opens again."), "good")
    return redirect(url_for(".ticket", token=token))


@bp.post("/tickets/<token>/reopening")
def reopen(token: str) -> Response:
    """The customer says it is not."""
    mine = the_ticket(token, to_change=True)
    if mine.is_finished:  # a second press changes nothing
        mine.resume(by=mine.customer)
        db.session.commit()
    flash(_("It is open again. Tell us below what is missing."), "info")
    return redirect(url_for(".ticket", token=token, _anchor="write"))


@bp.post("/tickets/<token>/supervisor")
def supervisor(token: str) -> Any:
    """The customer asks for a supervisor."""
    mine = the_ticket(token, to_change=True)
    form = SupervisorForm()
    if not form.validate():
        return _page(mine, token, write_form(None, formdata=None), form), 422
    latest = latest_escalation(mine)
    if not (latest and latest.is_open and any(reason == "customer_request" for reason, *_ in latest.reasons)):
        refuse_if_too_often("5/day", "ask-supervisor", mine.reference)
        ask_for_supervisor(mine, by=mine.customer, note=tidy(form.note.data))
        db.session.commit()
    flash(_("We have passed it on. You see below by when somebody takes it."), "good")
    return redirect(url_for(".ticket", token=token))


@bp.get("/tickets/<token>/files/<attachment_token>/<size>")
def ticket_file(token: str, attachment_token: str, size: str) -> Any:
    """The files of this conversation, as long as the link is good."""
    mine = the_ticket(token)
    in_it = Attachment.ticket_id.in_(ids_in_conversation(mine.id))
    query = db.select(Attachment).where(in_it, Attachment.token == attachment_token)
    return send_attachment(db.first_or_404(query), size)


def the_decision(mine: Ticket) -> Decision | None:
    """The decision in force, asked once a request."""
    if "decision" not in g:
        kept = db.session.scalar(latest_decision(mine.id))
        g.decision = kept and retold(kept, edition_of(kept, mine))
    found: Decision | None = g.decision
    return found


def _page(mine: Ticket, token: str, form: WriteForm, supervisor_form: SupervisorForm, questions: Any = None) -> str:
    clocks = clocks_shown([mine])[mine.id]
    decision = the_decision(mine)
    escalation = latest_escalation(mine)
    asked, new_questions = asked_about(mine, decision)
    questions = questions or new_questions
    moves = db.session.scalars(timeline_of(mine).where(Event.action == Action.CLOCK_RETARGETED)).all()
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
        **shown_choices(mine, decision, steps_of(mine, decision, clocks, escalation, can_answer=bool(asked))),
        clocks=[
            card(c, for_customer=True, moves=moves)
            for c in in_order(clocks)
            if c.state is not State.CANCELLED and _is_shown(c.target)
        ],
        answers=answers_of_ticket(mine, decision),
        questions=questions,
        groups=[(one, [questions[name_of(one.line_id, fact)] for fact in one.facts]) for one in asked],
        escalation=escalation,
        messages=messages,
        form=form,
        waiting=waiting_files(mine),
        rated=rating_card(mine),
        supervisor_form=supervisor_form,
        can_ask_supervisor=bool(mine.first_answered_at) and not mine.is_finished,
        next_role=_next_role(mine, escalation),
    )


def asked_about(mine: Ticket, decision: Decision | None) -> tuple[list[Asking], Any]:
    """What the policy still asks the customer, and the form for it; nothing once the case is over."""
    if decision is None or mine.is_finished:
        return [], None
    edition = edition_of(decision, mine)
    asked = [helpful_of(edition, a.line_id, a.title, a.decision) for a in decision.answers]
    asked = [one for one in asked if one.facts]
    return asked, form_for(asked, given_facts(mine), edition.currency) if asked else None


def answers_of_ticket(mine: Ticket, decision: Decision | None) -> list[dict[str, Any]]:
    """The decision, item by item, as its card wants it; what to do next has a place of its own."""
    if decision is None:
        return []
    edition, several, shown = edition_of(decision, mine), len(decision.answers) > 1, []
    for one in decision.answers:
        if mine.is_finished and one.decision.outcome is Outcome.NEED_INFORMATION:
            continue  # what we needed to know is no longer needed
        title = one.title if several else ""
        card = shown_decision(one.decision, edition, partial(clause_url, edition.name), title=title)
        shown.append(card | {"hides_steps": True, "change": in_reach(edition, one.decision)})
    return joined(shown)


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
                raise Invalid(
                    _("%(most)s files fit into one message. Send the others in a second one.", most=FILES_PER_MESSAGE)
                )
            keep_file(file.stream, file.filename, Evidence(field.name)).ticket_id = mine.id
        except Invalid as problem:
            field.errors = [*field.errors, problem.message]


def waiting_files(mine: Ticket) -> list[Attachment]:
    """Files that came with a form that could not be sent, here or on a merged ticket: the next one takes them along."""
    in_it = Attachment.ticket_id.in_(ids_in_conversation(mine.id))
    waiting = db.select(Attachment).where(in_it, Attachment.message_id.is_(None))
    return list(db.session.scalars(waiting.order_by(Attachment.id)))


def _written(mine: Ticket, form: WriteForm, key: str | None) -> Ticket:
    """Where it was said: here, or on the ticket that follows this one."""
    body, files = tidy(form.body.data), waiting_files(mine)
    for file in files:
        file.ticket_id = mine.id
    if mine.is_over:
        new = mine.follow_up(by=mine.customer, body=body, attachments=files, key=key)
        if came_by_letter():
            prove(new, ShownBy.LINK)
        return new
    mine.write(by=mine.customer, body=body, attachments=files, key=key)
    return mine
