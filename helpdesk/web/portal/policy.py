"""The store's policy as customers read it: the edition in force, earlier ones, and what changed."""

from flask import abort, g, render_template, url_for

from helpdesk.core.db import db
from helpdesk.core.language import N_, Words
from helpdesk.policies import Edition, PolicyEdition, changes, editions_of, in_force
from helpdesk.returns import edition_for
from helpdesk.web.portal.door import bp

CHANGE_NAMES = Words({"added": N_("added"), "removed": N_("removed"), "changed": N_("changed")})


@bp.get("/policy")
def policy() -> str:
    """The edition that judges orders placed today."""
    published = in_force(g.store)
    return _page(published, edition_for(g.store, None)[0])


@bp.get("/policy/<name>")
def policy_edition(name: str) -> str:
    """One edition; the house policy has a name too, so that every decision can link to its clauses."""
    published = db.session.scalar(editions_of(g.store.id).where(PolicyEdition.name == name))
    if published:
        return _page(published, published.compiled)
    house = edition_for(g.store, None)[0]
    return _page(None, house) if house.name == name else abort(404)


@bp.get("/policy/<name>/changes")
def policy_changes(name: str) -> str:
    """What an edition changed against the one before it, clause by clause."""
    editions = list(db.session.scalars(editions_of(g.store.id)))
    at = next((number for number, one in enumerate(editions) if one.name == name), None)
    if at is None or at + 1 >= len(editions):
        abort(404)
    new, old = editions[at], editions[at + 1]
    told = [change for change in changes(old.compiled, new.compiled) if change.what == "clause"]
    others = [change for change in changes(old.compiled, new.compiled) if change.what in ("window", "rule", "effect")]
    return render_template(
        "pages/portal/policy_changes.html", new=new, old=old, changes=told, others=others, kinds=CHANGE_NAMES
    )


def clause_url(edition: str, number: str) -> str:
    """The address of a clause in the edition that a decision was made under."""
    return url_for("portal.policy_edition", name=edition, _anchor=f"clause-{number}")


def _page(published: PolicyEdition | None, edition: Edition) -> str:
    editions = list(db.session.scalars(editions_of(g.store.id)))
    current = in_force(g.store)
    before = next((one for n, one in enumerate(editions[1:]) if published and editions[n].id == published.id), None)
    return render_template(
        "pages/portal/policy.html",
        edition=edition,
        published=published,
        is_current=published is None or (current is not None and current.id == published.id),
        editions=editions,
        current=current,
        before=before,
    )
