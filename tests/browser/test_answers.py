"""A customer finds an answer, finds their requests again, and rates our help: with scripts and without."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from helpdesk.accounts import User, by_email
from helpdesk.core.db import db
from helpdesk.faq import HelpSearch
from helpdesk.tickets import Rating, Ticket
from tests.browser.shop_floor import ShopFloor
from tests.browser.tour import customers_pages

pytestmark = pytest.mark.browser
LENA = "lena@mail.example.net"


def test_the_whole_way_without_scripts(floor: ShopFloor, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{floor.base}/petito/")
    page.get_by_label("What is it about?").fill("broken bowl #1042")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name=re.compile("Report: It arrived damaged"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^It arrived damaged")).click()
    page.get_by_role("button", name="No").click()
    expect(page.get_by_text("A person helps you further.")).to_be_visible()
    assert _searches(floor)[-1] == ("broken bowl", "faq:damaged", "no")

    page.goto(f"{floor.base}/petito/faq")
    page.get_by_text("How long can I return something?").click()
    expect(page.get_by_text("60 days from the day it was delivered")).to_be_visible()

    link = _link_by_mail(floor, page)
    page.goto(link)
    page.get_by_role("link", name=re.compile("Damaged, order #1042")).click()
    expect(page.get_by_role("heading", name="What happens next")).to_be_visible()

    page.goto(_rating_link(floor, "Poor"))
    expect(page.get_by_label("Poor", exact=True)).to_be_checked()
    page.get_by_label("What went well, or what should have been better?", exact=False).fill("It took too long.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you. We read every word of it.")).to_be_visible()
    assert _rated(floor)[-1] == (2, "It took too long.")
    context.close()


def test_answers_appear_while_typing(floor: ShopFloor, phone: Page) -> None:
    phone.goto(f"{floor.base}/petito/report")
    box = phone.get_by_label("Maybe this answers it")
    box.press_sequentially("dmaaged", delay=30)
    found = phone.locator("[data-help-found]")
    expect(found.get_by_role("link", name=re.compile("^It arrived damaged"))).to_be_visible()
    expect(phone.locator("[data-help-says]")).to_contain_text("answer")
    box.press("Escape")
    expect(found).to_be_hidden()

    box.fill("xyzzy")
    expect(found).to_contain_text("No answer fits these words.")
    phone.get_by_label("It arrived damaged").check()
    _is_kept(floor, ("xyzzy", "", "none"))

    box.fill("kirik")
    found.get_by_role("link", name=re.compile("^Ürün hasarlı geldi")).click()
    expect(phone.get_by_role("heading", name="Ürün hasarlı geldi")).to_be_visible()
    _is_kept(floor, ("kirik", "faq:damaged", "none"))


def _link_by_mail(floor: ShopFloor, page: Page) -> str:
    customers_pages(floor)  # Lena has written
    page.goto(f"{floor.base}/petito/my")
    page.get_by_label("Your e-mail address").fill(LENA)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    floor.run_jobs()
    return _address(floor, "Your requests at Petito", r"http\S+/my/\S+")


def _rating_link(floor: ShopFloor, words: str) -> str:
    with floor.app.app_context():
        ticket = db.session.scalars(db.select(Ticket).order_by(Ticket.id)).first()
        agent: User = db.session.scalars(by_email("mara@desk.example.com")).one()
        assert ticket
        ticket.solve(by=agent)
        db.session.commit()
    floor.run_jobs()
    return _address(floor, "Solved?", rf"(?<={words}: )http\S+")


def _address(floor: ShopFloor, subject: str, pattern: str) -> str:
    letter = next(one for one in reversed(floor.mail.received) if subject in str(one.message["Subject"]))
    found = re.search(pattern, letter.part("plain"))
    assert found
    return found[0]


def _is_kept(floor: ShopFloor, search: tuple[str, str, str]) -> None:
    # It comes as a beacon, which the browser sends when it likes, and of which no page hears the end.
    for _ in range(50):
        if _searches(floor)[-1:] == [search]:
            return
        time.sleep(0.2)
    assert _searches(floor)[-1:] == [search]


def _searches(floor: ShopFloor) -> list[tuple[str, str, str]]:
    with floor.app.app_context():
        kept = db.session.query(HelpSearch).order_by(HelpSearch.id)
        return [(one.words, one.clicked, one.helped.value) for one in kept]


def _rated(floor: ShopFloor) -> list[tuple[int, str]]:
    with floor.app.app_context():
        return [(rating.score, rating.comment) for rating in db.session.query(Rating).order_by(Rating.id)]
