"""Acting on a decision: the records that it allows in one step, and what an exception allows against it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from helpdesk import policies
from helpdesk.accounts import SYSTEM, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed
from helpdesk.orders import OrderLine
from helpdesk.policies import Outcome, Remedy, Request, ReturnShipping
from helpdesk.returns.cancellation import Cancellation
from helpdesk.returns.claim import Claim, ClaimKind, open_claim
from helpdesk.returns.decision import Answer, Decision
from helpdesk.returns.exceptions import ExceptionState, PolicyException, is_within_limit, needs_exception
from helpdesk.returns.given import WHOLE
from helpdesk.returns.money import PaidBack, Piece, Plan, pay_back
from helpdesk.returns.record import tally_for
from helpdesk.returns.refunds import Kind, Method, Refund, some_of
from helpdesk.returns.remedies import Replacement
from helpdesk.returns.rma import Rma, RmaKind
from helpdesk.tickets import Event, Ticket

Items = list[tuple[OrderLine, int]]
#: Requests that are a claim: something was wrong, and a record of its own says what came of it.
CLAIMS = {
    Request.DAMAGED: ClaimKind.DAMAGE,
    Request.DEFECTIVE: ClaimKind.DEFECT,
    Request.QUALITY: ClaimKind.DEFECT,
    Request.WRONG_ITEM: ClaimKind.WRONG,
    Request.MISSING_ITEM: ClaimKind.MISSING,
    Request.ADVERSE_REACTION: ClaimKind.ADVERSE,
}
#: Deadlines that a return's own clocks run by.
TERMS = ("send_back", "return_inspection", "refund")
#: What comes back before it is paid for.
SENT_BACK = (Request.RETURN, Request.EXCHANGE)


def keep_claim(event: Event) -> None:
    """A decided claim is a record from its first day, open until somebody accepts or rejects it."""
    kind = CLAIMS.get(Request(event.details["request"]))
    if kind and open_claim(event.ticket, kind) is None:
        Claim.open(event.ticket, kind, by=SYSTEM)


def act(ticket: Ticket, decision: Decision, remedy: Remedy, *, by: User, key: str | None = None) -> None:
    """Do what the decision offers. Raises NotAllowed where that needs an exception or somebody with a higher limit."""
    if needs_exception(decision, remedy):
        raise NotAllowed("The decision does not offer that. Propose an exception, with the reason.")
    if decision.outcome is Outcome.NEED_INFORMATION:
        raise NotAllowed("Something is still missing. Ask for it, or propose an exception.")
    _refuse_above_limit(ticket, decision, remedy, by)
    _carry_out(ticket, decision, remedy, _offered(decision, remedy), by=by, key=key)


def carry_out(exception: PolicyException, decision: Decision, *, by: User) -> None:
    """Do what an exception that was granted allows."""
    if exception.state is not ExceptionState.GRANTED:
        return
    ticket, kind = exception.ticket, exception.kind
    rests_on = {**rests_on_of(decision), "exception": exception.id}
    if kind is Remedy.COMPENSATION or (kind in MONEY and ticket.order is None):
        method = Method.STORE_CREDIT if kind is Remedy.STORE_CREDIT else Method.ORIGINAL
        Refund.goodwill(
            ticket, exception.amount_cents, by=by, reason=exception.reason, method=method, rests_on=rests_on
        )
    elif kind in MONEY and decision.request not in SENT_BACK:
        _pay(ticket, exception, _items(ticket, decision.answers), by, rests_on)
    else:
        _carry_out(ticket, decision, kind, decision.answers, by=by, rests_on=rests_on)


def amount_of(ticket: Ticket, decision: Decision, remedy: Remedy) -> int:
    """What a remedy would cost in minor units, as far as it is money or goods of the order."""
    answers = _offered(decision, remedy) or decision.answers
    if ticket.order is None:
        return 0
    if remedy is Remedy.CANCELLATION:
        return ticket.order.total_cents
    return _back(ticket, _items(ticket, answers), plan_of(answers[0].decision) if answers else Plan()).total_cents


def plan_of(decision: policies.Decision) -> Plan:
    """How a decision says that money goes back, as a return keeps it."""
    return Plan.from_decision(plan_as_kept(decision))


def plan_as_kept(decision: policies.Decision) -> dict[str, Any]:
    """The same as plain data."""
    refund, shipping = decision.refund, decision.return_shipping
    fees = [
        {
            name: value
            for name, value in (
                ("kind", charge.kind),
                ("percent", charge.percent),
                ("up_to_percent", charge.up_to_percent),
                ("cents", charge.cents if charge.percent is None and charge.up_to_percent is None else None),
            )
            if value is not None
        }
        for charge in decision.charges
    ]
    return {
        "method": refund.method.value if refund else "original",
        "percent": refund.percent if refund else 100,
        "refund_shipping": refund.shipping if refund else False,
        "fees": fees,
        "return_shipping": shipping.value if shipping else ReturnShipping.PREPAID.value,
    }


def terms_of(decision: policies.Decision) -> dict[str, Any]:
    """How long each step of a return may take by the policy, with its clause: the clocks of the return run by it."""
    return {
        deadline.target: {
            "hours": deadline.hours if deadline.hours is not None else 24 * (deadline.days or 0),
            "counts": deadline.counts,
            "clause": ", ".join(deadline.clauses),
        }
        for deadline in decision.deadlines
        if deadline.target in TERMS and (deadline.hours or deadline.days)
    }


def rests_on_of(decision: Decision) -> dict[str, Any]:
    """The edition and clauses that a record rests on."""
    return {"edition": decision.edition, "clauses": decision.clauses, "decision": decision.id}


def _refuse_above_limit(ticket: Ticket, decision: Decision, remedy: Remedy, by: User) -> None:
    # What the policy approves anybody may do; what it leaves to a person is that person's judgement, up to a limit.
    if decision.outcome is not Outcome.REVIEW:
        return
    from helpdesk.returns.claims import edition_of

    if not is_within_limit(edition_of(decision, ticket), by.role, remedy, amount_of(ticket, decision, remedy)):
        raise NotAllowed("That is above your limit. Propose it as an exception; a supervisor decides.")


def _offered(decision: Decision, remedy: Remedy) -> list[Answer]:
    return [answer for answer in decision.answers if remedy in answer.decision.remedies]


def _items(ticket: Ticket, answers: Sequence[Answer]) -> Items:
    lines = {item.order_line_id: (item.order_line, item.quantity) for item in ticket.items}
    wanted = [answer.line_id for answer in answers]
    return list(lines.values()) if WHOLE in wanted else [lines[line] for line in wanted if line in lines]


def _carry_out(
    ticket: Ticket, decision: Decision, remedy: Remedy, answers: Sequence[Answer], *,
    by: User, key: str | None = None, rests_on: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    rests_on = rests_on or rests_on_of(decision)
    ways: dict[Remedy, Callable[[], object]] = {
        Remedy.CANCELLATION: lambda: _cancel(ticket, by, rests_on, key),
        Remedy.REPLACEMENT: lambda: _replace(ticket, answers, by, rests_on, key),
        Remedy.RESEND: lambda: _replace(ticket, answers, by, rests_on, key),
    }
    if remedy in ways:
        ways[remedy]()
    elif remedy is Remedy.EXCHANGE or (decision.request in SENT_BACK and remedy in MONEY):
        _take_back(ticket, answers, remedy, by, rests_on, key)
    elif remedy in MONEY:
        _refund(ticket, answers, remedy, by, rests_on, key)
    else:
        raise Invalid("That is done in words: answer the customer.")
    _accept_claim(ticket, decision, remedy, by)


MONEY = (Remedy.REFUND, Remedy.PARTIAL_REFUND, Remedy.STORE_CREDIT)


def _take_back(
    ticket: Ticket, answers: Sequence[Answer], remedy: Remedy, by: User, rests_on: dict[str, Any], key: str | None
) -> Rma:
    is_exchange = remedy is Remedy.EXCHANGE
    first = answers[0].decision if answers else None
    rests_on = {**rests_on, "terms": terms_of(first)} if first else rests_on
    rma = Rma.request(
        ticket, _items(ticket, answers), by=by,
        kind=RmaKind.EXCHANGE if is_exchange else RmaKind.RETURN,
        remedy=Remedy.REFUND if remedy is Remedy.PARTIAL_REFUND else remedy,
        plan=plan_as_kept(first) if first else None, rests_on=rests_on, key=key,
    )  # fmt: skip
    deadline = first.deadline("send_back") if first else None
    days = deadline.days if deadline and deadline.days is not None else 14
    rma.approve(by=by, send_by=clock.now() + timedelta(days=days))
    return rma


def _refund(
    ticket: Ticket, answers: Sequence[Answer], remedy: Remedy, by: User, rests_on: dict[str, Any], key: str | None
) -> None:
    plan = plan_of(answers[0].decision)
    back = _back(ticket, _items(ticket, answers), plan)
    is_credit = remedy is Remedy.STORE_CREDIT or plan.method == Method.STORE_CREDIT.value
    Refund.record(
        ticket, back, by=by, kind=Kind.STORE_CREDIT if is_credit else Kind.REFUND,
        reason="As the policy says", rests_on=rests_on, key=key,
    )  # fmt: skip


def _pay(ticket: Ticket, exception: PolicyException, items: Items, by: User, rests_on: dict[str, Any]) -> None:
    """An amount agreed on, spread over the items in question, so that no line is ever paid back twice."""
    left = {line.id: tally_for(ticket).of(line.id).paid.left_cents for line, _ in items}
    if exception.amount_cents > sum(left.values()):
        raise Invalid("That is more than is left to pay back for these items. Choose compensation for the rest.")
    amounts, rest = {}, exception.amount_cents
    for line, cents in left.items():
        if part := min(cents, rest):
            amounts[line] = part
            rest -= part
    method = Method.STORE_CREDIT if exception.kind is Remedy.STORE_CREDIT else Method.ORIGINAL
    Refund.record(
        ticket,
        some_of(amounts),
        by=by,
        kind=Kind.PARTIAL_REFUND,
        method=method,
        reason=exception.reason,
        rests_on=rests_on,
    )


def _back(ticket: Ticket, items: Items, plan: Plan) -> PaidBack:
    tally = tally_for(ticket)
    pieces = [Piece(tally.of(line.id).paid, quantity) for line, quantity in items]
    return pay_back(pieces, plan, shipping_left=tally.shipping_left)


def _replace(ticket: Ticket, answers: Sequence[Answer], by: User, rests_on: dict[str, Any], key: str | None) -> None:
    shipping = next((a.decision.return_shipping for a in answers if a.decision.return_shipping), None)
    comes_back = shipping in (ReturnShipping.PREPAID, ReturnShipping.PICKUP, ReturnShipping.CUSTOMER)
    rma = _take_back(ticket, answers, Remedy.REPLACEMENT, by, rests_on, None) if comes_back else None
    Replacement.record(ticket, _items(ticket, answers), by=by, rma=rma, rests_on=rests_on, key=key)


def _cancel(ticket: Ticket, by: User, rests_on: dict[str, Any], key: str | None) -> None:
    Cancellation.request(ticket, by=by, rests_on=rests_on, key=key).confirm(by=by)


def _accept_claim(ticket: Ticket, decision: Decision, remedy: Remedy, by: User) -> None:
    kind = CLAIMS.get(decision.request)
    claim = open_claim(ticket, kind) if kind else None
    if claim:
        claim.accept(remedy, by=by)
    db.session.flush()
