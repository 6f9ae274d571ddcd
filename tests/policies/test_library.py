"""The library: what may be published, what stays for ever, and which edition judges which order."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import delete, select, update

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.policies import PolicyEdition, editions_of, in_force, in_force_on, publish, publish_all
from helpdesk.stores import Store
from tests import factories
from tests.policies.lamps import TEXT, changed
from tests.scenes import ISTANBUL, local

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
EXAMPLE = '\n[[example]]\nrequest = "return"\nfacts = {{ final_sale = true }}\noutcome = "{}"\n'


@pytest.fixture
def shop() -> Store:
    return factories.store(slug="lamps", timezone=ISTANBUL)


def text(name: str, effective: str, more: str = "") -> str:
    """The lamps' policy as an edition of this name, from this day on."""
    return changed(("2026-01-01", effective), ('edition = "2026-01"', f'edition = "{name}"')) + more


def names(shop: Store) -> list[str]:
    return [edition.name for edition in db.session.scalars(editions_of(shop.id))]


# publishing


def test_an_edition_is_kept_as_it_was_written(shop: Store, at: At) -> None:
    now = at("2026-01-01 12:00")
    ruth = factories.supervisor(shop)
    edition = publish(shop, TEXT, by=ruth)
    assert (edition.name, edition.title, edition.effective_on) == ("2026-01", "Returns", date(2026, 1, 1))
    assert (edition.text, edition.published_at, edition.published_by) == (TEXT, now, ruth)
    assert edition.compiled.clauses["1"].title == "30 days"


def test_the_same_text_again_changes_nothing(shop: Store, at: At) -> None:
    at("2026-01-01 12:00")
    first = publish(shop, TEXT)
    at("2027-01-01 12:00")
    assert publish(shop, TEXT) is first
    assert names(shop) == ["2026-01"]


def test_another_text_under_a_published_name_is_refused(shop: Store, at: At) -> None:
    at("2026-01-01 12:00")
    publish(shop, TEXT)
    with pytest.raises(Invalid, match="“2026-01” is published already, and an edition is never changed"):
        publish(shop, changed(("days = 30", "days = 14")))
    assert db.session.scalars(select(PolicyEdition.text)).all() == [TEXT]


def test_nobody_can_change_a_published_edition(shop: Store, at: At) -> None:
    at("2026-01-01 12:00")
    edition = publish(shop, TEXT)
    edition.text = changed(("days = 30", "days = 14"))
    with pytest.raises(RuntimeError, match="never changed"):
        db.session.flush()


@pytest.mark.parametrize("statement", [update(PolicyEdition).values(text=""), delete(PolicyEdition)], ids=str)
def test_nor_all_of_them_at_once(shop: Store, statement: object) -> None:
    with pytest.raises(RuntimeError, match="never changed and never removed"):
        db.session.execute(statement)  # type: ignore[call-overload]


def test_nobody_can_remove_one(shop: Store, at: At) -> None:
    at("2026-01-01 12:00")
    db.session.delete(publish(shop, TEXT))
    with pytest.raises(RuntimeError, match="never removed"):
        db.session.flush()


def test_an_edition_of_another_store_is_refused(shop: Store) -> None:
    with pytest.raises(Invalid, match="this edition is for “lamps”, not for “chairs”"):
        publish(factories.store(slug="chairs"), TEXT)


def test_an_example_with_a_clause_that_is_not_cited_says_which_are(shop: Store, at: At) -> None:
    at("2026-01-01 12:00")
    with pytest.raises(Invalid, match="clauses is 1, the example says 2"):
        publish(shop, TEXT + EXAMPLE.format("decline") + 'clauses = "2"\n')


def test_failing_examples_are_refused_with_both_answers(shop: Store, at: At) -> None:
    at("2026-01-01 12:00")
    with pytest.raises(Invalid, match=r"example 1 .*outcome is decline, the example says approve"):
        publish(shop, TEXT + EXAMPLE.format("approve"), name="lamps.toml")
    assert names(shop) == []
    publish(shop, TEXT + EXAMPLE.format("decline"))
    assert names(shop) == ["2026-01"]


# effective days


@pytest.mark.parametrize(
    "effective, words",
    [
        ("2026-01-01", "is not after edition “2026-01”, which is in force from 2026-01-01 on"),
        ("2025-07-01", "is not after edition “2026-01”"),
        ("2026-05-31", "2026-05-31 is past. Orders placed since then were judged by “2026-01”; choose 2026-06-01"),
        ("2027-06-03", "2027-06-03 is more than a year ahead"),
    ],
)
def test_days_that_a_further_edition_cannot_begin_on(shop: Store, at: At, effective: str, words: str) -> None:
    at("2026-01-01 12:00")
    publish(shop, TEXT)
    at("2026-06-01 00:00", ISTANBUL)
    with pytest.raises(Invalid, match=words):
        publish(shop, text("next", effective), name="next.toml")
    assert names(shop) == ["2026-01"]


@pytest.mark.parametrize("effective", ["2026-06-01", "2027-05-30"])
def test_days_that_it_can_begin_on(shop: Store, at: At, effective: str) -> None:
    at("2026-01-01 12:00")
    publish(shop, TEXT)
    at("2026-06-01 00:00", ISTANBUL)
    publish(shop, text("next", effective))
    assert names(shop) == ["next", "2026-01"]


def test_today_is_the_stores_today(shop: Store, at: At) -> None:
    at("2026-01-01 12:00")
    publish(shop, TEXT)
    at("2026-05-31 22:00")  # 1 June in Istanbul
    with pytest.raises(Invalid, match="2026-05-31 is past"):
        publish(shop, text("next", "2026-05-31"))


def test_what_was_in_force_before_the_store_came_is_published_together(shop: Store, at: At) -> None:
    at("2026-06-01 12:00")
    texts = {"b.toml": text("b", "2025-06-07"), "c.toml": text("c", "2026-02-01"), "a.toml": text("a", "2024-01-01")}
    assert [edition.name for edition in publish_all(shop, texts)] == ["a", "b", "c"]
    assert publish_all(shop, texts) == publish_all(shop, texts)
    with pytest.raises(Invalid, match="2026-03-01 is past"):
        publish_all(shop, {**texts, "d.toml": text("d", "2026-03-01")})


def test_two_first_editions_cannot_share_a_day(shop: Store, at: At) -> None:
    at("2026-06-01 12:00")
    with pytest.raises(Invalid, match=r"b.toml: policy.effective: 2025-01-01 is not after edition “a”"):
        publish_all(shop, {"a.toml": text("a", "2025-01-01"), "b.toml": text("b", "2025-01-01")})


# which edition judges


@pytest.mark.parametrize(
    "placed, name",
    [
        ("2025-03-01 12:00", "old"),
        ("2025-05-31 23:59:59", "old"),
        ("2025-06-01 00:00", "middle"),  # still May by the clock in Greenwich
        ("2025-12-31 23:59:59", "middle"),
        ("2026-01-01 00:00", "new"),
        ("2026-03-01 12:00", "new"),
        ("2019-03-01 12:00", "old"),  # from before the first: nothing else was ever published
    ],
)
def test_an_order_is_judged_by_the_edition_of_its_local_day(shop: Store, at: At, placed: str, name: str) -> None:
    at("2026-02-01 12:00")
    days = {"old": "2025-01-01", "middle": "2025-06-01", "new": "2026-01-01"}
    publish_all(shop, {each: text(each, day) for each, day in days.items()})
    judging = in_force(shop, local(placed, ISTANBUL))
    assert judging
    assert judging.name == name


@pytest.mark.parametrize("now, name", [("2026-05-31 23:59", "2026-01"), ("2026-06-01 00:00", "next")])
def test_without_an_order_todays_edition_judges(shop: Store, at: At, now: str, name: str) -> None:
    at("2026-01-01 12:00")
    publish(shop, TEXT)
    publish(shop, text("next", "2026-06-01"))
    at(now, ISTANBUL)
    judging = in_force(shop)
    assert judging
    assert judging.name == name


def test_a_store_that_published_nothing_has_none_in_force(shop: Store, at: At) -> None:
    at("2026-01-01 12:00")
    publish(factories.store(slug="chairs"), changed(('"lamps"', '"chairs"')))
    assert (in_force(shop), in_force_on(shop.id, date(2026, 6, 1))) == (None, None)
