"""Questions nobody has to answer, but whose answer could help the customer: when it arrived, what kept them."""

from dataclasses import replace

from helpdesk.policies import Decision, Edition, Fact, Outcome, Request, excuses
from helpdesk.web.questions import Asking, questions_of

#: What would let the policy decide where a person looks meanwhile, by what is asked for.
HELPS = {Request.DAMAGED: ("delivered_at",)}


def helpful_of(edition: Edition, line_id: int, title: str, decision: Decision) -> Asking:
    """What has to be asked, and what could lead to a better answer than a review or a refusal."""
    asking = questions_of(edition, line_id, title, decision)
    known = {*decision.facts, *(fact.name for fact in asking.facts)}
    return replace(
        asking, facts=[*asking.facts, *(fact for fact in _more(edition, decision) if fact.name not in known)]
    )


def excuses_of(edition: Edition, line_id: int, title: str, decision: Decision) -> Asking:
    """The same inside a report, where the day of arrival has a place of its own."""
    is_refused = decision.outcome is Outcome.DECLINE
    return (helpful_of if is_refused else questions_of)(edition, line_id, title, decision)


def _more(edition: Edition, decision: Decision) -> list[Fact]:
    if decision.outcome is Outcome.REVIEW:
        return [edition.facts[name] for name in HELPS.get(decision.request, ())]
    return excuses(edition, decision)
