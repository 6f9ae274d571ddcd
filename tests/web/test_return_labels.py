"""The two ways to a return's label: for staff, and behind the customer's link."""

import pytest

from helpdesk.returns import Rma, Step
from helpdesk.stores import Store
from tests import factories
from tests.returns.goods import asked_back, at_step, bought
from tests.web.browsing import Browser


@pytest.fixture
def rma(shop: Store) -> Rma:
    return at_step(bought(shop), Step.APPROVED)


def for_staff(rma: Rma) -> str:
    return f"/desk/tickets/{rma.ticket.reference}/returns/{rma.number}/label.pdf"


def for_customer(rma: Rma) -> str:
    return f"/{rma.ticket.store.slug}/tickets/{rma.ticket.guest_token}/returns/{rma.number}/label.pdf"


def test_the_customer_downloads_it(client: Browser, rma: Rma) -> None:
    answer = client.get(for_customer(rma))
    assert answer.data.startswith(b"%PDF-")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="return-{rma.number}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_staff_download_the_same(client: Browser, rma: Rma, shop: Store) -> None:
    customers = client.get(for_customer(rma)).data
    assert client.sign_in(factories.agent(shop)).get(for_staff(rma)).data == customers


def test_a_renewed_link_leads_to_no_label(client: Browser, rma: Rma, shop: Store) -> None:
    address = for_customer(rma)
    rma.ticket.renew_link(by=factories.agent(shop))
    assert client.get(address).status_code == 404


def test_another_tickets_return_does_not_exist(client: Browser, rma: Rma, shop: Store) -> None:
    other = bought(shop)
    assert client.get(f"/{shop.slug}/tickets/{other.guest_token}/returns/{rma.number}/label.pdf").status_code == 404
    stranger = factories.agent(factories.store())
    assert client.sign_in(stranger).get(for_staff(rma)).status_code == 404


@pytest.mark.parametrize("step", [Step.REQUESTED, Step.RECEIVED, Step.INSPECTED])
def test_only_a_parcel_on_its_way_has_one(client: Browser, shop: Store, step: Step) -> None:
    rma = at_step(bought(shop), step)
    number = rma.number or f"request-{rma.id}"
    address = for_customer(rma).replace(str(rma.number), number)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", ["x", "request-1", "request-x", "request-99999999999", "%00", "R-", "request-²"])
def test_an_odd_number_is_not_found(client: Browser, shop: Store, number: str) -> None:
    ticket = bought(shop)
    asked_back(ticket)
    assert client.get(f"/{shop.slug}/tickets/{ticket.guest_token}/returns/{number}/label.pdf").status_code == 404
