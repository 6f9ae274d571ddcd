"""What staff decide on a claim or a cancellation that waits; whoever decides keeps to the policy and their limits."""

from sqlalchemy import select

from helpdesk.accounts import May, User
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed
from helpdesk.core.money import Money
from helpdesk.orders import Stage
from helpdesk.policies import Outcome, Remedy, Request
from helpdesk.returns.acting import CLAIMS, IN_WORDS, act, cancellation_fee, method_of, refuse_above_limit
from helpdesk.returns.cancellation import TOO_LATE, Cancellation
from helpdesk.returns.claim import Claim, ClaimKind
from helpdesk.returns.claims import edition_of
from helpdesk.returns.decision import Decision
from helpdesk.returns.done import is_done, lines_done
from helpdesk.returns.exceptions import needs_exception
from helpdesk.returns.facts import edition_for
from helpdesk.returns.record import tally_for
from helpdesk.returns.refunds import Refund
from helpdesk.tickets import Event, Ticket

#: What the policy leaves to anybody's judgement; to say no to the rest takes a supervisor.
MAY_BE_REFUSED = (Outcome.DECLINE, Outcome.REVIEW)


def keep_cancellation(event: Event) -> None:
    """A cancellation that was not declined is a record from its first day, until somebody carries it out or not."""
    ticket, outcome = event.ticket, Outcome(event.details["outcome"])
    if Request(event.details["request"]) is not Request.CANCEL_ORDER or outcome is Outcome.DECLINE:
        return
    if ticket.order is None or ticket.order.stage in (*TOO_LATE, Stage.CANCELLED) or _was_asked(ticket):
        return
    if any(line.can_cancel for line in tally_for(ticket).lines.values()):
        Cancellation.request(ticket, by=ticket.customer)


def decision_on(record: Claim | Cancellation) -> Decision | None:
    """The latest decision about what this record is about, whatever the ticket was sorted as since."""
    about = _requests_of(record.kind) if isinstance(record, Claim) else (Request.CANCEL_ORDER,)
    query = select(Decision).where(Decision.ticket_id == record.ticket_id, Decision.request.in_(about))
    return db.session.scalar(query.order_by(Decision.id.desc()).limit(1))


def remedies_for(claim: Claim, decision: Decision | None) -> list[Remedy]:
    """What the customer can get for a claim: as the decision offers it."""
    return [Remedy(remedy) for remedy in decision.remedies] if decision else []


def accept_claim(claim: Claim, remedy: Remedy, *, by: User, key: str | None = None) -> None:
    """It is right, and the customer gets this: recorded at once, unless that was done already."""
    decision = decision_on(claim)
    if decision is None or needs_exception(decision, remedy):
        raise NotAllowed("The decision does not offer that. Propose an exception, with the reason.")
    if decision.outcome is Outcome.NEED_INFORMATION:
        raise NotAllowed("Something is still missing. Ask for it, or propose an exception.")
    if remedy in IN_WORDS or _is_dealt_with(claim.ticket, decision):
        claim.accept(remedy, by=by)
        return
    act(claim.ticket, decision, remedy, by=by, key=key)


def reject_claim(claim: Claim, reason: str, *, by: User, clause: str = "") -> None:
    """It is not right. What the policy approves, or gives to a supervisor, only a supervisor can reject."""
    decision = decision_on(claim)
    _refuse_unless_free(decision, by, "reject")
    claim.reject(reason, by=by, clause=_known(clause, decision, claim.ticket))


def carry_out_cancellation(made: Cancellation, *, by: User, fee_cents: int | None = None) -> None:
    """It is not sent, and what was paid is to be paid out, less a fee; `fee_cents` where that can be chosen."""
    decision = decision_on(made)
    _refuse_against(decision, by)
    if decision is None:
        made.confirm(by=by)
        return
    refuse_above_limit(made.ticket, decision, Remedy.CANCELLATION, by)
    made.confirm(by=by, fee_cents=_fee(made, decision, fee_cents), method=method_of(decision))


def pay_back_cancelled(made: Cancellation, *, by: User, fee_cents: int | None = None) -> Refund:
    """The refund of what was cancelled, recorded anew after it was taken back."""
    decision = decision_on(made)
    if decision is None:
        return made.pay_back(by=by)
    return made.pay_back(by=by, fee_cents=_fee(made, decision, fee_cents), method=method_of(decision))


def refuse_cancellation(made: Cancellation, reason: str, *, by: User, clause: str = "") -> None:
    """It is sent after all. What the policy approves only a supervisor can refuse, unless the order has left."""
    has_left = made.order is not None and made.order.stage in TOO_LATE
    if not has_left:
        _refuse_unless_free(decision_on(made), by, "refuse")
    made.refuse(reason, by=by, clause=_known(clause, decision_on(made), made.ticket))


def fee_range(made: Cancellation) -> tuple[int, int]:
    """What the policy keeps back of it, at least and at most."""
    decision = decision_on(made)
    return cancellation_fee(made, decision) if decision else (0, 0)


def _was_asked(ticket: Ticket) -> bool:
    return db.session.scalar(select(Cancellation.id).where(Cancellation.ticket_id == ticket.id).limit(1)) is not None


def _requests_of(kind: ClaimKind) -> list[Request]:
    return [request for request, claimed in CLAIMS.items() if claimed is kind]


def _is_dealt_with(ticket: Ticket, decision: Decision) -> bool:
    done = lines_done(ticket.id)
    return all(is_done(answer, ticket, done) for answer in decision.answers)


def _refuse_unless_free(decision: Decision | None, by: User, verb: str) -> None:
    """Raises NotAllowed where saying no is against the policy, or is a supervisor's to say, and this is none."""
    if by.may(May.DECIDE_EXCEPTIONS):
        return
    if decision is None or decision.outcome not in MAY_BE_REFUSED:
        raise NotAllowed(f"The policy does not say no here. A supervisor can {verb} it.")
    if any(answer.decision.escalate for answer in decision.answers):
        raise NotAllowed("The policy leaves this to a supervisor.")


def _refuse_against(decision: Decision | None, by: User) -> None:
    if decision is None and not by.may(May.DECIDE_EXCEPTIONS):
        raise NotAllowed("The policy has not decided this. A supervisor can carry it out.")
    if decision is not None and needs_exception(decision, Remedy.CANCELLATION):
        raise NotAllowed("The decision does not offer that. Propose an exception, with the reason.")
    if decision is not None and decision.outcome is Outcome.NEED_INFORMATION:
        raise NotAllowed("Something is still missing. Ask for it, or propose an exception.")


def _fee(made: Cancellation, decision: Decision, chosen: int | None) -> int:
    least, most = cancellation_fee(made, decision)
    if chosen is None:
        return most
    if not least <= chosen <= most:
        currency = made.order.currency if made.order else made.ticket.store.currency
        raise Invalid(f"The policy keeps back between {Money(least, currency)} and {Money(most, currency)}.")
    return chosen


def _known(clause: str, decision: Decision | None, ticket: Ticket) -> str:
    """The clause, if the edition that judges has it. Raises Invalid otherwise."""
    edition = edition_of(decision, ticket) if decision else edition_for(ticket.store, ticket.order)[0]
    if clause and clause not in edition.clauses:
        raise Invalid(f"There is no clause {clause} in this edition.")
    return clause
