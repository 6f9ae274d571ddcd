"""When a decision shows that a ticket is about something else than was thought: it is sorted anew, once, visibly."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from helpdesk import policies
from helpdesk.accounts import SYSTEM, By
from helpdesk.core.db import db
from helpdesk.policies import WORTH, Outcome, Request
from helpdesk.returns.claims import REQUESTS, edition_of
from helpdesk.returns.decision import Decision, latest_decision
from helpdesk.tickets import CATEGORY_NAMES, CATEGORY_OF, Action, Event, IssueType, Ticket

#: What a customer may give as the reason of a return that is an issue of its own (DOMAIN 2).
REASONS = {
    "damaged": IssueType.DAMAGED,
    "defective": IssueType.DEFECTIVE,
    "quality": IssueType.QUALITY,
    "wrong_item": IssueType.WRONG_ITEM,
    "adverse_reaction": IssueType.ADVERSE_REACTION,
}
SENT_BACK = (Request.RETURN, Request.EXCHANGE)


@dataclass(frozen=True)
class Sign:
    """What a decision can show, in words, and what the ticket is about then."""

    says: str
    finds: Callable[[Ticket, Decision], IssueType | None]


def _escalated(reason: str, issue: IssueType) -> Callable[[Ticket, Decision], IssueType | None]:
    return lambda _ticket, decision: issue if any(a.decision.escalate == reason for a in decision.answers) else None


def _named_as_reason(ticket: Ticket, decision: Decision) -> IssueType | None:
    """What every item is sent back for, where the policy answers that no worse than the return."""
    reasons = {answer.decision.facts.get("reason") for answer in decision.answers}
    issue = REASONS.get(str(reasons.pop())) if len(reasons) == 1 and decision.request in SENT_BACK else None
    return issue if issue and _is_no_worse(ticket, decision, REQUESTS[issue]) else None


#: The first that is found counts. A late report and what the policy leaves to an exception are questions of the
#: policy; an animal's health and what is wrong with the goods are what happened after arrival (DOMAIN 2 and 4).
SIGNS = (
    Sign("an animal's health is in question", _escalated("health_emergency", IssueType.ADVERSE_REACTION)),
    Sign(
        "it was reported after the time for that, so only an exception is left",
        _escalated("late_damage_report", IssueType.POLICY_EXCEPTION),
    ),
    Sign("the policy leaves it to an exception", _escalated("policy_exception", IssueType.POLICY_EXCEPTION)),
    Sign("the goods are sent back because something is wrong with them", _named_as_reason),
)


def sort_by_decision(event: Event) -> None:
    """Another category than was chosen, if the decision shows one; what staff have chosen stays."""
    ticket = event.ticket
    decision = db.session.scalar(latest_decision(ticket.id))
    found = _found(ticket, decision) if decision else None
    if found is None or CATEGORY_OF[found[0]] is ticket.category or _was_sorted(ticket):
        return
    issue, says = found
    where = CATEGORY_NAMES[CATEGORY_OF[issue]]
    ticket.sort(issue, by=SYSTEM, because=f"under “{where}” because the decision says: {says}")


def _found(ticket: Ticket, decision: Decision) -> tuple[IssueType, str] | None:
    """The first sign, and what the ticket is about by it."""
    signs = ((sign.finds(ticket, decision), sign.says) for sign in SIGNS)
    return next(((issue, says) for issue, says in signs if issue), None)


def _was_sorted(ticket: Ticket) -> bool:
    """Whether staff have chosen what it is about, or it was sorted anew before."""
    by_hand = (Event.action == Action.OPENED) & (Event.by == By.STAFF)
    chosen = select(Event.id).where(Event.ticket_id == ticket.id, (Event.action == Action.SORTED) | by_hand)
    return db.session.scalar(chosen.limit(1)) is not None


def _is_no_worse(ticket: Ticket, decision: Decision, request: Request) -> bool:
    edition = edition_of(decision, ticket)
    if not edition.sheets[request].rules:
        return False
    return all(
        _worth(policies.decide(edition, request, dict(answer.decision.facts))) >= _worth(answer.decision)
        for answer in decision.answers
    )


def _worth(decision: policies.Decision) -> int:
    """Where photos are all that is missing, what they lead to."""
    outcome: Outcome = decision.pending or decision.outcome
    return WORTH[outcome]
