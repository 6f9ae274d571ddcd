"""The main job once through: customer, agent, scheduler, supervisor, mail."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from helpdesk.core import clock
from tests.browser.shop_floor import PASSWORD, ShopFloor

pytestmark = pytest.mark.browser


def test_a_broken_bowl_from_report_to_decision(
    floor: ShopFloor, phone: Page, desk: Page, photos: dict[str, Path]
) -> None:
    _customer_reports(floor, phone, photos)
    reference, link = _mail_arrives(floor)
    _agent_answers(floor, desk, reference)
    _customer_writes_back(phone, link)
    _nobody_answers(floor)
    _supervisor_decides(floor, desk, reference)
    _customer_reads_the_decision(floor, phone, link)


def _customer_reports(floor: ShopFloor, phone: Page, photos: dict[str, Path]) -> None:
    phone.goto(f"{floor.base}/petito/")
    phone.get_by_role("link", name="It arrived damaged").click()
    expect(phone.get_by_label("It arrived damaged")).to_be_checked()
    phone.get_by_role("button", name="Go on").click()

    phone.get_by_label("Order number").fill("1042")
    phone.get_by_label("E-mail address or phone number of the order").fill("(681) 555-0123")
    phone.get_by_role("button", name="Find my order").click()
    expect(phone.get_by_role("alert")).to_contain_text("We found no order")  # a Turkish shop reads numbers its own way
    phone.get_by_label("E-mail address or phone number of the order").fill("+1 681 555 0123")
    phone.get_by_role("button", name="Find my order").click()

    phone.get_by_text("Stoneware bowl, blue", exact=True).click()  # anywhere on the card
    phone.get_by_role("button", name="Go on").click()

    phone.get_by_label("What happened?").fill("The blue bowl has a long crack, and the box was dented.")
    phone.get_by_label("Your e-mail address").fill("not an address")
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_role("alert")).to_contain_text("not an e-mail address")
    expect(phone.get_by_label("What happened?")).to_have_value(re.compile("long crack"))
    phone.get_by_label("Your e-mail address").fill("lena@mail.example.net")
    phone.get_by_role("button", name="Go on").click()

    phone.get_by_label("Photos of the damage").set_input_files([photos["damage"], photos["lying"]])
    phone.get_by_label("Photos of the packaging").set_input_files(photos["packaging"])
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_role("alert")).to_contain_text("lying.jpg")
    expect(phone.get_by_text("Kept already (2)")).to_be_visible()
    phone.get_by_role("button", name="Go on").click()

    expect(phone.get_by_text("2 × Stoneware bowl, blue")).to_be_visible()
    phone.get_by_role("button", name="Send the report").click()
    expect(phone.get_by_role("heading", name="Damaged, order #1042")).to_be_visible()
    expect(phone.get_by_text("It was reported 20 hours after delivery")).to_be_visible()
    expect(phone.get_by_text("a replacement or a refund", exact=False).first).to_be_visible()


def _mail_arrives(floor: ShopFloor) -> tuple[str, str]:
    floor.run_jobs()
    letter = floor.mail.received[-1]
    assert letter.recipients == ["lena@mail.example.net"]
    link = re.search(rf"{re.escape(floor.base)}/petito/tickets/\S+", letter.part("plain"))
    found = re.search(r"\[(\w{4}-\w{4})\]", str(letter.message["Subject"]))
    assert link
    assert found
    return found[1], link[0]


def _agent_answers(floor: ShopFloor, desk: Page, reference: str) -> None:
    _sign_in(floor, desk, "mara@desk.example.com")
    expect(desk.get_by_role("row").filter(has_text=reference)).to_contain_text("Damaged")
    desk.get_by_role("link", name="Damaged - order #1042").click()
    desk.get_by_role("button", name="Take it").click()
    desk.get_by_label("Answer to the customer").fill("I am sorry. A new bowl leaves us tomorrow.")
    desk.get_by_role("button", name="Send the answer").click()
    expect(desk.locator(".bubble-staff")).to_contain_text("A new bowl leaves us tomorrow.")
    expect(desk.get_by_label("Clocks").or_(desk.locator(".ticket-side"))).to_contain_text("kept")
    _sign_out(desk)
    floor.run_jobs()
    assert "A new bowl leaves us tomorrow." in floor.mail.received[-1].part("plain")


def _customer_writes_back(phone: Page, link: str) -> None:
    phone.goto(link)
    phone.get_by_label("Your message").fill("I would rather have my money back, and quickly.")
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(phone.locator(".bubble-customer").last).to_contain_text("money back")


def _nobody_answers(floor: ShopFloor) -> None:
    with clock.at(clock.now() + timedelta(days=8)):
        floor.run_jobs()
    subjects = [str(letter.message["Subject"]) for letter in floor.mail.received]
    assert any("Escalated: Answer overdue" in subject for subject in subjects)


def _supervisor_decides(floor: ShopFloor, desk: Page, reference: str) -> None:
    _sign_in(floor, desk, "selim@desk.example.com")
    desk.get_by_role("link", name="Escalations").click()
    card = desk.locator("article").filter(has_text=reference)
    expect(card).to_contain_text("Answer overdue")
    card.get_by_role("button", name="I have it").click()
    expect(desk.get_by_text("acknowledged the escalation")).to_be_visible()
    desk.get_by_role("navigation", name="Decision").get_by_role("link", name="Granted").click()
    desk.get_by_label("Why, for the team").fill("We were slow; the money goes back.")
    desk.get_by_label("Letter to the customer").fill("You get your money back today.")
    desk.get_by_role("button", name="Grant it").click()
    expect(desk.locator("article").filter(has_text=reference)).to_have_count(0)
    _sign_out(desk)


def _customer_reads_the_decision(floor: ShopFloor, phone: Page, link: str) -> None:
    floor.run_jobs()
    letters = [letter for letter in floor.mail.received if letter.recipients == ["lena@mail.example.net"]]
    assert "You get your money back today." in letters[-1].part("plain")
    phone.goto(link)
    expect(phone.locator(".bubble-staff").last).to_contain_text("You get your money back today.")
    expect(phone.get_by_text("We were slow")).to_have_count(0)  # that was for the team
    phone.get_by_role("button", name="It is solved").click()
    expect(phone.get_by_role("status")).to_contain_text("Good to hear")


def _sign_in(floor: ShopFloor, page: Page, email: str) -> None:
    page.goto(f"{floor.base}/desk/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Waiting for us")).to_be_visible()


def _sign_out(page: Page) -> None:
    page.locator(".desk-account summary").click()
    page.get_by_role("button", name="Sign out").click()
