"""The macros that come with the shipped stores."""

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.seed import SEEDS
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
