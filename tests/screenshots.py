"""Pictures of every page, at 390 and 1280 px, light and dark: `python3 dev.py screenshots`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import QUIET, chromium
from tests.browser.shop_floor import ShopFloor, shop_floor
from tests.browser.tour import customers_pages, managers_pages, sign_in, staffs_pages, visit

FOLDER = Path(__file__).resolve().parent.parent / "screenshots"
WIDTHS = {390: 844, 1280: 800}


def main() -> None:
    """Open a shop, walk through it, and keep what was seen."""
    path = chromium()
    if path is None:
        raise SystemExit("Screenshots need Chromium: apt install chromium")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        with shop_floor(f"sqlite:///{folder}/shop.db", Path(folder)) as floor:
            for scheme in ("light", "dark"):
                for width in WIDTHS:
                    _walk(floor, browser, scheme, width)
        browser.close()


def _walk(floor: ShopFloor, browser: Browser, scheme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme)
    page = context.new_page()
    stops = customers_pages(floor)
    for number, stop in enumerate(visit(floor, page, stops)):
        page.screenshot(path=FOLDER / f"{stop.name}-{width}-{scheme}.png", full_page=True)
        if number == len(stops) - 1:
            sign_in(floor, page)
    for stop in visit(floor, page, staffs_pages(floor)):
        page.screenshot(path=FOLDER / f"{stop.name}-{width}-{scheme}.png", full_page=True)
    context.clear_cookies()
    sign_in(floor, page, "mona@desk.example.com")
    for stop in visit(floor, page, managers_pages(floor)):
        page.screenshot(path=FOLDER / f"{stop.name}-{width}-{scheme}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    main()
