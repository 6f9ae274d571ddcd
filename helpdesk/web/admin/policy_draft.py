"""The draft of a policy: checked as it stands, compared, tried on past tickets, and published."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from helpdesk import returns
from helpdesk.accounts import May, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.core.money import Money
from helpdesk.policies import (
    DRAFT,
    OUTCOME_NAMES,
    BadPolicy,
    Edition,
    PolicyDraft,
    Replayed,
    Tally,
    changes,
    counted,
    dated,
    digest_of,
    draft_of,
    drop_draft,
    editions_of,
    keep_draft,
    placed,
    publish,
    remarks,
)
from helpdesk.stores import Store
from helpdesk.web.admin.door import bp, the_store
from helpdesk.web.admin.policies import grouped, list_page, names_of, parts_of, text_of
from helpdesk.web.admin.policy_forms import PublishForm, TextForm, WhatIfForm
from helpdesk.web.guards import needs
from helpdesk.web.meanwhile import differing, who_kept

#: A page waits for its answer: so many of the last tickets are looked at, and so many counted.
LOOKED_AT, COUNTED = 1_000, 100_000
SHOWN = 50


@bp.get("/policies/<slug>/draft")
@needs(May.PUBLISH_POLICY)
def policy_draft(slug: str) -> Any:
    """What is being prepared: everything that is wrong with it, or all that follows from it."""
    store = the_store(slug)
    draft = draft_of(store)
    return _page(store, draft, {}) if draft else redirect(url_for(".store_policies", slug=slug))


@bp.post("/policies/<slug>/draft")
@needs(May.PUBLISH_POLICY)
def keep_policy_draft(slug: str) -> Any:
    """Keep the text as it is, and check it at once; what somebody else kept meanwhile is not lost."""
    store, form = the_store(slug, to_change=True), TextForm()
    if form.validate():
        try:
            given = form.text.data = form.given  # a chosen file does not come back by itself
            keep_draft(store, given, by=_me(), seen=form.seen.data or "")
        except WrongState as problem:
            db.session.rollback()
            return _moved_on(the_store(slug), form, problem.message), problem.status
        except Invalid as problem:
            db.session.rollback()
            form.text.errors = [problem.message]
        else:
            db.session.commit()
            return redirect(url_for(".policy_draft", slug=slug))
    return list_page(the_store(slug), form), 422


@bp.post("/policies/<slug>/draft/beginning")
@needs(May.PUBLISH_POLICY)
def begin_policy_draft(slug: str) -> Response:
    """Begin with the text of an edition; what is being prepared already is not overwritten."""
    store = the_store(slug, to_change=True)
    if draft_of(store) is None:
        keep_draft(store, text_of(store, request.form.get("name", "")), by=_me())
        db.session.commit()
        flash("This is a copy. Give it a name and a day of its own, and change what shall change.", "info")
    return redirect(url_for(".policy_draft", slug=slug))


@bp.post("/policies/<slug>/draft/removal")
@needs(May.PUBLISH_POLICY)
def drop_policy_draft(slug: str) -> Response:
    """Throw it away, unless it is another one by now."""
    try:
        drop_draft(the_store(slug, to_change=True), seen=request.form.get("seen", ""))
    except WrongState as problem:
        db.session.rollback()
        flash(problem.message, "warn")
        return redirect(url_for(".policy_draft", slug=slug))
    db.session.commit()
    return redirect(url_for(".store_policies", slug=slug))


@bp.post("/policies/<slug>/draft/publication")
@needs(May.PUBLISH_POLICY)
def publish_policy(slug: str) -> Any:
    """Put it in force from a day on: exactly the text that was looked at."""
    store = the_store(slug, to_change=True)
    draft = draft_of(store)
    if draft is None:  # a second press finds none
        return redirect(url_for(".store_policies", slug=slug))
    form = PublishForm()
    if form.validate():
        try:
            _publish(store, draft, form)
        except Invalid as problem:
            db.session.rollback()
            form.form_errors += problem.message.splitlines()
        else:
            db.session.commit()
            return redirect(url_for(".store_policies", slug=slug))
    store = the_store(slug)
    return _page(store, draft_of(store) or abort(404), {"publish": form}), 422


def _publish(store: Store, draft: PolicyDraft, form: PublishForm) -> None:
    if form.digest.data != draft.digest:
        raise Invalid("Somebody has changed the draft since you looked at it. Look at what changes now.")
    day = form.effective.data
    text = draft.text if draft.read().file.policy.effective == day else dated(draft.text, day)
    edition = publish(store, text, by=_me(), name=DRAFT)
    drop_draft(store, seen=draft.digest)
    flash(
        f"Edition “{edition.name}” is published. It judges orders placed from {edition.effective_on} on, "
        "and is written down with your name.",
        "good",
    )


def _moved_on(store: Store, form: TextForm, title: str) -> str:
    """What was given, still there to be kept, and above it what somebody else kept."""
    draft = draft_of(store)
    form.seen.data = digest_of(store)  # whoever keeps it again has seen theirs
    other: dict[str, Any] = {"title": title}
    if draft:
        lines = differing(form.text.data or "", draft.text)
        other |= {"who": who_kept(draft.kept_by, _me()), "at": draft.kept_at, "differing": lines}
    return list_page(store, form, other=other)


def _page(store: Store, draft: PolicyDraft, forms: dict[str, Any]) -> str:
    g.timezone = store.timezone
    try:
        edition = draft.read()
    except BadPolicy as problem:
        return _shown(store, draft, forms, problems=placed(problem.problems, draft.text))
    if edition.store != store.slug:
        other = f"policy.store: this edition is for “{edition.store}”, not for “{store.slug}”."
        return _shown(store, draft, forms, problems=placed([other], draft.text))
    newest = db.session.scalar(editions_of(store.id).limit(1))
    before = newest.compiled if newest else returns.house_of(store)
    parts = parts_of(edition)
    publish_form = forms.get("publish") or PublishForm(
        formdata=None, data={"digest": draft.digest, "effective": edition.file.policy.effective}
    )
    return _shown(
        store,
        draft,
        forms,
        problems=[],
        edition=edition,
        remarks=placed([line.partition(": ")[2] for line in remarks(edition)], draft.text),
        failing=[one for one in parts["examples"] if one["differences"]],
        before=newest.name if newest else "the house policy",
        groups=grouped(changes(before, edition)),
        what_if_form=WhatIfForm(request.args),
        what_if=_what_if(store, edition) if "days" in request.args else None,
        publish_form=publish_form,
        **parts,
    )


def _shown(store: Store, draft: PolicyDraft, forms: dict[str, Any], **given: Any) -> str:
    text_form = forms.get("text") or TextForm(formdata=None, data={"text": draft.text, "seen": draft.digest})
    names = [name for name in names_of(store) if name != DRAFT]
    page = {"edition": None, "form": text_form, "names": names, **given}
    return render_template("pages/admin/policy_draft.html", store=store, draft=draft, **page)


def _what_if(store: Store, edition: Edition) -> dict[str, Any]:
    """What past customers would have heard: of the last tickets only, and the page says of how many."""
    days = WhatIfForm(request.args).asked
    since, tally = clock.now() - timedelta(days=days), Tally(store.currency)
    told: list[Replayed] = []
    for one in returns.what_if(store, edition, since, tally=tally, between=lambda: None, newest=LOOKED_AT):
        if len(told) < SHOWN:
            told.append(one)
    every = returns.decided_tickets(store, since, at_most=COUNTED)
    looked_at = tally.tickets + tally.not_replayed
    return {
        "days": counted(days, "day"),
        "tally": tally,
        "told": told,
        "looked_at": counted(looked_at, "ticket"),
        "every": f"more than {COUNTED:,}" if every >= COUNTED else f"{every:,}",
        "is_all": looked_at >= every,
        "moves": [(OUTCOME_NAMES[a], OUTCOME_NAMES[b], n) for (a, b), n in tally.moves.most_common()],
        "sums": [
            _sum("Refunds granted, at most", tally.before.refund_cents, tally.after.refund_cents, tally.currency),
            _sum(
                "Refunds left to people, at most", tally.before.review_cents, tally.after.review_cents, tally.currency
            ),
        ],
    }


def _sum(what: str, before: int, after: int, currency: str) -> tuple[str, str, str, str]:
    more = f"{'+' if after >= before else ''}{Money(after - before, currency)}"
    return what, str(Money(before, currency)), str(Money(after, currency)), more


def _me() -> User:
    user: User = current_user._get_current_object()
    return user
