"""Work on a ticket beside its conversation: merge, split, snooze, link, tag, and the store's own fields."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, Problem
from helpdesk.returns import missing_facts
from helpdesk.tickets import (
    Action,
    Duplicate,
    Event,
    IssueType,
    Link,
    Merge,
    Snooze,
    Tag,
    Ticket,
    add_tag,
    by_reference,
    can_merge,
    duplicates_of,
    fields_of,
    is_proven,
    links_of,
    make_parent,
    merge,
    merge_of,
    merges_into,
    relate,
    remove_tag,
    snooze_of,
    split,
    tags_of,
    tags_to_give,
    unfinished_children,
    wake_times,
)
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.loading import the_ticket
from helpdesk.web.desk.ticket import whole_conversation
from helpdesk.web.desk.ticket_work_forms import (
    LinkForm,
    MergeForm,
    SnoozeForm,
    SplitForm,
    TagForm,
    fields_form,
    keep_fields,
    tag_word,
)
from helpdesk.web.filters import moment
from helpdesk.web.forms import Once, tidy

ALIKE = "a photo that looks alike"
Answer = Response | tuple[str, int]


@bp.get("/tickets/<reference>/work")
def ticket_work(reference: str) -> str:
    """All of it on one page."""
    return _page(the_ticket(reference), {})


@bp.get("/tickets/<reference>/work/summary")
def work_summary(reference: str) -> str:
    """Tags, fields, links and sleep of a ticket, to stand on its page."""
    mine = the_ticket(reference)
    g.timezone = mine.store.timezone
    fields = [(terms, value) for terms, value in fields_of(mine) if value]
    summary = {"tags": tags_of(mine.id), "fields": fields, "links": links_of(mine), "snooze": snooze_of(mine)}
    return render_template("pages/desk/ticket_summary.html", ticket=mine, missing=missing_facts(mine), **summary)


@bp.get("/tickets/<reference>/duplicates")
def duplicates(reference: str) -> str:
    """What may be about the same, to be loaded when somebody asks."""
    mine = the_ticket(reference)
    g.timezone = mine.store.timezone
    return render_template("pages/desk/ticket_duplicates.html", ticket=mine, duplicates=_duplicates(mine))


@bp.post("/tickets/<reference>/merge")
def merge_into(reference: str) -> Answer:
    """This one goes on as part of another."""
    mine, form = the_ticket(reference), MergeForm()  # merging locks both tickets itself, in their order

    def act() -> Response:
        main = _another(tidy(form.into.data))
        if can_merge(mine, main):  # else it is refused, however sure anybody is
            form.refuse_unless_sure(mine, main)
        merge(mine, into=main, by=_me())
        flash(f"{mine.reference} is part of this ticket now. You can undo it under “More work”.", "good")
        return redirect(url_for(".ticket", reference=main.reference))

    return _done(mine, "merge", form, act)


@bp.post("/tickets/<reference>/merges/<int:merge_id>/undo")
def undo_merge(reference: str, merge_id: int) -> Answer:
    """Take one out again."""
    mine = the_ticket(reference)
    query = db.select(Merge).where(Merge.id == merge_id, (Merge.main_id == mine.id) | (Merge.ticket_id == mine.id))
    found: Merge = db.first_or_404(query)

    def act() -> Response:
        found.undo(by=_me())
        return redirect(url_for(".ticket", reference=found.ticket.reference))

    return _done(mine, "merge", Once(), act)


@bp.post("/tickets/<reference>/snooze")
def snooze(reference: str) -> Answer:
    """Let it sleep."""
    mine = the_ticket(reference, to_change=True)
    form = SnoozeForm(wake_times(mine.store, clock.now()), mine.store)

    def act() -> None:
        sleeping = Snooze.begin(mine, form.until, by=_me(), note=tidy(form.note.data))
        g.timezone = mine.store.timezone
        flash(
            f"It comes back {moment(sleeping.until)}, or earlier if the customer writes or a promise presses.", "good"
        )

    return _done(mine, "snooze", form, act)


@bp.post("/tickets/<reference>/snooze/end")
def end_snooze(reference: str) -> Answer:
    """Wake it."""
    mine = the_ticket(reference, to_change=True)

    def act() -> None:
        if sleeping := snooze_of(mine):  # a second press changes nothing
            sleeping.end(by=_me())

    return _done(mine, "snooze", Once(), act)


@bp.post("/tickets/<reference>/split")
def split_off(reference: str) -> Answer:
    """Some messages become a ticket of their own."""
    mine = the_ticket(reference, to_change=True)
    form = SplitForm([message["id"] for message in _own_messages(mine)])

    def act() -> Response:
        chosen = form.messages.data or []
        new = split(mine, chosen, issue_type=IssueType(form.issue_type.data), by=_me(), subject=tidy(form.subject.data))
        flash(f"{len(chosen)} message{'s' if len(chosen) != 1 else ''} of {mine.reference} moved here.", "good")
        return redirect(url_for(".ticket", reference=new.reference))

    return _done(mine, "split", form, act)


@bp.post("/tickets/<reference>/links")
def link(reference: str) -> Answer:
    """It has to do with another."""
    mine, form = the_ticket(reference), LinkForm()  # linking locks both tickets itself, in their order

    def act() -> None:
        other = _another(tidy(form.to.data))
        LINKS[form.role.data](mine, other, _me())

    return _done(mine, "links", form, act)


LINKS: dict[str, Callable[[Ticket, Ticket, User], Link]] = {
    "relates": lambda mine, other, by: relate(mine, other, by=by),
    "parent": lambda mine, other, by: make_parent(other, of=mine, by=by),
    "child": lambda mine, other, by: make_parent(mine, of=other, by=by),
}


@bp.post("/tickets/<reference>/links/<int:link_id>/cut")
def cut_link(reference: str, link_id: int) -> Answer:
    """No longer."""
    mine = the_ticket(reference)
    query = db.select(Link).where(Link.id == link_id, (Link.one_id == mine.id) | (Link.other_id == mine.id))
    found: Link = db.first_or_404(query)
    return _done(mine, "links", Once(), lambda: found.cut(by=_me()))


@bp.post("/tickets/<reference>/tags")
def tag(reference: str) -> Answer:
    """One tag more."""
    mine, form = the_ticket(reference, to_change=True), TagForm()
    return _done(mine, "tags", form, lambda: add_tag(mine, tag_word(form), by=_me()))


@bp.post("/tickets/<reference>/tags/<int:tag_id>/removal")
def untag(reference: str, tag_id: int) -> Answer:
    """One tag less."""
    mine = the_ticket(reference, to_change=True)
    found: Tag = db.first_or_404(db.select(Tag).where(Tag.id == tag_id, Tag.store_id == mine.store_id))
    return _done(mine, "tags", Once(), lambda: remove_tag(mine, found, by=_me()))


@bp.post("/tickets/<reference>/fields")
def fields(reference: str) -> Answer:
    """The store's own fields, all right or none."""
    mine = the_ticket(reference, to_change=True)
    declared = fields_of(mine)
    form = fields_form(declared)

    def act() -> None:
        if not keep_fields(mine, form, declared, by=_me()):
            raise Invalid("Nothing was kept yet: one of the fields needs another look.")

    return _done(mine, "fields", form, act)


def _done(mine: Ticket, name: str, form: Once, act: Callable[[], object]) -> Answer:
    reference = mine.reference
    if form.validate():
        try:
            there = act()
        except Problem as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
        else:
            db.session.commit()
            back = redirect(url_for(".ticket_work", reference=reference, _anchor=name))
            return there if isinstance(there, Response) else back
    return _page(the_ticket(reference), {name: form}), 422


def _page(mine: Ticket, forms: dict[str, Once]) -> str:
    g.timezone = mine.store.timezone
    times, own = wake_times(mine.store, clock.now()), _own_messages(mine)
    declared = fields_of(mine)
    return render_template(
        "pages/desk/ticket_work.html",
        ticket=mine,
        merge=merge_of(mine),
        merges=merges_into(mine),
        duplicates=_duplicates(mine),
        is_proven=is_proven(mine),
        snooze=snooze_of(mine),
        times=times,
        own_messages=own[1:],
        links=links_of(mine),
        children=unfinished_children(mine),
        tags=tags_of(mine.id),
        tags_to_give=tags_to_give(mine.store_id),
        declared=[(terms, mine.store.work.is_required(terms)) for terms, _ in declared],
        missing=missing_facts(mine),
        other_errors=[error for form in forms.values() if type(form) is Once for error in form.form_errors],
        merge_form=_or_new(forms, "merge", MergeForm),
        snooze_form=_or_new(forms, "snooze", lambda **given: SnoozeForm(times, mine.store, **given)),
        split_form=_or_new(forms, "split", lambda **given: SplitForm([each["id"] for each in own], **given)),
        link_form=_or_new(forms, "links", LinkForm),
        tag_form=_or_new(forms, "tags", TagForm),
        fields_form=_or_new(forms, "fields", lambda **given: fields_form(declared, **given)),
    )


def _or_new(forms: dict[str, Once], name: str, make: Callable[..., Any]) -> Any:
    """The form that came back with errors, or an empty one."""
    given = forms.get(name)
    return given if given is not None and type(given) is not Once else make(formdata=None)


def _own_messages(mine: Ticket) -> list[dict[str, Any]]:
    """Without those of merged tickets: they come back by undoing the merge."""
    return [message for message in whole_conversation(mine) if message["origin"] is None]


def _duplicates(mine: Ticket) -> list[Duplicate]:
    """Photos that only look alike were told when they came."""
    told = select(Event.details).where(Event.ticket_id == mine.id, Event.action == Action.PHOTO_SEEN_BEFORE)
    alike = {details["other_id"]: ALIKE for details in db.session.scalars(told.limit(20))}
    return duplicates_of(mine, seen_by=current_user, alike=alike)


def _another(reference: str) -> Ticket:
    """Another ticket that this person may see. Raises Invalid where there is none."""
    found = db.session.scalar(by_reference(current_user, reference))
    if found is None:
        raise Invalid(f"There is no ticket “{reference[:40]}” that you can see.")
    return found


def _me() -> User:
    user: User = current_user._get_current_object()
    return user
