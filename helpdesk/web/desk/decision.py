"""The decision beside a ticket: what it allows in one click, its facts to correct, its trace, and exceptions to it."""

from collections.abc import Set
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, Problem
from helpdesk.core.money import Money, cents_of
from helpdesk.policies import (
    REMEDY_NAMES,
    WHOLE_ORDER,
    Edition,
    Fact,
    Kind,
    Remedy,
    Request,
    Source,
    effects_of,
    in_words,
    replayed,
    step_for,
)
from helpdesk.returns import (
    KINDS,
    Decision,
    act,
    amount_of,
    carry_out,
    choices_on,
    decisions_of,
    edition_of,
    exceptions_of,
    give_facts,
    latest_decision,
    limit_of,
    lines_done,
    propose,
    proposed_before,
)
from helpdesk.tickets import Message, Status, Ticket
from helpdesk.web.decisions import could_change
from helpdesk.web.desk.decisions import ACTS, panel_of
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.items_form import ItemsForm, items_form
from helpdesk.web.desk.loading import the_ticket
from helpdesk.web.forms import LONGEST_TEXT, Once, choices, tidy, words
from helpdesk.web.questions import Asking, changes_of, form_for, name_of

#: What an exception can be.
GOODWILL = (
    Remedy.REFUND, Remedy.PARTIAL_REFUND, Remedy.STORE_CREDIT, Remedy.REPLACEMENT, Remedy.EXCHANGE, Remedy.COMPENSATION,
)  # fmt: skip
GOODS = (Remedy.REPLACEMENT, Remedy.EXCHANGE, Remedy.CANCELLATION)


class ExceptionForm(Once):
    """Goodwill against the decision: what, how much, against which clause, and why."""

    kind = SelectField("What", [InputRequired("Choose what the customer shall get.")], choices=[])
    amount = StringField("Amount", [Optional(), Length(max=20)])
    clause = SelectField("Against clause", [Optional()], choices=[])
    reason = TextAreaField("Why it is right here", words("Say in a sentence why an exception is right here.", 2000))


class AskForm(Once):
    """A reply that asks for what is missing; the ticket then waits for the customer."""

    body = TextAreaField("What we write", words("There is nothing to send yet.", LONGEST_TEXT))


@bp.get("/tickets/<reference>/decision")
def decision(reference: str) -> str:
    """The whole decision: every item, every fact, the trace, what would change it, and earlier ones."""
    return decision_page(the_ticket(reference), {})


@bp.post("/tickets/<reference>/facts")
def facts(reference: str) -> Any:
    """What staff found out; the policy decides again at once."""
    mine = the_ticket(reference, to_change=True)
    now = _decided(mine)
    edition, before = edition_of(now, mine), _said(now)
    asked = _asked(now, edition)
    form = form_for(asked, before, edition.currency, for_staff=True)
    if not form.validate():
        return decision_page(mine, {"facts": form}), 422
    try:
        give_facts(mine, changes_of(form, asked, before, edition.currency), by=current_user, edition=edition)
    except Invalid as problem:
        form.form_errors.append(problem.message)
        return decision_page(mine, {"facts": form}), 422
    db.session.commit()
    flash("Kept. The policy was asked again.", "good")
    return redirect(url_for(".decision", reference=reference))


@bp.post("/tickets/<reference>/acts/<remedy>")
def do(reference: str, remedy: str) -> Response:
    """One press: do what the decision offers."""
    mine = the_ticket(reference, to_change=True)
    chosen = next((one for one in ACTS if one.value == remedy), None) or abort(404)
    try:
        act(mine, _decided(mine), chosen, by=current_user, key=tidy(request.form.get("form_key"))[:64] or None)
    except Problem as problem:
        db.session.rollback()
        flash(problem.message, "bad")
        return redirect(url_for(".ticket", reference=reference))
    db.session.commit()
    flash(f"Done: {ACTS[chosen].lower()}. It stands among the records of this ticket.", "good")
    return redirect(url_for(".ticket", reference=reference))


@bp.post("/tickets/<reference>/evidence")
def ask_for_evidence(reference: str) -> Any:
    """Ask the customer for what is missing, and wait for it."""
    mine = the_ticket(reference, to_change=True)
    form = AskForm()
    there = redirect(url_for(".ticket", reference=reference))
    if (key := form.form_key.data) and db.session.scalar(db.select(Message.id).where(Message.form_key == key)):
        return there  # a second press of the same form
    if not form.validate():
        return decision_page(mine, {"ask": form}), 422
    try:
        mine.reply(by=current_user, body=tidy(form.body.data), key=key)
        if mine.status is not Status.PENDING:
            mine.wait_for_customer(by=current_user)
    except Problem as problem:
        db.session.rollback()
        form.form_errors.append(problem.message)
        return decision_page(the_ticket(reference), {"ask": form}), 422
    db.session.commit()
    flash("Asked. The ticket waits for the customer now.", "good")
    return there


@bp.post("/tickets/<reference>/exceptions")
def propose_exception(reference: str) -> Any:
    """Act against the decision: at once within one's limit, else once a supervisor says yes."""
    mine = the_ticket(reference, to_change=True)
    now = _decided(mine)
    edition = edition_of(now, mine)
    form = _exception_form(now, edition)
    key = form.form_key.data
    if key and proposed_before(key):
        flash("That exception is there already; nothing was done twice.", "info")
        return redirect(url_for(".ticket", reference=reference))
    if not form.validate():
        return decision_page(mine, {"exception": form}), 422
    kind, currency = Remedy(form.kind.data), mine.order.currency if mine.order else mine.store.currency
    try:
        wanted: dict[str, Any] = {
            "kind": kind, "amount_cents": _cents(form, mine, now, kind, currency), "currency": currency,
            "clause": form.clause.data or "", "reason": tidy(form.reason.data),
        }  # fmt: skip
        made = propose(mine, now, edition, by=current_user, key=key, **wanted)
        carry_out(made, now, by=current_user)
    except Problem as problem:
        db.session.rollback()
        form.form_errors.append(problem.message)
        return decision_page(the_ticket(reference), {"exception": form}), 422
    db.session.commit()
    flash("It waits for a supervisor." if made.is_waiting else "Done, as an exception with your reason.", "good")
    return redirect(url_for(".ticket", reference=reference))


def decision_page(mine: Ticket, forms: dict[str, Any]) -> str:
    """The page; `forms` holds a form that came back with errors under its name."""
    g.timezone = mine.store.timezone
    now = _decided(mine)
    edition = edition_of(now, mine)
    asked = _asked(now, edition)
    done = lines_done(mine.id)
    form = forms.get("facts") or form_for(asked, _said(now), edition.currency, for_staff=True, formdata=None)
    return render_template(
        "pages/desk/decision.html",
        ticket=mine,
        decision=now,
        edition=edition,
        panel=panel_of(mine, now, done, choices_on(mine)),
        items_form=forms.get("items") or _items_form(mine, now, done),
        change=[could_change(edition, one.decision) for one in now.answers],
        facts_form=form,
        groups=[_group(one, form, now, edition) for one in asked],
        traces=[_trace(one.title, one.decision, edition) for one in now.answers],
        earlier=list(db.session.scalars(decisions_of(mine.id)))[1:],
        exceptions=list(db.session.scalars(exceptions_of(mine.id))),
        exception_form=forms.get("exception") or _exception_form(now, edition, formdata=None),
        limit=Money(limit_of(edition, current_user.role, Remedy.REFUND), edition.currency),
        ask_form=forms.get("ask") or AskForm(formdata=None, body=_asking(mine, now)),
    )


def _items_form(mine: Ticket, now: Decision, done: Set[int]) -> ItemsForm | None:
    """Where it is about some of an order's items, and nothing was done with any of them yet."""
    is_open = mine.order_id and not done and not mine.is_finished and now.request not in WHOLE_ORDER
    return items_form(mine, formdata=None) if is_open else None


def _trace(title: str, answer: Any, edition: Edition) -> dict[str, Any]:
    rows = edition.rows
    return {
        "title": title,
        "rules": [(look, rows[look.row]) for look in replayed(edition, answer)],
        "effects": [(look, rows[look.row]) for look in effects_of(edition, answer.request, answer.facts)],
    }


def _group(one: Asking, form: Any, now: Decision, edition: Edition) -> dict[str, Any]:
    answer = next((a.decision for a in now.answers if a.line_id == one.line_id), None)
    known, missing = (answer.facts, answer.missing) if answer else ({}, ())
    fields = {fact.name: form[name_of(one.line_id, fact)] for fact in one.facts}
    fixed = [
        (edition.facts[name].meaning, in_words(edition.facts[name], value, edition.currency))
        for name, value in known.items()
        if name in edition.facts and name not in fields and edition.facts[name].kind is not Kind.MOMENT
    ]
    first = [name for name in fields if name in known or name in missing]
    return {
        "title": one.title,
        "fields": [fields[name] for name in first],
        "further": [field for name, field in fields.items() if name not in first],
        "is_open": any(field.errors for name, field in fields.items() if name not in first),
        "fixed": fixed,
    }


def _asked(now: Decision, edition: Edition) -> list[Asking]:
    """What staff can correct: what people say and find out; counted files and the order's own data stay as they are."""
    return [Asking(a.line_id, a.title, [f for f in _asked_by(edition, now) if _can_be_said(f)]) for a in now.answers]


def _asked_by(edition: Edition, now: Decision) -> list[Fact]:
    names = edition.asked_for[now.request]
    return [
        fact
        for name, fact in edition.facts.items()
        if name in names or (fact.asks == "" and name in _bases(edition, names))
    ]


def _bases(edition: Edition, names: frozenset[str]) -> set[str]:
    return {edition.facts[name].asks for name in names if edition.facts[name].asks}


def _can_be_said(fact: Fact) -> bool:
    if fact.name in KINDS or fact.source is Source.POLICY:
        return False
    return fact.source in (Source.CUSTOMER, Source.AGENT, Source.EVIDENCE, Source.ITEM) or fact.name == "delivered_at"


def _said(now: Decision) -> dict[int, dict[str, Any]]:
    return {answer.line_id: dict(answer.decision.facts) for answer in now.answers}


def _exception_form(now: Decision, edition: Edition, **kwargs: Any) -> ExceptionForm:
    form = ExceptionForm(**kwargs)
    offered = (*GOODWILL, Remedy.CANCELLATION) if now.request is Request.CANCEL_ORDER else GOODWILL
    kinds = [(kind.value, REMEDY_NAMES[kind].capitalize()) for kind in offered]
    form.kind.choices = choices([("", "Choose"), *kinds])
    clauses = [(n, f"{n} {edition.clauses[n].title}") for n in now.clauses if n in edition.clauses]
    form.clause.choices = choices([*clauses, ("", "None of them")])
    return form


def _cents(form: ExceptionForm, mine: Ticket, now: Decision, kind: Remedy, currency: str) -> int:
    """The amount typed; what is sent instead of money costs what the items cost, whatever was typed."""
    text = tidy(form.amount.data)
    if kind in GOODS:
        return amount_of(mine, now, kind)
    if text:
        try:
            return cents_of(text, currency)
        except ValueError as problem:
            form.amount.errors = [f"{problem}. Write it like {Money(1250, currency)}, without the sign."]
            raise Invalid("Please look at the amount.") from problem
    if kind is Remedy.REFUND:
        return amount_of(mine, now, kind)
    form.amount.errors = ["Say how much."]
    raise Invalid("Please look at the amount.")


def _asking(mine: Ticket, now: Decision) -> str:
    edition = edition_of(now, mine)
    facts = [edition.facts[name] for name in now.missing if name in edition.facts]
    lines = [f"- {fact.question or step_for(fact)}" for fact in facts]
    return "\n".join(
        ["To decide about your request, we still need:", *lines, "", "You can add it on your ticket's page."]
    )


def _decided(mine: Ticket) -> Decision:
    now: Decision = db.session.scalar(latest_decision(mine.id)) or abort(404)
    return now
