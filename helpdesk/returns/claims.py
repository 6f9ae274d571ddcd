"""From a ticket to its facts to a decision: when the policy is asked, and what is kept of its answer."""

from collections.abc import Sequence
from typing import Any

from helpdesk import policies
from helpdesk.accounts import SYSTEM
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.language import STAFF, speaking
from helpdesk.policies import Edition, Request, edition_by_id, house_by_name
from helpdesk.returns.decision import Decision, first_decision, latest_decision, the_outcome, the_reason
from helpdesk.returns.facts import Asked, asked_of, edition_for, house_of
from helpdesk.tickets import Action, Event, IssueType, Ticket

#: Issue types whose request the policy knows by another name; the others share theirs.
OTHER_NAMES = {IssueType.ADDRESS_CHANGE: Request.MODIFY_ORDER}
REQUESTS = {kind: Request(kind.value) for kind in IssueType if kind.value in set(Request)} | OTHER_NAMES
#: What is judged as it stood when it was asked for, however long our answer takes.
AS_ASKED = ("order_stage",)


def assess(event: Event) -> None:
    """A new ticket gets its answer on the spot, if the policy has one for it."""
    _assess(event.ticket)


def reassess(event: Event) -> None:
    """Something new is known: ask the policy again; an answer that stays the same is not given twice."""
    if event.details.get("is_last", True):
        _assess(event.ticket)


def stop_waiting(event: Event) -> None:
    """The time for photos has run out: a person decides with what is there."""
    if event.details["target"] == "evidence":
        _assess(event.ticket)


def request_of(ticket: Ticket) -> Request | None:
    """What the ticket asks of the policy; none for questions, and for what follows up a case already dealt with."""
    if ticket.follows is not None and ticket.follows.issue_type is ticket.issue_type:
        return None
    if ticket.issue_type is IssueType.POLICY_EXCEPTION:  # to what was decided, so that stays what is asked
        before = db.session.scalar(latest_decision(ticket.id))
        return before.request if before else None
    return REQUESTS.get(ticket.issue_type)


def is_about_all(issue: IssueType | None) -> bool:
    """Whether it asks about an order as a whole, so that nobody has to choose items."""
    return issue is not None and REQUESTS.get(issue) in policies.WHOLE_ORDER


def edition_of(decision: Decision, ticket: Ticket) -> Edition:
    """The edition a kept decision was made under."""
    if decision.edition_id:
        return edition_by_id(decision.edition_id).compiled
    store = ticket.store
    return house_by_name(store.slug, store.currency, decision.edition) or house_of(store)


def _assess(ticket: Ticket) -> None:
    request = request_of(ticket)
    if request is None:
        return
    edition, edition_id = edition_for(ticket.store, ticket.order)
    if not edition.sheets[request].rules:  # it has nothing to say of such a request
        return
    asked = asked_of(ticket, edition, is_whole=request in policies.WHOLE_ORDER)
    _as_it_was_asked(ticket, request, asked)
    with speaking(STAFF):  # as it is kept; customers are told it again in their language
        answers = [policies.decide(edition, request, each.facts) for each in asked]
    before = db.session.scalar(latest_decision(ticket.id))
    about = [(each.line_id, each.quantity) for each in asked]
    if before and before.request is request and _same(before, about, answers):
        return
    decision = _kept(ticket, request, edition_id, asked, answers)
    db.session.add(decision)
    db.session.flush()
    ticket.record(Action.DECIDED, by=SYSTEM, **_told(decision, answers))


def _as_it_was_asked(ticket: Ticket, request: Request, asked: Sequence[Asked]) -> None:
    first = db.session.scalar(first_decision(ticket.id, request))
    for each in asked:
        each.facts.update({name: first.facts[name] for name in AS_ASKED if first and name in first.facts})


def _same(before: Decision, about: list[tuple[int, int]], answers: Sequence[policies.Decision]) -> bool:
    """Whether it is the same answer, to the same pieces."""
    then = [(answer.line_id, answer.quantity) for answer in before.answers]
    return then == about and _gist([answer.decision for answer in before.answers]) == _gist(answers)


def _gist(answers: Sequence[policies.Decision]) -> list[tuple[object, ...]]:
    """What makes an answer another one."""
    return [(a.outcome, a.rule, a.missing, a.remedies, a.charges, a.effects, a.laws, a.edition) for a in answers]


def _kept(
    ticket: Ticket,
    request: Request,
    edition_id: int | None,
    asked: Sequence[Asked],
    answers: Sequence[policies.Decision],
) -> Decision:
    titles = [each.title for each in asked]
    return Decision(
        ticket_id=ticket.id,
        edition_id=edition_id,
        decided_at=clock.now(),
        request=request,
        outcome=the_outcome(answers),
        rule=answers[0].rule,
        because=the_reason(titles, answers),
        remedies=_once(a.remedies for a in answers),
        missing=_once(a.missing for a in answers),
        steps=_once(a.steps for a in answers),
        facts=asked[0].facts,
        items=[
            {"line": each.line_id, "title": each.title, "quantity": each.quantity, "decision": answer.as_dict()}
            for each, answer in zip(asked, answers, strict=True)
        ],
    )


def _told(decision: Decision, answers: Sequence[policies.Decision]) -> dict[str, Any]:
    """What the timeline says of it, and what its consequences need: clocks, escalation, urgency."""
    deadlines = {
        deadline.target: deadline
        for answer in answers
        for deadline in answer.deadlines
        if deadline.ends_at and deadline.starts_at
    }
    return {
        "decision": decision.id,
        "request": decision.request.value,
        "edition": answers[0].edition,
        "outcome": decision.outcome.value,
        "rule": decision.rule,
        "because": decision.because,
        "missing": decision.missing,
        "waits_for_evidence": any(a.pending for a in answers),
        "escalate": next((a.escalate for a in answers if a.escalate), None),
        "urgent": any(a.urgent for a in answers),
        "deadlines": [
            {
                "target": deadline.target,
                "starts_at": deadline.starts_at,
                "ends_at": deadline.ends_at,
                "clause": ", ".join(deadline.clauses),
                "edition": answers[0].edition,
            }
            for deadline in deadlines.values()
        ],
    }


def _once(lists: Any) -> list[Any]:
    return list(dict.fromkeys(one for listed in lists for one in listed))
