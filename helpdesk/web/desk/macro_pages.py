"""The macros' own pages: who may, writes, tries, changes and retires them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts import May
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, Problem, WrongState
from helpdesk.core.language import capped
from helpdesk.stores import Store
from helpdesk.tickets import (
    PLACEHOLDERS,
    Macro,
    by_reference,
    filled,
    givable,
    macros_visible_to,
    may_change,
    tags_to_give,
)
from helpdesk.web.desk.door import bp, my_stores
from helpdesk.web.desk.filling import values_for
from helpdesk.web.desk.loading import me
from helpdesk.web.desk.macro_forms import EVERY_STORE, MacroForm
from helpdesk.web.desk.macros import in_words, words_of
from helpdesk.web.forms import tidy
from helpdesk.web.meanwhile import differing, who_kept


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
    if not _is_to_keep(form):
        return _page(form, None, 422 if form.errors else 200)
    try:
        macro = Macro.write(
            by=me(),
            store=_store(form.store.data),
            is_shared=form.whose.data == "shared",
            name=tidy(form.name.data),
            body=tidy(form.body.data),
            changes=_changes(form, _store(form.store.data)),
        )
    except Problem as problem:
        return _refused(form, None, problem)
    return _done(macro, "is there. It is offered on every ticket where it fits.")


@bp.route("/macros/<int:macro_id>", methods=["GET", "POST"])
def macro(macro_id: int) -> Any:
    """Change one, or see how it reads on a ticket; what somebody else kept meanwhile is not lost."""
    mine = the_macro(macro_id, to_change=request.method == "POST")
    form = _form(MacroForm.of(mine), mine)
    if not _is_to_keep(form):
        return _page(form, mine, 422 if form.errors else 200)
    try:
        changes, seen = _changes(form, mine.store), request.form.get("seen", "")
        mine.edit(by=me(), name=tidy(form.name.data), body=tidy(form.body.data), changes=changes, seen=seen)
    except WrongState as problem:
        return _moved_on(form, macro_id, problem)
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


def the_macro(macro_id: int, *, to_change: bool = False) -> Macro:
    """One that this person can see; another does not exist."""
    mine = macros_visible_to(me()).where(Macro.id == min(macro_id, 2**31 - 1))
    found: Macro = db.first_or_404(mine.with_for_update(of=Macro) if to_change else mine)
    return found


def _is_to_keep(form: MacroForm) -> bool:
    """Whether it is sent, in order, and not only to see how it reads."""
    return bool(form.validate_on_submit()) and "show" not in request.form


def _changes(form: MacroForm, store: Store | None) -> dict[str, Any]:
    """What the form asks for. Raises Invalid where a tag is retired in the store it is for."""
    changes = form.changes
    given = changes.get("add_tags", [])
    kept = givable(store.id, given) if store else given
    if gone := [name for name in given if name not in kept]:
        raise Invalid(f"“{gone[0]}” is retired: choose another tag, or ask a supervisor to bring it back.")
    return changes


def _moved_on(form: MacroForm, macro_id: int, problem: WrongState) -> Any:
    """What is typed, still there to be kept, and above it what somebody else kept meanwhile."""
    db.session.rollback()
    mine = the_macro(macro_id)
    form.seen.data = mine.digest  # whoever keeps it again has seen theirs
    typed = "\n".join([tidy(form.name.data), tidy(form.body.data)])
    other = {
        "title": problem.message,
        "who": who_kept(mine.changed_by, me()),
        "at": mine.changed_at,
        "does": f"Theirs: {', '.join(in_words(mine)) or 'changes nothing beside the answer'}.",
        "differing": differing(typed, "\n".join([mine.name, mine.body])),
    }
    return _page(form, mine, problem.status, other=other)


def _page(form: MacroForm, mine: Macro | None, status: int, *, other: dict[str, Any] | None = None) -> Any:
    can_change = mine is None or may_change(me(), mine.store_id, mine.owner_id)
    shown = render_template(
        "pages/desk/macro.html",
        form=form,
        macro=mine,
        can_change=can_change,
        other=other,
        placeholders=PLACEHOLDERS,
        tags=tags_to_give(mine.store_id) if mine and mine.store_id else (),
        preview=_preview(form),
    )
    return shown, status


def _preview(form: MacroForm) -> dict[str, Any] | None:
    """How what is typed reads, and what it does, on the ticket whose reference is given."""
    reference = request.values.get("on", "").replace("\x00", "").strip()[:40]
    if not reference:
        return None
    ticket = db.session.scalar(by_reference(me(), reference))
    if ticket is None:
        return {"on": reference, "text": "", "wrong": ["There is no such ticket, or it is not yours to see."]}
    body = form.body.data or ""
    text, wrong = filled(body, values_for(ticket, me(), body))
    does, left_out = _deeds(form, ticket.store)
    return {"on": ticket.reference, "text": text, "does": does, "wrong": [*wrong, *left_out]}


def _deeds(form: MacroForm, store: Store) -> tuple[list[str], list[str]]:
    """What it does there, and what not."""
    try:
        changes = {} if form.errors else form.changes
    except Invalid as problem:
        return [], [capped(problem.message)]
    given = changes.get("add_tags", [])
    gone = [name for name in given if name not in givable(store.id, given)]
    return words_of(changes), [f"“{name}” is retired at {store.name}: it is left out." for name in gone]


def _form(form: MacroForm, mine: Macro | None) -> MacroForm:
    person = me()
    everywhere = [(EVERY_STORE, "Every store")] if person.may(May.SEE_ALL_STORES) or mine is None else []
    form.offer_stores([(store.slug, store.name) for store in my_stores()], everywhere)
    form.offer_owners(can_share=person.may(May.WRITE_SHARED_MACROS))
    if mine is not None:  # for whom it is stays
        del form.store, form.whose
    return form


def _refused(form: MacroForm, mine: Macro | None, problem: Problem) -> Any:
    db.session.rollback()
    form.form_errors.append(capped(problem.message))
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
