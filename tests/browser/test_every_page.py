"""Every page: nothing for axe to find, in both schemes, on a phone and on a desk; and the portal without scripts."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.shop_floor import ShopFloor
from tests.browser.tour import Stop, customers_pages, managers_pages, sign_in, staffs_pages, visit

pytestmark = pytest.mark.browser

WIDTHS = {"phone": 390, "desk": 1280}


@pytest.fixture(scope="module", params=["sqlite"])  # how a page looks does not depend on the database
def floor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> object:
    from tests.browser.shop_floor import shop_floor

    folder = tmp_path_factory.mktemp("tour")
    with shop_floor(f"sqlite:///{folder / 'tour.db'}", folder) as opened:
        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(floor: ShopFloor, browser: Browser, width: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": WIDTHS[width], "height": 800}, color_scheme=scheme)
    page = context.new_page()
    found = _findings(floor, page, customers_pages(floor))
    sign_in(floor, page)
    found += _findings(floor, page, staffs_pages(floor))
    page.context.clear_cookies()
    sign_in(floor, page, "mona@desk.example.com")
    found += _findings(floor, page, managers_pages(floor))
    context.close()
    assert found == []


def _findings(floor: ShopFloor, page: Page, stops: list[Stop]) -> list[str]:
    found = []
    for stop in visit(floor, page, stops):
        result = Axe().run(page)
        found += [f"{stop.name}: {one['id']} at {one['nodes'][0]['target']}" for one in result.response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{stop.name}: scrolls sideways")
    return found


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
