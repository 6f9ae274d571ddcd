"""Questions nobody has to answer, but whose answer could help the customer: when it arrived, what kept them."""

from collections.abc import Iterator
from dataclasses import replace

from helpdesk.policies import WORTH, Decision, Edition, Kind, Outcome, Request, Source, decide
from helpdesk.web.questions import Asking, questions_of

#: What would let the policy decide where a person looks meanwhile, by what is asked for.
HELPS = {Request.DAMAGED: ("delivered_at",)}


def helpful_of(edition: Edition, line_id: int, title: str, decision: Decision) -> Asking:
    """What has to be asked, and what could lead to a better answer than a review or a refusal."""
    asking = questions_of(edition, line_id, title, decision)
    known = {*decision.facts, *(fact.name for fact in asking.facts)}
    more = [edition.facts[name] for name in _names(edition, decision) if name not in known]
    return replace(asking, facts=[*asking.facts, *more])


def excuses_of(edition: Edition, line_id: int, title: str, decision: Decision) -> Asking:
    """The same inside a report, where the day of arrival has a place of its own."""
    return (
        helpful_of(edition, line_id, title, decision)
        if _is_refused(decision)
        else questions_of(edition, line_id, title, decision)
    )


def _names(edition: Edition, decision: Decision) -> Iterator[str]:
    if _is_refused(decision):
        yield from _excuses(edition, decision)
    elif decision.outcome is Outcome.REVIEW:
        yield from HELPS.get(decision.request, ())


def _excuses(edition: Edition, decision: Decision) -> Iterator[str]:
    """What was taken for granted without asking, and would change a refusal: weather, a deployment."""
    for name in decision.assumed:
        fact = edition.facts[name]
        if fact.is_for_customer and fact.source is Source.CUSTOMER and fact.kind is Kind.YES_NO:
            otherwise = {**decision.facts, name: not fact.default}
            if WORTH[decide(edition, decision.request, otherwise).outcome] > WORTH[decision.outcome]:
                yield name


def _is_refused(decision: Decision) -> bool:
    return decision.outcome is Outcome.DECLINE
