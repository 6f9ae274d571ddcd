"""The macros that come with the shipped stores."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.seed import SEEDS
from helpdesk.stores import Store
from helpdesk.tickets import Macro, macros_for
from tests import factories


@pytest.mark.usefixtures("database")
def test_seeding_twice_loads_them_once_and_keeps_what_people_made_of_them(app: Flask) -> None:
    run = app.test_cli_runner()
    assert run.invoke(args=["seed"]).exit_code == 0
    first = db.session.scalars(select(Macro).order_by(Macro.id)).all()
    mine, many = first[0], len(first)
    assert mine.store
    mine.edit(by=factories.supervisor(mine.store), name="Our own words", body="Hello.", changes={})
    db.session.commit()
    assert run.invoke(args=["seed"]).exit_code == 0
    again = db.session.scalars(select(Macro).order_by(Macro.id)).all()
    assert (len(again), again[0].name) == (many, "Our own words")


@pytest.mark.usefixtures("database")
def test_every_shipped_store_has_some_of_its_own(app: Flask) -> None:
    app.test_cli_runner().invoke(args=["seed"])
    for folder in sorted(SEEDS.glob("*/macros.toml")):
        mine = db.session.scalars(select(Macro).where(Macro.seed_key.startswith(folder.parent.name))).all()
        assert len(mine) >= 5
        ticket = factories.ticket(mine[0].store)
        offered = db.session.scalars(macros_for(ticket, factories.agent(ticket.store))).all()
        assert set(offered) == set(mine)


GREETING = '[hello]\nname = "Hello"\ntext = "Hello {customer.first_name}"\nchanges = { priority = "low" }\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a store that nobody ships."""
    text = (SEEDS / "petito" / "store.toml").read_text(encoding="utf-8").replace('slug = "petito"', 'slug = "corner"')
    (tmp_path / "store.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("database")
def test_any_store_can_bring_its_own(app: Flask, folder: Path) -> None:
    (folder / "macros.toml").write_text(GREETING, encoding="utf-8")
    assert app.test_cli_runner().invoke(args=["seed", str(folder / "store.toml")]).exit_code == 0
    [macro] = db.session.scalars(select(Macro))
    assert macro.store
    assert (macro.store.slug, macro.name, macro.changes) == ("corner", "Hello", {"priority": "low"})


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("part, other, words", [
    ("{customer.first_name}", "{customer.shoe_size}", "hello.text: "),
    ('priority = "low"', 'priority = "lowest"', "hello.changes: priority cannot become “lowest”; it can be high"),
    ('priority = "low"', 'mood = "low"', "hello.changes: “mood” cannot be changed by a macro"),
    ('name = "Hello"\n', "", "hello.name: this is missing"),
    ("[hello]", "[hello", "not a TOML file"),
])  # fmt: skip
def test_a_mistake_is_named_and_nothing_is_loaded(app: Flask, folder: Path, part: str, other: str, words: str) -> None:
    (folder / "macros.toml").write_text(GREETING.replace(part, other), encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["seed", str(folder / "store.toml")])
    assert result.exit_code == 1
    assert f"macros.toml: {words}" in result.stderr
    assert db.session.scalars(select(Store)).all() == []
