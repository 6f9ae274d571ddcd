"""Moving work: tickets of somebody, of nobody or of everybody, some or all at once, and back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Select
from werkzeug.wrappers import Response

from helpdesk.accounts import May, User, team_of
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.escalation import Move, assign_now, latest_move, move_work, spread_work
from helpdesk.tickets import Filters, Show, Ticket, counted, narrowed, queue_page, visible_to
from helpdesk.web.desk.door import my_stores
from helpdesk.web.desk.queue import IS_ESCALATED, shown_row
from helpdesk.web.guards import needs
from helpdesk.web.supervisor.door import Member, bp, me, the_team
from helpdesk.web.supervisor.forms import NOBODY, SPREAD, MoveForm

MOST_CHOSEN = 200


@bp.get("/team/work")
@needs(May.MOVE_WORK)
def work() -> str:
    """Unfinished tickets, to be chosen and moved."""
    return _page(MoveForm(the_team(), formdata=None))


@bp.post("/team/work")
@needs(May.MOVE_WORK)
def move() -> str | Response | tuple[str, int]:
    """Give the chosen ones, or all of this view, to somebody."""
    team, filters = the_team(), _filters()
    form = MoveForm(team)
    try:
        if form.validate():
            moved = _moved(_chosen(filters), form.to.data, filters)
            db.session.commit()
            flash(*_said(moved))
            return redirect(_address(filters))
    except Problem as problem:
        db.session.rollback()
        form.form_errors.append(problem.message)
    return _page(form), 422


@bp.post("/team/work/hand-out")
@needs(May.MOVE_WORK)
def hand_out() -> Response:
    """What nobody has goes to the agents who are here."""
    count = assign_now(by=me())
    db.session.commit()
    said = f"{_count(count)} went to agents who are here." if count else "Nothing went: nobody with room is here."
    flash(said, "good" if count else "info")
    return redirect(url_for(".work", whose=NOBODY))


@bp.post("/team/moves/<int:move_id>/undo")
@needs(May.MOVE_WORK)
def undo(move_id: int) -> Response:
    """As it was before."""
    mine: Move = db.first_or_404(db.select(Move).where(Move.id == move_id, Move.by_id == me().id).with_for_update())
    returned = mine.undo(by=me())
    db.session.commit()
    kept = len(mine.tickets) - returned
    others = f" {_count(kept)} went on to somebody else meanwhile and stayed there." if kept else ""
    flash(f"{_count(returned)} went back to where they were.{others}", "info")
    return redirect(_address(_filters()))


def _moved(tickets: Select[Ticket], to: str, filters: Filters) -> Move:
    if to == SPREAD:
        besides = db.session.get(User, int(filters.assignee)) if filters.assignee.isdigit() else None
        return spread_work(tickets, besides=besides, by=me())
    person = None if to == NOBODY else db.first_or_404(team_of(me()).where(User.id == int(to)))
    return move_work(tickets, to=person, by=me())


def _chosen(filters: Filters) -> Select[Ticket]:
    if "all_matching" in request.form:
        return narrowed(visible_to(me()), me(), filters)
    ids = [int(number) for number in request.form.getlist("ticket") if number.isdigit() and len(number) < 10]
    return visible_to(me()).where(Ticket.id.in_(ids[:MOST_CHOSEN]))


def _filters() -> Filters:
    """What the address asks for; what makes no sense is left out."""
    whose, store = request.args.get("whose", ""), request.args.get("store", "")
    mine = {each.slug: each.id for each in my_stores()}
    is_known = whose == NOBODY or (whose.isdigit() and len(whose) < 10)
    return Filters(show=Show.UNFINISHED, store_id=mine.get(store), assignee=whose if is_known else "")


def _address(filters: Filters) -> str:
    slugs = {store.id: store.slug for store in my_stores()}
    return url_for(".work", whose=filters.assignee or None, store=slugs.get(filters.store_id or 0))


def _page(form: MoveForm) -> str:
    filters, team = _filters(), the_team()
    page = queue_page(current_user, filters, request.args.get("at"), beside=[IS_ESCALATED])
    base = _address(filters)
    joint = "&" if "?" in base else "?"
    with_store = len(my_stores()) > 1
    return render_template(
        "pages/supervisor/work.html",
        rows=[shown_row(row, url_for("desk.queue"), with_store) for row in page.rows],
        count=counted(current_user, filters),
        filters=filters,
        team=team,
        whose_words=_whose(filters, team),
        stores=my_stores(),
        form=form,
        here=base,
        undoable=latest_move(me()),
        before_url=f"{base}{joint}at={page.before}" if page.before else None,
        after_url=f"{base}{joint}at={page.after}" if page.after else None,
    )


def _whose(filters: Filters, team: list[Member]) -> str:
    names = {str(member.user.id): f"{member.user.name}'s" for member in team}
    return {"": "Everybody's", NOBODY: "Nobody's"}.get(filters.assignee) or names.get(filters.assignee, "Nobody's")


def _said(moved: Move) -> tuple[Any, str]:
    if not moved.tickets:
        return "Nothing was moved: those tickets are there already, or nobody here works for their store.", "warn"
    left = f" {_count(moved.left_count)} stayed where they were." if moved.left_count else ""
    return f"{_count(len(moved.tickets))} went to {moved.to_words}.{left}", "good"


def _count(number: int) -> str:
    return f"{number} ticket{'s' if number != 1 else ''}"
