"""The worklist: parcels to be sent, cancellations and claims that wait, across the tickets of one's stores."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Response, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Row

from helpdesk.core import clock, figures
from helpdesk.core.db import NEVER
from helpdesk.core.money import Money
from helpdesk.orders import Stage
from helpdesk.returns import (
    CANCELLATION_NAMES,
    CLAIM_KIND_NAMES,
    CLAIM_NAMES,
    SENDING_NAMES,
    WORK,
    ClaimKind,
    Contents,
    Work,
    WorkFilter,
    all_work,
    contents_of,
    work_counts,
    work_page,
)
from helpdesk.stores import Store
from helpdesk.tickets import COUNTED
from helpdesk.web.clock_cards import next_chip
from helpdesk.web.desk.door import bp, my_stores
from helpdesk.web.sheet import amount, sheet

SHOWN = 25
#: More than a warehouse packs in a week; the rest is in the next file, when these are sent.
EXPORTED = 5_000
TABS = {
    Work.TO_SEND: "To send",
    Work.UNPAID: "Difference to be paid",
    Work.CANCELLATIONS: "Cancellations",
    Work.CLAIMS: "Claims",
}
STATE_NAMES: dict[Work, dict[Any, str]] = {
    Work.TO_SEND: SENDING_NAMES,
    Work.UNPAID: SENDING_NAMES,
    Work.CANCELLATIONS: CANCELLATION_NAMES,
    Work.CLAIMS: CLAIM_NAMES,
}
NOTHING = {
    Work.TO_SEND: ("Nothing to send", "Replacements and exchanges stand here until they are marked as sent."),
    Work.UNPAID: ("Nobody owes a difference", "Exchanges for something dearer wait here until the difference is paid."),
    Work.CANCELLATIONS: ("No cancellation waits", "What customers ask to cancel waits here until somebody answers it."),
    Work.CLAIMS: ("No claim waits", "What was damaged, wrong or missing waits here until somebody decides."),
}
WORDS: dict[str, tuple[str, Any]] = {
    "replacement": ("swap", lambda about: "Replacement"),
    "exchange": ("swap", lambda about: "Exchange"),
    "cancellation": ("cross-circle", lambda about: f"Cancellation, order was {Stage(about).value}"),
    "claim": ("flag", lambda about: f"Claim: {CLAIM_KIND_NAMES[ClaimKind(about)].lower()}"),
}
HEADS = (
    *("record", "what", "state", "store", "order", "customer", "email", "ship_to", "items", "stock_numbers"),
    *("value", "currency", "since", "next_promise", "assignee", "ticket"),
)


@bp.get("/worklist")
def worklist() -> str:
    """One page of one kind of work; the filters stand in the address."""
    asked, store = _asked()
    page = work_page(current_user, asked, request.args.get("at"), SHOWN)
    contents, counts = contents_of(page.rows), work_counts(current_user, asked.store_id)
    return render_template(
        "pages/desk/worklist.html",
        rows=[_shown(row, contents[row.sort, row.id]) for row in page.rows],
        views=[_tab(work, counts[work], asked, store) for work in WORK],
        asked=asked,
        title=TABS[asked.work],
        states=_states(asked.work),
        state_name=STATE_NAMES[asked.work][asked.state],
        chips=_chips(asked, store),
        clear_url=_address(WorkFilter(asked.work, WORK[asked.work].waits), None),
        store=store,
        stores=my_stores(),
        nothing=NOTHING[asked.work],
        file_url=_address(asked, store, page=".worklist_file"),
        before_url=_address(asked, store, at=page.before) if page.before else None,
        after_url=_address(asked, store, at=page.after) if page.after else None,
    )


@bp.get("/worklist.csv")
def worklist_file() -> Response:
    """The same as a file, for the warehouse or a spreadsheet; not in pages."""
    asked, store = _asked()
    name = f"{asked.work.value.replace('_', '-')}-{store.slug if store else 'all'}-{clock.now():%Y-%m-%d}"
    return sheet(name, HEADS, _lines(all_work(current_user, asked, EXPORTED), asked))


def _asked() -> tuple[WorkFilter, Store | None]:
    """What the address asks for; what makes no sense there is left out."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    work = Work(kind) if kind in set(Work) else Work.TO_SEND
    store = next((store for store in my_stores() if store.slug == request.args.get("store")), None)
    found = next((known for known in WORK[work].states if known == state), WORK[work].waits)
    return WorkFilter(work, found, store.id if store else None), store


def _address(asked: WorkFilter, store: Store | None, *, page: str = ".worklist", at: str | None = None) -> str:
    state = None if asked.is_waiting else asked.state.value
    return url_for(page, kind=asked.work.value, state=state, store=store.slug if store else None, at=at)


def _tab(work: Work, count: int, asked: WorkFilter, store: Store | None) -> dict[str, Any]:
    return {
        "name": TABS[work],
        "url": _address(WorkFilter(work, WORK[work].waits), store),
        "is_current": work is asked.work,
        "count": f"{COUNTED:,}+" if count >= COUNTED else str(count),
    }


def _states(work: Work) -> list[tuple[str, str]]:
    """What can be asked for, and the words."""
    return [(state.value, STATE_NAMES[work][state]) for state in WORK[work].states]


def _chips(asked: WorkFilter, store: Store | None) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    chips = []
    if not asked.is_waiting:
        off = WorkFilter(asked.work, WORK[asked.work].waits)
        chips.append({"words": STATE_NAMES[asked.work][asked.state], "off_url": _address(off, store)})
    if store:
        chips.append({"words": store.name, "off_url": _address(asked, None)})
    return chips


def _shown(row: Row[Any], contents: Contents) -> dict[str, Any]:
    symbol, words = WORDS[row.sort]
    return {
        "url": url_for(".record", reference=row.reference, sort=row.sort, number=row.id),
        "words": words(row.about),
        "symbol": symbol,
        "order": row.number,
        "customer": row.name or row.email,
        "store": row.store_name,
        "pieces": _pieces(row, contents),
        "value": str(Money(contents.cents, row.currency)) if row.currency else "",
        "made_at": row.made_at,
        "age": figures.span(max(timedelta(), clock.now() - row.made_at)),
        "clock": next_chip(row.next_due_at, row.next_warn_at),
        "assignee": row.assignee,
        "ticket": row.reference,
        "ticket_url": url_for(".ticket", reference=row.reference),
    }


def _pieces(row: Row[Any], contents: Contents) -> list[str]:
    """What it is about, in words; of an exchange what is sent, as that is what somebody packs."""
    if row.sort == "exchange":
        return [f"{quantity} × {row.about}, instead of {title}" for quantity, title, _ in contents.pieces]
    return [f"{quantity} × {title}" for quantity, title, _ in contents.pieces]


def _stock_numbers(row: Row[Any], contents: Contents) -> list[str]:
    """Of what is listed; what an exchange sends has none here, because it is named in words."""
    return [] if row.sort == "exchange" else [number for _, _, number in contents.pieces if number]


def _lines(rows: Any, asked: WorkFilter) -> Iterator[tuple[object, ...]]:
    contents = contents_of(rows)
    for row in rows:
        held = contents[row.sort, row.id]
        yield (
            row.id, WORDS[row.sort][1](row.about), asked.state.value, row.slug, row.number or "", row.name, row.email,
            row.ship_to or "", "; ".join(_pieces(row, held)), "; ".join(_stock_numbers(row, held)),
            amount(held.cents, row.currency) if row.currency else "", row.currency or "", row.made_at.isoformat(),
            row.next_due_at.isoformat() if row.next_due_at < NEVER else "", row.assignee or "", row.reference,
        )  # fmt: skip
