"""The words of the scripts."""

import json
from html import unescape

from helpdesk.cli_texts import script_texts
from helpdesk.core.language import speaking
from helpdesk.web.language import IN_SCRIPTS, script_words
from tests import factories
from tests.web.browsing import Browser
from tests.web.guest import page_of


def test_a_page_brings_just_what_its_scripts_say() -> None:
    assert script_texts() == set(IN_SCRIPTS)


def test_an_english_page_brings_nothing() -> None:
    assert script_words() == ""


def test_a_turkish_page_brings_turkish(client: Browser) -> None:
    shop = factories.store(languages=["tr"])
    page = client.get(page_of(factories.ticket(shop))).text
    words = json.loads(unescape(page.split("data-words='")[1].split("'")[0]))
    assert words["Remove"] == "Kaldır"
    assert words["%(number)s days"] == "%(number)s gün"
    with speaking("tr"):
        assert set(words) == set(IN_SCRIPTS)
