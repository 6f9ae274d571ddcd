"""The blueprint of the desk: staff only, and what every page of it shows."""

from typing import Any

from flask import Blueprint, g, request, url_for
from flask_login import current_user
from sqlalchemy import func, select

from helpdesk.accounts import May, stores_of
from helpdesk.core.db import db
from helpdesk.escalation import Escalation, EscalationState, escalations_for
from helpdesk.stores import Store
from helpdesk.web.guards import staff_only

bp = Blueprint("desk", __name__, url_prefix="/desk")
bp.before_request(staff_only)


@bp.app_context_processor
def _nav() -> dict[str, Any]:
    """The staff's navigation, on every page that extends the desk's layout."""
    return {"desk_nav": nav}


def nav() -> list[dict[str, Any]]:
    """Where this person can go."""
    places: list[tuple[str, str, str, int | None]] = [("desk.queue", "Queue", "inbox", None)]
    if current_user.may(May.DECIDE_ESCALATIONS):
        places.append(("supervisor.escalations", "Escalations", "escalate", waiting_escalations()))
    places.append(("desk.exceptions", "Exceptions", "policy", None))
    places.append(("desk.returns", "Returns", "box", None))
    if current_user.may(May.PAY_OUT):
        places.append(("desk.payouts", "Payouts", "refund", None))
        places.append(("supervisor.team", "Team", "users", None))
        places.append(("supervisor.what_if", "What if", "half", None))
    places.append(("desk.mails", "Mail problems", "mail", None))
    if current_user.may(May.CHANGE_HOURS):
        places.append(("admin.hours", "Hours and promises", "calendar", None))
    if current_user.may(May.SEE_HEALTH):
        places.append(("desk.health", "Health", "check-circle", None))
    return [
        {"label": label, "url": url_for(name), "symbol": symbol, "is_current": request.endpoint == name, "count": count}
        for name, label, symbol, count in places
    ]


def waiting_escalations() -> int:
    """How many nobody has taken yet."""
    waiting = escalations_for(current_user).where(Escalation.state == EscalationState.RAISED)
    return db.session.scalar(select(func.count()).select_from(waiting.limit(1000).subquery())) or 0


def my_stores() -> list[Store]:
    """The stores of the person who is signed in, asked once a request."""
    if "my_stores" not in g:
        g.my_stores = list(db.session.scalars(stores_of(current_user)))
    found: list[Store] = g.my_stores
    return found
