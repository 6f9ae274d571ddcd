"""Exceptions: those that wait for a supervisor, and the register that tells which clause to rewrite."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from wtforms import TextAreaField
from wtforms.validators import Length

from helpdesk.accounts import May, store_ids_of
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.core.money import Money
from helpdesk.core.pages import page_of
from helpdesk.policies import REMEDY_NAMES
from helpdesk.returns import (
    Decision,
    ExceptionState,
    PolicyException,
    carry_out,
    edition_of,
    exceptions_for,
)
from helpdesk.stores import Store
from helpdesk.web.desk.door import bp
from helpdesk.web.forms import Once, tidy

SHOWN = 25
#: What each button leads to.
DONE = {"grant": ExceptionState.GRANTED, "refuse": ExceptionState.REFUSED}


class JudgeForm(Once):
    """A supervisor's word on an exception."""

    note = TextAreaField("Note", [Length(max=2000, message="At most 2,000 characters.")])


@bp.get("/exceptions")
def exceptions() -> str:
    """What waits for somebody with a higher limit; for agents, how their own stand."""
    return _page(JudgeForm(formdata=None), None)


@bp.post("/exceptions/<int:exception_id>/<verdict>")
def judge(exception_id: int, verdict: str) -> Any:
    """Allow it, which does it at once; or refuse it, with the reason for the agent."""
    if not current_user.may(May.DECIDE_EXCEPTIONS):
        abort(403)
    query = exceptions_for(current_user).where(PolicyException.id == exception_id)
    mine: PolicyException = db.first_or_404(query.with_for_update(of=PolicyException))
    if mine.state == DONE.get(verdict):
        return redirect(url_for(".exceptions"))  # a second press of the same button
    form = JudgeForm()
    if not form.validate() or verdict not in DONE:
        return _page(form, exception_id), 422
    try:
        _judge(mine, verdict, tidy(form.note.data))
    except Problem as problem:
        db.session.rollback()
        form.note.errors = [problem.message]
        return _page(form, exception_id), problem.status
    db.session.commit()
    flash("Allowed, and done." if verdict == "grant" else "Refused. The agent is told why.", "good")
    return redirect(url_for(".exceptions"))


def _judge(mine: PolicyException, verdict: str, note: str) -> None:
    if verdict == "refuse":
        mine.refuse(by=current_user, note=note)
        return
    decision = db.session.get_one(Decision, mine.decision_id)
    mine.grant(by=current_user, note=note, edition=edition_of(decision, mine.ticket))
    carry_out(mine, decision, by=current_user)


def _page(form: JudgeForm, at: int | None) -> str:
    if at is not None:
        form.note.id = f"note-{at}"  # the summary of errors leads to this exception's field
    view = "decided" if request.args.get("view") == "decided" else "waiting"
    waiting = PolicyException.state == ExceptionState.WAITING
    query = exceptions_for(current_user).where(waiting if view == "waiting" else ~waiting)
    people = joinedload(PolicyException.proposed_by), joinedload(PolicyException.decided_by)
    page = page_of(
        query.options(joinedload(PolicyException.ticket), *people).add_columns(PolicyException.id),
        [PolicyException.id],
        down=view == "decided",
        cursor=request.args.get("at"),
        size=SHOWN,
    )
    stores = {store.id: store for store in db.session.scalars(select(Store))}
    shown = [row[0] for row in page.rows]
    return render_template(
        "pages/desk/exceptions.html",
        view=view, page=page, shown=shown, stores=stores, form=form, at=at,
        cursor=request.args.get("at"), is_stray=at is not None and not any(o.id == at and o.is_waiting for o in shown),
        register=_register(), names=REMEDY_NAMES, may_decide=current_user.may(May.DECIDE_EXCEPTIONS),
    )  # fmt: skip


def _register() -> list[dict[str, Any]]:
    """How often and for how much each clause was set aside: the clauses to rewrite come first."""
    columns = (
        PolicyException.store_id, PolicyException.clause, PolicyException.currency, func.count().label("times"),
        func.sum(PolicyException.amount_cents).label("cents"),
    )  # fmt: skip
    granted = select(*columns).where(
        PolicyException.store_id.in_(store_ids_of(current_user)), PolicyException.state == ExceptionState.GRANTED
    )
    grouped = granted.group_by(PolicyException.store_id, PolicyException.clause, PolicyException.currency)
    rows = db.session.execute(grouped.order_by(func.count().desc()).limit(50))
    return [
        {
            "store_id": row.store_id,
            "clause": row.clause,
            "times": row.times,
            "amount": Money(int(row.cents), row.currency),
        }
        for row in rows
    ]
