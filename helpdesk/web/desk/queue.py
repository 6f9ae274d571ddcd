"""The queue: whose promise runs out next."""

from functools import lru_cache
from typing import Any, NamedTuple

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from helpdesk import escalation
from helpdesk.accounts import May
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.money import Money
from helpdesk.tickets import NAMES, Filters, Show, all_filters, as_reference, by_reference, queue_page
from helpdesk.web.clock_cards import Card, next_chip
from helpdesk.web.desk.asked import (
    ORDER_WORDS,
    SHOW_WORDS,
    address_of,
    ask_for_queue,
    asked_filters,
    chips_of,
    my_team,
    query_of,
    views_of,
)
from helpdesk.web.desk.bulk_choices import choices_for_many
from helpdesk.web.desk.door import bp, store_lines
from helpdesk.web.desk.live import micros
from helpdesk.web.forms import fresh_key

IS_ESCALATED = escalation.IS_ESCALATED.label("is_escalated")


class QueueTicket(NamedTuple):
    """What a row says of its ticket: the same until something happens to it, so it is drawn once (plain values)."""

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
    is_unread: bool
    is_escalated: bool
    is_unsure: bool
    store: str | None


class Choice(NamedTuple):
    """A filter as the form offers it: a select, or ticks for what is only on or off."""

    name: str
    label: str
    several: bool
    options: tuple[tuple[str, str, str], ...]  # what is sent, what is asked, and the words


class QueueRow(NamedTuple):
    """A row of the queue as the component wants it: the ticket, and the time that is left."""

    ticket: QueueTicket
    clock: Card | None


@bp.get("/")
def queue() -> str | Response:
    """One page of tickets; filters and order stand in the address."""
    ask_for_queue()
    filters = asked_filters()
    if found := _exactly(filters.search):
        return redirect(found)
    return queue_html(filters)


def queue_html(filters: Filters, **more: Any) -> str:
    """The page; `more` says what went wrong with a form on it."""
    now = clock.now()  # before the rows are read: what changes meanwhile is told by the next look
    page = queue_page(current_user, filters, request.args.get("at"), beside=[IS_ESCALATED])
    root = url_for("desk.queue")
    views, query, with_store = views_of(root, filters), query_of(filters), len(store_lines().answer) > 1
    current = next((view["name"] for group in views.values() for view in group if view["is_current"]), None)
    return render_template(
        "pages/desk/queue.html",
        rows=[shown_row(row, root, with_store) for row in page.rows],
        views=views,
        view_name=current or ("Search" if filters.search else SHOW_WORDS.get(filters.show, "Tickets")),
        is_saved=current is not None,
        filters=filters,
        asked=frozenset(filters.pairs),
        query=query,
        read_at=micros(now),
        chips=chips_of(root, filters),
        clear_url=address_of(root, Filters(show=Show.ALL if filters.search else filters.show, order=filters.order)),
        orders=_orders(root, filters),
        order_words=ORDER_WORDS[filters.in_order],
        choices=_choices(),
        show_words=tuple(SHOW_WORDS.items()),
        many=choices_for_many(),
        sharable=store_lines().answer if current_user.may(May.SHARE_VIEWS) else [],
        form_key=fresh_key(),
        before_url=_page_url(root, query, page.before),
        after_url=_page_url(root, query, page.after),
        **more,
    )


def shown_row(row: Any, root: str, with_store: bool) -> QueueRow:
    """A row of the database as a row of the page; `root` is the desk's address."""
    ticket = QueueTicket(
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
        is_unread=bool(row.is_unread),
        is_escalated=bool(row.is_escalated),
        is_unsure=row.sorting.get("is_unsure", False),
        store=row.store_name if with_store else None,
    )
    return QueueRow(ticket, next_chip(row.next_due_at, row.next_warn_at))


def _exactly(search: str) -> str | None:
    """A whole reference leads straight to its ticket."""
    if len(as_reference(search)) == len("XXXX-XXXX") and search:
        ticket = db.session.scalar(by_reference(current_user, search))
        return url_for(".ticket", reference=ticket.reference) if ticket else None
    return None


def _page_url(root: str, query: str, cursor: str | None) -> str | None:
    return f"{root}?{query}&at={cursor}".replace("?&", "?") if cursor else None


def _orders(root: str, filters: Filters) -> list[dict[str, Any]]:
    return [
        {"name": ORDER_WORDS[order], "url": address_of(root, filters.but(order=order)),
         "is_current": order is filters.in_order}
        for order in filters.orders
    ]  # fmt: skip


def _choices() -> tuple[Choice, ...]:
    stores = tuple((store.id, store.slug, store.name) for store in store_lines().answer)
    return _choices_among(stores, tuple((person.id, person.name) for person in my_team()))


@lru_cache(maxsize=200)  # as many groups of colleagues, each with its stores
def _choices_among(stores: tuple[tuple[int, str, str], ...], team: tuple[tuple[int, str], ...]) -> tuple[Choice, ...]:
    names: dict[str, dict[str, str]] = {
        "store": {slug: name for _, slug, name in stores},
        "assignee": {"me": "Me", "nobody": "Nobody", **{str(number): name for number, name in team}},
    }
    ids = {slug: str(number) for number, slug, _ in stores}
    offered = []
    for name, known in all_filters().items():
        words = names.get(name) or {str(value): text for value, text in known.values.items()}
        options = ((value, ids.get(value, value) if name == "store" else value, text) for value, text in words.items())
        if len(words) > 1 or name not in names:
            offered.append(Choice(name, known.label, known.takes_several, tuple(options)))
    return tuple(offered)
