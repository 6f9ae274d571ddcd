"""On PostgreSQL a word that few messages have is asked of the index, however many messages there are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert

from helpdesk.accounts import By
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.search import postgres
from helpdesk.search.clauses import Clause, Leaf, Where
from helpdesk.tickets import Kind, Message
from tests import factories
from tests.lasting import lasting_app

THE_INDEX, THE_NEWEST = "ix_search_messages_words", "search_messages_pkey"


@pytest.fixture
def large(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A database in which every message is about a bowl and one about a zebra; its statistics know the bowls."""
    with lasting_app("postgresql", request, tmp_path) as made, made.app_context():
        ticket, now = factories.ticket(factories.store(), body="a zebra"), clock.now()
        row = {"ticket_id": ticket.id, "kind": Kind.PUBLIC, "by": By.SYSTEM, "written_at": now}
        db.session.execute(insert(Message), [{**row, "body": f"the bowl broke {n}"} for n in range(2_000)])
        db.session.commit()
        db.session.execute(db.text("ANALYZE search_messages"))
        db.session.execute(db.text("SET enable_seqscan = off"))
        postgres.forget_common_words()
        yield made
        postgres.forget_common_words()


def plan_of(*leaves: Leaf) -> str:
    matching = postgres.matching([Clause((leaf,)) for leaf in leaves])
    key = matching.selected_columns.id.element
    asked = matching.order_by(key.desc()).limit(1_000)
    text = str(asked.compile(db.engine, compile_kwargs={"literal_binds": True, "render_postcompile": True}))
    return "\n".join(db.session.scalars(db.text("EXPLAIN " + text.replace(":", r"\:"))))


def test_a_rare_word_is_asked_of_the_index_and_of_a_common_one_the_newest_messages_are_looked_at(large: Flask) -> None:
    rare = (
        Leaf(("zebra",)), Leaf(("Zebra",)), Leaf(("the", "zebra")), Leaf(("zeb",), goes_on=True),
        Leaf(("zebra",), where=Where.WHO),
    )  # fmt: skip
    for leaf in rare:
        for asked in ([leaf], [leaf, Leaf(("bowl",))]):
            plan = plan_of(*asked)
            assert THE_INDEX in plan, asked
            assert THE_NEWEST not in plan, asked
    for leaf in (Leaf(("bowl",)), Leaf(("the", "Bowl"))):
        assert THE_NEWEST in plan_of(leaf), leaf


def test_before_anything_is_known_the_planner_is_left_alone(large: Flask) -> None:
    db.session.execute(db.text("DELETE FROM pg_statistic WHERE starelid = 'search_messages'::regclass"))
    postgres.forget_common_words()
    assert postgres.common_words() == frozenset()
    assert "+ 0" not in str(postgres.matching([Clause((Leaf(("zebra",)),))]))
