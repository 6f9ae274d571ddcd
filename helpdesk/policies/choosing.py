"""What a decision leaves to the customer: a replacement or the money back, for example."""

from helpdesk.policies.decision import Decision
from helpdesk.policies.words import Outcome, Remedy, Request

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

#: What a request asks for in itself.
ASKS_FOR = {Request.EXCHANGE: Remedy.EXCHANGE, Request.RETURN: Remedy.REFUND}


def choices_of(decision: Decision) -> tuple[Remedy, ...]:
    """Between what the customer chooses, in the policy's order; nothing while nothing is approved, or for one alone."""
    found = tuple(remedy for remedy in decision.remedies if remedy in ONE_OF)
    return found if decision.outcome is Outcome.APPROVE and len(found) > 1 else ()


def asked_for(decision: Decision) -> Remedy | None:
    """Which of them the request asked for already; not where something is wrong and a replacement is the first help."""
    choices = choices_of(decision)
    wanted = ASKS_FOR.get(decision.request)
    return wanted if wanted in choices and Remedy.REPLACEMENT not in choices else None
