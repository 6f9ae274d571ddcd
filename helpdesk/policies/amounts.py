"""The money of a decision: fees, deductions and what is paid back, in whole minor units."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from helpdesk.core.money import PLACES
from helpdesk.policies.decision import Charge, Refund
from helpdesk.policies.document import Charge as Wanted


def charge_of(wanted: Wanted, source: str, value: int | None, currency: str, *, is_deduction: bool) -> Charge:
    """A fee in minor units of what was paid for the item, never more than that."""
    most = least = None
    if wanted.amount is not None:
        amount = int(wanted.amount.scaleb(PLACES.get(currency, 2)).to_integral_value(ROUND_HALF_UP))
        most = least = amount if value is None else min(amount, value)
    elif value is not None:
        most = share(value, wanted.percent if wanted.percent is not None else wanted.up_to_percent or 0)
        least = most if wanted.percent is not None else 0
    return Charge(wanted.kind, source, most, least, wanted.percent, wanted.up_to_percent, is_deduction)


def paid_back(refund: Refund, charges: Iterable[Charge], value: int | None, shipping: int | None) -> Refund:
    """The refund with its amounts: what was paid for the item, less charges, plus shipping where that is due.

    Neither below nothing nor above what was paid.
    """
    if value is None:
        return refund
    base = share(value, refund.percent)
    charges = list(charges)
    if any(charge.cents is None for charge in charges):
        return refund
    extra = (shipping or 0) if refund.shipping else 0
    most = base - sum(charge.least_cents or 0 for charge in charges)
    least = base - sum(charge.cents or 0 for charge in charges)
    return Refund(refund.method, refund.percent, refund.shipping, max(0, most) + extra, max(0, least) + extra)


def share(cents: int, percent: float) -> int:
    """So much per cent of an amount, half a minor unit rounded up."""
    if percent == 100:
        return cents
    return int((Decimal(cents) * Decimal(str(percent)) / 100).quantize(Decimal(1), ROUND_HALF_UP))
