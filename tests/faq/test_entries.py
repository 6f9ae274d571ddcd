"""Loading questions, and the votes on them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.faq import FaqEntry, FaqVote, entries_of, entry_by, forget_votes, load_faq, read_faq, visitor_today
from helpdesk.stores import Store
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
FILE = "## A\n### One? {#one}\nFirst.\n### Two? {#two}\nSecond.\n"


def load(shop: Store, text: str, language: str = "en") -> int:
    changed = load_faq(shop, language, read_faq(text))
    db.session.flush()
    return changed


def entry(shop: Store, name: str = "one", language: str = "en") -> FaqEntry:
    return db.session.scalars(entry_by(shop.id, language, name)).one()


def test_the_same_file_again_changes_nothing(at: Callable[[str], datetime]) -> None:
    at("2026-03-02 09:00")
    shop = factories.store()
    assert load(shop, FILE) == 2
    at("2026-03-03 09:00")
    assert load(shop, FILE) == 0
    assert {one.changed_at.day for one in db.session.scalars(entries_of(shop.id, "en"))} == {2}


def test_an_edited_question_keeps_its_counts_and_a_removed_one_goes() -> None:
    shop = factories.store()
    load(shop, FILE)
    entry(shop).vote(visitor="ada", helped=True)
    entry(shop, "two").vote(visitor="ada", helped=False)
    assert load(shop, "## B\n### Number one? {#one}\nBetter.\n") == 2
    (kept,) = db.session.scalars(entries_of(shop.id, "en"))
    assert (kept.question, kept.group, kept.helped) == ("Number one?", "B", 1)
    assert [vote.entry_id for vote in db.session.query(FaqVote)] == [kept.id]


def test_questions_keep_the_order_of_the_file() -> None:
    shop = factories.store()
    load(shop, FILE)
    load(shop, "## A\n### Two? {#two}\nSecond.\n### One? {#one}\nFirst.\n")
    assert [one.slug for one in db.session.scalars(entries_of(shop.id, "en"))] == ["two", "one"]


def test_other_stores_and_languages_are_left_alone() -> None:
    shop, other = factories.store(), factories.store()
    load(shop, FILE)
    load(shop, FILE, "tr")
    load(other, FILE)
    load(shop, "## A\n### Three? {#three}\nThird.\n")
    assert [one.slug for one in db.session.scalars(entries_of(shop.id, "tr"))] == ["one", "two"]
    assert [one.slug for one in db.session.scalars(entries_of(other.id, "en"))] == ["one", "two"]


@pytest.mark.parametrize("votes, counts", [
    ([("ada", True)], (1, 0)),
    ([("ada", True), ("ada", True)], (1, 0)),
    ([("ada", True), ("ada", False)], (0, 1)),
    ([("ada", True), ("bob", False), ("cleo", True)], (2, 1)),
])  # fmt: skip
def test_one_vote_per_visitor_and_day(votes: list[tuple[str, bool]], counts: tuple[int, int]) -> None:
    shop = factories.store()
    load(shop, FILE)
    one = entry(shop)
    for visitor, helped in votes:
        one.vote(visitor=visitor, helped=helped)
        db.session.flush()
    assert (one.helped, one.not_helped) == counts
    assert (entry(shop, "two").helped, entry(shop, "two").not_helped) == (0, 0)


def test_the_next_day_is_another_vote_and_another_name(at: Callable[[str], datetime]) -> None:
    at("2026-03-02 09:00")
    shop = factories.store()
    load(shop, FILE)
    one, name = entry(shop), visitor_today("192.0.2.1", "Phone")
    one.vote(visitor=name, helped=True)
    at("2026-03-03 09:00")
    assert visitor_today("192.0.2.1", "Phone") != name
    one.vote(visitor=name, helped=True)
    assert one.helped == 2


def test_visitors_differ_and_cannot_be_read_from_their_name() -> None:
    names = {
        visitor_today("192.0.2.1", "Phone"),
        visitor_today("192.0.2.2", "Phone"),
        visitor_today("192.0.2.1", "Desk"),
    }
    assert len(names) == 3
    assert not any("192" in name for name in names)


def test_upkeep_forgets_who_voted_but_not_the_counts() -> None:
    shop = factories.store()
    load(shop, FILE)
    entry(shop).vote(visitor="ada", helped=True)
    db.session.flush()
    forget_votes(clock.now() + timedelta(days=1))
    assert db.session.query(FaqVote).count() == 1
    forget_votes(clock.now() + timedelta(days=3))
    assert db.session.query(FaqVote).count() == 0
    assert entry(shop).helped == 1
