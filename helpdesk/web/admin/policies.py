"""Policy editions of a store: which there are, what one says, and what changed from one to another."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, g, redirect, render_template, request, url_for

from helpdesk import returns
from helpdesk.accounts import May
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.policies import (
    OUTCOME_NAMES,
    REQUEST_NAMES,
    Change,
    Edition,
    PolicyEdition,
    changes,
    draft_of,
    edition_named,
    editions_of,
    house_text,
    in_force,
    in_words,
    rows_in_words,
    size_in_words,
    tried,
    unanswered,
    value_of,
)
from helpdesk.stores import Store
from helpdesk.web.admin.door import bp, the_store
from helpdesk.web.admin.policy_forms import TextForm
from helpdesk.web.desk.door import my_stores
from helpdesk.web.guards import needs

#: What an edition is called that a store has without publishing any, and the one that is being prepared.
HOUSE, DRAFT = "house", "draft"


@bp.get("/policies")
@needs(May.PUBLISH_POLICY)
def policies() -> Any:
    """The first of this person's stores."""
    stores = my_stores()
    return redirect(url_for(".store_policies", slug=stores[0].slug)) if stores else abort(404)


@bp.get("/policies/<slug>")
@needs(May.PUBLISH_POLICY)
def store_policies(slug: str) -> str:
    """Every edition of a store, and what is being prepared."""
    return list_page(the_store(slug), TextForm(formdata=None))


@bp.get("/policies/<slug>/editions/<name>")
@needs(May.PUBLISH_POLICY)
def policy_edition(slug: str, name: str) -> str:
    """One edition: its clauses as customers read them, its rules in words, its examples and their results."""
    store = the_store(slug)
    published = edition_named(store.id, name)
    edition = the_edition(store, name)
    return render_template(
        "pages/admin/policy_edition.html",
        store=store,
        name=name,
        published=published,
        edition=edition,
        state=_state(published, store) if published else "House policy",
        **parts_of(edition),
    )


@bp.get("/policies/<slug>/editions/<name>.toml")
@needs(May.PUBLISH_POLICY)
def policy_file(slug: str, name: str) -> Response:
    """The file, as it was published: to read, to keep, or to begin the next one with."""
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{name}.toml"', "X-Content-Type-Options": "nosniff"}
    return Response(text_of(the_store(slug), name), mimetype="application/toml", headers=headers)


@bp.get("/policies/<slug>/changes")
@needs(May.PUBLISH_POLICY)
def policy_differences(slug: str) -> str:
    """What changed from one edition to another, in words."""
    store = the_store(slug)
    names = names_of(store)
    old, new = request.args.get("old", ""), request.args.get("new", "")
    if not {old, new} <= set(names):
        abort(404)
    return render_template(
        "pages/admin/policy_changes.html",
        store=store,
        names=names,
        old=old,
        new=new,
        groups=grouped(changes(the_edition(store, old), the_edition(store, new))),
    )


def list_page(store: Store, form: TextForm, *, other: dict[str, Any] | None = None) -> str:
    """The list; `form` came back with errors, or is empty; `other` is what somebody else kept meanwhile."""
    g.timezone = store.timezone
    published = list(db.session.scalars(editions_of(store.id)))
    return render_template(
        "pages/admin/policies.html",
        store=store,
        stores=my_stores(),
        rows=[{"edition": one, "state": _state(one, store)} for one in published],
        draft=draft_of(store),
        names=names_of(store),
        form=form,
        other=other,
    )


def names_of(store: Store) -> list[str]:
    """What can be compared: the draft, every edition, the house policy."""
    published = [one.name for one in db.session.scalars(editions_of(store.id))]
    return [*([DRAFT] if draft_of(store) else []), *published, HOUSE]


def the_edition(store: Store, name: str) -> Edition:
    """The edition of this name, compiled; what cannot be read is not found, as there is nothing to show of it."""
    if name == HOUSE:
        return returns.house_of(store)
    if name == DRAFT and (draft := draft_of(store)):
        return draft.read()
    found = edition_named(store.id, name)
    return found.compiled if found else abort(404)


def text_of(store: Store, name: str) -> str:
    """As it was written."""
    if name == HOUSE:
        return house_text(store.slug, store.currency, *returns.promised(store))
    found = edition_named(store.id, name)
    return found.text if found else abort(404)


def parts_of(edition: Edition) -> dict[str, Any]:
    """What the pages show of an edition."""
    sheets = {
        name: list(rows_in_words(edition, asked))
        for asked, name in REQUEST_NAMES.items()
        if edition.sheets[asked].rules
    }
    return {
        "size": size_in_words(edition),
        "sheets": sheets,
        "unanswered": unanswered(edition),
        "examples": [_example(edition, one) for one in tried(edition)],
    }


def grouped(told: list[Change]) -> dict[str, list[Change]]:
    """Changes by what they are about, in the order in which they are told."""
    groups: dict[str, list[Change]] = {}
    for change in told:
        groups.setdefault(change.what, []).append(change)
    return groups


def _example(edition: Edition, one: Any) -> dict[str, Any]:
    example = one.example
    return {
        "number": one.number,
        "request": REQUEST_NAMES[example.request],
        "facts": "; ".join(_fact(edition, name, raw) for name, raw in example.facts.items()) or "nothing is known",
        "outcome": OUTCOME_NAMES[example.outcome],
        "note": example.note,
        "differences": one.differences,
    }


def _fact(edition: Edition, name: str, raw: Any) -> str:
    fact = edition.facts[name]
    return f"{fact.meaning}: {in_words(fact, value_of(raw, fact, edition.currency), edition.currency)}"


def _state(one: PolicyEdition, store: Store) -> str:
    if one == in_force(store):
        return "In force"
    return "To come" if one.effective_on > _today(store) else "Past"


def _today(store: Store) -> Any:
    now: datetime = clock.now()
    return now.astimezone(ZoneInfo(store.timezone)).date()
