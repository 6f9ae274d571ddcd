"""The team: who is here, who has how much in hand, when they work and when they are away."""

from flask import flash, g, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from helpdesk.accounts import (
    Absence,
    May,
    User,
    WeeklyShift,
    absences_from,
    leads,
    put_on_duty,
    set_shift,
    take_off_duty,
    team_of,
    week_from_words,
    words_from_week,
)
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.stores import WEEK
from helpdesk.tickets import Filters, Show, counted
from helpdesk.web.account.absence_form import AbsenceForm, plan_from, zone_of, zones_of
from helpdesk.web.guards import needs
from helpdesk.web.supervisor.door import bp, me, the_team
from helpdesk.web.supervisor.forms import MoveForm, ShiftForm


@bp.get("/team")
@needs(May.PLAN_TEAM)
def team() -> str:
    """Everybody of my stores."""
    return render_template("pages/supervisor/team.html", team=the_team())


@bp.get("/team/<int:user_id>")
@needs(May.PLAN_TEAM)
def member(user_id: int) -> str:
    """One of them: absences, shift, and moving their work."""
    return _page(the_member(user_id))


@bp.post("/team/<int:user_id>/absences")
@needs(May.PLAN_TEAM)
def plan_absence(user_id: int) -> str | Response | tuple[str, int]:
    """Write down when they will be away."""
    person, form = the_member(user_id), AbsenceForm()
    try:
        if form.validate():
            absence = plan_from(form, person, by=me())
            db.session.commit()
            return (
                _offer_to_move(person, f"{person.name}'s absence is planned.") if absence.has_begun else _back(person)
            )
    except Problem as problem:
        db.session.rollback()
        form.form_errors.append(problem.message)
    return _page(the_member(user_id), absence_form=form), 422


@bp.post("/team/<int:user_id>/absences/<int:absence_id>/end")
@needs(May.PLAN_TEAM)
def call_off(user_id: int, absence_id: int) -> Response:
    """They are there after all."""
    person = the_member(user_id)
    mine = select(Absence).where(Absence.id == absence_id, Absence.user_id == person.id)
    db.first_or_404(mine).call_off(by=me())
    db.session.commit()
    return _back(person)


@bp.post("/team/<int:user_id>/off-duty")
@needs(May.PLAN_TEAM)
def off_duty(user_id: int) -> Response:
    """Away from now on; their open tickets can be moved at once."""
    person = the_member(user_id)
    take_off_duty(person, by=me())
    db.session.commit()
    return _offer_to_move(person, f"{person.name} is off duty.")


@bp.post("/team/<int:user_id>/on-duty")
@needs(May.PLAN_TEAM)
def on_duty(user_id: int) -> Response:
    """Here again."""
    person = the_member(user_id)
    put_on_duty(person, by=me())
    db.session.commit()
    flash(f"{person.name} is on duty again.", "good")
    return _back(person)


@bp.post("/team/<int:user_id>/shift")
@needs(May.PLAN_TEAM)
def shift(user_id: int) -> str | Response | tuple[str, int]:
    """Their hours of every week."""
    person = the_member(user_id)
    form = ShiftForm(zones_of(person))
    try:
        if form.validate():
            week = week_from_words({day: form[day].data or "" for day in WEEK})
            set_shift(person, form.timezone.data, week, by=me())
            db.session.commit()
            flash("The weekly shift is set.", "good")
            return _back(person)
    except Problem as problem:
        db.session.rollback()
        form.form_errors.append(problem.message)
    return _page(the_member(user_id), shift_form=form), 422


def the_member(user_id: int) -> User:
    """One of my team; others do not exist."""
    person: User = db.first_or_404(team_of(me()).where(User.id == user_id))
    return person


def work_of(person: User) -> Filters:
    """The unfinished tickets in somebody's hands."""
    return Filters(show=Show.UNFINISHED, assignee=str(person.id))


def _page(person: User, absence_form: AbsenceForm | None = None, shift_form: ShiftForm | None = None) -> str:
    team = the_team()
    g.timezone = zone_of(person)
    own = db.session.get(WeeklyShift, person.id)
    hours = words_from_week(own.weekly if own else {})
    return render_template(
        "pages/supervisor/member.html",
        member=next(each for each in team if each.user is person),
        absences=list(db.session.scalars(absences_from(clock.now(), [person.id]))),
        can_plan=person is me() or leads(me(), person),
        timezone=g.timezone,
        hours=hours,
        absence_form=absence_form or AbsenceForm(formdata=None),
        shift_form=shift_form or ShiftForm(zones_of(person), formdata=None, data={**hours, "timezone": g.timezone}),
        move_form=MoveForm(team, besides=person.id, formdata=None),
    )


def _offer_to_move(person: User, what_happened: str) -> Response:
    count = counted(me(), work_of(person))
    flash(f"{what_happened} {_tickets(count)}", "warn" if count else "good")
    return redirect(url_for(".member", user_id=person.id, _anchor="work" if count else None))


def _tickets(count: int) -> str:
    if not count:
        return "No open ticket waits for them."
    return f"{count} open ticket{'s' if count != 1 else ''} can be moved below."


def _back(person: User) -> Response:
    return redirect(url_for(".member", user_id=person.id))
