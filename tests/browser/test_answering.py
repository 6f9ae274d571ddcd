"""Answering in a real browser: the draft keeps itself, an answer is undone, a macro fills in, the guard stops."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect

from helpdesk.accounts import by_email
from helpdesk.core.db import db
from helpdesk.orders import Order
from helpdesk.stores import Store, by_slug
from helpdesk.tickets import Evidence, IssueType, Macro, Ticket, keep_file
from tests import factories
from tests.browser.shop_floor import PASSWORD, ShopFloor
from tests.core.pictures import drawn, encoded

pytestmark = pytest.mark.browser
BOX = "Answer to the customer"


@pytest.fixture
def reference(floor: ShopFloor) -> Iterator[str]:
    """A fresh ticket with two photos; answers can be undone for ten seconds."""
    floor.app.config["UNDO_SEND_SECONDS"] = 10
    with floor.app.app_context():
        made = _ticket(db.session.scalars(by_slug("petito")).one())
    yield made
    floor.app.config["UNDO_SEND_SECONDS"] = 0


@pytest.fixture
def page(floor: ShopFloor, desk: Page, reference: str) -> Page:
    """Its page, open for Mara."""
    desk.goto(f"{floor.base}/desk/tickets/{reference}")
    desk.get_by_label("E-mail address").fill("mara@desk.example.com")
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    desk.wait_for_url("**/desk/tickets/*")  # and until all its scripts have run
    return desk


def test_what_is_typed_is_there_after_a_reload(page: Page) -> None:
    page.get_by_label(BOX).type("It is on its w")
    expect(page.locator("[data-kept]")).to_have_text(re.compile(r"Draft kept \d"))
    page.reload()
    expect(page.get_by_label(BOX)).to_have_value("It is on its w")


def test_a_text_written_while_signed_out_is_not_lost(page: Page, browser: Browser) -> None:
    elsewhere = browser.new_context(storage_state=page.context.storage_state())  # in which refusals are no complaint
    other = elsewhere.new_page()
    other.goto(page.url)
    elsewhere.clear_cookies()
    other.get_by_label(BOX).type("It left us on Monday")
    expect(other.locator("[data-kept]")).to_contain_text("you were signed out")
    other.get_by_role("button", name="Send the answer").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("You were signed out")
    expect(other.get_by_label("What you wrote")).to_have_value("It left us on Monday")
    elsewhere.close()


def test_an_answer_is_undone_within_its_seconds(page: Page, reference: str) -> None:
    page.get_by_label(BOX).fill("This was meant for somebody else.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator(".undo-bar")).to_contain_text(re.compile(rf"{reference} leaves in \d+ seconds"))
    expect(page.get_by_label(BOX)).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").filter(has_text="Taken back")).to_be_visible()
    expect(page.get_by_label(BOX)).to_have_value("This was meant for somebody else.")
    expect(page.locator(".bubble-staff")).to_have_count(0)
    expect(page.locator(".undo-bar")).to_have_count(0)


def test_a_macro_and_a_proposal_fill_the_box(page: Page) -> None:
    page.get_by_label(BOX).fill("Dear Ada,")
    page.locator("#answer").get_by_text("Macros", exact=True).click()
    page.get_by_role("link", name="Answer at once").first.click()
    expect(page.get_by_label(BOX)).to_have_value("Dear Ada,\n\nAbout #1042, Ada.")
    expect(page.get_by_label("Afterwards the ticket shall")).to_have_value("solved")
    expect(page.get_by_text("“Answer at once” also sets the priority to high")).to_be_visible()
    page.get_by_role("link", name="Propose a reply").click()
    expect(page.get_by_label(BOX)).to_have_value(re.compile(r"#1042, Ada\.\n\nMerhaba Ada,"))
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator(".bubble-staff")).to_contain_text("About #1042, Ada.")
    expect(page.locator(".page-head")).to_contain_text("Solved")


def test_what_came_in_between_stops_the_answer(floor: ShopFloor, page: Page, reference: str) -> None:
    page.get_by_label(BOX).fill("Where are you?")
    with floor.app.app_context():
        ticket = db.session.scalars(db.select(Ticket).where(Ticket.reference == reference)).one()
        ticket.write(by=ticket.customer, body="It came this morning!")
        db.session.commit()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("It came this morning!")
    expect(page.get_by_label(BOX)).to_have_value("Where are you?")
    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator(".bubble-staff")).to_contain_text("Where are you?")


def test_photos_open_with_arrows_and_zoom(page: Page) -> None:
    first = page.locator(".photo-grid a").first
    first.focus()
    first.press("Enter")
    viewer = page.locator("dialog.viewer")
    expect(viewer).to_contain_text("1 of 2")
    expect(viewer).to_contain_text("photo-1.jpg")
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("2 of 2")
    page.keyboard.press("+")
    expect(viewer).to_contain_text("135 %")
    viewer.get_by_role("button", name="Smaller").click()
    expect(viewer).to_contain_text("100 %")
    with page.expect_download() as saved:
        viewer.get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename == "photo-2.jpg"
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(first).to_be_focused()


def _ticket(shop: Store) -> str:
    mara = db.session.scalars(by_email("mara@desk.example.com")).one()
    order = db.session.scalars(db.select(Order).where(Order.number == "#1042")).one()
    changes = {"status": "solved", "priority": "high"}
    text = "About {order.number}, {customer.first_name}."
    Macro.write(by=mara, store=shop, is_shared=False, name="Answer at once", body=text, changes=changes)
    drawings = [(number, BytesIO(encoded(drawn(900 + number, 700), "JPEG"))) for number in (1, 2)]
    files = [keep_file(drawing, f"photo-{number}.jpg", Evidence.OTHER) for number, drawing in drawings]
    ticket = factories.ticket(shop, order=order, issue=IssueType.DAMAGED, attachments=files)
    db.session.commit()
    return ticket.reference
