"""Being away: everybody's own absences, whether they are on duty, and what becomes of their open tickets."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from sqlalchemy import select
from werkzeug.wrappers import Response

from helpdesk.accounts import (
    Absence,
    User,
    WeeklyShift,
    absences_from,
    presence_of,
    put_on_duty,
    take_off_duty,
    words_from_week,
)
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.escalation import latest_move, move_work, spread_work
from helpdesk.tickets import Filters, Show, Ticket, counted, visible_to
from helpdesk.web.account.absence_form import AbsenceForm, plan_from, zone_of
from helpdesk.web.account.pages import bp

MINE = Filters(show=Show.UNFINISHED, assignee="me")


@bp.get("/absence")
@login_required  # type: ignore[untyped-decorator]
def absence() -> str:
    """When I am away, and whether I am here."""
    return _page(AbsenceForm(formdata=None))


@bp.post("/absence")
@login_required  # type: ignore[untyped-decorator]
def plan_absence() -> str | Response | tuple[str, int]:
    """I will be away."""
    form = AbsenceForm()
    try:
        if form.validate():
            plan_from(form, _me(), by=_me())
            db.session.commit()
            flash("Your absence is planned. Nothing is handed to you while you are away.", "good")
            return redirect(url_for(".absence"))
    except Problem as problem:
        db.session.rollback()
        form.form_errors.append(problem.message)
    return _page(form), 422


@bp.post("/absence/<int:absence_id>/end")
@login_required  # type: ignore[untyped-decorator]
def call_off(absence_id: int) -> Response:
    """I am there after all."""
    mine = select(Absence).where(Absence.id == absence_id, Absence.user_id == _me().id)
    db.first_or_404(mine).call_off(by=_me())
    db.session.commit()
    return redirect(url_for(".absence"))


@bp.post("/absence/off-duty")
@login_required  # type: ignore[untyped-decorator]
def off_duty() -> Response:
    """Away from now on."""
    if presence_of([_me()], clock.now())[_me().id].why != "absent":  # a second press changes nothing
        take_off_duty(_me(), by=_me())
        db.session.commit()
    flash("You are off duty. Open tickets can be passed on below.", "info")
    return redirect(url_for(".absence"))


@bp.post("/absence/on-duty")
@login_required  # type: ignore[untyped-decorator]
def on_duty() -> Response:
    """Here again."""
    put_on_duty(_me(), by=_me())
    db.session.commit()
    flash("Welcome back.", "good")
    return redirect(url_for(".absence"))


@bp.post("/absence/work")
@login_required  # type: ignore[untyped-decorator]
def pass_on() -> Response:
    """My open tickets go to the agents who are here, or back into the queue."""
    mine = visible_to(_me()).where(Ticket.assignee_id == _me().id)
    if request.form.get("to") == "spread":
        move = spread_work(mine, besides=_me(), by=_me())
    else:
        move = move_work(mine, to=None, by=_me())
    db.session.commit()
    left = f" {move.left_count} stayed with you: nobody is here to take them." if move.left_count else ""
    flash(f"{len(move.tickets)} went to {move.to_words}.{left}", "info")
    return redirect(url_for(".absence"))


@bp.post("/absence/work/undo")
@login_required  # type: ignore[untyped-decorator]
def take_back() -> Response:
    """They are mine again."""
    move = latest_move(_me())
    if move:
        flash(f"{move.undo(by=_me())} are with you again.", "info")
        db.session.commit()
    return redirect(url_for(".absence"))


def _page(form: AbsenceForm) -> str:
    g.timezone = zone_of(_me())
    shift = db.session.get(WeeklyShift, _me().id)
    return render_template(
        "pages/account/absence.html",
        form=form,
        presence=presence_of([_me()], clock.now())[_me().id],
        absences=list(db.session.scalars(absences_from(clock.now(), [_me().id]))),
        timezone=g.timezone,
        hours=words_from_week(shift.weekly) if shift else {},
        open_count=counted(_me(), MINE),
        undoable=latest_move(_me()),
    )


def _me() -> User:
    user: User = current_user._get_current_object()
    return user
