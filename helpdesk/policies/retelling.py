"""A decision that was kept, told again in the language of the moment: it is replayed from the facts it stood on."""

from dataclasses import replace

from helpdesk.core.language import STAFF, current
from helpdesk.policies.decision import Decision
from helpdesk.policies.edition import Edition
from helpdesk.policies.engine import decide


def retold(edition: Edition, decision: Decision) -> Decision:
    """The same answer with its reason and steps in the language of the moment; staff read it as it is kept."""
    if current().code == STAFF:
        return decision
    again = decide(edition, decision.request, decision.facts)
    if (again.outcome, again.rule, again.missing) != (decision.outcome, decision.rule, decision.missing):
        return decision  # a law's floor has changed since: what was said then still counts
    return replace(decision, because=again.because, steps=again.steps)
