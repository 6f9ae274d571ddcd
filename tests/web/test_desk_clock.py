"""Why a clock is due when it is: on the desk's page of it, and as the part that the ticket page unfolds."""

import pytest

from helpdesk.sla import clocks_of
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from tests import factories
from tests.web.browsing import Browser, read


def address_of(ticket: Ticket) -> str:
    """The page of the ticket's first clock."""
    return f"/desk/tickets/{ticket.reference}/clocks/{clocks_of([ticket.id])[ticket.id][0].id}"


def test_the_ticket_page_leads_to_the_story_of_each_clock(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    page = client.sign_in(factories.agent(shop)).get(f"/desk/tickets/{ticket.reference}")
    address = address_of(ticket)
    assert f'href="{address}"' in page.text
    assert f'data-fragment="{address}?part=1"' in page.text
    story = read(client.get(address))
    for words in ("First answer", "Started", "So it is due", "What counted", "As data"):
        assert words in story


def test_the_part_is_the_story_and_nothing_around_it(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    part = client.sign_in(factories.agent(shop)).get(f"{address_of(ticket)}?part=1")
    assert "So it is due" in part.text
    assert "<main" not in part.text


@pytest.mark.parametrize("ending", ["", "?part=1", ".json"])
def test_a_clock_is_told_only_to_those_who_see_its_ticket(client: Browser, shop: Store, ending: str) -> None:
    mine, foreign = factories.ticket(shop), factories.ticket()
    client.sign_in(factories.agent(shop))
    elsewhere = address_of(foreign).replace(foreign.reference, mine.reference)
    assert [client.get(page + ending).status_code for page in (address_of(foreign), elsewhere)] == [404, 404]
    assert client.get(address_of(mine) + ending).status_code == 200


def test_a_stranger_signs_in_first(client: Browser, shop: Store) -> None:
    assert client.get(address_of(factories.ticket(shop))).status_code == 302
