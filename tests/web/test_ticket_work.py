"""Work on a ticket through the doors."""

from helpdesk.accounts import User
from helpdesk.stores import Store
from helpdesk.tickets import Evidence, Ticket, conversation_of, merge
from tests import factories
from tests.web.browsing import Browser, read


def pair(shop: Store) -> tuple[Ticket, Ticket, User]:
    """A ticket with a photo, merged into another of the same customer."""
    agent = factories.agent(shop)
    old = factories.ticket(shop, photos=[Evidence.DAMAGE])
    main = factories.ticket(shop, customer=old.customer, by=old.customer, body="And the second bowl?")
    merge(old, into=main, by=agent)
    return old, main, agent


def test_the_customers_old_link_leads_to_the_main_ticket(client: Browser, shop: Store) -> None:
    old, main, _ = pair(shop)
    answer = client.get(f"/{shop.slug}/tickets/{old.guest_token}")
    assert (answer.status_code, answer.location) == (302, f"/{shop.slug}/tickets/{main.guest_token}")
    page = client.get(answer.location)
    assert "And the second bowl?" in read(page)
    assert f"from {old.reference}" in read(page)
    photo = old.attachments[0].token
    assert client.get(f"/{shop.slug}/tickets/{main.guest_token}/files/{photo}/screen").status_code == 200


def test_what_the_customer_writes_on_the_old_page_joins_the_main_ticket(client: Browser, shop: Store) -> None:
    old, main, _ = pair(shop)
    data = {"body": "It came, broken.", "form_key": "a-key-that-is-long-enough"}
    answer = client.post(f"/{shop.slug}/tickets/{old.guest_token}/messages", data=data)
    assert answer.location == f"/{shop.slug}/tickets/{main.guest_token}#newest"
    rows = conversation_of(main.id, with_notes=False)
    assert [(row.body, row.origin) for row in rows][-1] == ("It came, broken.", None)


def test_a_renewed_link_shuts_the_old_ones_too(client: Browser, shop: Store) -> None:
    old, main, agent = pair(shop)
    links = [f"/{shop.slug}/tickets/{ticket.guest_token}" for ticket in (old, main)]
    main.renew_link(by=agent)
    assert [client.get(link).status_code for link in links] == [404, 404]


def test_the_desk_says_where_a_merged_ticket_goes_on(client: Browser, shop: Store) -> None:
    old, main, agent = pair(shop)
    client.sign_in(agent)
    page = client.get(f"/desk/tickets/{old.reference}")
    assert "This ticket goes on as part of another" in read(page)
    assert f'href="/desk/tickets/{main.reference}"' in page.text
    photo = old.attachments[0].token
    assert photo in client.get(f"/desk/tickets/{main.reference}").text
    assert client.get(f"/desk/tickets/{main.reference}/files/{photo}/screen").status_code == 200
