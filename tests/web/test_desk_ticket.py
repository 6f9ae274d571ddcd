"""The ticket page of the desk: what it shows, and to whom."""

import pytest

from helpdesk.accounts import Role
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail import MailState, OutgoingMail
from helpdesk.orders import Order
from helpdesk.stores import Store
from helpdesk.tickets import Evidence, IssueType, Ticket
from tests import factories
from tests.web.browsing import Browser, read


def order_of(shop: Store) -> Order:
    """An order with something to show."""
    return factories.order(shop, lines=2, delivered_at=clock.now())


def failed_mail(ticket: Ticket) -> OutgoingMail:
    """A letter about this ticket that no mail server wanted."""
    mail = db.session.query(OutgoingMail).filter_by(ticket_id=ticket.id).first()
    assert mail
    mail.state, mail.last_error = MailState.FAILED, "550 no such mailbox"
    return mail


def test_everything_about_a_ticket_is_on_one_page(client: Browser, shop: Store) -> None:
    agent, order = factories.agent(shop), order_of(shop)
    photos = [Evidence.DAMAGE, Evidence.PACKAGING]
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, order=order, items=[(order.lines[0], 1)], photos=photos)
    ticket.note(by=agent, body="Second time this month.")
    page = read(client.sign_in(agent).get(f"/desk/tickets/{ticket.reference}"))
    for words in (
        "Where is my bowl?", "Second time this month.", "Internal note - only staff see this", ticket.customer.email,
        order.number, "in question", "Decision Yes", "First answer", "opened the ticket as damaged",
    ):  # fmt: skip
        assert words in page


@pytest.mark.parametrize("role, status", [
    (Role.AGENT, 404), (Role.SUPERVISOR, 404), (Role.MANAGER, 404), (Role.ADMIN, 200),
])  # fmt: skip
def test_another_stores_ticket_does_not_exist(client: Browser, shop: Store, role: Role, status: int) -> None:
    foreign = factories.ticket(photos=[Evidence.OTHER])
    photo = foreign.attachments[0].token
    client.sign_in(factories.agent(shop, role=role))
    pages = (f"/desk/tickets/{foreign.reference}", f"/desk/tickets/{foreign.reference}/files/{photo}/thumb")
    assert [client.get(page).status_code for page in pages] == [status, status]


def test_a_file_is_found_only_at_its_own_ticket(client: Browser, shop: Store) -> None:
    ticket, other = (factories.ticket(shop, photos=[Evidence.OTHER]) for _ in range(2))
    client.sign_in(factories.agent(shop))
    files = f"/desk/tickets/{ticket.reference}/files"
    assert client.get(f"{files}/{ticket.attachments[0].token}/screen").status_code == 200
    assert client.get(f"{files}/{other.attachments[0].token}/screen").status_code == 404
    assert client.get(f"{files}/{ticket.attachments[0].token}/huge").status_code == 404


@pytest.mark.parametrize("reference", ["nonsense", "0000-0000", "%00", "%27%20OR%201%3D1", "🐈", "x" * 3000])
def test_a_reference_that_is_none_is_not_found(client: Browser, shop: Store, reference: str) -> None:
    factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    assert client.get(f"/desk/tickets/{reference}").status_code == 404


def test_the_customers_other_tickets_are_at_hand(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    other = factories.ticket(shop, by=ticket.customer, issue=IssueType.RETURN)
    stranger = factories.ticket(shop, issue=IssueType.RETURN)
    page = client.sign_in(factories.agent(shop)).get(f"/desk/tickets/{ticket.reference}/customer?part=1").text
    assert other.reference in page
    assert stranger.reference not in page


def test_letters_that_failed_show_for_the_stores_of_a_person(client: Browser, shop: Store) -> None:
    mine, foreign = failed_mail(factories.ticket(shop)), failed_mail(factories.ticket())
    page = read(client.sign_in(factories.agent(shop)).get("/desk/mail"))
    assert mine.to_address in page
    assert "550 no such mailbox" in page
    assert foreign.to_address not in page


def test_a_supervisor_sends_a_letter_again(client: Browser, shop: Store) -> None:
    mine, foreign = failed_mail(factories.ticket(shop)), failed_mail(factories.ticket())
    client.sign_in(factories.supervisor(shop))
    assert client.post(f"/desk/mail/{foreign.id}/retry").status_code == 404
    assert client.post(f"/desk/mail/{mine.id}/retry").status_code == 302
    assert (mine.state, foreign.state) == (MailState.WAITING, MailState.FAILED)
    assert client.post(f"/desk/mail/{mine.id}/retry").status_code == 404
