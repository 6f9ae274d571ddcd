"""A browser for the tests that need one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.shop_floor import ShopFloor, shop_floor
from tests.conftest import ENGINES
from tests.core.pictures import drawn, encoded
from tests.postgres import new_database

#: Nothing but the page under test: no look-ups, no updates; as root Chromium runs only without its sandbox.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Where Debian's Chromium, or another one, is."""
    named = os.environ.get("HELPDESK_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the run; its absence is a failure where everything is required."""
    path = chromium()
    if path is None:
        if os.environ.get("HELPDESK_REQUIRE_ALL"):
            pytest.fail("Chromium is required here: apt install chromium")
        pytest.skip("no Chromium on this machine: apt install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield running
        running.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The main job is done on both databases; how the other pages look and move does not depend on it."""
    if "floor" in metafunc.fixturenames:
        engines = ENGINES if metafunc.module.__name__.endswith("test_main_job") else ["sqlite"]
        metafunc.parametrize("floor", engines, indirect=True, scope="module")


@pytest.fixture(scope="module")
def floor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopFloor]:
    """A whole shop, on one of the databases."""
    folder = tmp_path_factory.mktemp("floor")
    with ExitStack() as stack:
        if request.param == "postgresql":
            url = stack.enter_context(new_database(request.getfixturevalue("postgres")))
        else:
            url = f"sqlite:///{folder / 'floor.db'}"
        yield stack.enter_context(shop_floor(url, folder))


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A customer's phone; complaints of the page in the console fail the test."""
    yield from _page(browser, 390, 844)


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A staff member's screen."""
    yield from _page(browser, 1280, 800)


def _page(browser: Browser, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    yield page
    context.close()
    told = [text for text in complaints if "422" not in text]  # a form with errors is answered so
    assert told == []


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two photos and a file that only calls itself one."""
    folder = tmp_path_factory.mktemp("photos")
    made = {
        "damage": encoded(drawn(1600, 1200), "JPEG"),
        "packaging": encoded(drawn(1200, 1600), "JPEG"),
        "lying": b"this is not a photo",
    }
    for name, data in made.items():
        (folder / f"{name}.jpg").write_bytes(data)
    return {name: folder / f"{name}.jpg" for name in made}
