"""What the queue's address asks for, and addresses that ask for something else."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request

from helpdesk.accounts import Role, User, anyone, team_of
from helpdesk.core.prepared import AnySelect, Rows, prepared
from helpdesk.core.together import ask_together
from helpdesk.tickets import (
    STANDARD,
    Filters,
    QueueOrder,
    Show,
    all_filters,
    as_asked,
    read_filters,
    views_listed,
)
from helpdesk.web.desk.door import asked_of_nav, once_a_request, store_lines

SHOW_WORDS = {filters.show: name for name, filters in STANDARD.values() if not filters.pairs} | {Show.CLOSED: "Closed"}
ORDER_WORDS = {
    QueueOrder.PROMISE: "whose promise runs out next",
    QueueOrder.NEWEST: "newest first",
    QueueOrder.OLDEST: "oldest first",
    QueueOrder.CHANGED: "last changed first",
}
#: Chips whose words alone would not say what they are about.
WITH_LABEL = {"priority", "older", "worth"}


def asked_filters() -> Filters:
    """What this request asks for; what makes no sense is left out."""
    return filters_in(request.args.items(multi=True))


def filters_in(asked: Iterable[tuple[str, str]] | str) -> Filters:
    """What an address, or the part of one after its question mark, asks for."""
    pairs = parse_qsl(asked, max_num_fields=100) if isinstance(asked, str) else asked
    return read_filters(pairs, _slugs())


def query_of(filters: Filters) -> str:
    """The part of the address after its question mark."""
    return urlencode(as_asked(filters, _slugs()))


def address_of(root: str, filters: Filters) -> str:
    """Where these filters are in force."""
    query = query_of(filters)
    return f"{root}?{query}" if query else root


def chips_of(root: str, filters: Filters) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    chips = [(_chip_words(name, value), filters.without(name, value)) for name, value in filters.pairs]
    if filters.search:
        chips.append((f"“{filters.search}”", filters.but(search="")))
    return [{"words": words, "off_url": address_of(root, off)} for words, off in chips]


def views_of(root: str, filters: Filters) -> dict[str, list[dict[str, Any]]]:
    """The standard views, one's own and the shared ones, each with the name its counter goes by."""
    groups: dict[str, list[dict[str, Any]]] = {"standard": [], "own": [], "shared": []}
    now = _in_full(filters)
    for key, (name, asked, query) in _standard().items():
        url = f"{root}?{query}" if query else root
        groups["standard"].append({"key": key, "name": name, "url": url, "is_current": asked == now})
    for view in my_views():
        group = groups["own" if view.store_id is None else "shared"]
        asked = filters_in(view.query)
        group.append(
            {"key": f"view-{view.id}", "name": view.name, "url": address_of(root, asked),
             "is_current": _in_full(asked) == now}
        )  # fmt: skip
    return groups


def ask_for_queue() -> None:
    """What every page of the queue wants to know for the person who is signed in, at once."""
    ask_together(store_lines(), once_a_request(views_listed), once_a_request(_team), *asked_of_nav())


def my_views() -> Rows:
    """The saved views of the person who is signed in, asked once a request."""
    return once_a_request(views_listed).answer


def my_team() -> Rows:
    """Those who work for the same stores, asked once a request."""
    return once_a_request(_team).answer


@cache
def _standard() -> dict[str, tuple[str, Filters, str]]:
    """The standard views with what they ask for, which is the same for everybody: none of them names a store."""
    return {key: (name, _in_full(asked), urlencode(as_asked(asked, {}))) for key, (name, asked) in STANDARD.items()}


def _in_full(filters: Filters) -> Filters:
    return filters.but(order=filters.in_order)


def _chip_words(name: str, value: str) -> str:
    known = all_filters()[name]
    names = {"store": {str(s.id): s.name for s in store_lines().answer}}.get(name) or known.values
    words = names.get(value)
    if words is None and name == "assignee":
        words = next((person.name for person in my_team() if str(person.id) == value), "Somebody's")
    return f"{known.label}: {words}" if name in WITH_LABEL else words or value


def _slugs() -> dict[str, int]:
    return {store.slug: store.id for store in store_lines().answer}


@prepared
def _team(role: Role, person_id: int) -> AnySelect:
    return team_of(anyone(role, person_id)).with_only_columns(User.id, User.name)
