"""What is paid back (pure): whole minor units, never more than was paid, and sums that agree to the cent.

Source of the rules: DOMAIN 3.1. What was actually paid after discounts; restocking fees and deductions; original
shipping only where the decision says so. Cents that cannot be split go to the customer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

HUNDRED = 100


@dataclass(frozen=True)
class Priced:
    """One line of an order as it was sold."""

    id: int
    quantity: int
    unit_cents: int
    discount_cents: int = 0

    @property
    def net_cents(self) -> int:
        """What the line cost after its own discount."""
        return max(0, self.quantity * self.unit_cents - self.discount_cents)


@dataclass(frozen=True)
class Paid:
    """One line: what was paid for it, and what of that has been paid back already."""

    id: int
    quantity: int
    paid_cents: int
    refunded_units: int = 0
    refunded_cents: int = 0

    @property
    def left_cents(self) -> int:
        """What may still be paid back."""
        return max(0, self.paid_cents - self.refunded_cents)

    def share_of(self, units: int) -> int:
        """What so many further units cost; all units together cost exactly what was paid."""
        before = min(self.refunded_units, self.quantity)
        after = min(before + max(0, units), self.quantity)
        return self.paid_cents * after // self.quantity - self.paid_cents * before // self.quantity


@dataclass(frozen=True)
class Fee:
    """Something kept back: a percentage of the goods, or an amount. `is_up_to` lets a person choose less."""

    kind: str
    percent: int = 0
    cents: int = 0
    is_up_to: bool = False

    def of(self, goods_cents: int) -> int:
        """How much that is, cents rounded down."""
        return min(goods_cents, self.cents + goods_cents * self.percent // HUNDRED)


@dataclass(frozen=True)
class Plan:
    """How a decision says that money goes back."""

    method: str = "original"
    percent: int = HUNDRED
    refund_shipping: bool = False
    fees: tuple[Fee, ...] = ()
    return_shipping: str = "prepaid"
    charge_cents: int = 0

    @classmethod
    def from_decision(cls, given: Mapping[str, Any]) -> "Plan":
        """A decision's refund as it was kept; what it does not say is as good as it can be for the customer."""
        fees = tuple(
            Fee(
                str(fee.get("kind", "fee")),
                percent=_percent(fee.get("up_to_percent", fee.get("percent", 0))),
                cents=max(0, int(fee.get("cents", 0) or 0)),
                is_up_to="up_to_percent" in fee,
            )
            for fee in given.get("fees") or ()
        )
        return cls(
            method=str(given.get("method", "original")),
            percent=_percent(given.get("percent", HUNDRED)),
            refund_shipping=bool(given.get("refund_shipping", False)),
            fees=fees,
            return_shipping=str(given.get("return_shipping", "prepaid")),
            charge_cents=max(0, int(given.get("charge_cents", 0) or 0)),
        )


@dataclass(frozen=True)
class Piece:
    """Units of one line that money goes back for, and what is kept back for their state."""

    line: Paid
    units: int
    deduction_percent: int = 0
    deduction_cents: int = 0


@dataclass(frozen=True)
class PaidBack:
    """What goes back: by line, for shipping, and what was kept back and why."""

    lines: dict[int, int] = field(default_factory=dict)
    units: dict[int, int] = field(default_factory=dict)
    shipping_cents: int = 0
    goods_cents: int = 0  # before anything was kept back
    deduction_cents: int = 0
    fees: tuple[tuple[str, int], ...] = ()

    @property
    def total_cents(self) -> int:
        """All of it."""
        return sum(self.lines.values()) + self.shipping_cents

    def as_plain(self) -> dict[str, Any]:
        """For keeping, and for the pages: the sum as it was made."""
        return {
            "goods_cents": self.goods_cents,
            "deduction_cents": self.deduction_cents,
            "fees": [list(fee) for fee in self.fees],
            "shipping_cents": self.shipping_cents,
            "total_cents": self.total_cents,
        }


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in proportion to the weights, in whole cents that add up to it; the largest remainders get the rest."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in by_remainder[: total - sum(shares)]:
        shares[n] += 1
    return shares


def paid_for(
    lines: Sequence[Priced], *, discount_cents: int = 0, shipping_cents: int = 0, total_cents: int | None = None
) -> dict[int, int]:
    """What was paid for each line: the order's discount is spread over its lines.

    An order whose total is lower than its parts was cheaper than they say; then nobody paid the difference.
    """
    nets = [line.net_cents for line in lines]
    goods = max(0, sum(nets) - max(0, discount_cents))
    if total_cents is not None:
        goods = min(goods, max(0, total_cents - shipping_cents))
    return {line.id: share for line, share in zip(lines, spread(goods, nets), strict=True)}


def pay_back(pieces: Iterable[Piece], plan: Plan, *, shipping_left: int = 0) -> PaidBack:
    """The refund of these pieces under this plan; `shipping_left` is what of the original shipping is still ours."""
    pieces = list(pieces)
    goods = [min(_up(piece.line.share_of(piece.units), plan.percent), piece.line.left_cents) for piece in pieces]
    kept = [_deduction(piece, cents) for piece, cents in zip(pieces, goods, strict=True)]
    left = [cents - deduction for cents, deduction in zip(goods, kept, strict=True)]
    fees = _fees(plan, sum(left))
    shares = spread(sum(cents for _, cents in fees), left)
    return PaidBack(
        lines={p.line.id: cents - share for p, cents, share in zip(pieces, left, shares, strict=True)},
        units={p.line.id: p.units for p in pieces},
        shipping_cents=max(0, shipping_left) if plan.refund_shipping else 0,
        goods_cents=sum(goods),
        deduction_cents=sum(kept),
        fees=fees,
    )


def _fees(plan: Plan, goods_cents: int) -> tuple[tuple[str, int], ...]:
    """Each fee, as long as there is something to take it from."""
    asked = [(fee.kind, fee.of(goods_cents)) for fee in plan.fees] + [("return_shipping", plan.charge_cents)]
    taken: list[tuple[str, int]] = []
    left = goods_cents
    for kind, cents in asked:
        if part := min(cents, left):
            taken.append((kind, part))
            left -= part
    return tuple(taken)


def _deduction(piece: Piece, cents: int) -> int:
    return min(cents, piece.deduction_cents + cents * piece.deduction_percent // HUNDRED)


def _up(cents: int, percent: int) -> int:
    return -(-cents * percent // HUNDRED)


def _percent(given: Any) -> int:
    return max(0, min(HUNDRED, int(given or 0)))
