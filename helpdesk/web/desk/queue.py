"""The queue: whose promise runs out next."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Row
from werkzeug.wrappers import Response

from helpdesk.core.db import db
from helpdesk.core.money import Money
from helpdesk.escalation import open_escalations
from helpdesk.sla import clocks_of
from helpdesk.tickets import (
    CATEGORY_NAMES,
    NAMES,
    Category,
    Filters,
    Show,
    as_reference,
    by_reference,
    queue_page,
)
from helpdesk.web.clock_cards import next_chip
from helpdesk.web.desk.door import bp, my_stores

VIEWS = {
    Show.WAITING: "Waiting for us",
    Show.PENDING: "Waiting for customer",
    Show.ON_HOLD: "On hold",
    Show.UNFINISHED: "All unfinished",
    Show.SOLVED: "Solved",
    Show.CLOSED: "Closed",
    Show.ALL: "All",
}


@bp.get("/")
def queue() -> str | Response:
    """One page of tickets; filters stand in the address."""
    filters = _filters()
    if found := _exactly(filters.search):
        return redirect(found)
    page = queue_page(current_user, filters, request.args.get("at"))
    ids = [row.id for row in page.rows]
    clocks = clocks_of(ids)
    escalated = {e.ticket_id for e in db.session.scalars(open_escalations(ids))} if ids else set()
    base = _address(filters)
    return render_template(
        "pages/desk/queue.html",
        rows=[_shown(row, clocks.get(row.id, []), row.id in escalated) for row in page.rows],
        views=_views(filters),
        filters=filters,
        chips=_chips(filters),
        stores=my_stores(),
        categories=CATEGORY_NAMES,
        before_url=f"{base}&at={page.before}" if page.before else None,
        after_url=f"{base}&at={page.after}" if page.after else None,
        show_words=VIEWS[filters.show],
    )


def _filters() -> Filters:
    """What the address asks for; what makes no sense is left out."""
    asked = request.args
    search = asked.get("q", "").replace("\x00", "").strip()[:200]
    show = asked.get("show", "")
    category, assignee = asked.get("category", ""), asked.get("assignee", "")
    mine = {store.slug: store.id for store in my_stores()}
    return Filters(
        show=Show(show) if show in set(Show) else (Show.ALL if search else Show.WAITING),
        store_id=mine.get(asked.get("store", "")),
        category=Category(category) if category in set(Category) else None,
        assignee=assignee if assignee in ("me", "nobody") else "",
        search=search,
    )


def _exactly(search: str) -> str | None:
    """A whole reference leads straight to its ticket."""
    if len(as_reference(search)) == len("XXXX-XXXX") and search:
        ticket = db.session.scalar(by_reference(current_user, search))
        return url_for(".ticket", reference=ticket.reference) if ticket else None
    return None


def _address(filters: Filters, **changes: Any) -> str:
    changed = filters.but(**changes)
    slugs = {store.id: store.slug for store in my_stores()}
    return url_for(
        ".queue",
        show=changed.show.value,
        store=slugs.get(changed.store_id or 0),
        category=changed.category.value if changed.category else None,
        assignee=changed.assignee or None,
        q=changed.search or None,
    )


def _views(filters: Filters) -> list[dict[str, Any]]:
    return [
        {"name": name, "url": _address(filters, show=show), "is_current": show is filters.show}
        for show, name in VIEWS.items()
    ]


def _chips(filters: Filters) -> list[dict[str, str]]:
    names = {store.id: store.name for store in my_stores()}
    assignees = {"me": "Mine", "nobody": "Nobody's"}
    chips: list[tuple[str | None, dict[str, Any]]] = [
        (names.get(filters.store_id or 0), {"store_id": None}),
        (CATEGORY_NAMES[filters.category] if filters.category else None, {"category": None}),
        (assignees.get(filters.assignee), {"assignee": ""}),
        (f"“{filters.search}”" if filters.search else None, {"search": ""}),
    ]
    return [{"words": words, "off_url": _address(filters, **off)} for words, off in chips if words]


def _shown(row: Row[Any], clocks: list[Any], is_escalated: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "url": f"{_desk_root()}tickets/{row.reference}",
        "reference": row.reference,
        "customer": row.customer_name or row.customer_email,
        "subject": row.subject,
        "category": row.category,
        "issue": NAMES[row.issue_type],
        "status": row.status,
        "priority": row.priority,
        "assignee": row.assignee_name,
        "value": str(Money(row.total_cents, row.currency)) if row.currency else "",
        "clock": next_chip(clocks),
        "is_unread": row.unanswered_since is not None,
        "is_escalated": is_escalated,
        "is_unsure": row.sorting.get("is_unsure", False),
        "store": row.store_name if len(my_stores()) > 1 else None,
    }


def _desk_root() -> str:
    # Asked of the router once a request, not once a row: it is the dearest call on the page.
    if "desk_root" not in g:
        g.desk_root = url_for(".queue")
    return str(g.desk_root)
