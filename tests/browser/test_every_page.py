"""Every page: nothing for axe to find, in both schemes, on a phone and on a desk; and the portal without scripts."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.shop_floor import ShopFloor
from tests.browser.tour import Stop, customers_pages, managers_pages, sign_in, staffs_pages, visit

pytestmark = pytest.mark.browser

Look = tuple[int, Literal["light", "dark"]]
#: Each page is opened once and looked at narrow and wide, light and dark; pages that are made of the same parts take
#: turns in which goes with which, as to look at every page in all four ways takes twice as long.
TURNS: tuple[tuple[Look, Look], ...] = (((1280, "light"), (390, "dark")), ((1280, "dark"), (390, "light")))
PAGES = {"customer": customers_pages, "staff": staffs_pages, "manager": managers_pages}


@pytest.mark.parametrize("whose", PAGES)
def test_axe_finds_nothing(floor: ShopFloor, browser: Browser, whose: str) -> None:
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 390, "height": 800})
    page = context.new_page()
    if whose != "customer":
        sign_in(floor, page)
    stops = zip(visit(floor, page, PAGES[whose](floor)), cycle(TURNS), strict=False)
    found = [finding for stop, looks in stops for finding in _findings(page, stop, looks)]
    context.close()
    assert found == []


def _findings(page: Page, stop: Stop, looks: tuple[Look, Look]) -> Iterator[str]:
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            yield f"{stop.name}, {width} px: scrolls sideways"
        for one in Axe().run(page).response["violations"]:
            yield f"{stop.name}, {width} px, {scheme}: {one['id']} at {one['nodes'][0]['target']}"


def test_a_report_goes_through_without_scripts(floor: ShopFloor, browser: Browser, photos: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{floor.base}/casa-petto/report?issue=wrong_item")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="I don't have it").click()
    page.get_by_label("What happened?").fill("I got a cat bed instead of a dog bed.")
    page.get_by_label("Your e-mail address").fill("ines@mail.example.com")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Photos or documents").set_input_files(photos["damage"])
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Wrong item")).to_be_visible()
    expect(page.locator(".photo-grid img")).to_have_count(1)
    context.close()
