"""Search: answers while typing, from the questions and the clauses in force, and the way to report on top."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from helpdesk.core.db import db
from helpdesk.core.language import current, foreign
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.core.tokens import sign, unsign
from helpdesk.faq import (
    FaqEntry,
    Found,
    Helped,
    HelpSearch,
    Index,
    Passage,
    around,
    editions_of_faq,
    entries_of,
    marked,
    places_in,
    plain,
)
from helpdesk.policies import Edition
from helpdesk.returns import edition_for
from helpdesk.tickets import HINTS, LABELS, IssueType, sort
from helpdesk.web.forms import tidy
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.places import REPORT
from helpdesk.web.portal.policy import clause_url

LONGEST = 200
ANSWERS, REPORTS = 6, 2
#: The same question in another language than the page's comes second.
OTHER_LANGUAGE, CLAUSE = 0.9, 0.85
#: Order numbers, phone numbers, addresses: no answer holds them.
BESIDE_THE_POINT = re.compile(r"\S*@\S*|\S*\d{3}\S*")
#: From here on the words of a search decide what would be reported.
SURE = 0.5


@dataclass(frozen=True)
class Hit:
    """One answer: what kind it is, where it leads, and its words in pieces, each with whether it was asked for."""

    key: str
    kind: str
    url: str
    title: list[tuple[str, bool]]
    text: list[tuple[str, bool]]
    language: str = ""


@dataclass(frozen=True)
class Answers:
    """What was found: ways to report, and answers."""

    reports: list[Hit]
    answers: list[Hit]

    @property
    def count(self) -> int:
        """How many answers; a way to report is none."""
        return len(self.answers)


@bp.get("/help")
def help_page() -> str:
    """The answers as a page."""
    query = _query(request.args)
    search = request.args.get("search", "")
    said = request.args.get("said")
    found = answers_to(query, search) if query else None
    return render_template(
        "pages/portal/help.html", query=query, found=found, search=search, said=said if said in set(Helped) else None
    )


@bp.get("/help/answers")
def help_answers() -> str:
    """The same as a part of a page, for whoever is still typing; nothing is kept of it."""
    query = _query(request.args)
    return render_template("components/help_answers.html", query=query, found=answers_to(query) if query else None)


@bp.post("/help")
def ask() -> Answer:
    """A search that was sent: kept without a trace of whose it was, then shown."""
    query = _query(request.form)
    kept = _kept(query)
    db.session.commit()
    return redirect(url_for(".help_page", q=query, search=sign("help-search", kept.id) if kept else None))


@bp.post("/help/used")
def used() -> Response:
    """What was opened, or not found, while typing."""
    _kept(_query(request.form), request.form.get("clicked", ""))
    db.session.commit()
    return Response(status=204)


@bp.post("/help/said")
def say() -> Answer:
    """Whether the answers helped."""
    token, said = request.form.get("search", ""), request.form.get("helped", "")
    if (search := the_search(token)) and said in set(Helped):
        search.answer(Helped(said))
        db.session.commit()
    return redirect(url_for(".help_page", q=_query(request.form), search=token, said=said, _anchor="said"))


#: Forms that need no token: there is nothing in them to forge, and a search must not fail for want of a cookie.
OPEN = (ask, used, say)


def the_search(token: str) -> HelpSearch | None:
    """The search behind a token that we gave, at this store."""
    content = unsign("help-search", token) if token else None
    if not content:
        return None
    query = db.select(HelpSearch).where(HelpSearch.id == content[0], HelpSearch.store_id == g.store.id)
    found: HelpSearch | None = db.session.scalar(query)
    return found


def answers_to(query: str, search: str = "") -> Answers:
    """What the questions, the clauses in force and the issue types say to these words."""
    index, edition = _index()
    best, hits = index.find(BESIDE_THE_POINT.sub(" ", query), 2 * ANSWERS), dict[str, Hit]()
    for found in best:
        hit = _hit(found, edition, search)
        hits.setdefault(hit.key, hit)
    return Answers(_reports(query, best), list(hits.values())[:ANSWERS])


def _query(given: Any) -> str:
    return " ".join(tidy(given.get("q", "")).split())[:LONGEST]


def _kept(query: str, clicked: str = "") -> HelpSearch | None:
    refuse_if_too_often("120/hour", "help-search", request.remote_addr or "")
    found = answers_to(query) if query else None
    known = {hit.key for hit in [*found.answers, *found.reports]} if found else set()
    return HelpSearch.keep(
        g.store, current().code, query, found.count if found else 0, clicked if clicked in known else ""
    )


def _hit(found: Found, edition: Edition, search: str) -> Hit:
    kind, name, written_in, _issue = found.passage.key
    title, text = marked(found.passage.title, found.words), marked(around(found.passage.text, found.words), found.words)
    if kind == "clause":
        return Hit(f"clause:{name}", kind, clause_url(edition.name, name), title, text, foreign(written_in))
    named = {"in": written_in} if foreign(written_in) else {}
    url = url_for(".faq_entry", name=name, search=search or None, **named)
    return Hit(f"faq:{name}", kind, url, title, text, foreign(written_in))


def _reports(query: str, best: Sequence[Found]) -> list[Hit]:
    """What they would report: as the sorter reads their words, else as the list of issues or the best answer has it."""
    judged = sort(query)
    if judged.words and judged.confidence >= SURE:
        issues = [judged.issue_type]
    else:
        near: list[IssueType] = [found.passage.key for found in _issues().find(query, REPORTS)]
        issues = near or [issue for *_, issue in (found.passage.key for found in best[:1]) if issue]
    return [_report(issue) for issue in issues]


def _report(issue: IssueType) -> Hit:
    title, hint = [(LABELS[issue], False)], [(HINTS[issue], False)]
    return Hit(f"issue:{issue}", "report", url_for(".report", issue=issue.value), title, hint)


#: Few and small: one per store, page language and edition of questions and policy.
_indexes: dict[Any, Index] = {}


def _issues() -> Index:
    key = ("issues", current().code)
    found = _indexes.get(key)
    if found is None:
        passages = [Passage(issue, LABELS[issue], also=issue.value.replace("_", " ")) for issue in IssueType]
        found = _indexes[key] = Index(passages)
    return found


def _index() -> tuple[Index, Edition]:
    there = editions_of_faq(g.store.id)
    edition, edition_id = edition_for(g.store, None)
    key = g.store.id, current().code, tuple(sorted(there.items())), edition_id, edition.name
    found = _indexes.get(key)  # once: another thread may clear them at any moment
    if found is None:
        if len(_indexes) > 200:
            _indexes.clear()
        found = _indexes[key] = Index(_passages(there, edition))
    return found, edition


def _passages(there: dict[str, Any], edition: Edition) -> list[Passage]:
    found = [_entry(entry) for written_in in there for entry in db.session.scalars(entries_of(g.store.id, written_in))]
    for clause in edition.file.clause:
        key = "clause", clause.id, edition.language_of(clause), None
        title, text = clause.told("title"), " ".join(clause.told("text").split())
        # The title of the original finds it too; the words shown are the reader's.
        found.append(Passage(key, title, text, clause.title if title != clause.title else "", CLAUSE))
    return found


def _reported(answer: str) -> Iterator[IssueType]:
    """What an answer tells its reader to report."""
    for place in places_in(answer):
        if place.removeprefix(REPORT) in set(IssueType):
            yield IssueType(place.removeprefix(REPORT))


def _entry(entry: FaqEntry) -> Passage:
    weight = 1.0 if entry.language == current().code else OTHER_LANGUAGE
    key = "faq", entry.slug, entry.language, next(_reported(entry.answer), None)
    return Passage(key, entry.question, plain(entry.answer), entry.also, weight)
