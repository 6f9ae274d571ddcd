"""Excuses: facts that nobody asked for and the policy takes for granted, but which could change a refusal."""

from helpdesk.policies.decision import Decision
from helpdesk.policies.edition import Edition
from helpdesk.policies.engine import decide
from helpdesk.policies.facts import Fact, Kind, Source
from helpdesk.policies.words import WORTH, Outcome


def excuses(edition: Edition, decision: Decision) -> list[Fact]:
    """What only the customer can say, in a yes or no, and would lift a refusal: the weather, a deployment."""
    if decision.outcome is not Outcome.DECLINE:
        return []
    assumed = (edition.facts[name] for name in decision.assumed)
    return [fact for fact in assumed if _can_be_asked(fact) and _would_lift(edition, decision, fact)]


def _can_be_asked(fact: Fact) -> bool:
    return fact.is_for_customer and fact.source is Source.CUSTOMER and fact.kind is Kind.YES_NO


def _would_lift(edition: Edition, decision: Decision, fact: Fact) -> bool:
    otherwise = decide(edition, decision.request, {**decision.facts, fact.name: not fact.default})
    return WORTH[otherwise.outcome] > WORTH[decision.outcome]
