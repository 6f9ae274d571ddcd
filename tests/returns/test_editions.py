"""Which edition a ticket is decided by, and that a kept decision finds its own again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk.core.db import db
from helpdesk.policies import publish
from helpdesk.returns import Decision, edition_for, edition_of, latest_decision
from helpdesk.stores import Store
from helpdesk.tickets import IssueType, Ticket
from tests import factories
from tests.policies.lamps import TEXT

pytestmark = pytest.mark.usefixtures("database")


def decided(shop: Store) -> tuple[Decision, Ticket]:
    """A damage report and the answer to it."""
    order = factories.order(shop, delivered_at=datetime.fromisoformat("2026-06-01T10:00+00:00"))
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, order=order)
    return db.session.scalars(latest_decision(ticket.id)).one(), ticket


def test_what_the_house_policy_decided_stays_its_decision_after_the_store_has_published(
    at: Callable[..., datetime],
) -> None:
    at("2026-06-01 12:00")
    shop = factories.store(slug="lamps")
    decision, ticket = decided(shop)
    house = edition_of(decision, ticket)
    publish(shop, TEXT)
    assert edition_of(decision, ticket) is house
    assert (house.name, edition_for(shop, None)[0].name) == ("house-48-30", "2026-01")


def test_what_an_edition_decided_stays_its_decision_after_the_next(at: Callable[..., datetime]) -> None:
    now = at("2026-06-01 12:00")
    shop = factories.store(slug="lamps")
    publish(shop, TEXT)
    decision, ticket = decided(shop)
    tomorrow = f"{now + timedelta(days=1):%Y-%m-%d}"
    publish(shop, TEXT.replace('edition = "2026-01"', 'edition = "next"').replace("2026-01-01", tomorrow))
    assert edition_of(decision, ticket).name == "2026-01"


def test_a_promise_is_never_rounded_down() -> None:
    shop = factories.store(promise_terms={"damage_report": {"hours": 36.5}, "return_window": {"days": 1.5}})
    assert edition_for(shop, None)[0].name == "house-37-2"
