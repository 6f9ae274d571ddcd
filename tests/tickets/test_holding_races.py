"""Undo and delivery at the same moment: one of them has it, never both and never neither."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import sla
from helpdesk.accounts import by_email
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import WrongState
from helpdesk.mail import MailState, OutgoingMail, claim_unsent
from helpdesk.tickets import Message, Ticket, held_back, take_back
from helpdesk.tickets.message import Kind
from tests import factories
from tests.conftest import ENGINES
from tests.lasting import lasting_app

SENT_AT = datetime(2026, 6, 1, 14, tzinfo=UTC)
ROUNDS, SECONDS = 6, 60


@pytest.fixture(params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app in which things are really committed."""
    with lasting_app(request.param, request, tmp_path) as app:
        yield app


def test_either_it_is_taken_back_or_it_leaves(house: Flask) -> None:
    with house.app_context(), clock.at(SENT_AT):
        shop = factories.store()
        agent = factories.agent(shop)
        email = agent.email
        db.session.commit()
    for _ in range(ROUNDS):
        ticket_id = _answered(house, email)
        outcomes: list[str] = []
        # The delivery's host is ahead: for it the seconds are over, for the desk they are not.
        _together(
            lambda t=ticket_id, o=outcomes: _undo(house, t, email, o),  # type: ignore[misc]
            lambda o=outcomes: _deliver(house, o),  # type: ignore[misc]
        )
        with house.app_context():
            state = db.session.scalars(
                select(OutgoingMail.state).where(OutgoingMail.ticket_id == ticket_id, OutgoingMail.letter == "reply")
            ).one()
            kinds = db.session.scalars(select(Message.kind).where(Message.ticket_id == ticket_id)).all()
        assert len(outcomes) == 1
        was_undone = outcomes == ["undone"]
        assert (state is MailState.WITHDRAWN) is was_undone
        assert (Kind.WITHDRAWN in kinds) is was_undone


def _answered(house: Flask, email: str) -> int:
    with house.app_context(), clock.at(SENT_AT):
        agent = db.session.scalars(by_email(email)).one()
        ticket = factories.ticket(agent.stores[0])
        with held_back(ticket, by=agent, seconds=10, clocks=sla.standing_of(ticket)):
            ticket.reply(by=agent, body="It is on its way.")
        for mail in db.session.scalars(select(OutgoingMail).where(OutgoingMail.letter == "acknowledgement")):
            mail.state = MailState.SENT
        db.session.commit()
        return ticket.id


def _undo(house: Flask, ticket_id: int, email: str, outcomes: list[str]) -> None:
    with house.app_context(), clock.at(SENT_AT + timedelta(seconds=9)):
        ticket = db.session.get_one(Ticket, ticket_id, with_for_update=True)
        try:
            take_back(ticket, by=db.session.scalars(by_email(email)).one())
        except WrongState:
            db.session.rollback()
        else:
            db.session.commit()
            outcomes.append("undone")


def _deliver(house: Flask, outcomes: list[str]) -> None:
    with house.app_context(), clock.at(SENT_AT + timedelta(seconds=11)):
        claimed = claim_unsent()
        db.session.commit()
        outcomes.extend("claimed" for _ in claimed)


def _together(*acts: Callable[[], None]) -> None:
    start, problems = Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        try:
            start.wait(SECONDS)
            act()
        except Exception as problem:
            problems.append(problem)

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert problems == []
