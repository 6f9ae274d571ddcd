"""What is paid back: examples as a table, and what must hold for any order."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.returns.money import Fee, Paid, PaidBack, Piece, Plan, Priced, paid_for, pay_back, spread

CENTS = st.integers(0, 50_000)
PERCENT = st.integers(0, 100)
PLANS = st.builds(
    Plan,
    percent=PERCENT,
    refund_shipping=st.booleans(),
    fees=st.lists(st.builds(Fee, st.just("restocking"), percent=PERCENT, cents=CENTS), max_size=3).map(tuple),
    charge_cents=CENTS,
)


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[Priced], dict[int, int]]:
    """The lines of an order, and what was paid for each."""
    lines = [
        Priced(number, draw(st.integers(1, 9)), draw(CENTS), draw(CENTS)) for number in range(draw(st.integers(1, 5)))
    ]
    return lines, paid_for(lines, discount_cents=draw(CENTS))


@st.composite
def pieces(draw: st.DrawFn) -> list[Piece]:
    """Units of an order's lines, of which some were paid back before."""
    lines, paid = draw(orders())
    made = []
    for line in lines:
        before = draw(st.integers(0, line.quantity))
        known = Paid(line.id, line.quantity, paid[line.id], before, draw(st.integers(0, paid[line.id])))
        made.append(Piece(known, draw(st.integers(0, line.quantity)), draw(PERCENT), draw(CENTS)))
    return made


# ---- what was paid


@pytest.mark.parametrize("total, weights, shares", [
    (100, [1, 1, 1], [34, 33, 33]), (1, [5, 5], [1, 0]), (0, [3, 4], [0, 0]), (10, [0, 0], [0, 0]),
    (999, [4200, 8400], [333, 666]), (5, [1, 2, 3], [1, 2, 2]),
])  # fmt: skip
def test_an_amount_is_spread_in_proportion(total: int, weights: list[int], shares: list[int]) -> None:
    assert spread(total, weights) == shares


@given(st.lists(CENTS, min_size=1, max_size=8), st.data())
def test_a_spread_amount_adds_up_and_takes_no_more_than_there_is(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    shares = spread(total, weights)
    assert sum(shares) == total
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


@given(orders(), CENTS)
def test_lines_and_discount_agree_to_the_cent(order: tuple[Sequence[Priced], dict[int, int]], discount: int) -> None:
    lines = order[0]
    paid = paid_for(lines, discount_cents=discount)
    assert sum(paid.values()) == max(0, sum(line.net_cents for line in lines) - discount)
    assert all(0 <= paid[line.id] <= line.net_cents for line in lines)


def test_an_order_that_was_cheaper_than_its_parts_pays_back_what_it_cost() -> None:
    lines = [Priced(1, 1, 6000), Priced(2, 1, 4000)]
    assert paid_for(lines, shipping_cents=500, total_cents=5500) == {1: 3000, 2: 2000}
    assert paid_for(lines, shipping_cents=500, total_cents=99_000) == {1: 6000, 2: 4000}


# ---- what goes back


@pytest.mark.parametrize("plan, deduction, lines, shipping, fees", [
    (Plan(), (0, 0), 4200, 0, ()),
    (Plan(refund_shipping=True), (0, 0), 4200, 795, ()),
    (Plan(percent=50), (0, 0), 2100, 0, ()),
    (Plan(fees=(Fee("restocking", percent=15),)), (0, 0), 3570, 0, (("restocking", 630),)),
    (Plan(fees=(Fee("restocking", percent=15),)), (10, 0), 3213, 0, (("restocking", 567),)),
    (Plan(charge_cents=600), (0, 0), 3600, 0, (("return_shipping", 600),)),
    (Plan(charge_cents=9900), (0, 0), 0, 0, (("return_shipping", 4200),)),
    (Plan(charge_cents=9900, refund_shipping=True), (100, 0), 0, 795, ()),
    (Plan(), (0, 5000), 0, 0, ()),
])  # fmt: skip
def test_one_bowl_for_42(
    plan: Plan, deduction: tuple[int, int], lines: int, shipping: int, fees: tuple[tuple[str, int], ...]
) -> None:
    back = pay_back([Piece(Paid(1, 1, 4200), 1, *deduction)], plan, shipping_left=795)
    assert (back.lines[1], back.shipping_cents, back.fees) == (lines, shipping, fees)


@given(pieces(), PLANS, CENTS)
def test_never_below_nothing_and_never_more_than_was_paid(parts: list[Piece], plan: Plan, shipping: int) -> None:
    back = pay_back(parts, plan, shipping_left=shipping)
    assert all(0 <= back.lines[part.line.id] <= part.line.left_cents for part in parts)
    assert back.shipping_cents in (0, shipping)
    assert back.shipping_cents == 0 or plan.refund_shipping


@given(pieces(), PLANS)
def test_the_sum_can_be_followed(parts: list[Piece], plan: Plan) -> None:
    back = pay_back(parts, plan)
    kept = back.deduction_cents + sum(cents for _, cents in back.fees)
    assert back.goods_cents - kept == sum(back.lines.values()) == back.total_cents


@given(pieces(), PLANS, PLANS)
def test_a_fee_more_never_pays_more(parts: list[Piece], plan: Plan, other: Plan) -> None:
    dearer = replace(plan, fees=plan.fees + other.fees, charge_cents=plan.charge_cents + other.charge_cents)
    assert pay_back(parts, dearer).total_cents <= pay_back(parts, plan).total_cents


@given(st.integers(1, 9), CENTS, st.data())
def test_one_by_one_is_the_same_as_all_at_once(quantity: int, paid: int, data: st.DataObject) -> None:
    known, all_at_once = Paid(1, quantity, paid), pay_back([Piece(Paid(1, quantity, paid), quantity)], Plan())
    total = 0
    while known.refunded_units < quantity:
        units = data.draw(st.integers(1, quantity - known.refunded_units))
        back: PaidBack = pay_back([Piece(known, units)], Plan())
        total += back.total_cents
        known = Paid(1, quantity, paid, known.refunded_units + units, known.refunded_cents + back.total_cents)
    assert total == all_at_once.total_cents == paid


@given(PERCENT, PERCENT, st.integers(1, 9), CENTS)
def test_a_higher_percentage_never_pays_less(one: int, other: int, quantity: int, paid: int) -> None:
    piece = Piece(Paid(1, quantity, paid), quantity)
    low, high = (pay_back([piece], Plan(percent=p)).total_cents for p in sorted((one, other)))
    assert low <= high


@pytest.mark.parametrize("kept, plan", [
    ({}, Plan()),
    ({"method": "store_credit", "percent": 80, "refund_shipping": True}, Plan("store_credit", 80, True)),
    ({"fees": [{"kind": "restocking", "up_to_percent": 15}]}, Plan(fees=(Fee("restocking", 15, is_up_to=True),))),
    ({"fees": [{"kind": "x", "percent": 5}, {"kind": "y", "cents": 3}]}, Plan(fees=(Fee("x", 5), Fee("y", cents=3)))),
    ({"percent": 400, "charge_cents": -5, "fees": None}, Plan()),
    ({"return_shipping": "customer", "charge_cents": 795}, Plan(return_shipping="customer", charge_cents=795)),
])  # fmt: skip
def test_a_plan_is_read_from_a_decision(kept: dict[str, object], plan: Plan) -> None:
    assert Plan.from_decision(kept) == plan
