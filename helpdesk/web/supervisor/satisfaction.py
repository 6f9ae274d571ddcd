"""Satisfaction: how customers found our help, and the tickets behind it."""

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from helpdesk.accounts import May
from helpdesk.core import clock
from helpdesk.reports import PERIODS, rated_tickets, satisfaction_of, since
from helpdesk.stores import Store
from helpdesk.tickets import SCORES
from helpdesk.web.desk.door import my_stores
from helpdesk.web.guards import needs
from helpdesk.web.sheet import sheet
from helpdesk.web.supervisor.door import bp, me

SHOWN = 50
HEADS = ("ticket", "score", "words", "comment", "rated", "assignee")


@bp.get("/satisfaction")
@needs(May.SEE_REPORTS)
def satisfaction() -> str:
    """The numbers of one store and period, each with its definition."""
    store, days, score = asked()
    begin = since(clock.now(), days)
    return render_template(
        "pages/supervisor/satisfaction.html",
        stores=my_stores(),
        store=store,
        days=days,
        periods=PERIODS,
        score=score,
        scores=SCORES,
        numbers=satisfaction_of(me(), store.id, begin),
        tickets=rated_tickets(me(), store.id, begin, score, SHOWN),
        shown=SHOWN,
        csv_url=url_for(".satisfaction_csv", store=store.slug, days=days, score=score),
    )


@bp.get("/satisfaction.csv")
@needs(May.SEE_REPORTS)
def satisfaction_csv() -> Response:
    """Every rating behind the numbers, as a table for a spreadsheet."""
    store, days, score = asked()
    rows = rated_tickets(me(), store.id, since(clock.now(), days), score)
    return sheet("satisfaction", HEADS, _cells(rows))


def asked() -> tuple[Store, int, int | None]:
    """Which store, period and score the address asks for; a store of others does not exist."""
    store = store_asked_for()
    days = request.args.get("days", type=int)
    score = request.args.get("score", type=int)
    return store, days if days in PERIODS else 90, score if score in SCORES else None


def store_asked_for() -> Store:
    """The store of the address, else the first of mine."""
    wanted = request.args.get("store") or next((store.slug for store in my_stores()), None)
    store = next((store for store in my_stores() if store.slug == wanted), None) or abort(404)
    g.timezone = store.timezone
    return store


def _cells(rows: Any) -> Iterator[tuple[object, ...]]:
    for row in rows:
        yield row.reference, row.score, SCORES[row.score], row.comment, row.rated_at.isoformat(), row.assignee or ""
