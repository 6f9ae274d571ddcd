"""What people do in a story: each act is one verb of the helpdesk, or an answer and what follows it."""

from collections.abc import Callable

from sqlalchemy import select

from helpdesk.accounts import User, customer_for
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.core.language import ENGLISH
from helpdesk.escalation import Verdict, ask_for_help, ask_for_supervisor
from helpdesk.policies import Outcome, Remedy
from helpdesk.returns import (
    Claim,
    ClaimState,
    Replacement,
    Sending,
    Step,
    act,
    choice_for,
    choices_on,
    choose,
    investigate,
    latest_decision,
    needs_investigation,
    of_ticket,
    offers_of,
)
from helpdesk.seed.case import Case
from helpdesk.seed.stories import Turn
from helpdesk.seed.tagging import tag
from helpdesk.tickets import Channel, IssueType, Sorted, Ticket, from_choice, sort
from helpdesk.web.portal.filing import order_facts

PUT_RIGHT = (Remedy.REPLACEMENT, Remedy.RESEND, Remedy.REFUND, Remedy.EXCHANGE, Remedy.CANCELLATION)
UNSORTED = 0.2  # so many choose "something else", and their words decide
#: A wrong guess at these would start an emergency or a claim that nobody meant.
GRAVE = {IssueType.DAMAGED, IssueType.ADVERSE_REACTION}


def opens(case: Case, turn: Turn) -> None:
    """The customer files the report."""
    buyer, body = case.buyer, case.one_of(turn.says)
    customer = customer_for(case.store.id, buyer.email, name=buyer.name, phone=buyer.phone)
    customer.language = ENGLISH  # as the stories are told
    case.ticket = Ticket.open(
        store=case.store,
        customer=customer,
        sorted_as=_sorted(case, body),
        body=body,
        by=customer,
        channel=Channel.PORTAL,
        order=case.order,
        items=[(line, line.quantity) for line in case.lines],
        attachments=case.photos(turn),
        answers={"phone": buyer.phone} if case.rng.random() < 0.3 else {},
    )


def writes(case: Case, turn: Turn) -> None:
    """The customer adds something."""
    case.ticket.write(by=case.ticket.customer, body=case.one_of(turn.says), attachments=case.photos(turn))


def chooses(case: Case, turn: Turn) -> None:
    """The customer presses what they would like on their page; where it is no button, they write it."""
    decision = db.session.scalar(latest_decision(case.ticket.id))
    for offer in offers_of(case.ticket, decision) if decision else ():
        if turn.remedy in offer.remedies:
            choose(case.ticket, turn.remedy, offer.lines, by=case.ticket.customer)
            return
    writes(case, turn)


def agrees(case: Case, _turn: Turn) -> None:
    """The customer says that it is solved."""
    case.ticket.solve(by=case.ticket.customer)


def asks_for_supervisor(case: Case, turn: Turn) -> None:
    """The customer wants somebody higher up."""
    ask_for_supervisor(case.ticket, by=case.ticket.customer, note=case.one_of(turn.says))


def follows_up(case: Case, turn: Turn) -> None:
    """The customer writes on a closed ticket, and a new one begins."""
    case.ticket = case.ticket.follow_up(by=case.ticket.customer, body=case.one_of(turn.says))


def answers(case: Case, turn: Turn) -> None:
    """The agent answers."""
    case.ticket.reply(by=case.agent, body=case.one_of(turn.says))


def waits(case: Case, turn: Turn) -> None:
    """The agent answers and waits for the customer."""
    answers(case, turn)
    case.ticket.wait_for_customer(by=case.agent)


def holds(case: Case, turn: Turn) -> None:
    """The agent answers and waits for somebody else."""
    answers(case, turn)
    case.ticket.hold(by=case.agent)


def solves(case: Case, turn: Turn) -> None:
    """The agent answers, and that was it; what the policy wants investigated is written down first."""
    answers(case, turn)
    if needs_investigation(case.ticket):
        investigate(case.ticket, by=case.agent, body="Checked the batch with the supplier and read the vet's papers.")
    _put_right(case)
    _settle_claims(case)
    case.ticket.solve(by=case.agent)


def notes(case: Case, turn: Turn) -> None:
    """The agent writes a note for the team."""
    case.ticket.note(by=case.agent, body=case.one_of(turn.says))


def hands_up(case: Case, turn: Turn) -> None:
    """The agent asks a supervisor."""
    ask_for_help(case.ticket, by=case.agent, note=case.one_of(turn.says))


def acknowledges(case: Case, _turn: Turn) -> None:
    """A supervisor has it."""
    case.escalation.acknowledge(by=case.chief)


def takes_over(case: Case, _turn: Turn) -> None:
    """A supervisor works on it in person."""
    case.escalation.take_over(by=case.chief)


def replies(case: Case, turn: Turn) -> None:
    """The supervisor writes to the customer."""
    case.ticket.reply(by=case.chief, body=case.one_of(turn.says))


def grants(case: Case, turn: Turn) -> None:
    """The supervisor says yes."""
    _decide(case, Verdict.GRANTED, turn)


def declines(case: Case, turn: Turn) -> None:
    """The supervisor says no."""
    _decide(case, Verdict.DECLINED, turn)


def replacements(case: Case, state: Sending) -> list[Replacement]:
    """What is sent once more on this ticket, so far."""
    query = select(Replacement).where(Replacement.ticket_id == case.ticket.id, Replacement.state == state)
    return list(db.session.scalars(query))


def sends(case: Case) -> None:
    """The parcel with the replacement leaves, by the carrier that brought the first."""
    first = case.order.parcels[0] if case.order and case.order.parcels else None
    for replacement in replacements(case, Sending.TO_BE_SENT):
        replacement.send(
            by=case.agent,
            carrier=first.carrier if first else "",
            tracking_number=f"{first.tracking_number}-R{replacement.id}" if first else "",
        )


def brings(case: Case) -> None:
    """The replacement has arrived."""
    for replacement in replacements(case, Sending.SENT):
        replacement.deliver(by=case.agent)


def take(case: Case, *, by: User) -> None:
    """The ticket finds its agent, who puts what was guessed under the right issue type and tags it."""
    if case.ticket.assignee is None:
        case.ticket.assign(to=case.agent, by=by)
    if case.ticket.sorting["confidence"] < 1:  # what was chosen, or what a decision shows, stays
        case.ticket.sort(case.story.issue, by=by)
    tag(case, by=by)


ACTS: dict[str, Callable[[Case, Turn], None]] = {
    "opens": opens,
    "writes": writes,
    "chooses": chooses,
    "agrees": agrees,
    "asks for a supervisor": asks_for_supervisor,
    "follows up": follows_up,
    "answers": answers,
    "updates": answers,
    "waits": waits,
    "holds": holds,
    "solves": solves,
    "notes": notes,
    "hands up": hands_up,
    "acknowledges": acknowledges,
    "takes over": takes_over,
    "replies": replies,
    "grants": grants,
    "declines": declines,
}


def _put_right(case: Case) -> None:
    """What the policy offers is done in one press, as at the desk."""
    decision = db.session.scalar(latest_decision(case.ticket.id))
    if decision is None or decision.outcome is not Outcome.APPROVE or case.ticket.order is None:
        return
    choice = choice_for(decision.answers[0], choices_on(case.ticket))
    wished = [choice.remedy] if choice else []
    remedy = next((one for one in (*wished, *map(Remedy, decision.remedies)) if one in PUT_RIGHT), None)
    if remedy is None:
        return
    try:
        with db.session.begin_nested():
            act(case.ticket, decision, remedy, by=case.agent)
    except Problem:
        return  # another ticket of the same order had it already
    rma = db.session.scalar(of_ticket(case.ticket.id))
    if rma and rma.state is Step.APPROVED and case.rng.random() < 0.6:
        rma.send_label(by=case.agent)


def _settle_claims(case: Case) -> None:
    """What the policy did not settle in one press is decided by whoever solves the ticket."""
    decision = db.session.scalar(latest_decision(case.ticket.id))
    claims = select(Claim).where(Claim.ticket_id == case.ticket.id, Claim.state == ClaimState.OPEN)
    for claim in db.session.scalars(claims).all():
        if decision is None or decision.outcome is Outcome.NEED_INFORMATION:
            claim.withdraw(by=case.agent)
        elif decision.outcome is Outcome.DECLINE or not decision.remedies:
            claim.reject(decision.because, by=case.agent, clause=next(iter(decision.clauses), ""))
        else:
            claim.accept(Remedy(decision.remedies[0]), by=case.agent)


def _decide(case: Case, verdict: Verdict, turn: Turn) -> None:
    chief = case.chief
    if turn.letter:
        case.ticket.reply(by=chief, body=case.one_of(turn.letter))
    case.escalation.decide(verdict, by=chief, note=case.one_of(turn.says))


def _sorted(case: Case, body: str) -> Sorted:
    issue = case.story.issue
    if issue in GRAVE or case.rng.random() > UNSORTED:
        return from_choice(issue)
    guess = sort(body, order_facts(case.order))
    return from_choice(issue) if guess.issue_type in GRAVE else guess
