"""Questions put together: the answers are those that each would have got by itself, in one statement."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from helpdesk.core.db import UtcMoment, Word, db
from helpdesk.core.prepared import AnySelect, Prepared, Question, prepared
from helpdesk.core.together import ask_together
from helpdesk.stores import Store
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


class Size(StrEnum):
    """Something to be large or small."""

    SMALL = "small"
    LARGE = "large"


@prepared
def stores_from(first: Any) -> AnySelect:
    """Stores by their slug, backwards, from a letter on."""
    return select(Store.id, Store.slug, Store.weekly_hours).where(Store.slug >= first).order_by(Store.slug.desc())


@prepared
def first_stores(many: int, first: Any) -> AnySelect:
    """Of those the last few."""
    return select(Store.name.label("called")).where(Store.slug >= first).order_by(Store.slug.desc()).limit(many)


@pytest.fixture
def statements() -> list[str]:
    """What is put to the database from now on."""
    seen: list[str] = []
    sa.event.listen(db.session.connection(), "before_cursor_execute", lambda *given: seen.append(given[2]))
    return seen


@pytest.fixture
def shops() -> list[Store]:
    return [factories.store(slug=slug, name=slug.upper()) for slug in ("b-shop", "a-shop", "c-shop")]


def test_each_gets_its_own_answer_in_its_own_order(shops: list[Store], statements: list[str]) -> None:
    everything, few = stores_from.question(first="a"), first_stores.question(2, first="a")
    later = stores_from.question(first="c")
    db.session.flush()
    statements.clear()
    ask_together(everything, few, later)
    assert [row.slug for row in everything.answer] == ["c-shop", "b-shop", "a-shop"]
    assert [row.called for row in few.answer] == ["C-SHOP", "B-SHOP"]
    assert [tuple(row) for row in later.answer] == [(shops[2].id, "c-shop", shops[2].weekly_hours)]
    assert len(statements) == 1
    assert everything.answer == stores_from.rows(first="a")


def test_what_finds_nothing_has_no_rows(shops: list[Store]) -> None:
    none, some = stores_from.question(first="z"), stores_from.question(first="b")
    ask_together(none, some)
    assert (none.answer, len(some.answer)) == ([], 2)


def test_answers_are_read_further_and_are_not_asked_for_again(shops: list[Store], statements: list[str]) -> None:
    slugs = stores_from.question(first="b").then(lambda rows: {row.slug for row in rows})
    assert slugs.answer == {"b-shop", "c-shop"}
    statements.clear()
    ask_together(slugs, first_stores.question(1, first="a"))
    assert len(statements) == 1
    assert "weekly_hours" not in statements[0]
    ask_together(slugs)
    assert len(statements) == 1


def test_they_know_what_the_session_has_not_written_yet(shops: list[Store]) -> None:
    shops[0].name = "Renamed"
    asked = first_stores.question(1, first="b-shop"), first_stores.question(9, first="b-shop")
    ask_together(*asked)
    assert asked[1].answer[-1].called == "Renamed"


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(days=-20_000), timedelta(days=2_900_000)).map(lambda since: EPOCH + since)
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
KINDS: list[tuple[sa.types.TypeEngine[Any], st.SearchStrategy[Any]]] = [
    (sa.Integer(), st.integers(-(2**31), 2**31 - 1)),
    (sa.Boolean(), st.booleans()),
    (sa.String(), TEXTS),
    (UtcMoment(), MOMENTS),
    (Word(Size), st.sampled_from(Size)),
    (sa.JSON(none_as_null=True), JSON.filter(lambda value: value is not None)),
]


def said(kind: sa.types.TypeEngine[Any]) -> Prepared:
    """A question whose answer is what it is asked with."""
    return prepared(lambda value: select(sa.type_coerce(value, kind).label("value")))


ECHOES = [said(kind) for kind, _ in KINDS]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(*(values | st.none() for _, values in KINDS)))
def test_every_kind_of_value_comes_as_it_would_have_come_alone(values: tuple[Any, ...]) -> None:
    def asked() -> list[Question[Any]]:
        return [echo.question(value=value) for echo, value in zip(ECHOES, values, strict=True)]

    together = asked()
    ask_together(*together)
    found = [one.answer[0].value for one in together]
    assert found == [one.answer[0].value for one in asked()]
    assert found == list(values)
    assert [type(value) for value in found] == [type(value) for value in values]


@pytest.mark.parametrize(
    "kind", [sa.Date(), sa.LargeBinary(), sa.Numeric(10, 2), sa.Float()], ids=lambda kind: type(kind).__name__
)
def test_what_json_does_not_carry_is_refused(kind: sa.types.TypeEngine[Any]) -> None:
    with pytest.raises(TypeError, match="does not go through JSON"):
        ask_together(said(kind).question(value=None), stores_from.question(first="a"))


def test_a_moment_keeps_its_fraction_and_its_zone(database: None, statements: list[str]) -> None:
    at = datetime(2026, 3, 29, 0, 59, 59, 120000, UTC)
    asked = [ECHOES[3].question(value=at + timedelta(days=days)) for days in range(2)]
    ask_together(*asked)
    assert [one.answer[0].value for one in asked] == [at, at + timedelta(days=1)]
    assert all(one.answer[0].value.tzinfo is UTC for one in asked)
