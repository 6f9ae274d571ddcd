"""The blueprint of the desk: staff only, and what every page of it shows."""

from typing import Any

from flask import Blueprint, g, request, url_for
from flask_login import current_user
from sqlalchemy import Select, func, select

from helpdesk.accounts import May, Role, anyone, stores_of
from helpdesk.core.prepared import prepared
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
    places.append(("desk.mails", "Mail problems", "mail", None))
    return [
        {"label": label, "url": url_for(name), "symbol": symbol, "is_current": request.endpoint == name, "count": count}
        for name, label, symbol, count in places
    ]


def waiting_escalations() -> int:
    """How many nobody has taken yet."""
    return int(_waiting.value(current_user.role, person_id=current_user.id))


@prepared
def _waiting(role: Role, person_id: int) -> Select[int]:
    raised = escalations_for(anyone(role, person_id)).where(Escalation.state == EscalationState.RAISED)
    return select(func.count()).select_from(raised.with_only_columns(Escalation.id).limit(1000).subquery())


def my_stores() -> list[Store]:
    """The stores of the person who is signed in, asked once a request."""
    if "my_stores" not in g:
        g.my_stores = _stores.objects(current_user.role, person_id=current_user.id)
    found: list[Store] = g.my_stores
    return found


@prepared
def _stores(role: Role, person_id: int) -> Select[Store]:
    return stores_of(anyone(role, person_id))
