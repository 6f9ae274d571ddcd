"""A checked order joined with the one we may already have; what is known is never lost to an older file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from helpdesk.core.db import Base, db
from helpdesk.orders.checking import Checked
from helpdesk.orders.order import Order, OrderLine, Parcel, Stage

#: (earlier, later): what cannot have happened the other way round.
SEQUENCES = [
    ("placed_at", "shipped_at"),
    ("placed_at", "delivered_at"),
    ("placed_at", "cancelled_at"),
    ("shipped_at", "delivered_at"),
]
STAGES = list(Stage)


class Impossible(Exception):
    """With what is already known, this order cannot be right."""


def merge(checked: Checked, order: Order) -> bool:
    """Bring the order up to date, a new one too; say whether that changed anything. Raises Impossible."""
    moments = _moments_of(order) | checked.moments
    for earlier, later in SEQUENCES:
        if earlier in moments and later in moments and moments[later] < moments[earlier]:
            raise Impossible(_explained(later, earlier, moments, checked))
    assumed = {} if order.currency else checked.assumed
    changes = [
        _set(order, {**assumed, **checked.values, **moments, "stage": _stage(order, moments, checked.stage)}),
        _merge_lines(order, checked.lines),
        _merge_parcels(order, checked.parcels),
    ]
    return any(changes)


def _moments_of(order: Order) -> dict[str, datetime]:
    named = {f"{stage}_at": getattr(order, f"{stage}_at") for stage in Stage}
    return {name: moment for name, moment in named.items() if moment}


def _stage(order: Order, moments: dict[str, datetime], given: Stage | None) -> Stage:
    """The furthest of what we knew, what the moments show and what the file says: an order never goes back."""
    shown = [stage for stage in Stage if f"{stage}_at" in moments]
    return max([*shown, given or Stage.PLACED, order.stage or Stage.PLACED], key=STAGES.index)


def _explained(later: str, earlier: str, moments: dict[str, datetime], checked: Checked) -> str:
    known = "" if {later, earlier} <= set(checked.moments) else " (one of them is known from an earlier import)"
    return f"{later} {moments[later].isoformat()} is before {earlier} {moments[earlier].isoformat()}{known}"


def _set(thing: Base, values: dict[str, Any]) -> bool:
    changed = {name: value for name, value in values.items() if getattr(thing, name) != value}
    for name, value in changed.items():
        setattr(thing, name, value)
    return bool(changed)


def _merge_lines(order: Order, wanted: list[dict[str, Any]]) -> bool:
    kept = _paired(order.lines, wanted)
    gone = [line for line in order.lines if line not in kept.values()]
    moved = [line for position, line in kept.items() if line.position != position]
    for line in gone:
        order.lines.remove(line)
    for line in moved:
        # Two lines may change places, and no two may hold one place even for a moment.
        line.position = -line.position
    if gone or moved:
        db.session.flush()
    changes = [_set(kept[line["position"]], line) for line in wanted if line["position"] in kept]
    new = [OrderLine(**line) for line in wanted if line["position"] not in kept]
    order.lines.extend(new)
    return any([gone, moved, new, *changes])


def _paired(lines: Iterable[OrderLine], wanted: list[dict[str, Any]]) -> dict[int, OrderLine]:
    """Which line of ours is meant by each position: the same article at the same place, else the same article."""
    free = list(lines)
    pairs: dict[int, OrderLine] = {}
    for is_same_place in (True, False):
        for told in wanted:
            position = told["position"]
            fits = (x for x in free if x.sku == told["sku"] and (x.position == position or not is_same_place))
            if position not in pairs and (line := next(fits, None)):
                pairs[position] = line
                free.remove(line)
    return pairs


def _merge_parcels(order: Order, wanted: list[dict[str, Any]]) -> bool:
    if not wanted:  # many files know nothing of parcels
        return False
    ours = {parcel.tracking_number: parcel for parcel in order.parcels}
    named = {told["tracking_number"]: told for told in wanted}
    changes = [_set(ours[key], told) for key, told in named.items() if key in ours]
    new = [Parcel(**told) for key, told in named.items() if key not in ours]
    gone = [parcel for key, parcel in ours.items() if key not in named]
    for parcel in gone:
        order.parcels.remove(parcel)
    order.parcels.extend(new)
    return any([gone, new, *changes])
