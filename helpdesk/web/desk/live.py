"""What an open queue asks in the background: has anything changed, and how many are there now."""

from datetime import UTC, datetime, timedelta

from flask import jsonify, request
from flask_login import current_user
from werkzeug.wrappers import Response

from helpdesk.core import clock
from helpdesk.tickets import COUNTED, STANDARD, Filters, changed_since, counts_of
from helpdesk.web.desk.asked import asked_filters, filters_in, my_views
from helpdesk.web.desk.door import bp

TOLD = 100
#: A transaction may be seen a little after the moment it wrote down: the last seconds are looked at twice.
OVERLAP = timedelta(seconds=3)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 16  # digits: enough for centuries, and no moment is too late to be one


@bp.get("/queue/changes")
def queue_changes() -> Response:
    """Tickets that changed since a moment, and whether they belong into this list; 304 when none did."""
    now, since = clock.now(), _moment(request.args.get("since", ""))
    rows = changed_since(current_user, asked_filters(), since, TOLD + 1)
    if not rows:
        return Response(status=304)
    tickets = [[row.id, micros(row.updated_at), bool(row.matches)] for row in rows]
    until = max(since, now - OVERLAP)
    return jsonify(until=micros(until), tickets=tickets[:TOLD], more=len(tickets) > TOLD)


@bp.get("/queue/counts")
def queue_counts() -> Response:
    """How many tickets each view holds, and the list that is open; every count stops at 1,000."""
    wanted: dict[str, Filters] = {"here": asked_filters()}
    wanted |= {key: filters for key, (_, filters) in STANDARD.items() if key != "all"}
    wanted |= {f"view-{view.id}": filters_in(view.query) for view in my_views()}
    counts = counts_of(current_user, list(wanted.values()))
    return jsonify({key: _words(count) for key, count in zip(wanted, counts, strict=True)})


def micros(moment: datetime) -> int:
    """A moment as a whole number that scripts hand back unchanged."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def _moment(given: str) -> datetime:
    is_number = given.isascii() and given.isdigit() and len(given) <= LONGEST
    return EPOCH + timedelta(microseconds=int(given)) if is_number else EPOCH


def _words(count: int) -> str:
    return f"{count:,}+" if count >= COUNTED else str(count)
