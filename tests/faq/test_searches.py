"""What is kept of a search, for whom, and for how long."""

from datetime import timedelta

import pytest

from helpdesk import jobs
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.faq import (
    Helped,
    HelpSearch,
    clicks,
    forget_old_searches,
    tally,
    without_answer,
    without_help,
    without_traces,
)
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("query, kept", [
    ("Broken  Bowl", "broken bowl"),
    ("where is #1042 please", "where is please"),
    ("ada@mail.example.com refund", "refund"),
    ("call +90 533 325 62 92 now", "call now"),
    ("PT260486", ""),
    ("4GCX-QDTN missing", "missing"),
    ("\x00kırık\x00", "kırık"),
    ("x" * 300, "x" * 100),
])  # fmt: skip
def test_numbers_and_addresses_are_not_kept(query: str, kept: str) -> None:
    assert without_traces(query) == kept


def test_a_search_that_holds_nothing_else_is_not_kept() -> None:
    assert HelpSearch.keep(factories.store(), "en", "#1042 ada@mail.example.com", 0) is None
    assert db.session.query(HelpSearch).count() == 0


def test_what_is_missing_and_what_does_not_help_at_my_stores_only() -> None:
    shop, other = factories.store(), factories.store()
    boss = factories.supervisor(shop)
    for store, query, found in [(shop, "vegan", 0), (shop, "vegan", 0), (shop, "gift wrap", 0), (other, "foreign", 0)]:
        HelpSearch.keep(store, "en", query, found)
    kept = HelpSearch.keep(shop, "en", "refund", 3, "faq:refund")
    assert kept
    kept.answer(Helped.NO)
    good = HelpSearch.keep(shop, "en", "address", 2)
    assert good
    good.answer(Helped.YES, "faq:address")
    db.session.flush()
    assert [(row.words, row.times) for row in without_answer(boss, shop.id)] == [("vegan", 2), ("gift wrap", 1)]
    assert [(row.words, row.times) for row in without_help(boss, shop.id)] == [("refund", 1)]
    assert tuple(tally(boss, shop.id)) == (5, 3, 1, 1)
    assert clicks(boss, shop.id) == {"faq:refund": 1, "faq:address": 1}
    assert (list(without_answer(boss, other.id)), tuple(tally(boss, other.id))) == ([], (0, 0, 0, 0))


def test_searches_are_forgotten_after_90_days() -> None:
    shop = factories.store()
    HelpSearch.keep(shop, "en", "old", 0)
    forget_old_searches(clock.now() + timedelta(days=89))
    assert db.session.query(HelpSearch).count() == 1
    forget_old_searches(clock.now() + timedelta(days=91))
    assert db.session.query(HelpSearch).count() == 0


def test_upkeep_forgets_them() -> None:
    with clock.at(clock.now() - timedelta(days=100)):
        HelpSearch.keep(factories.store(), "en", "old", 0)
    db.session.commit()
    jobs.upkeep()
    assert db.session.query(HelpSearch).count() == 0
