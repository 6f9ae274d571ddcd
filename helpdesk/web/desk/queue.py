"""The queue: whose promise runs out next."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import exists
from werkzeug.wrappers import Response

from helpdesk.core.db import db, fixed
from helpdesk.core.money import Money
from helpdesk.escalation import Escalation, EscalationState
from helpdesk.tickets import (
    CATEGORY_NAMES,
    NAMES,
    Category,
    Filters,
    Show,
    Ticket,
    as_reference,
    by_reference,
    queue_page,
)
from helpdesk.web.clock_cards import Card, next_chip
from helpdesk.web.desk.door import bp, my_stores

VIEWS = {
    Show.WAITING: "Waiting for us",
    Show.PENDING: "Waiting for customer",
    Show.ON_HOLD: "On hold",
    Show.SNOOZED: "Snoozed",
    Show.UNFINISHED: "All unfinished",
    Show.SOLVED: "Solved",
    Show.CLOSED: "Closed",
    Show.ALL: "All",
}


IS_ESCALATED = (
    exists()
    .where(Escalation.ticket_id == Ticket.id, Escalation.state != fixed(EscalationState.DECIDED))
    .label("is_escalated")
)


class QueueRow(NamedTuple):
    """A row of the queue as the component wants it."""

    id: int
    url: str
    reference: str
    customer: str
    subject: str
    category: str
    issue: str
    status: str
    priority: str
    assignee: str | None
    value: str
    clock: Card | None
    is_unread: bool
    is_escalated: bool
    is_unsure: bool
    store: str | None


@bp.get("/")
def queue() -> str | Response:
    """One page of tickets; filters stand in the address."""
    filters = _filters()
    if found := _exactly(filters.search):
        return redirect(found)
    page = queue_page(current_user, filters, request.args.get("at"), beside=[IS_ESCALATED])
    root = url_for(".queue")
    base = _address(root, filters)
    with_store = len(my_stores()) > 1
    return render_template(
        "pages/desk/queue.html",
        rows=[shown_row(row, root, with_store) for row in page.rows],
        views=_views(root, filters),
        filters=filters,
        chips=_chips(root, filters),
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


def _address(root: str, filters: Filters, **changes: Any) -> str:
    changed = filters.but(**changes)
    slugs = {store.id: store.slug for store in my_stores()}
    asked = {
        "show": changed.show.value,
        "store": slugs.get(changed.store_id or 0),
        "category": changed.category.value if changed.category else None,
        "assignee": changed.assignee,
        "q": changed.search,
    }
    return f"{root}?{urlencode({name: value for name, value in asked.items() if value})}"


def _views(root: str, filters: Filters) -> list[dict[str, Any]]:
    return [
        {"name": name, "url": _address(root, filters, show=show), "is_current": show is filters.show}
        for show, name in VIEWS.items()
    ]


def _chips(root: str, filters: Filters) -> list[dict[str, str]]:
    names = {store.id: store.name for store in my_stores()}
    assignees = {"me": "Mine", "nobody": "Nobody's"}
    chips: list[tuple[str | None, dict[str, Any]]] = [
        (names.get(filters.store_id or 0), {"store_id": None}),
        (CATEGORY_NAMES[filters.category] if filters.category else None, {"category": None}),
        (assignees.get(filters.assignee), {"assignee": ""}),
        (f"“{filters.search}”" if filters.search else None, {"search": ""}),
    ]
    return [{"words": words, "off_url": _address(root, filters, **off)} for words, off in chips if words]


def shown_row(row: Any, root: str, with_store: bool) -> QueueRow:
    """A row of the database as a row of the page; `root` is the desk's address."""
    return QueueRow(
        id=row.id,
        url=f"{root}tickets/{row.reference}",
        reference=row.reference,
        customer=row.customer_name or row.customer_email,
        subject=row.subject,
        category=row.category.value,
        issue=NAMES[row.issue_type],
        status=row.status.value,
        priority=row.priority.value,
        assignee=row.assignee_name,
        value=str(Money(row.total_cents, row.currency)) if row.currency else "",
        clock=next_chip(row.next_due_at, row.next_warn_at),
        is_unread=row.unanswered_since is not None,
        is_escalated=row.is_escalated,
        is_unsure=row.sorting.get("is_unsure", False),
        store=row.store_name if with_store else None,
    )
