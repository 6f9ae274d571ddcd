"""What the desk writes for a Turkish customer: proposals, and what placeholders stand for."""

import pytest

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.language import speaking
from helpdesk.policies import Outcome
from helpdesk.returns import latest_decision
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from helpdesk.web.desk.filling import values_for
from helpdesk.web.desk.proposing import OPENINGS
from tests import factories
from tests.languages.leftovers import english_in, sentences_in
from tests.languages.test_flow import NOW, damaged
from tests.languages.turkish import turkish_petito
from tests.web.browsing import Browser, read
from tests.web.policed import came
from tests.web.wizard import Wizard, tickets

NAMES = ("decision.outcome", "decision.because", "decision.next_steps", "decision.clauses", "order.items",
         "deadline.refund", "deadline.return_window", "deadline.evidence")  # fmt: skip


@pytest.fixture(autouse=True)
def _now() -> object:
    with clock.at(NOW):
        yield


@pytest.fixture
def shop(database: None) -> Store:
    return turkish_petito()


def returned(client: Browser, shop: Store) -> Ticket:
    """A return that is asked for and still misses answers."""
    Wizard(client, shop, "return").filed(came(shop, days_ago=3))
    return tickets()[-1]


def late(client: Browser, shop: Store) -> Ticket:
    """A return that is asked for too late."""
    Wizard(client, shop, "return").filed(came(shop, days_ago=200))
    return tickets()[-1]


SCENES = damaged, returned, late


@pytest.mark.parametrize("scene", SCENES)
def test_a_proposal_is_written_in_the_customers_language(client: Browser, shop: Store, scene: object) -> None:
    client.set_cookie("language", "tr")
    ticket = scene(client, shop)  # type: ignore[operator]
    client.sign_in(factories.agent(shop, name="Mara Lind"))
    body = client.get(f"/desk/tickets/{ticket.reference}/proposal.json").get_json()["body"]
    decision = db.session.scalar(latest_decision(ticket.id))
    assert decision is not None
    with speaking("tr"):
        opening = OPENINGS[Outcome(decision.outcome)]
    assert body.startswith(f"Merhaba Ada,\n\n{opening}")
    assert body.endswith(f"Saygılarımla\nMara Lind\n{shop.name}")
    assert english_in(body) + sentences_in(body) == []


def test_who_reads_english_is_written_to_in_english(client: Browser, shop: Store) -> None:
    client.set_cookie("language", "en")
    ticket = damaged(client, shop)
    client.sign_in(factories.agent(shop))
    assert client.get(f"/desk/tickets/{ticket.reference}/proposal.json").get_json()["body"].startswith("Hello Ada,")
    assert "The customer reads" not in read(client.get(f"/desk/tickets/{ticket.reference}"))


def test_the_agent_is_told_the_language(client: Browser, shop: Store) -> None:
    client.set_cookie("language", "tr")
    ticket = damaged(client, shop)
    client.sign_in(factories.agent(shop))
    assert "The customer reads Turkish" in read(client.get(f"/desk/tickets/{ticket.reference}"))


@pytest.mark.parametrize("scene", SCENES)
def test_placeholders_are_filled_in_the_customers_language(client: Browser, shop: Store, scene: object) -> None:
    client.set_cookie("language", "tr")
    ticket = scene(client, shop)  # type: ignore[operator]
    values = values_for(ticket, factories.agent(shop), " ".join(f"{{{name}}}" for name in NAMES))
    assert values["decision.because"]
    told = "\n".join(value for name, value in values.items() if name in NAMES and name != "order.items")
    assert english_in(told) + sentences_in(told) == []
