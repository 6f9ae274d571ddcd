"""What else is known of a customer: their tickets, returns and refunds, with totals. Shown when somebody asks."""

from collections import Counter
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.core.money import Money
from helpdesk.returns import Payout, Refund, Rma
from helpdesk.tickets import UNFINISHED, Ticket, visible_to
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.loading import me, the_ticket

SHOWN = 20


@bp.get("/tickets/<reference>/customer")
def customer(reference: str) -> str:
    """The customer's other tickets and what was paid back: a page, or the part that the ticket unfolds."""
    mine = the_ticket(reference)
    part = "components/customer_part.html" if "part" in request.args else "pages/desk/customer.html"
    return render_template(part, ticket=mine, here=url_for(".ticket", reference=mine.reference), **known_of(mine))


def known_of(mine: Ticket) -> dict[str, Any]:
    """All of it, as far as this person may see it."""
    theirs = visible_to(me()).where(Ticket.customer_id == mine.customer_id)
    ids = theirs.with_only_columns(Ticket.id)
    columns = Ticket.reference, Ticket.subject, Ticket.status, Ticket.opened_at
    others = theirs.where(Ticket.id != mine.id).with_only_columns(*columns).order_by(Ticket.id.desc())
    returns = select(Rma).where(Rma.ticket_id.in_(ids)).order_by(Rma.id.desc()).limit(SHOWN)
    statuses = db.session.execute(theirs.with_only_columns(Ticket.status, func.count()).group_by(Ticket.status)).all()
    return {
        "others": db.session.execute(others.limit(SHOWN)).all(),
        "tickets": sum(many for _, many in statuses),
        "unfinished": sum(many for status, many in statuses if status in UNFINISHED),
        "returns": db.session.scalars(returns).all(),
        "refunds": _refunds(ids),
    }


def _refunds(ids: Any) -> dict[str, Any]:
    query = select(Refund.currency, Refund.state, func.count(), func.sum(Refund.cents)).where(Refund.ticket_id.in_(ids))
    paid: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    many = 0
    for currency, state, count, cents in db.session.execute(query.group_by(Refund.currency, Refund.state)):
        many += count
        (paid if state is Payout.PAID else waiting)[currency] += int(cents)
    return {"many": many, "paid": _sums(paid), "waiting": _sums(waiting)}


def _sums(cents: Counter[str]) -> list[str]:
    return [str(Money(sum_, currency)) for currency, sum_ in sorted(cents.items())]
