"""Which tickets are thought of as duplicates."""

from collections.abc import Callable
from datetime import datetime

import pytest

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.stores import Store
from helpdesk.tickets import Attachment, Evidence, Ticket, duplicates_of, merge
from tests import factories
from tests.scenes import plans_of

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]


@pytest.fixture
def shop() -> Store:
    return factories.store()


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


def found(ticket: Ticket, agent: User) -> dict[Ticket, list[str]]:
    return {each.ticket: each.reasons for each in duplicates_of(ticket, seen_by=agent)}


def with_photo_of(shop: Store, other: Ticket) -> Ticket:
    made = factories.ticket(shop, photos=[Evidence.DAMAGE])
    (own,) = db.session.scalars(db.select(Attachment).where(Attachment.ticket_id == made.id))
    own.file_key = other.attachments[0].file_key
    return made


def test_order_photo_and_customer_lead_to_each_other(shop: Store, agent: User) -> None:
    order = factories.order(shop)
    ticket = factories.ticket(shop, order=order, photos=[Evidence.DAMAGE])
    same = {"customer": ticket.customer, "by": ticket.customer}
    both = factories.ticket(shop, order=order, **same)  # type: ignore[arg-type]
    by_customer = factories.ticket(shop, **same)  # type: ignore[arg-type]
    by_photo = with_photo_of(shop, ticket)
    factories.ticket(shop)
    assert found(ticket, agent) == {
        both: ["same order", "same customer"],
        by_photo: ["same photo"],
        by_customer: ["same customer"],
    }
    can = {each.ticket: each.can_go_into for each in duplicates_of(ticket, seen_by=agent)}
    assert can == {both: True, by_photo: False, by_customer: False}  # another customer; no order


def test_another_stores_ticket_is_never_hinted_at(shop: Store) -> None:
    far = factories.store()
    ticket = factories.ticket(shop, photos=[Evidence.DAMAGE])
    with_photo_of(far, ticket)
    assert found(ticket, factories.agent(shop, far)) == {}
    assert found(factories.ticket(far), factories.agent(shop)) == {}


def test_what_is_long_over_or_merged_already_is_left_out(shop: Store, agent: User, at: At) -> None:
    at("2026-03-01 10:00")
    old, ticket = factories.ticket(shop), None
    old.solve(by=agent)
    at("2026-06-01 10:00")
    ticket = factories.ticket(shop, customer=old.customer, by=old.customer)
    merged = factories.ticket(shop, customer=old.customer, by=old.customer)
    assert found(ticket, agent) == {merged: ["same customer"]}
    merge(merged, into=ticket, by=agent)
    assert found(ticket, agent) == {}


def test_photos_that_only_look_alike_can_be_named_too(shop: Store, agent: User) -> None:
    ticket, other = factories.ticket(shop), factories.ticket(shop)
    (one,) = duplicates_of(ticket, seen_by=agent, alike={other.id: "a photo that looks alike"})
    assert (one.ticket, one.reasons) == (other, ["a photo that looks alike"])


def test_every_question_follows_an_index(shop: Store, agent: User) -> None:
    ticket = factories.ticket(shop, order=factories.order(shop), photos=[Evidence.DAMAGE])
    plan = plans_of(lambda: duplicates_of(ticket, seen_by=agent))
    assert "SCAN tickets" not in plan
    assert "SCAN attachments" not in plan
    assert "Seq Scan on tickets" not in plan
