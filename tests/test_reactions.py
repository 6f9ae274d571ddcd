"""The table of consequences: what follows from what, all in one transaction, nothing of it out of the house."""

from collections.abc import Callable
from datetime import datetime
from inspect import getdoc, signature
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from helpdesk.core.db import db
from helpdesk.escalation import open_escalation
from helpdesk.reactions import REACTIONS
from helpdesk.sla import Target
from helpdesk.tickets import Action, Evidence, IssueType, Ticket
from tests import factories
from tests.scenes import NEW_YORK, actions_on, clocks_on, local, sweep

At = Callable[..., datetime]
CLAIMED = [Action.OPENED, Action.DECIDED, Action.CLAIM_OPENED]
ALL = [reaction for reactions in REACTIONS.values() for reaction in reactions]


def damaged(**given: Any) -> Ticket:
    shop = factories.store()
    factories.supervisor(shop)
    order = factories.order(shop, delivered_at=local("2026-06-01 10:00"))
    return factories.ticket(shop, issue=IssueType.DAMAGED, order=order, **given)


@pytest.mark.parametrize("reaction", ALL, ids=lambda each: each.__name__)
def test_every_consequence_takes_the_event_and_says_what_it_does(reaction: Callable[..., object]) -> None:
    assert list(signature(reaction).parameters) == ["event"]
    assert getdoc(reaction)


def test_nothing_follows_twice_from_one_thing() -> None:
    assert all(len(reactions) == len(set(reactions)) for reactions in REACTIONS.values())


def test_clocks_stand_before_letters_so_that_letters_can_name_them() -> None:
    for reactions in REACTIONS.values():
        homes = [reaction.__module__.split(".")[1] for reaction in reactions]
        assert homes == sorted(homes, key=lambda home: home == "mail")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("moment, photos, actions", [
    ("2026-06-02 10:00", [Evidence.DAMAGE, Evidence.PACKAGING], CLAIMED),
    ("2026-06-02 10:00", [], CLAIMED),
    ("2026-06-09 10:00", [], [*CLAIMED, Action.ESCALATED, Action.SORTED]),
])  # fmt: skip
def test_what_follows_from_a_damage_report(moment: str, photos: list[Evidence], actions: list[Action], at: At) -> None:
    at(moment, NEW_YORK)
    assert actions_on(damaged(photos=photos)) == actions


@pytest.mark.usefixtures("database")
def test_what_follows_from_silence(at: At) -> None:
    at("2026-06-01 10:00", NEW_YORK)
    ticket = factories.ticket()
    for moment in ("2026-06-02 05:00", "2026-06-02 11:00"):
        at(moment, NEW_YORK)
        sweep()
    assert actions_on(ticket) == [Action.OPENED, Action.WARNED, Action.BREACHED, Action.ESCALATED]


@pytest.mark.usefixtures("database")
def test_what_a_transaction_takes_back_it_takes_back_whole(at: At) -> None:
    at("2026-06-01 10:00", NEW_YORK)
    ticket = factories.ticket()
    with db.session.begin_nested() as half_way:
        ticket.sort(IssueType.ADVERSE_REACTION, by=factories.agent(ticket.store))
        assert open_escalation(ticket)
        half_way.rollback()
    assert actions_on(ticket) == [Action.OPENED]
    assert open_escalation(ticket) is None
    assert clocks_on(ticket, Target.ESCALATION_ACK) == []


@pytest.mark.usefixtures("database")
def test_no_verb_and_no_consequence_commits(at: At) -> None:
    committed = []

    def hear(session: Session) -> None:
        if not session.in_nested_transaction():  # a savepoint is not the end
            committed.append(session)

    event.listen(db.session, "before_commit", hear)
    at("2026-06-09 10:00", NEW_YORK)
    ticket = damaged()
    agent = factories.agent(ticket.store)
    ticket.reply(by=agent, body="A supervisor looks at it.")
    ticket.write(by=ticket.customer, body="Thank you.")
    at("2026-06-12 10:00", NEW_YORK)
    sweep()
    ticket.solve(by=agent)
    event.remove(db.session, "before_commit", hear)
    assert committed == []
