"""All returns of one's stores, and the panel that lists a ticket's records beside its conversation."""

from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from helpdesk.accounts import Customer, store_ids_of
from helpdesk.core.db import db
from helpdesk.core.money import Money
from helpdesk.core.pages import page_of
from helpdesk.orders import Order, number_key
from helpdesk.returns import (
    CANCELLATION_NAMES,
    CLAIM_KIND_NAMES,
    CLAIM_NAMES,
    KIND_NAMES,
    PAYOUT_NAMES,
    SENDING_NAMES,
    STEP_NAMES,
    CancellationState,
    ClaimKind,
    ClaimState,
    Kind,
    Payout,
    Rma,
    RmaItem,
    Sending,
    Step,
    as_rma_number,
    records_of,
)
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from helpdesk.web.desk.door import bp, my_stores

SHOWN = 25
#: What somebody has to do next, then what is over.
VIEWS: dict[str, tuple[str, tuple[Step, ...]]] = {
    "requested": ("To decide", (Step.REQUESTED,)),
    "expected": ("On the way", (Step.APPROVED, Step.LABEL_SENT, Step.IN_TRANSIT)),
    "received": ("To inspect", (Step.RECEIVED,)),
    "inspected": ("To settle", (Step.INSPECTED,)),
    "settled": ("To close", (Step.REFUNDED, Step.REPLACED, Step.EXCHANGED, Step.REJECTED)),
    "over": ("Over", (Step.CLOSED, Step.DECLINED, Step.CANCELLED)),
    "all": ("All", ()),
}
TONES = {
    **dict.fromkeys((Step.REQUESTED, Step.RECEIVED), ("flag", "warn")),
    **dict.fromkeys((Step.APPROVED, Step.LABEL_SENT, Step.IN_TRANSIT), ("truck", "info")),
    Step.INSPECTED: ("search", "brand"),
    **dict.fromkeys((Step.REFUNDED, Step.REPLACED, Step.EXCHANGED), ("check-circle", "good")),
    **dict.fromkeys((Step.DECLINED, Step.REJECTED), ("cross-circle", "bad")),
    **dict.fromkeys((Step.CLOSED, Step.CANCELLED), ("lock", "neutral")),
}
DONE = {"paid", "sent", "delivered", "confirmed", "accepted", "refunded", "replaced", "exchanged", "closed"}
STOPPED = {"cancelled", "taken_back", "refused", "rejected", "declined", "withdrawn"}


@bp.get("/returns")
def returns() -> str | Response:
    """One page of returns; the newest first, filters stand in the address."""
    asked = request.args
    view = asked.get("view", "") if asked.get("view", "") in VIEWS else "requested"
    search = asked.get("q", "").replace("\x00", "").strip()[:60]
    store = next((s for s in my_stores() if s.slug == asked.get("store")), None)
    query = _narrowed(_rows(), "all" if search else view, store, search)
    page = page_of(query, [Rma.id], down=True, cursor=asked.get("at"), size=SHOWN)

    def address(**other: Any) -> str:
        given = {"view": view, "store": store.slug if store else None, "q": search or None}
        return url_for(".returns", **{**given, **other})

    return render_template(
        "pages/desk/returns.html",
        rows=[_shown(row) for row in page.rows],
        views=[
            {"name": name, "url": address(view=key, q=None), "is_current": key == view and not search}
            for key, (name, _) in VIEWS.items()
        ],
        view=view,
        view_name="Found" if search else VIEWS[view][0],
        store=store,
        stores=my_stores(),
        asked=search,
        before_url=address(at=page.before) if page.before else None,
        after_url=address(at=page.after) if page.after else None,
    )


def returns_panel(ticket: Ticket) -> list[dict[str, Any]]:
    """The ticket's returns, claims, refunds and what else followed, for the macro of the same name: one query."""
    return [_record(ticket, row) for row in db.session.execute(records_of(ticket.id))]


def _rows() -> Select[Any]:
    units = select(func.sum(RmaItem.quantity)).where(RmaItem.rma_id == Rma.id).scalar_subquery()
    columns: tuple[Any, ...] = (
        Rma.id, Rma.number, Rma.state, Rma.remedy, Rma.made_at, Rma.send_by, Ticket.reference,
        Store.name.label("store_name"), Customer.name, Customer.email, Order.number.label("order"),
        units.label("units"),
    )  # fmt: skip
    joined = select(*columns).join(Ticket, Ticket.id == Rma.ticket_id)
    joined = joined.join(Store, Store.id == Rma.store_id).join(Customer, Customer.id == Ticket.customer_id)
    return joined.outerjoin(Order, Order.id == Rma.order_id).where(Rma.store_id.in_(store_ids_of(current_user)))


def _narrowed(query: Select[Any], view: str, store: Store | None, search: str) -> Select[Any]:
    if states := VIEWS[view][1]:
        query = query.where(Rma.state.in_(states))
    if store:
        query = query.where(Rma.store_id == store.id)
    if search:
        query = query.where((Rma.number == as_rma_number(search)) | (Order.number_key == (number_key(search) or None)))
    return query


def _shown(row: Any) -> dict[str, Any]:
    symbol, tone = TONES[row.state]
    number = row.number or f"request-{row.id}"
    return {
        "url": url_for(".rma", reference=row.reference, number=number),
        "number": row.number or "No number yet",
        "ticket": row.reference,
        "customer": row.name or row.email,
        "store": row.store_name,
        "order": row.order,
        "units": row.units,
        "wish": row.remedy.replace("_", " "),
        "state": STEP_NAMES[row.state],
        "symbol": symbol,
        "tone": tone,
        "made_at": row.made_at,
        "send_by": row.send_by if row.state in VIEWS["expected"][1] else None,
    }


def _record(ticket: Ticket, row: Any) -> dict[str, Any]:
    words, state = WORDS[row.what](row.name, row.state)
    return {
        "words": words,
        "amount": str(Money(row.cents, row.currency)) if row.cents else "",
        "state": state,
        "tone": "good" if row.state in DONE else "neutral" if row.state in STOPPED else "info",
        "symbol": SYMBOLS[row.what],
        "url": _record_url(ticket, row),
    }


def _record_url(ticket: Ticket, row: Any) -> str:
    if row.what == "return":
        return url_for("desk.rma", reference=ticket.reference, number=row.name or f"request-{row.id}")
    return url_for("desk.record", reference=ticket.reference, sort=row.what, number=row.id)


SYMBOLS = {
    "return": "box", "refund": "refund", "cancellation": "cross-circle", "claim": "flag", "replacement": "swap",
    "exchange": "swap",
}  # fmt: skip
WORDS: dict[str, Any] = {
    "return": lambda name, state: (f"Return {name}" if name else "Return", STEP_NAMES[Step(state)]),
    "claim": lambda name, state: (
        f"Claim: {CLAIM_KIND_NAMES[ClaimKind(name)].lower()}",
        CLAIM_NAMES[ClaimState(state)],
    ),
    "refund": lambda name, state: (KIND_NAMES[Kind(name)], PAYOUT_NAMES[Payout(state)]),
    "replacement": lambda name, state: ("Replacement", SENDING_NAMES[Sending(state)]),
    "exchange": lambda name, state: (f"Exchange for {name}", SENDING_NAMES[Sending(state)]),
    "cancellation": lambda name, state: ("Cancellation", CANCELLATION_NAMES[CancellationState(state)]),
}
