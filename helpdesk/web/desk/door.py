"""The blueprint of the desk: staff only, and what every page of it shows."""

from functools import cache
from typing import Any, NamedTuple

from flask import Blueprint, g, request, url_for
from flask_login import current_user
from sqlalchemy import Select, func, select

from helpdesk.accounts import May, Role, allows, anyone, stores_of
from helpdesk.core.db import at_most, fixed
from helpdesk.core.prepared import AnySelect, Prepared, Question, Rows, prepared
from helpdesk.escalation import Escalation, EscalationState, escalations_for
from helpdesk.stores import Store
from helpdesk.web.guards import staff_only

bp = Blueprint("desk", __name__, url_prefix="/desk")
bp.before_request(staff_only)


class Place(NamedTuple):
    """Somewhere to go, for those who may."""

    page: str
    label: str
    symbol: str
    needs: May | None = None
    is_rare: bool = False
    leads_to: str = ""  # where the page itself leads on at once


class Link(NamedTuple):
    """A place as the layout shows it: what is rare stands behind “More”."""

    page: str
    label: str
    url: str
    symbol: str
    is_current: bool
    is_rare: bool
    waiting: int | None = None


PLACES = (
    Place("desk.queue", "Queue", "inbox"),
    Place("supervisor.escalations", "Escalations", "escalate", May.DECIDE_ESCALATIONS),
    Place("desk.exceptions", "Exceptions", "policy"),
    Place("desk.returns", "Returns", "box"),
    Place("desk.worklist", "Worklist", "truck"),
    Place("desk.payouts", "Payouts", "refund", May.PAY_OUT),
    Place("supervisor.team", "Team", "users", May.PLAN_TEAM),
    Place("supervisor.what_if", "What if", "half", May.SEE_REPORTS, is_rare=True),
    Place("supervisor.satisfaction", "Satisfaction", "star", May.SEE_REPORTS, is_rare=True),
    Place("supervisor.faq", "Answers", "question", May.SEE_REPORTS, is_rare=True),
    Place("admin.hours", "Hours and promises", "calendar", May.CHANGE_HOURS, True, "admin.store_hours"),
    Place("admin.policies", "Policy editions", "policy", May.PUBLISH_POLICY, True, "admin.store_policies"),
    Place("desk.macros", "Macros", "reply", is_rare=True),
    Place("desk.following", "Following", "star", is_rare=True),
    Place("desk.health", "Health", "check-circle", May.SEE_HEALTH, is_rare=True),
    Place("desk.tags", "Tags", "tag", May.MANAGE_TAGS, is_rare=True),
    Place("desk.mails", "Mail problems", "mail", is_rare=True),
)


#: Where the layout around every page leads, beside the places.
LAYOUT = {
    "sign_out": "account.sign_out",
    "account": "account.password",
    "absence": "account.absence",
    "search": "desk.search",
    "commands": "desk.commands",
    "queue": "desk.queue",
}


@bp.app_context_processor
def _nav() -> dict[str, Any]:
    """The staff's navigation, on every page that extends the desk's layout."""
    return {"desk_links": nav, "desk_places": desk_places}


def nav() -> tuple[Link, ...]:
    """Where this person can go."""
    links = _links(current_user.role, request.endpoint or "", request.script_root)
    return tuple(
        link._replace(waiting=waiting_escalations()) if link.page == "supervisor.escalations" else link
        for link in links
    )


def desk_places() -> dict[str, str]:
    """Where else every page of the desk leads to."""
    return _places(request.script_root)


@cache
def _places(_root: str) -> dict[str, str]:
    return {name: url_for(page) for name, page in LAYOUT.items()}


@cache
def _links(role: Role, endpoint: str, _root: str) -> tuple[Link, ...]:
    # The addresses depend on where the app stands, and on nothing else.
    places = [place for place in PLACES if place.needs is None or allows(role, place.needs)]
    few = sum(place.is_rare for place in places) < 2  # a menu for one place would only hide it
    return tuple(
        Link(
            page=place.page,
            label=place.label,
            url=url_for(place.page),
            symbol=place.symbol,
            is_current=endpoint in (place.page, place.leads_to),
            is_rare=place.is_rare and not few,
        )
        for place in places
    )


def asked_of_nav() -> list[Question[Rows]]:
    """What the navigation will want to know, for pages that ask it together with their own questions."""
    return [once_a_request(_waiting)] if current_user.may(May.DECIDE_ESCALATIONS) else []


def waiting_escalations() -> int:
    """How many nobody has taken yet."""
    return int(once_a_request(_waiting).answer[0][0])


@prepared
def _waiting(role: Role, person_id: int) -> AnySelect:
    raised = escalations_for(anyone(role, person_id)).where(Escalation.state == fixed(EscalationState.RAISED))
    return select(func.count()).select_from(raised.with_only_columns(Escalation.id).limit(at_most(1000)).subquery())


def my_stores() -> list[Store]:
    """The stores of the person who is signed in, asked once a request."""
    if "my_stores" not in g:
        g.my_stores = _stores.objects(current_user.role, person_id=current_user.id)
    found: list[Store] = g.my_stores
    return found


def store_lines() -> Question[Rows]:
    """The same stores as plain rows, for pages that only name them."""
    return once_a_request(_store_lines)


def once_a_request(asks: Prepared) -> Question[Rows]:
    """What this statement says for the person who is signed in: one question, whoever wants its answer."""
    asked: dict[Prepared, Question[Rows]] = g.setdefault("asked_for_me", {})
    if asks not in asked:
        asked[asks] = asks.question(current_user.role, person_id=current_user.id)
    return asked[asks]


@prepared
def _store_lines(role: Role, person_id: int) -> AnySelect:
    return stores_of(anyone(role, person_id)).with_only_columns(Store.id, Store.slug, Store.name)


@prepared
def _stores(role: Role, person_id: int) -> Select[Store]:
    return stores_of(anyone(role, person_id))
