"""The macros' own pages: who may, writes, tries, changes and retires them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts import May
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.stores import Store
from helpdesk.tickets import PLACEHOLDERS, Macro, by_reference, filled, macros_visible_to, may_change
from helpdesk.web.desk.door import bp, my_stores
from helpdesk.web.desk.filling import values_for
from helpdesk.web.desk.loading import me
from helpdesk.web.desk.macro_forms import EVERY_STORE, MacroForm
from helpdesk.web.desk.macros import in_words
from helpdesk.web.forms import tidy


@bp.get("/macros")
def macros() -> str:
    """All that this person can use; retired ones at the end."""
    found = db.session.scalars(macros_visible_to(me())).all()
    shown = [_shown(macro) for macro in sorted(found, key=lambda macro: macro.retired_at is not None)]
    return render_template("pages/desk/macros.html", macros=shown)


@bp.route("/macros/new", methods=["GET", "POST"])
def new_macro() -> Any:
    """Write one."""
    form = _form(MacroForm(), None)
    if not form.validate_on_submit():
        return _page(form, None, 422 if form.errors else 200)
    try:
        macro = Macro.write(
            by=me(),
            store=_store(form.store.data),
            is_shared=form.whose.data == "shared",
            name=tidy(form.name.data),
            body=tidy(form.body.data),
            changes=form.changes,
        )
    except Problem as problem:
        return _refused(form, None, problem)
    return _done(macro, "is there. It is offered on every ticket where it fits.")


@bp.route("/macros/<int:macro_id>", methods=["GET", "POST"])
def macro(macro_id: int) -> Any:
    """Change one, or see how it reads on a ticket."""
    mine = the_macro(macro_id)
    form = _form(MacroForm(**_as_given(mine)), mine)
    if not form.validate_on_submit():
        return _page(form, mine, 422 if form.errors else 200)
    try:
        mine.edit(by=me(), name=tidy(form.name.data), body=tidy(form.body.data), changes=form.changes)
    except Problem as problem:
        return _refused(form, mine, problem)
    return _done(mine, "is changed.")


@bp.post("/macros/<int:macro_id>/retirement")
def retire_macro(macro_id: int) -> Response:
    """Offer it no more, or again."""
    mine = the_macro(macro_id)
    if request.form.get("back") == "1":
        mine.bring_back(by=me())
        return _done(mine, "is offered again.")
    mine.retire(by=me())
    return _done(mine, "is retired. You can bring it back.")


def the_macro(macro_id: int) -> Macro:
    """One that this person can see; another does not exist."""
    found: Macro = db.first_or_404(macros_visible_to(me()).where(Macro.id == min(macro_id, 2**31 - 1)))
    return found


def _page(form: MacroForm, mine: Macro | None, status: int) -> Any:
    can_change = mine is None or may_change(me(), mine.store_id, mine.owner_id)
    shown = render_template(
        "pages/desk/macro.html",
        form=form,
        macro=mine,
        can_change=can_change,
        placeholders=PLACEHOLDERS,
        preview=_preview(form.body.data or ""),
    )
    return shown, status


def _preview(body: str) -> dict[str, Any] | None:
    """How it reads on the ticket whose reference the address names."""
    reference = request.args.get("on", "").replace("\x00", "").strip()[:40]
    if not reference:
        return None
    ticket = db.session.scalar(by_reference(me(), reference))
    if ticket is None:
        return {"on": reference, "text": "", "wrong": ["There is no such ticket, or it is not yours to see."]}
    text, wrong = filled(body, values_for(ticket, me(), body))
    return {"on": ticket.reference, "text": text, "wrong": wrong}


def _form(form: MacroForm, mine: Macro | None) -> MacroForm:
    person = me()
    everywhere = [(EVERY_STORE, "Every store")] if person.may(May.SEE_ALL_STORES) or mine is None else []
    form.offer_stores([(store.slug, store.name) for store in my_stores()], everywhere)
    form.offer_owners(can_share=person.may(May.WRITE_SHARED_MACROS))
    if mine is not None:  # for whom it is stays
        del form.store, form.whose
    return form


def _as_given(mine: Macro) -> dict[str, str]:
    return {"name": mine.name, "body": mine.body, **mine.changes}


def _refused(form: MacroForm, mine: Macro | None, problem: Problem) -> Any:
    db.session.rollback()
    form.body.errors = [*form.body.errors, problem.message]
    return _page(form, mine and the_macro(mine.id), 422)


def _done(mine: Macro, words: str) -> Response:
    db.session.commit()
    flash(f"“{mine.name}” {words}", "good")
    return redirect(url_for(".macros"))


def _store(slug: str | None) -> Store | None:
    return next((store for store in my_stores() if store.slug == slug), None)


def _shown(mine: Macro) -> dict[str, Any]:
    return {
        "macro": mine,
        "store": mine.store.name if mine.store else "Every store",
        "whose": "Yours" if mine.owner_id else "Shared",
        "changes": in_words(mine),
        "can_change": may_change(me(), mine.store_id, mine.owner_id),
    }
