"""Acting on a decision: the records that it allows in one step, and what an exception allows against it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from helpdesk import policies
from helpdesk.accounts import SYSTEM, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.orders import OrderLine
from helpdesk.policies import WHOLE_ORDER, Outcome, Remedy, Request, ReturnShipping
from helpdesk.returns.cancellation import Cancellation, open_cancellation
from helpdesk.returns.choice import choice_for, choices_on
from helpdesk.returns.claim import Claim, ClaimKind, open_claim
from helpdesk.returns.decision import Answer, Decision
from helpdesk.returns.done import is_done, lines_done, was_pressed
from helpdesk.returns.exceptions import ExceptionState, PolicyException, is_within_limit, needs_exception
from helpdesk.returns.given import WHOLE
from helpdesk.returns.money import HUNDRED, PaidBack, Piece, Plan, pay_back
from helpdesk.returns.record import tally_for, the_order
from helpdesk.returns.refunds import Kind, Method, Refund, some_of
from helpdesk.returns.remedies import Replacement
from helpdesk.returns.rma import SEND_BACK_WITHIN, Rma, RmaKind
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
#: What comes back before it is paid for, unless the policy says that it can stay.
SENT_BACK = (Request.RETURN, Request.EXCHANGE)
#: Ways in which something comes back.
WAYS_BACK = (ReturnShipping.PREPAID, ReturnShipping.PICKUP, ReturnShipping.CUSTOMER)
#: What no record stands for: a person says it in words.
IN_WORDS = (Remedy.REPAIR, Remedy.CHANGE, Remedy.COMPENSATION, Remedy.INFORMATION)
MONEY = (Remedy.REFUND, Remedy.PARTIAL_REFUND, Remedy.STORE_CREDIT)


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
    if key and was_pressed(key):
        return
    if the_order(ticket).lines and not ticket.items and decision.request not in WHOLE_ORDER:
        raise Invalid("Nobody has said which items it is about. Choose the items first, or ask the customer.")
    refuse_above_limit(ticket, decision, remedy, by)
    answers = _as_chosen(ticket, remedy, _undone(ticket, _offered(decision, remedy)))
    _carry_out(ticket, decision, remedy, answers, by=by, key=key)


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
    elif kind in MONEY and not _pays_for_a_return(exception, decision):
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
    return sum(
        _back(ticket, _items(ticket, group), plan_of(group[0].decision)).total_cents for group in _alike(answers)
    )


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


def _pays_for_a_return(exception: PolicyException, decision: Decision) -> bool:
    """Whether the goods come back for it: all of a return's money does that, a smaller amount is just paid."""
    is_all = exception.amount_cents >= amount_of(exception.ticket, decision, exception.kind)
    return is_all and exception.kind is not Remedy.PARTIAL_REFUND and comes_back(decision.answers[0])


def cancellation_fee(made: Cancellation, decision: Decision) -> tuple[int, int]:
    """What the policy keeps back of a cancelled order, at least and at most, in minor units."""
    goods = tally_for(made.ticket)
    paid = sum(goods.of(line.order_line_id).paid.share_of(line.quantity) for line in made.lines)
    fees = plan_of(decision.answers[0].decision).fees
    return sum(fee.of(paid) for fee in fees if not fee.is_up_to), sum(fee.of(paid) for fee in fees)


def refuse_above_limit(ticket: Ticket, decision: Decision, remedy: Remedy, by: User) -> None:
    # What the policy approves anybody may do; what it leaves to a person is that person's judgement, up to a limit.
    if decision.outcome is not Outcome.REVIEW:
        return
    from helpdesk.returns.claims import edition_of

    if not is_within_limit(edition_of(decision, ticket), by.role, remedy, amount_of(ticket, decision, remedy)):
        raise NotAllowed("That is above your limit. Propose it as an exception; a supervisor decides.")


def _offered(decision: Decision, remedy: Remedy) -> list[Answer]:
    return [answer for answer in decision.answers if remedy in answer.decision.remedies]


def _undone(ticket: Ticket, answers: Sequence[Answer]) -> list[Answer]:
    """Those for which nothing was recorded yet: replacement or refund is a choice, not both."""
    done = lines_done(ticket.id)
    left = [answer for answer in answers if not is_done(answer, ticket, done)]
    if answers and not left:
        raise WrongState("That was dealt with already: look at the records of this ticket.")
    return left


def _as_chosen(ticket: Ticket, remedy: Remedy, answers: Sequence[Answer]) -> Sequence[Answer]:
    """Not those for which the customer chose something else; unless nothing else is left, and staff know better."""
    choices = choices_on(ticket)
    chosen = [(answer, choice_for(answer, choices)) for answer in answers]
    return [answer for answer, choice in chosen if choice is None or choice.remedy is remedy] or answers


def comes_back(answer: Answer) -> bool:
    """Whether the thing is sent back before money or another one goes out; what is missing cannot be."""
    request, shipping = answer.decision.request, answer.decision.return_shipping
    if request is Request.MISSING_ITEM:
        return False
    return shipping in WAYS_BACK if shipping else request in SENT_BACK


def _alike(answers: Sequence[Answer]) -> list[list[Answer]]:
    """Together what is paid back by the same terms and by when: each such group is one return or one refund."""
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        terms = repr((comes_back(answer), plan_as_kept(answer.decision), answer.decision.deadline("send_back")))
        groups.setdefault(terms, []).append(answer)
    return list(groups.values())


def _items(ticket: Ticket, answers: Sequence[Answer]) -> Items:
    lines = {item.order_line_id: (item.order_line, item.quantity) for item in ticket.items}
    wanted = [answer.line_id for answer in answers]
    return list(lines.values()) if WHOLE in wanted else [lines[line] for line in wanted if line in lines]


def _carry_out(
    ticket: Ticket, decision: Decision, remedy: Remedy, answers: Sequence[Answer], *,
    by: User, key: str | None = None, rests_on: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    rests_on = rests_on or rests_on_of(decision)
    if remedy is Remedy.CANCELLATION and decision.request is not Request.CANCEL_SUBSCRIPTION:
        _cancel(ticket, decision, by, rests_on, key)
    elif way := WAYS.get(remedy):
        for number, group in enumerate(_alike(answers)):
            way(ticket, group, remedy, by, rests_on, f"{key}-{number}" if key and number else key)
    else:
        raise Invalid("That is done in words: answer the customer.")
    _accept_claim(ticket, decision, remedy, by)


def _take_back(
    ticket: Ticket, answers: Sequence[Answer], remedy: Remedy, by: User, rests_on: dict[str, Any], key: str | None
) -> Rma:
    first = answers[0].decision
    rests_on = {**rests_on, "terms": terms_of(first)}
    rma = Rma.request(
        ticket, _items(ticket, answers), by=by,
        kind=RmaKind.EXCHANGE if remedy is Remedy.EXCHANGE else RmaKind.RETURN,
        remedy=Remedy.REFUND if remedy is Remedy.PARTIAL_REFUND else remedy,
        plan=plan_as_kept(first), rests_on=rests_on, key=key,
    )  # fmt: skip
    rma.approve(by=by, send_by=_send_by(first))
    return rma


def _send_by(decision: policies.Decision) -> datetime:
    deadline = decision.deadline("send_back")
    if deadline and deadline.ends_at:
        return datetime.fromisoformat(deadline.ends_at)
    return clock.now() + (timedelta(days=deadline.days) if deadline and deadline.days else SEND_BACK_WITHIN)


def _refund(
    ticket: Ticket, answers: Sequence[Answer], remedy: Remedy, by: User, rests_on: dict[str, Any], key: str | None
) -> None:
    plan = plan_of(answers[0].decision)
    if comes_back(answers[0]):
        _take_back(ticket, answers, remedy, by, rests_on, key)
        return
    if remedy is Remedy.PARTIAL_REFUND and not plan.fees and plan.percent == HUNDRED:
        raise Invalid("The policy does not say how large the part is. Propose an amount under “Make an exception”.")
    is_credit = remedy is Remedy.STORE_CREDIT or plan.method == Method.STORE_CREDIT.value
    Refund.record(
        ticket, _back(ticket, _items(ticket, answers), plan), by=by,
        kind=Kind.STORE_CREDIT if is_credit else Kind.REFUND,
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


def _replace(
    ticket: Ticket, answers: Sequence[Answer], _remedy: Remedy, by: User, rests_on: dict[str, Any], key: str | None
) -> None:
    items = _items(ticket, answers)
    # A replacement is sent ahead of what comes back only where something does; a return decides that otherwise.
    shipping = answers[0].decision.return_shipping
    is_returned = shipping in WAYS_BACK and comes_back(answers[0])
    rma = _take_back(ticket, answers, Remedy.REPLACEMENT, by, rests_on, None) if is_returned else None
    Replacement.record(ticket, items, by=by, rma=rma, rests_on=rests_on, key=key)


WAYS: dict[Remedy, Callable[..., object]] = {
    Remedy.REPLACEMENT: _replace,
    Remedy.RESEND: _replace,
    Remedy.EXCHANGE: _take_back,
    **dict.fromkeys(MONEY, _refund),
}


def _cancel(ticket: Ticket, decision: Decision, by: User, rests_on: dict[str, Any], key: str | None) -> None:
    made = open_cancellation(ticket)
    if made is None:
        made = Cancellation.request(ticket, by=by, rests_on=rests_on, key=key)
    made.form_key, made.rests_on = made.form_key or key, rests_on
    made.confirm(by=by, fee_cents=cancellation_fee(made, decision)[1], method=method_of(decision))


def method_of(decision: Decision) -> Method:
    """How the decision pays back what was cancelled."""
    return Method(plan_of(decision.answers[0].decision).method)


def _accept_claim(ticket: Ticket, decision: Decision, remedy: Remedy, by: User) -> None:
    kind = CLAIMS.get(decision.request)
    claim = open_claim(ticket, kind) if kind else None
    if claim:
        claim.accept(remedy, by=by)
    db.session.flush()
