"""Questions and answers: all of them, each on a page of its own, and whether it helped."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.core.language import KNOWN, _, current, foreign, language
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.faq import (
    FaqEntry,
    Helped,
    blocks,
    editions_of_faq,
    entries_of,
    entry_by,
    language_for,
    visitor_today,
)
from helpdesk.returns import edition_for
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.help import the_search
from helpdesk.web.portal.places import place_url
from helpdesk.web.portal.policy import clause_url

#: What a press says.
HELPED = {"yes": True, "no": False}


@bp.get("/faq")
def faq() -> str:
    """Every question, by group."""
    there = editions_of_faq(g.store.id)
    chosen = _language(there)
    entries = db.session.scalars(entries_of(g.store.id, chosen)).all()
    groups = [(name, list(some)) for name, some in groupby(entries, key=lambda entry: entry.group)]
    return render_template("pages/portal/faq.html", groups=groups, elsewhere=_others(there, chosen), **_shared(chosen))


@bp.get("/faq/<name>")
def faq_entry(name: str) -> str:
    """One question, with what belongs to it."""
    chosen = _language(editions_of_faq(g.store.id))
    entry = db.first_or_404(entry_by(g.store.id, chosen, name))
    return render_template(
        "pages/portal/faq_entry.html",
        entry=entry,
        near=_near(entry),
        said=request.args.get("said") if request.args.get("said") in HELPED else None,
        search=request.args.get("search", ""),
        **_shared(chosen),
    )


@bp.post("/faq/<name>/vote")
def vote(name: str) -> Response:
    """Did it help? Once a visitor, question and day; another press changes one's mind."""
    return _voted(name, request.form.get("helped", ""))


@bp.post("/faq")
def vote_among() -> Response:
    """The same from among all answers, which share one form: the button's name says yes or no, its value says where."""
    said = next((each for each in HELPED if each in request.form), "")
    return _voted(request.form.get(said, ""), said)


def _voted(name: str, said: str) -> Response:
    if said not in HELPED:
        raise Invalid(_("Say yes or no."))
    refuse_if_too_often("60/hour", "faq-vote", request.remote_addr or "")
    chosen = _language(editions_of_faq(g.store.id))
    entry: FaqEntry = db.first_or_404(entry_by(g.store.id, chosen, name).with_for_update())
    visitor = visitor_today(request.remote_addr or "", request.headers.get("User-Agent", ""))
    entry.vote(visitor=visitor, helped=HELPED[said])
    if search := the_search(request.form.get("search", "")):
        search.answer(Helped(said), f"faq:{name}")
    db.session.commit()
    return redirect(url_for(".faq_entry", name=name, said=said, _anchor="said", **_named(chosen)))


def clause_link(number: str) -> str:
    """The address of a clause of the policy in force; "" where it has none of this number."""
    if "edition" not in g:
        g.edition = edition_for(g.store, None)[0]
    return clause_url(g.edition.name, number) if number in g.edition.clauses else ""


def _shared(chosen: str) -> dict[str, Any]:
    return {
        "blocks": blocks,
        "place_url": place_url,
        "clause_link": clause_link,
        "spoken": {"lang": foreign(chosen) or None},
        "named": _named(chosen),
    }


def _language(there: Sequence[str] | dict[str, Any]) -> str:
    """The language to read in: what the address says, else that of the page, else what is there."""
    wanted = request.args.get("in", current().code)
    return language_for(list(there), wanted)


def _named(chosen: str) -> dict[str, Any]:
    """What an address needs to say so that it leads to this language."""
    return {"in": chosen} if foreign(chosen) else {}


def _others(there: dict[str, Any], chosen: str) -> list[tuple[str, str]]:
    return [(code, language(code).name if code in KNOWN else code) for code in sorted(there) if code != chosen]


def _near(entry: FaqEntry) -> list[FaqEntry]:
    """The other questions of its group."""
    every = db.session.scalars(entries_of(entry.store_id, entry.language))
    return [one for one in every if one.group == entry.group and one.id != entry.id]
