"""A page is light: what a first visit loads of markup, styles and scripts, before anything is compressed."""

import re
from html import unescape

import pytest

from helpdesk.cli_faq import read_all
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.escalation import ask_for_help
from helpdesk.faq import load_faq
from helpdesk.orders import Order, ProductClass
from helpdesk.policies import publish_all
from helpdesk.seed import SEEDS
from helpdesk.stores import Store, load_store, read_store_file
from helpdesk.tickets import Evidence, IssueType, Ticket
from tests import factories
from tests.web.browsing import Browser
from tests.web.guest import page_of
from tests.web.policed import came
from tests.web.wizard import JPEG, Wizard, files

pytestmark = pytest.mark.one_engine

PORTAL, DESK = 60_000, 150_000
LINKED = re.compile(r'<(?:link rel="stylesheet" href|script type="module" src)="([^"]+)"')
POLICY_TEXT = re.compile(r'<div class="policy">.*?</section>\s*</div>\s*</div>', re.DOTALL)


def shipped(slug: str) -> Store:
    """A store as it ships, with its policy and its questions."""
    folder = SEEDS / slug
    shop = load_store(read_store_file(folder / "store.toml"))
    publish_all(shop, {path.name: path.read_text() for path in sorted(folder.glob("policy-*.toml"))})
    for code, questions in read_all(folder.glob("faq*.md")).items():
        load_faq(shop, code, questions)
    db.session.commit()
    return shop


def weight(client: Browser, address: str, *, but: re.Pattern[str] | None = None) -> int:
    """The bytes of the page and of each style sheet and script that it names."""
    page = client.get(address)
    assert page.status_code == 200, address
    parts = {unescape(found) for found in LINKED.findall(page.text)}
    assert len(parts) > 10
    text = but.sub("", page.text) if but else page.text
    return len(text.encode()) + sum(len(client.get(part).data) for part in parts)


def at_length(shop: Store) -> Ticket:
    """A damage report under way, with photos, a decision and words from both sides."""
    order = came(shop, ProductClass.TOY, days_ago=1)
    photos = [factories.photo(each) for each in (Evidence.DAMAGE, Evidence.PACKAGING)]
    items = [(line, 1) for line in order.lines]
    ticket = factories.ticket(shop, order=order, items=items, issue=IssueType.DAMAGED, attachments=photos)
    ticket.reply(by=factories.agent(shop), body="We look at it, and write to you again tomorrow. " * 5)
    ticket.write(by=ticket.customer, body="Thank you. It came in a torn bag, and one side is cracked. " * 5)
    db.session.commit()
    return ticket


@pytest.mark.parametrize("code", ["en", "tr"])
@pytest.mark.parametrize("slug", ["casa-petto", "casanovaspace", "petito"])
def test_what_customers_read(client: Browser, slug: str, code: str) -> None:
    shop = shipped(slug)
    client.set_cookie("language", code)
    pages = ["", "report", "track", "my", "my/sent", "faq", "help?q=damaged", f"faq/{question(shop)}"]
    told = {page: weight(client, f"/{slug}/{page}") for page in pages}
    told["policy"] = weight(client, f"/{slug}/policy", but=POLICY_TEXT)
    assert max(told.values()) < PORTAL, told


def question(shop: Store) -> str:
    """The name of its first question."""
    return next(iter(read_all([SEEDS / shop.slug / "faq.md"])["en"])).name


@pytest.mark.parametrize("code", ["en", "tr"])
def test_each_step_of_a_report(client: Browser, code: str) -> None:
    shop = shipped("petito")
    client.set_cookie("language", code)
    wizard, order = Wizard(client, shop, "defective"), came(shop, ProductClass.TOY, ProductClass.FOOD)
    told = {"order": weight(client, f"{wizard.address}/order")}
    wizard.find(order, order.email)
    told["items"] = weight(client, f"{wizard.address}/items")
    wizard.choose_all(order)
    told["questions"] = weight(client, f"{wizard.address}/questions")
    wizard.tell()
    told["details"] = weight(client, f"{wizard.address}/details")
    wizard.post("photos", other=files(("a.jpg", JPEG), ("b.jpg", JPEG)))
    told["photos"] = weight(client, f"{wizard.address}/photos")
    told["review"] = weight(client, f"{wizard.address}/review")
    assert max(told.values()) < PORTAL, told


@pytest.mark.parametrize("code", ["en", "tr"])
def test_a_customers_own_pages(client: Browser, code: str) -> None:
    shop = shipped("petito")
    client.set_cookie("language", code)
    ticket = at_length(shop)
    assert weight(client, page_of(ticket)) < PORTAL
    ticket.solve(by=factories.agent(shop))
    assert weight(client, f"{page_of(ticket)}/rating") < PORTAL
    assert weight(client, page_of(ticket)) < PORTAL


def test_what_staff_open_all_day(client: Browser) -> None:
    shop = shipped("petito")
    ticket = at_length(shop)
    for _ in range(60):
        order: Order = factories.order(shop, delivered_at=clock.now())
        factories.ticket(shop, order=order, issue=IssueType.DAMAGED).assign(
            to=factories.agent(shop), by=factories.agent(shop)
        )
    ask_for_help(ticket, by=factories.agent(shop), note="It goes on and on.")
    client.sign_in(factories.supervisor(shop))
    told = {page: weight(client, f"/desk/{page}") for page in ("", f"tickets/{ticket.reference}")}
    assert max(told.values()) < DESK, told
