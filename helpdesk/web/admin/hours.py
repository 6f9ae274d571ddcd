"""Hours and promises of a store: prepare other hours, see what they would move, let them count."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from pydantic import ValidationError
from sqlalchemy import select
from werkzeug.wrappers import Response

from helpdesk import sla
from helpdesk.accounts import May
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.core.figures import span
from helpdesk.stores import (
    Hours,
    HoursEdition,
    Special,
    Store,
    change_hours,
    differences,
    draft_hours,
    draft_of,
    drop_draft,
    hours_of,
    mistakes,
    proposed_calendar,
    special_days_from,
)
from helpdesk.tickets import CATEGORY_OF, IssueType, Priority
from helpdesk.web.admin.door import bp, the_store
from helpdesk.web.admin.forms import AskForm, DayForm, HoursForm, ImportForm
from helpdesk.web.clock_cards import name_of
from helpdesk.web.desk.door import my_stores
from helpdesk.web.forms import Once
from helpdesk.web.guards import needs

EDITIONS_SHOWN = 10


@bp.get("/hours")
@needs(May.CHANGE_HOURS)
def hours() -> Any:
    """The first of this person's stores."""
    stores = my_stores()
    return redirect(url_for(".store_hours", slug=stores[0].slug)) if stores else abort(404)


@bp.get("/hours/<slug>")
@needs(May.CHANGE_HOURS)
def store_hours(slug: str) -> str:
    """What counts, what is being prepared, and what that would move."""
    return _page(the_store(slug), {})


@bp.post("/hours/<slug>/week")
@needs(May.CHANGE_HOURS)
def change_week(slug: str) -> Any:
    """Prepare another week, time zone, or other public holidays."""
    store, form = the_store(slug, to_change=True), HoursForm()
    return _prepared(store, "week", form, lambda: form.hours(_prepared_or_current(store)))


@bp.post("/hours/<slug>/days")
@needs(May.CHANGE_HOURS)
def add_day(slug: str) -> Any:
    """Prepare a day with hours of its own."""
    store, form = the_store(slug, to_change=True), DayForm()
    return _prepared(store, "day", form, lambda: _with_days(store, [day] if (day := form.special()) else None))


@bp.post("/hours/<slug>/days/removal")
@needs(May.CHANGE_HOURS)
def remove_day(slug: str) -> Any:
    """Prepare that a day is like any other."""
    store, gone = the_store(slug, to_change=True), request.form.get("on", "")
    return _prepared(store, "day", Once(), lambda: _without_day(_prepared_or_current(store), gone))


@bp.post("/hours/<slug>/import")
@needs(May.CHANGE_HOURS)
def import_days(slug: str) -> Any:
    """Prepare the closing days of a calendar file."""
    store, form = the_store(slug, to_change=True), ImportForm()

    def read() -> Hours | None:
        days = special_days_from(form.file.data.read(), store, clock.now().date())
        flash(f"{len(days)} days were read from the file.", "info")
        return _with_days(store, days)

    return _prepared(store, "file", form, read)


@bp.post("/hours/<slug>/draft/removal")
@needs(May.CHANGE_HOURS)
def drop(slug: str) -> Response:
    """Leave everything as it is."""
    drop_draft(the_store(slug, to_change=True))
    db.session.commit()
    return redirect(url_for(".store_hours", slug=slug))


@bp.post("/hours/<slug>/edition")
@needs(May.CHANGE_HOURS)
def apply(slug: str) -> Response:
    """Let what was prepared count; the clocks that run follow in the background."""
    store = the_store(slug, to_change=True)
    if draft := draft_of(store):  # a second press finds none
        wanted = Hours.model_validate(draft.hours)
        change_hours(store, wanted, made_by=current_user.name, why="; ".join(differences(hours_of(store), wanted)))
        drop_draft(store)
        db.session.commit()
        flash("The new hours count from now on. Clocks that run are moved in the background.", "good")
    return redirect(url_for(".store_hours", slug=slug))


def _prepared(store: Store, name: str, form: Once, make: Callable[[], Hours | None]) -> Any:
    """Keep what `make` makes of the form as the draft; what is wrong stands at its field."""
    slug = store.slug
    if form.validate():
        try:
            if wanted := make():
                _keep_draft(store, wanted)
                db.session.commit()
                return redirect(url_for(".store_hours", slug=slug, _anchor="draft"))
        except Invalid as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
    return _page(the_store(slug), {name: form}), 422


def _keep_draft(store: Store, wanted: Hours) -> None:
    if differences(hours_of(store), wanted):
        draft_hours(store, wanted, made_by=current_user.name)
    else:
        drop_draft(store)


def _prepared_or_current(store: Store) -> Hours:
    draft = draft_of(store)
    return Hours.model_validate(draft.hours) if draft else hours_of(store)


def _with_days(store: Store, days: list[Special] | None) -> Hours | None:
    if days is None:
        return None
    before = _prepared_or_current(store)
    every = {day.on: day for day in before.special} | {day.on: day for day in days}
    return _checked(before, [every[on] for on in sorted(every)])


def _without_day(before: Hours, gone: str) -> Hours:
    return _checked(before, [day for day in before.special if day.on.isoformat() != gone])


def _checked(before: Hours, special: list[Special]) -> Hours:
    try:
        return Hours.model_validate({**before.model_dump(), "special": [day.model_dump() for day in special]})
    except ValidationError as problem:
        raise Invalid("; ".join(mistakes(problem))) from problem


def _page(store: Store, forms: dict[str, Any]) -> str:
    g.timezone = store.timezone
    current, draft = hours_of(store), draft_of(store)
    ask_form, asked = _asked()
    wanted = Hours.model_validate(draft.hours) if draft else current
    return render_template(
        "pages/admin/hours.html",
        store=store,
        stores=my_stores(),
        current=current,
        draft=draft,
        wanted=wanted,
        changes=differences(current, wanted),
        effect=_effect(store, wanted) if draft else None,
        progress=_progress(store),
        editions=_latest_editions(store),
        today=clock.now().date(),
        holidays=[day for day in store.special_days if day.is_public_holiday and day.on >= clock.now().date()],
        week_form=forms.get("week") or HoursForm.showing(wanted),
        day_form=forms.get("day") or DayForm(formdata=None),
        import_form=forms.get("file") or ImportForm(formdata=None),
        ask_form=ask_form,
        choices=_choices(store, asked),
    )


def _effect(store: Store, wanted: Hours) -> dict[str, Any]:
    preview = sla.preview(store, proposed_calendar(store, wanted))
    rows = [
        {"ticket": each.clock.ticket, "name": name_of(each.clock), "old": each.old, "new": each.new, "by": _by(each)}
        for each in preview.largest
    ]
    return {"preview": preview, "rows": rows}


def _by(shift: sla.Shift) -> str:
    return f"{span(abs(shift.new - shift.old))} {'later' if shift.seconds > 0 else 'earlier'}"


def _progress(store: Store) -> dict[str, Any] | None:
    edition = db.session.get(HoursEdition, (store.id, store.calendar_version))
    if edition is None or edition.moved_at:
        return None
    left = sla.clocks_to_move(store)
    whole = max(edition.clocks, left)
    return {"edition": edition, "whole": whole, "done": whole - left} if left else None


def _latest_editions(store: Store) -> list[HoursEdition]:
    query = select(HoursEdition).where(HoursEdition.store_id == store.id).order_by(HoursEdition.version.desc())
    return list(db.session.scalars(query.limit(EDITIONS_SHOWN)))


def _asked() -> tuple[AskForm, sla.Asked]:
    """The ticket whose promises are asked for; a common one if the address names none that can be."""
    form = AskForm(request.args)
    if form.issue.data not in {*IssueType}:
        form.issue.data = IssueType.NOT_ARRIVED.value
    if form.priority.data not in {*Priority}:
        form.priority.data = Priority.NORMAL.value
    return form, sla.Asked(CATEGORY_OF[IssueType(form.issue.data)], form.issue.data, form.priority.data)


def _choices(store: Store, asked: sla.Asked) -> list[tuple[str, str, str]]:
    found = sla.all_choices(store.promises, asked)
    return [(sla.NAMES[target], choice.term.in_words, choice.because) for target, choice in found.items()]
