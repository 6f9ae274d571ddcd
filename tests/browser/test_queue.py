"""The queue as an agent works it: by keys, many at once, and with news that move nothing."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from helpdesk.accounts import customer_for
from helpdesk.core.db import db
from helpdesk.stores import by_slug
from helpdesk.tickets import Channel, IssueType, Ticket, from_choice
from tests.browser.shop_floor import ShopFloor
from tests.browser.tour import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def queue(floor: ShopFloor, desk: Page) -> Iterator[Page]:
    """Mara's queue of one store, with a few tickets."""
    with floor.app.app_context():
        for number in range(4):
            opened(f"Question {number}")
        db.session.commit()
    sign_in(floor, desk, "mara@desk.example.com")
    desk.wait_for_url(f"{floor.base}/desk/")  # who leaves a page half loaded makes the server complain
    desk.goto(f"{floor.base}/desk/?store=petito&order=newest")
    yield desk
    with floor.app.app_context():  # the next test begins with tickets of its own
        for ticket in db.session.scalars(db.select(Ticket)):
            ticket.subject = "Done"
        db.session.commit()


def opened(subject: str) -> str:
    store = db.session.scalars(by_slug("petito")).one()
    customer = customer_for(store.id, "omar@mail.example.org", name="Omar Haddad")
    ticket = Ticket.open(
        store=store, customer=customer, by=customer, sorted_as=from_choice(IssueType.TRACKING), body="Where is it?",
        channel=Channel.PORTAL, subject=subject,
    )  # fmt: skip
    return ticket.reference


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.textContent || document.activeElement.id")
    return found


def test_by_keys_alone(floor: ShopFloor, queue: Page) -> None:
    queue.keyboard.press("j")
    queue.keyboard.press("j")
    assert "Question 2" in focused(queue)
    queue.keyboard.press("k")
    assert "Question 3" in focused(queue)
    queue.keyboard.press("n")
    expect(queue.locator("#note-body")).to_be_focused()
    queue.keyboard.type("She called: r and j are letters here.")
    expect(queue.locator("#note-body")).to_have_value("She called: r and j are letters here.")
    queue.locator("h1").click()
    queue.keyboard.press("r")
    expect(queue.locator("#reply-body")).to_be_focused()
    queue.locator("h1").click()
    queue.keyboard.press("g")
    queue.keyboard.press("q")
    queue.wait_for_url(f"{floor.base}/desk/")
    queue.keyboard.press("?")
    expect(queue.get_by_role("dialog", name="Keyboard")).to_be_visible()


def test_the_palette_leads_anywhere(floor: ShopFloor, queue: Page) -> None:
    queue.keyboard.press("Control+k")
    field = queue.get_by_role("combobox", name="A view, a page")
    expect(field).to_be_focused()
    found = queue.get_by_role("listbox", name="Found")
    expect(found.get_by_text("Mine")).to_be_visible()
    field.fill("wa cu")
    expect(found.get_by_role("option", selected=True)).to_contain_text("Waiting for customer")
    queue.keyboard.press("Enter")
    queue.wait_for_url(re.compile("show=pending"))
    with floor.app.app_context():
        reference = db.session.scalars(db.select(Ticket.reference).order_by(Ticket.id.desc())).first()
    queue.keyboard.press("Control+k")
    field.fill(str(reference).lower().replace("-", ""))
    queue.keyboard.press("Enter")
    queue.wait_for_url(f"{floor.base}/desk/tickets/{reference}")


def test_what_was_opened_is_read(floor: ShopFloor, queue: Page) -> None:
    row = queue.get_by_role("row").filter(has_text="Question 3")
    expect(row).to_contain_text("Unread:")
    with queue.expect_response(re.compile("/seen$")) as told:
        row.get_by_role("link").click()
    assert told.value.status == 204
    queue.wait_for_load_state()
    queue.goto(f"{floor.base}/desk/?store=petito&order=newest")
    expect(row).not_to_contain_text("Unread:")


def test_several_at_once_with_shift_and_back(queue: Page) -> None:
    for key in ("j", "x", "j", "j", "Shift+X"):
        queue.keyboard.press(key)
    expect(queue.get_by_text("3 selected")).to_be_visible()
    queue.get_by_label("What to do with them").select_option(label="Priority urgent")
    queue.get_by_role("button", name="Apply").click()
    expect(queue.get_by_role("status").first).to_contain_text("Priority: urgent: 3 tickets.")
    urgent = queue.get_by_role("row").filter(has_text=re.compile("Question.*Urgent", re.DOTALL))
    expect(urgent).to_have_count(3)
    queue.get_by_role("button", name="Undo").click()
    expect(queue.get_by_role("status").first).to_contain_text("3 tickets put back as before.")
    expect(urgent).to_have_count(0)


def test_news_are_told_and_move_nothing(floor: ShopFloor, queue: Page) -> None:
    first = queue.locator("[data-row]").first
    expect(first).to_contain_text("Question 3")
    expect(queue.locator(".views [data-count=waiting]")).to_have_text(re.compile(r"\d"))
    before = int(queue.locator(".views [data-count=waiting]").inner_text())
    queue.clock.install()
    queue.reload()
    _let_it_look(queue)  # nothing changed: nothing is said
    expect(queue.locator("[data-news]")).to_be_empty()
    with floor.app.app_context():
        opened("Question new")
        db.session.commit()
    for _ in range(5):  # a look may have been under way, and then the next one finds it
        if not queue.locator("[data-news]").inner_text():
            _let_it_look(queue)
    expect(queue.locator("[data-news]")).to_contain_text("1 ticket new here")
    expect(first).to_contain_text("Question 3")
    expect(queue.locator(".views [data-count=waiting]")).to_have_text(str(before + 1))
    queue.keyboard.press(".")
    expect(first).to_contain_text("Question new")


def test_the_filters_stand_in_the_address_and_come_off_one_by_one(queue: Page) -> None:
    queue.get_by_text("Filter", exact=True).click()
    queue.get_by_label("Assignee", exact=True).select_option("nobody")
    queue.get_by_label("Unread").check()
    queue.get_by_role("button", name="Show these").click()
    expect(queue).to_have_url(re.compile("assignee=nobody.*unread=1"))
    chips = queue.locator(".chip")
    expect(chips).to_have_count(3)
    chips.filter(has_text="Nobody's").click()
    expect(chips).to_have_count(2)
    queue.get_by_role("link", name="Clear all").click()
    expect(chips).to_have_count(0)


def _let_it_look(queue: Page) -> None:
    """Twenty seconds pass on the page; its question is answered, and what it does with the answer is done."""
    with queue.expect_response("**/queue/changes?*"):
        queue.clock.run_for(20_500)
    queue.evaluate("fetch('/livez')")  # which comes after what had begun before
