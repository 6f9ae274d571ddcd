"""What a decision leaves to the customer: a replacement or the money back, for example."""

from helpdesk.policies.decision import Decision
from helpdesk.policies.words import Outcome, Remedy

#: What the customer gets one of. A refund behind a cancellation, or compensation beside one, follows by itself.
ONE_OF = frozenset(
    {
        Remedy.REPLACEMENT,
        Remedy.RESEND,
        Remedy.EXCHANGE,
        Remedy.REPAIR,
        Remedy.REFUND,
        Remedy.PARTIAL_REFUND,
        Remedy.STORE_CREDIT,
    }
)


def choices_of(decision: Decision) -> tuple[Remedy, ...]:
    """Between what the customer chooses, in the policy's order; nothing while nothing is approved, or for one alone."""
    found = tuple(remedy for remedy in decision.remedies if remedy in ONE_OF)
    return found if decision.outcome is Outcome.APPROVE and len(found) > 1 else ()
