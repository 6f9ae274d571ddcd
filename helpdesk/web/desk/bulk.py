"""Changing many tickets at once: begin, look how it goes, stop, undo."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Select
from werkzeug.wrappers import Response

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.tickets import (
    MOST,
    BulkChange,
    BulkState,
    Filters,
    Outcome,
    Progress,
    Ticket,
    carry_out,
    change_many,
    left_alone,
    narrowed,
    progress_of,
    put_down,
    tickets_left,
    visible_to,
)
from helpdesk.web.desk.asked import address_of, filters_in, query_of
from helpdesk.web.desk.bulk_choices import in_words, read_choice
from helpdesk.web.desk.door import bp
from helpdesk.web.forms import tidy

#: So many are changed while one waits; more are left to a job.
AT_ONCE = 100
SHOWN = 100


@bp.post("/bulk")
def change_several() -> Response:
    """Do it to those chosen, or to all that match; few at once, many by a job."""
    key = tidy(request.form.get("form_key"))[:64] or None
    if key and (before := db.session.scalar(db.select(BulkChange).where(BulkChange.form_key == key))):
        return redirect(url_for(".bulk", change_id=before.id))  # a second press of the same form
    try:
        action, value = read_choice(request.form.get("do", ""))
        change = change_many(_chosen(), action, value, by=_me(), key=key)
    except Problem as problem:
        db.session.rollback()
        flash(problem.message, "bad")
        return redirect(_back())
    db.session.commit()
    return _work_off(change, _back())


@bp.get("/bulk/<int:change_id>")
def bulk(change_id: int) -> str:
    """How it goes, or how it went."""
    change = _mine(change_id)
    progress = progress_of(change)
    return render_template(
        "pages/desk/bulk.html",
        change=change,
        progress=progress,
        title=in_words(change.action, change.value),
        counts=_counts(progress),
        left_alone=left_alone(change, SHOWN + 1),
        shown=SHOWN,
        most=MOST,
    )


@bp.post("/bulk/<int:change_id>/stop")
def stop_bulk(change_id: int) -> Response:
    """The rest stays as it is."""
    _mine(change_id, to_change=True).stop()
    db.session.commit()
    return redirect(url_for(".bulk", change_id=change_id))


@bp.post("/bulk/<int:change_id>/undo")
def undo_bulk(change_id: int) -> Response:
    """Back to how it was, where nobody has changed it since."""
    change = _mine(change_id, to_change=True)
    change.undo()
    db.session.commit()
    return _work_off(change, _back())


def _work_off(change: BulkChange, back: str) -> Response:
    """A few at once; then the person goes back to where they were, else to the page that shows how it goes."""
    page = url_for(".bulk", change_id=change.id)
    if change.total > AT_ONCE:
        return redirect(page)
    change_id = change.id
    for ticket_id in tickets_left(change_id, AT_ONCE):
        carry_out(change_id, ticket_id)
        db.session.commit()
    put_down(change_id)
    db.session.commit()
    progress = progress_of(change)
    if progress.of(Outcome.REFUSED, Outcome.BROKEN, Outcome.KEPT):
        return redirect(page)
    flash(*_said(change, progress, page))
    return redirect(back)


def _said(change: BulkChange, progress: Progress, page: str) -> tuple[Any, str]:
    if change.state is BulkState.UNDONE:
        return f"{_tickets(progress.of(Outcome.UNDONE))} put back as before.", "info"
    changed, same = progress.of(Outcome.CHANGED), progress.of(Outcome.SAME)
    words = f"{in_words(change.action, change.value)}: {_tickets(changed)}."
    words += f" {_tickets(same)} {'was' if same == 1 else 'were'} so already." if same else ""
    undo = (
        {"url": f"{page}/undo", "words": "Undo", "query": query_of(_filters())}
        if change.can_be_undone and changed
        else None
    )
    return {"words": words, "undo": undo}, "good"


def _chosen() -> Select[Ticket]:
    if "all_matching" in request.form:
        return narrowed(visible_to(_me()), _me(), _filters())
    given = [number for number in request.form.getlist("ticket") if number.isascii() and number.isdigit()]
    ids = [int(number) for number in given if len(number) < 10][:AT_ONCE]
    return visible_to(_me()).where(Ticket.id.in_(ids))


def _filters() -> Filters:
    return filters_in(tidy(request.form.get("query"))[:4000])


def _back() -> str:
    """The list in which the form stood."""
    return address_of(url_for(".queue"), _filters())


def _mine(change_id: int, *, to_change: bool = False) -> BulkChange:
    if change_id >= 2**31:
        abort(404)
    query = db.select(BulkChange).where(BulkChange.id == change_id, BulkChange.by_id == current_user.id)
    found: BulkChange = db.first_or_404(query.with_for_update() if to_change else query)
    return found


COUNT_WORDS = {
    Outcome.CHANGED: "changed",
    Outcome.SAME: "were so already",
    Outcome.REFUSED: "refused",
    Outcome.BROKEN: "failed, our mistake",
    Outcome.UNDONE: "put back as before",
    Outcome.KEPT: "could not be put back",
    None: "not looked at yet",
}


def _counts(progress: Progress) -> list[tuple[str, int]]:
    return [(words, progress.counts[outcome]) for outcome, words in COUNT_WORDS.items() if outcome in progress.counts]


def _tickets(number: int) -> str:
    return f"{number:,} ticket{'s' if number != 1 else ''}"


def _me() -> User:
    user: User = current_user._get_current_object()
    return user
