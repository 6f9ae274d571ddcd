"""What may still be sent back and paid back of an order, counted over all its tickets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.core.money import Money
from helpdesk.orders import Order, OrderLine
from helpdesk.returns.cancellation import Cancellation, CancellationLine, CancellationState
from helpdesk.returns.money import Paid, PaidBack, Priced, paid_for
from helpdesk.returns.refunds import Kind, Payout, Refund, RefundLine
from helpdesk.returns.remedies import Exchange, Replacement, ReplacementItem, Sending
from helpdesk.returns.rma import Rma
from helpdesk.returns.rma_item import RmaItem
from helpdesk.returns.steps import OPEN, Step

Sums = Mapping[int, int]


@dataclass(frozen=True)
class LineTally:
    """One line of an order: what happened to its units and its money so far."""

    line: OrderLine
    paid: Paid
    returned: int  # sent back, or authorised to be
    gone: int  # cancelled, or paid back without a return
    called_off: int  # asked to be cancelled, and not decided yet
    sent_again: int  # in place of what came back
    replaced: int  # without anything coming back

    @property
    def can_return(self) -> int:
        """How many units may still be sent back."""
        return max(0, self.line.quantity + self.sent_again - self.returned - self.gone)

    @property
    def can_replace(self) -> int:
        """How many units may still be replaced without coming back."""
        return max(0, self.line.quantity - self.replaced - self.gone)

    @property
    def can_cancel(self) -> int:
        """How many units may still be cancelled."""
        return max(0, self.line.quantity - self.returned - self.gone - self.called_off)


@dataclass(frozen=True)
class Tally:
    """All lines of an order, and what is left of its shipping."""

    order: Order
    lines: dict[int, LineTally]
    shipping_left: int

    def of(self, line_id: int) -> LineTally:
        """One line. Raises Invalid for another order's."""
        if line_id not in self.lines:
            raise Invalid("Those items do not belong to this order.")
        return self.lines[line_id]

    def refuse_too_many_back(self, units: Mapping[int, int]) -> None:
        """Raises Invalid, naming the line, where more is to be sent back than can be."""
        for line_id, wanted in units.items():
            known = self.of(line_id)
            _refuse(known.line, wanted, known.can_return, "sent back")

    def refuse_too_much_paid(self, back: PaidBack, counts_units: bool) -> None:
        """Raises Invalid, naming the line, where more is to be paid back than was paid and is still there."""
        for line_id, cents in back.lines.items():
            known = self.of(line_id)
            if cents < 0:
                raise Invalid("A refund cannot be below nothing.")
            if cents > known.paid.left_cents:
                left = Money(known.paid.left_cents, self.order.currency)
                raise Invalid(f"“{known.line.title}”: at most {left} can still be paid back.")
            if counts_units:
                left_units = known.line.quantity - known.paid.refunded_units
                _refuse(known.line, back.units.get(line_id, 0), left_units, "paid back")
        if not 0 <= back.shipping_cents <= self.shipping_left:
            left = Money(self.shipping_left, self.order.currency)
            raise Invalid(f"Of the shipping at most {left} can still be paid back.")


def tally_of(order: Order) -> Tally:
    """Count anew; whoever wants to rely on it has locked the order before."""
    paid = paid_for(
        [Priced(line.id, line.quantity, line.unit_cents, line.discount_cents) for line in order.lines],
        discount_cents=order.discount_cents,
        shipping_cents=order.shipping_cents,
        total_cents=order.total_cents,
    )
    cents, units, gone = _refunded(order)
    returned, sent_again = _returned(order), _sent(order, came_back=True)
    replaced, cancelled = _sent(order, came_back=False), _cancelled(order, CancellationState.CONFIRMED)
    called_off = _cancelled(order, CancellationState.REQUESTED)
    lines = {
        line.id: LineTally(
            line,
            Paid(line.id, line.quantity, paid[line.id], units.get(line.id, 0), cents.get(line.id, 0)),
            returned=returned.get(line.id, 0),
            gone=gone.get(line.id, 0) + cancelled.get(line.id, 0),
            sent_again=sent_again.get(line.id, 0),
            replaced=replaced.get(line.id, 0),
            called_off=called_off.get(line.id, 0),
        )
        for line in order.lines
    }
    return Tally(order, lines, max(0, order.shipping_cents - _shipping_refunded(order)))


def _refuse(line: OrderLine, wanted: int, left: int, what: str) -> None:
    if wanted < 0:
        raise Invalid(f"“{line.title}”: a number of pieces cannot be below nothing.")
    if wanted > left:
        most = f"at most {left} can still be" if left else "nothing can any more be"
        raise Invalid(f"“{line.title}”: {most} {what}; {wanted} were asked for.")


def _refunded(order: Order) -> tuple[Sums, Sums, Sums]:
    """By line: cents paid back, units they were for, and which of those neither came back nor were cancelled."""
    whole_units = (Refund.kind.in_((Kind.REFUND, Kind.STORE_CREDIT))) | Refund.rma_id.is_not(None)
    stayed = and_(whole_units, Refund.rma_id.is_(None), Refund.cancellation_id.is_(None))
    query = (
        select(
            RefundLine.order_line_id,
            func.sum(RefundLine.cents),
            func.sum(case((whole_units, RefundLine.quantity), else_=0)),
            func.sum(case((stayed, RefundLine.quantity), else_=0)),
        )
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(Refund.order_id == order.id, Refund.state != Payout.TAKEN_BACK)
        .group_by(RefundLine.order_line_id)
    )
    rows = db.session.execute(query).all()
    cents, units, stayed_units = ({row[0]: int(row[n]) for row in rows} for n in (1, 2, 3))
    return cents, units, stayed_units


def _shipping_refunded(order: Order) -> int:
    query = select(func.coalesce(func.sum(Refund.shipping_cents), 0))
    query = query.where(Refund.order_id == order.id, Refund.state != Payout.TAKEN_BACK)
    return int(db.session.scalar(query) or 0)


def _returned(order: Order) -> Sums:
    came = RmaItem.resalable + RmaItem.damaged + RmaItem.donated
    units = case((Rma.state.in_(OPEN), RmaItem.quantity), (Rma.rejected_at.is_not(None), 0), else_=came)
    is_void = Rma.state.in_((Step.DECLINED, Step.CANCELLED))
    query = select(RmaItem.order_line_id, func.sum(units)).join(Rma, Rma.id == RmaItem.rma_id)
    return _sums(query.where(Rma.order_id == order.id, ~is_void), RmaItem.order_line_id)


def _sent(order: Order, *, came_back: bool) -> Sums:
    """Units sent in place of others: those with a return behind them, or those without."""

    def of(kind: type[Replacement] | type[Exchange]) -> ColumnElement[bool]:
        linked = kind.rma_id.is_not(None) if came_back else kind.rma_id.is_(None)
        return and_(kind.order_id == order.id, kind.state != Sending.CANCELLED, linked)

    replaced = select(ReplacementItem.order_line_id, func.sum(ReplacementItem.quantity)).join(
        Replacement, Replacement.id == ReplacementItem.replacement_id
    )
    exchanged = select(Exchange.order_line_id, func.sum(Exchange.quantity)).where(of(Exchange))
    found = dict(_sums(replaced.where(of(Replacement)), ReplacementItem.order_line_id))
    for line_id, units in _sums(exchanged, Exchange.order_line_id).items():
        found[line_id] = found.get(line_id, 0) + units
    return found


def _cancelled(order: Order, state: CancellationState) -> Sums:
    query = select(CancellationLine.order_line_id, func.sum(CancellationLine.quantity)).join(
        Cancellation, Cancellation.id == CancellationLine.cancellation_id
    )
    counts = Cancellation.order_id == order.id, Cancellation.state == state
    return _sums(query.where(*counts), CancellationLine.order_line_id)


def _sums(query: Any, by: InstrumentedAttribute[int]) -> Sums:
    return {line_id: int(units) for line_id, units in db.session.execute(query.group_by(by))}
