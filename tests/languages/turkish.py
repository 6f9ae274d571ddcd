"""Petito as it ships, and pages with all that is read aloud."""

import re
from html import unescape

from werkzeug.test import TestResponse

from helpdesk.faq import load_faq, read_faq
from helpdesk.policies import publish_all
from helpdesk.seed import SEEDS
from helpdesk.stores import Store, load_store, read_store_file
from helpdesk.web.portal import PLACES
from tests.web.browsing import read

ATTRIBUTES = re.compile(r'(?:aria-label|alt|title|placeholder|data-sending|content)="([^"]*)"')


def turkish_petito() -> Store:
    """Its store file, its policy and its questions."""
    shop = load_store(read_store_file(SEEDS / "petito" / "store.toml"))
    publish_all(shop, {path.name: path.read_text() for path in sorted((SEEDS / "petito").glob("policy-*.toml"))})
    for language, name in (("en", "faq.md"), ("tr", "faq.tr.md")):
        load_faq(shop, language, read_faq((SEEDS / "petito" / name).read_text(), name, PLACES))
    return shop


def page(answer: TestResponse) -> str:
    """All that is read of a page, or read aloud."""
    return " ".join((read(answer), *map(unescape, ATTRIBUTES.findall(answer.text))))
