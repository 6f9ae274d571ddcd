"""One claim, cancellation, replacement, exchange or refund: where it stands, its history, and what can follow."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask_login import current_user

from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.core.money import Money
from helpdesk.policies import REMEDY_NAMES
from helpdesk.returns import (
    CANCELLATION_NAMES,
    CLAIM_KIND_NAMES,
    CLAIM_NAMES,
    KIND_NAMES,
    METHOD_NAMES,
    PAYOUT_NAMES,
    SENDING_NAMES,
    Cancellation,
    Claim,
    Exchange,
    Refund,
    Replacement,
    decision_on,
    fee_range,
)
from helpdesk.tickets import Ticket, lines_of, story_of
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.loading import the_ticket
from helpdesk.web.desk.record_acts import SORTS, Sort
from helpdesk.web.desk.record_forms import RecordForm, currency_of
from helpdesk.web.desk.returns import DONE, STOPPED, SYMBOLS
from helpdesk.web.filters import moment
from helpdesk.web.story import tell

Facts = list[tuple[str, Any]]
Lines = list[tuple[int, str]]


@bp.get("/tickets/<reference>/records/<sort>/<int:number>")
def record(reference: str, sort: str, number: int) -> str:
    """One record of a ticket."""
    return _page(the_record(the_ticket(reference), sort, number), sort, {})


@bp.post("/tickets/<reference>/records/<sort>/<int:number>/<name>")
def move_record(reference: str, sort: str, number: int, name: str) -> Any:
    """What follows: at once, and once."""
    act = the_sort(sort).acts.get(name) or abort(404)
    mine = the_record(the_ticket(reference, to_change=True), sort, number, to_change=True)
    if act.is_done(mine):
        return redirect(_url(mine, sort))  # a second press of the same form
    form = act.form(mine)
    if form.validate():
        try:
            act.do(mine, form, current_user._get_current_object())
        except Problem as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
        else:
            db.session.commit()
            flash(f"Done. It stands at “{state_name(mine)}” now.", "good")
            return redirect(_url(mine, sort))
    return _page(the_record(the_ticket(reference), sort, number), sort, {name: form}), 422


def the_sort(name: str) -> Sort:
    """One of the five."""
    return SORTS.get(name) or abort(404)


def the_record(ticket: Ticket, sort: str, number: int, *, to_change: bool = False) -> Any:
    """The ticket's record with this number; another ticket's does not exist."""
    table = the_sort(sort).table
    query = db.select(table).where(table.ticket_id == ticket.id, table.id == number)
    return db.first_or_404(query.with_for_update(of=table) if to_change else query)


def _page(mine: Any, sort: str, forms: dict[str, RecordForm]) -> str:
    g.timezone = mine.ticket.store.timezone
    offered = SORTS[sort].acts_of(mine, current_user._get_current_object())
    return render_template(
        "pages/desk/record.html",
        ticket=mine.ticket,
        record=mine,
        sort=sort,
        title=TITLES[sort](mine),
        state=state_name(mine),
        tone="good" if mine.state in DONE else "neutral" if mine.state in STOPPED else "info",
        symbol=SYMBOLS[sort],
        facts=[(name, value) for name, value in (*_common(mine), *FACTS[sort](mine)) if value],
        lines=LINES[sort](mine),
        story=[tell(event) for event in story_of(mine.ticket) if event.details.get(sort) == mine.id],
        offered=offered,
        forms={name: forms.get(name) or act.form(mine, formdata=None) for name, act in offered.items()},
        stray=[form for name, form in forms.items() if name not in offered],
        decision=decision_on(mine) if isinstance(mine, Claim | Cancellation) else None,
    )


def state_name(mine: Any) -> str:
    """Where it stands, in words."""
    return next(names[mine.state] for names in STATES if mine.state in names)


def _url(mine: Any, sort: str) -> str:
    return url_for(".record", reference=mine.ticket.reference, sort=sort, number=mine.id)


def _common(mine: Any) -> Facts:
    return [
        ("Store", mine.ticket.store.name),
        ("Order", mine.order.number if mine.order else ""),
        ("Customer", mine.ticket.customer.name or mine.ticket.customer.email),
        ("Since", moment(mine.made_at)),
        ("Rests on", _rests_on(mine.rests_on)),
    ]


def _rests_on(rests_on: dict[str, Any]) -> str:
    clauses = rests_on.get("clauses") or ()
    cited = f"clause{'s' if len(clauses) > 1 else ''} {', '.join(clauses)}" if clauses else ""
    return f"{cited} of edition {rests_on['edition']}" if cited and rests_on.get("edition") else cited


def _claim(claim: Claim) -> Facts:
    return [
        ("What the customer gets", REMEDY_NAMES[claim.remedy].capitalize() if claim.remedy else ""),
        ("Why", claim.reason),
        ("By clause", claim.clause),
    ]


def _cancellation(made: Cancellation) -> Facts:
    least, most = fee_range(made)
    currency = currency_of(made)
    fee = str(Money(most, currency)) if least == most else f"{Money(least, currency)} to {Money(most, currency)}"
    return [
        ("What", "The whole order" if made.is_whole else "Some pieces of the order"),
        ("The order was", made.stage.value),
        ("Paid", "Yes" if made.was_paid else "No"),
        ("Fee by the policy", fee if most else ""),
        ("Paid back", str(made.refund.amount) if made.refund else ""),
        ("Why", made.reason),
        ("By clause", made.clause),
    ]


def _sent(made: Replacement | Exchange) -> Facts:
    return [
        ("Return", made.rma.number if made.rma else ""),
        ("Carrier", " ".join(filter(None, (made.carrier, made.tracking_number)))),
        ("Sent", moment(made.sent_at) if made.sent_at else ""),
        ("Delivered", moment(made.delivered_at) if made.delivered_at else ""),
        ("Note", made.reason),
    ]


def _exchange(made: Exchange) -> Facts:
    difference = Money(made.difference_cents, made.currency)
    who = {"customer": "paid by the customer", "store": "paid by the store", "nobody": "paid by nobody"}[made.paid_by]
    wanted = [("Instead", made.wanted), ("Difference", f"{difference}, {who}" if made.difference_cents else "")]
    return [*wanted, *_sent(made)]


def _refund(refund: Refund) -> Facts:
    return [
        ("Amount", str(refund.amount)),
        ("Of that shipping", str(Money(refund.shipping_cents, refund.currency)) if refund.shipping_cents else ""),
        ("Paid to", METHOD_NAMES[refund.method].capitalize()),
        ("Return", refund.rma.number if refund.rma else ""),
        ("Note", refund.reason),
        ("Paid out", moment(refund.paid_at) if refund.paid_at else ""),
        ("Reference", refund.payout_reference),
        ("Taken back", moment(refund.taken_back_at) if refund.taken_back_at else ""),
        ("Why", refund.taken_back_why),
    ]


def _items(ticket: Ticket) -> Lines:
    return [(line.quantity, line.title) for line in lines_of(ticket).answer if line.is_in_question]


STATES: tuple[dict[Any, str], ...] = (CLAIM_NAMES, CANCELLATION_NAMES, SENDING_NAMES, PAYOUT_NAMES)
TITLES: dict[str, Callable[[Any], str]] = {
    "claim": lambda claim: f"Claim: {CLAIM_KIND_NAMES[claim.kind].lower()}",
    "cancellation": lambda made: "Cancellation",
    "replacement": lambda made: "Replacement",
    "exchange": lambda made: f"Exchange for {made.wanted}",
    "refund": lambda refund: f"{KIND_NAMES[refund.kind]} of {refund.amount}",
}
FACTS: dict[str, Callable[[Any], Facts]] = {
    "claim": _claim,
    "cancellation": _cancellation,
    "replacement": _sent,
    "exchange": _exchange,
    "refund": _refund,
}
LINES: dict[str, Callable[[Any], Lines]] = {
    "claim": lambda claim: _items(claim.ticket),
    "cancellation": lambda made: [(line.quantity, line.order_line.title) for line in made.lines],
    "replacement": lambda made: [(item.quantity, item.order_line.title) for item in made.items],
    "exchange": lambda made: [(made.quantity, made.order_line.title)],
    "refund": lambda refund: [(line.quantity, line.order_line.title) for line in refund.lines if line.quantity],
}
