"""The policy inside a report: what is possible with an item, the questions it needs, and its answer before sending."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import request

from helpdesk.core.db import db
from helpdesk.core.language import _, capped
from helpdesk.policies import VOCABULARY, Decision, Edition, Fact, decide, in_words, value_of
from helpdesk.returns import KINDS, REQUESTS, Preview, possible_with, preview
from helpdesk.tickets import Filing, IssueType
from helpdesk.web.decisions import in_a_line, shown_decision
from helpdesk.web.helpful import excuses_of
from helpdesk.web.joined import joined
from helpdesk.web.portal.policy import clause_url
from helpdesk.web.portal.steps import page, to_step
from helpdesk.web.questions import Asking, answers_of, form_for, name_of, worded


def possible_by_line(filing: Filing) -> dict[int, dict[str, Any]]:
    """For every line of the order: what can be had today and until when, in a sentence, with its clause."""
    kind = REQUESTS.get(filing.issue_type) if filing.issue_type else None
    if kind is None or filing.order is None:
        return {}
    return {
        one.line_id: {"line": in_a_line(one.decision), "clause": _clause_of(one.decision)}
        for one in possible_with(filing.store, filing.order, kind)
    }


def questions_step(filing: Filing, token: str) -> Any:
    """Only what the policy needs to know, item by item; an answer may lead to a further question."""
    edition, previews = preview(filing)
    asked = _asked(filing, edition, previews) if edition else []
    if edition is None or not asked:
        return to_step(token, "details")
    said = _said(filing)
    shown = _to_answer(asked, said)
    form = form_for(shown, said, edition.currency)
    if request.method == "POST" and form.validate():
        _keep(filing, edition, asked, shown, answers_of(form, shown))
        db.session.commit()
        is_further = any(name not in _names(asked) for name in _names(_asked(filing, *preview(filing))))
        return to_step(token, "questions" if is_further else "details")
    groups = [(one, [form[name_of(one.line_id, fact)] for fact in one.facts]) for one in shown]
    lines = {one.line_id: in_a_line(one.decision) for one in previews if one.decision.deadlines}
    told = _told(asked, shown, said, edition.currency)
    return page("questions", token, form=form, groups=groups, lines=lines, told=told), 422 if form.errors else 200


def asks_something(filing: Filing) -> bool:
    """Whether the policy has a question for this report."""
    edition, previews = preview(filing)
    return edition is not None and bool(_asked(filing, edition, previews))


def files_wanted(filing: Filing) -> list[Fact]:
    """The kinds of file that the policy asks for; a damage claim always needs its two kinds of photo."""
    previews = preview(filing)[1]
    names = dict.fromkeys(name for one in previews for name in one.decision.evidence)
    if filing.issue_type is IssueType.DAMAGED:
        names = dict.fromkeys(("photos_of_damage", "photos_of_packaging", *names))
    return [VOCABULARY[name] for name in names if name in KINDS]


def answers_now(filing: Filing) -> list[dict[str, Any]]:
    """What the policy says to the report as it stands."""
    edition, previews = preview(filing)
    if edition is None:
        return []
    several = len(previews) > 1
    shown = [
        shown_decision(one.decision, edition, _url_of(edition), title=one.title if several else "") for one in previews
    ]
    return joined(shown)


def said_in_words(filing: Filing) -> list[tuple[str, str]]:
    """Questions and answers, to be read once more."""
    edition, previews = preview(filing)
    titles = {one.line_id: one.title for one in previews}
    said = _said(filing)
    return [
        (f"{titles[line]}: {edition.facts[name].meaning}" if titles[line] else edition.facts[name].meaning.capitalize(),
         in_words(edition.facts[name], value, edition.currency))
        for line, facts in said.items() if edition and line in titles
        for name, value in facts.items() if name in edition.facts
    ]  # fmt: skip


def _asked(filing: Filing, edition: Edition | None, previews: Sequence[Preview]) -> list[Asking]:
    """The questions of now, after those that were asked before and still matter: an answer can be changed."""
    if edition is None:
        return []
    before = filing.given("questions").get("asked", [])
    found = []
    for one in previews:
        now = excuses_of(edition, one.line_id, one.title, one.decision)
        names = dict.fromkeys(
            name for line, name in before if line == one.line_id and _matters(edition, one.decision, name)
        )
        names |= dict.fromkeys(fact.name for fact in now.facts)
        if names:
            facts = [worded(edition.facts[name], one.decision.request) for name in names]
            found.append(Asking(one.line_id, one.title, facts))
    return found


def _to_answer(asked: Sequence[Asking], said: dict[int, dict[str, Any]]) -> list[Asking]:
    """What is asked now: what is still open, or what came back; all of it where answers are to be changed."""
    is_open = [[f for f in one.facts if f.name not in said.get(one.line_id, {})] for one in asked]
    if "change" in request.args or not any(is_open):
        return list(asked)
    came = [
        [f for f in one.facts if f in left or name_of(one.line_id, f) in request.form]
        for one, left in zip(asked, is_open, strict=True)
    ]
    return [replace(one, facts=facts) for one, facts in zip(asked, came, strict=True) if facts]


def _told(
    asked: Sequence[Asking], shown: Sequence[Asking], said: dict[int, dict[str, Any]], currency: str
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was answered and is not asked again, item by item."""
    again = {(one.line_id, fact.name) for one in shown for fact in one.facts}
    told = [
        (one.title, [
            (capped(fact.meaning), in_words(fact, said[one.line_id][fact.name], currency))
            for fact in one.facts
            if (one.line_id, fact.name) not in again
        ])
        for one in asked
    ]  # fmt: skip
    return [(title, pairs) for title, pairs in told if pairs]


def _matters(edition: Edition, decision: Decision, name: str) -> bool:
    """Whether the policy would ask this, had it not been answered."""
    without = {fact: value for fact, value in decision.facts.items() if fact != name}
    again = excuses_of(edition, 0, "", decide(edition, decision.request, without))
    return name in [fact.name for fact in again.facts]


def _keep(
    filing: Filing,
    edition: Edition,
    asked: Sequence[Asking],
    shown: Sequence[Asking],
    answers: dict[int, dict[str, Any]],
) -> None:
    """What was said now, on top of what was said before and not asked again."""
    before, again = _said(filing), _names(shown)
    facts: dict[str, dict[str, Any]] = {}
    for line, name in _names(asked):
        if [line, name] not in again and name in before.get(line, {}):
            facts.setdefault(str(line), {})[name] = before[line][name]
        elif name in answers.get(line, {}):
            value = value_of(answers[line][name], edition.facts[name], edition.currency)
            facts.setdefault(str(line), {})[name] = value
    filing.keep("questions", facts=facts, asked=_names(asked))


def _names(asked: Sequence[Asking]) -> list[list[Any]]:
    return [[one.line_id, fact.name] for one in asked for fact in one.facts]


def _said(filing: Filing) -> dict[int, dict[str, Any]]:
    return {int(line): facts for line, facts in filing.given("questions").get("facts", {}).items()}


def _clause_of(decision: Decision) -> tuple[str, str] | None:
    window = next((deadline.clauses for deadline in decision.deadlines if deadline.clauses), ())
    # What the law grants rests on the law; the clause that goes with its days is the window's.
    cited = window or decision.clauses if decision.deadline("withdrawal") else decision.clauses or window
    return (_("Clause %(number)s", number=cited[0]), clause_url(decision.edition, cited[0])) if cited else None


def _url_of(edition: Edition) -> Any:
    return lambda number: clause_url(edition.name, number)
