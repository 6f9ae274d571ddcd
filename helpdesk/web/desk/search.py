"""The search page: what was found, best first, with the words marked."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Row, select
from werkzeug.wrappers import Response

from helpdesk import search
from helpdesk.accounts import ACTORS_NAME, Customer, User
from helpdesk.core.db import db
from helpdesk.core.prepared import AnySelect
from helpdesk.search import Asker, Found, Hit, Misread, Piece, marked_pieces, snippet
from helpdesk.stores import Store
from helpdesk.tickets import NAMES, Kind, Message, Ticket, as_reference, by_reference, visible_to
from helpdesk.web.account.absence_form import zone_of
from helpdesk.web.desk.door import bp, store_lines

SIZE = 25


class Answer(NamedTuple):
    """A ticket that was found, as the page shows it."""

    url: str
    reference: str
    subject: Sequence[Piece]
    customer: Sequence[Piece]
    category: str
    issue: str
    status: str
    assignee: str | None
    store: str | None
    opened_at: datetime
    text: Sequence[Piece]
    is_note: bool
    by: str | None
    written_at: datetime | None
    others: int
    is_exact: bool


@bp.get("/search", endpoint="search")
def search_page() -> str | Response:
    """What was typed stands in the address; a whole reference leads straight to its ticket."""
    typed = request.args.get("q", "").replace("\x00", "").strip()[: search.LONGEST]
    if ticket := _exactly(typed):
        return redirect(url_for(".ticket", reference=ticket.reference))
    g.timezone = zone_of(current_user)
    asker = Asker(current_user, ZoneInfo(g.timezone))
    asked = search.parse(typed, search.READERS, asker.today)
    problems, found = asked.problems, Found()
    if not asked.is_empty and not problems:
        try:
            found = search.find(asked, asker)
        except Misread as problem:
            problems = (str(problem),)
    number = min(request.args.get("page", 1, type=int), len(found.hits) // SIZE + 1)
    return _page(typed, found, problems, max(number, 1))


def _exactly(typed: str) -> Ticket | None:
    if not typed or len(as_reference(typed)) != len("XXXX-XXXX"):
        return None
    ticket: Ticket | None = db.session.scalar(by_reference(current_user, typed))
    return ticket


def _page(typed: str, found: Found, problems: Sequence[str], number: int) -> str:
    first = (number - 1) * SIZE
    some = found.hits[first : first + SIZE]
    address = url_for(".search")
    has_more = len(found.hits) > first + SIZE
    return render_template(
        "pages/desk/search.html",
        typed=typed,
        problems=problems,
        found=found,
        counted=_counted(found),
        limits=search,
        answers=_answers(some, found.patterns),
        filters=search.FILTERS,
        zone=g.timezone,
        before_url=f"{address}?{urlencode({'q': typed, 'page': number - 1})}" if number > 1 else None,
        after_url=f"{address}?{urlencode({'q': typed, 'page': number + 1})}" if has_more else None,
        page_words=f"{first + 1} to {first + len(some)}" if some else "",
    )


def _counted(found: Found) -> str:
    if found.count >= search.COUNT_STOPS:
        return f"{search.COUNT_STOPS:,}+ tickets"
    more = "more than " if found.is_more else ""
    return f"{more}{found.count:,} ticket{'s' if found.count != 1 else ''}"


def _answers(hits: Sequence[Hit], patterns: Sequence[re.Pattern[str]]) -> list[Answer]:
    tickets = {row.id: row for row in _tickets([hit.ticket_id for hit in hits])} if hits else {}
    numbers = [hit.message_id for hit in hits if hit.message_id]
    messages = {row.id: row for row in _messages(numbers)} if numbers else {}
    with_store = len(store_lines().answer) > 1
    # A ticket that was moved out of sight in between is left out.
    seen = [hit for hit in hits if hit.ticket_id in tickets]
    return [_answer(hit, tickets[hit.ticket_id], messages.get(hit.message_id), patterns, with_store) for hit in seen]


def _tickets(ids: Sequence[int]) -> Sequence[Row[Any]]:
    columns: tuple[Any, ...] = (
        Ticket.id, Ticket.reference, Ticket.subject, Ticket.category, Ticket.issue_type, Ticket.status,
        Ticket.opened_at, Customer.name.label("customer_name"), Customer.email, Store.name.label("store_name"),
        User.name.label("assignee_name"),
    )  # fmt: skip
    query: AnySelect = visible_to(current_user).where(Ticket.id.in_(ids)).with_only_columns(*columns)
    query = query.join(Customer, Customer.id == Ticket.customer_id).join(Store, Store.id == Ticket.store_id)
    return db.session.execute(query.outerjoin(User, User.id == Ticket.assignee_id)).all()


def _messages(ids: Sequence[int | None]) -> Sequence[Row[Any]]:
    """Their texts: of tickets that were just seen to be this person's."""
    written: tuple[Any, ...] = (Message.id, Message.body, Message.kind, Message.written_at)
    query: AnySelect = select(*written, ACTORS_NAME.label("by_name")).outerjoin(User, User.id == Message.user_id)
    query = query.outerjoin(Customer, Customer.id == Message.customer_id)
    return db.session.execute(query.where(Message.id.in_(ids))).all()


def _answer(
    hit: Hit, ticket: Row[Any], message: Row[Any] | None, patterns: Sequence[re.Pattern[str]], with_store: bool
) -> Answer:
    who = f"{ticket.customer_name} · {ticket.email}" if ticket.customer_name else ticket.email
    return Answer(
        url=url_for(".ticket", reference=ticket.reference),
        reference=ticket.reference,
        subject=marked_pieces(ticket.subject, patterns),
        customer=marked_pieces(who, patterns),
        category=ticket.category.value,
        issue=NAMES[ticket.issue_type],
        status=ticket.status.value,
        assignee=ticket.assignee_name,
        store=ticket.store_name if with_store else None,
        opened_at=ticket.opened_at,
        text=snippet(message.body, patterns) if message else [],
        is_note=message is not None and message.kind is Kind.NOTE,
        by=message.by_name if message else None,
        written_at=message.written_at if message else None,
        others=hit.others,
        is_exact=hit.is_exact,
    )
