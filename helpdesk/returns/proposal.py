"""What a return pays back, worked out before anybody agrees to it."""

from collections.abc import Mapping
from dataclasses import replace

from helpdesk.orders import Order
from helpdesk.returns.money import PaidBack, Piece, Plan, pay_back
from helpdesk.returns.rma import Rma
from helpdesk.returns.rma_item import Finding
from helpdesk.returns.tally import Tally, tally_of


def proposed_refund(
    rma: Rma, *, findings: Mapping[int, Finding] | None = None, fees: Mapping[str, int] | None = None
) -> PaidBack:
    """The refund of what came back; `findings` (by item) are not kept yet, `fees` are percentages chosen by kind."""
    tally = tally_of(_order_of(rma))
    pieces = [_piece(tally, item.order_line_id, (findings or {}).get(item.id, item.finding)) for item in rma.items]
    return pay_back(pieces, with_fees(rma.plan, fees or {}), shipping_left=tally.shipping_left)


def with_fees(plan: Plan, chosen: Mapping[str, int]) -> Plan:
    """The plan with less than the most where a fee is "up to" and somebody chose so."""
    fees = tuple(
        replace(fee, percent=min(fee.percent, max(0, chosen[fee.kind]))) if fee.is_up_to and fee.kind in chosen else fee
        for fee in plan.fees
    )
    return replace(plan, fees=fees)


def _piece(tally: Tally, line_id: int, finding: Finding) -> Piece:
    units = finding.resalable + finding.damaged + finding.donated
    return Piece(tally.of(line_id).paid, units, finding.deduction_percent, finding.deduction_cents if units else 0)


def _order_of(rma: Rma) -> Order:
    assert rma.order is not None  # noqa: S101 - a return is made of an order's lines
    return rma.order
