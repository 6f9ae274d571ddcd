"""Saved views: keep what is filtered under a name, and arrange what was kept."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from helpdesk.accounts import May, User, stores_of
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, Problem
from helpdesk.stores import Store
from helpdesk.tickets import View, views_for
from helpdesk.web.desk.asked import address_of, filters_in, my_views, query_of
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.queue import queue_html
from helpdesk.web.forms import tidy


@bp.get("/views")
def views() -> str:
    """Every view this person has, to rename, move and remove."""
    return _page()


@bp.post("/views")
def save_view() -> Any:
    """Keep the filters of the queue under a name, for oneself or for a store."""
    filters, name = filters_in(tidy(request.form.get("query"))[:4000]), tidy(request.form.get("name"))
    try:
        view = View.save(name, query_of(filters), by=_me(), store=_store(request.form.get("store", "")))
    except Problem as problem:
        db.session.rollback()
        return queue_html(filters, save_error=problem.message, save_name=name), problem.status
    db.session.commit()
    flash(f"“{view.name}” stands among your views now.", "good")
    return redirect(address_of(url_for(".queue"), filters))


@bp.post("/views/<int:view_id>/name")
def rename_view(view_id: int) -> Any:
    """Call it something else."""
    view, name = _the_view(view_id), tidy(request.form.get("name"))
    try:
        view.rename(name, by=_me())
    except Problem as problem:
        db.session.rollback()
        return _page(wrong={"id": view_id, "name": name, "message": problem.message}), problem.status
    db.session.commit()
    return redirect(url_for(".views"))


@bp.post("/views/<int:view_id>/up")
def move_view_up(view_id: int) -> Response:
    """One place up."""
    _the_view(view_id).move_up(by=_me())
    db.session.commit()
    return redirect(url_for(".views"))


@bp.post("/views/<int:view_id>/removal")
def remove_view(view_id: int) -> Response:
    """Forget it; the page asked before."""
    view = _the_view(view_id)
    name = view.name
    view.remove(by=_me())
    db.session.commit()
    flash(f"The view “{name}” is gone. Its tickets are where they were.", "info")
    return redirect(url_for(".views"))


def _page(wrong: dict[str, Any] | None = None) -> str:
    may_share = current_user.may(May.SHARE_VIEWS)
    return render_template(
        "pages/desk/views.html",
        own=[view for view in my_views() if view.store_id is None],
        shared=[view for view in my_views() if view.store_id is not None],
        may_share=may_share,
        wrong=wrong or {},
        urls={view.id: address_of(url_for(".queue"), filters_in(view.query)) for view in my_views()},
    )


def _the_view(view_id: int) -> View:
    if view_id >= 2**31:
        abort(404)
    view: View = db.first_or_404(views_for(_me()).where(View.id == view_id))
    return view


def _store(slug: str) -> Store | None:
    if not slug:
        return None
    store: Store | None = db.session.scalar(stores_of(_me()).where(Store.slug == tidy(slug)))
    if store is None:
        raise Invalid("You do not work for that store.")
    return store


def _me() -> User:
    user: User = current_user._get_current_object()
    return user
