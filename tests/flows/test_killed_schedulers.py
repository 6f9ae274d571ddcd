"""Three schedulers share 2,000 broken promises; each is killed at a random moment and started again. Nothing is lost,
nothing is said twice."""

import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text

from helpdesk import jobs
from helpdesk.accounts import By, Customer
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.heartbeat import Heartbeat
from helpdesk.escalation import Escalation
from helpdesk.mail import MailState, OutgoingMail
from helpdesk.sla import SlaClock, State, Target
from helpdesk.stores import Counts
from helpdesk.tickets import Action, Category, Channel, Event, IssueType, Priority, Status, Ticket
from tests import factories
from tests.flows.crew import start_scheduler
from tests.lasting import lasting_app, wait_until

#: Of the solution that all were promised none is there, and all go up; some were never even answered: one more reason.
TICKETS, UNANSWERED = range(1, 1_801), range(1, 201)
CLOCKS = len(TICKETS) + len(UNANSWERED)
CREW = 3
dice = random.Random(20261122)

#: How far they are: promises told, letters sent, and schedulers that were ever heard of.
PROGRESS = text("""
    SELECT (SELECT count(*) FROM sla_clocks WHERE breached_at IS NOT NULL),
           (SELECT count(*) FROM outgoing_mails WHERE state = 'sent'),
           (SELECT count(*) FROM heartbeats)
""")


@dataclass
class Scene:
    """A house where nothing ran for days, and those who now catch up."""

    app: Flask
    folder: Path
    crew: list[BaseProcess] = field(default_factory=list)
    killed: list[BaseProcess] = field(default_factory=list)

    def start_one(self) -> None:
        """One more scheduler."""
        self.crew.append(start_scheduler(self.app, self.folder))

    def kill_and_replace_the_oldest(self) -> None:
        """As a power cut would: whatever it was doing, it does not finish."""
        victim = self.crew.pop(0)
        victim.kill()
        self.killed.append(victim)
        self.start_one()

    def end(self) -> None:
        """Whatever happened, nobody is left."""
        for worker in (*self.crew, *self.killed):
            worker.kill()
            worker.join()

    def progress(self) -> tuple[int, int, int]:
        """Promises told, letters sent, schedulers heard of."""
        with self.app.app_context():
            told, sent, heard = db.session.execute(PROGRESS).one()
        return told, sent, heard


@pytest.fixture
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        made = Scene(stack.enter_context(lasting_app("postgresql", request, tmp_path)), tmp_path)
        stack.callback(made.end)
        with made.app.app_context():
            lay_out(clock.now() - timedelta(days=3))
        yield made


def lay_out(opened: datetime) -> None:
    """Tickets as the verbs would leave them, of which both promises ran out long ago."""
    shop = factories.store()
    for _ in range(3):
        factories.supervisor(shop)
    db.session.flush()
    db.session.execute(insert(Customer), [_customer(number, shop.id) for number in TICKETS])
    db.session.execute(insert(Ticket), [_ticket(number, shop.id, opened) for number in TICKETS])
    db.session.execute(insert(Event), [_opening(number, opened) for number in TICKETS])
    answers = [_clock(number, shop.id, Target.FIRST_RESPONSE, opened) for number in UNANSWERED]
    solutions = [_clock(number, shop.id, Target.RESOLUTION, opened) for number in TICKETS]
    db.session.execute(insert(SlaClock), answers + solutions)
    db.session.commit()


def _customer(number: int, store_id: int) -> dict[str, Any]:
    email = f"buyer-{number}@mail.example.com"
    return {"id": number, "store_id": store_id, "email": email, "name": f"Buyer {number}", "phone": ""}


def _ticket(number: int, store_id: int, opened: datetime) -> dict[str, Any]:
    return {
        "id": number, "store_id": store_id, "reference": f"TEST-{number:04}", "customer_id": number,
        "category": Category.SHIPPING, "issue_type": IssueType.NOT_ARRIVED, "sorting": {}, "status": Status.NEW,
        "priority": Priority.NORMAL, "subject": f"Not arrived {number}", "answers": {}, "channel": Channel.PORTAL,
        "opened_at": opened, "updated_at": opened, "unanswered_since": opened, "next_due_at": _due(number, opened),
        "next_warn_at": opened, "link_version": 1,
    }  # fmt: skip


def _opening(number: int, opened: datetime) -> dict[str, Any]:
    return {"ticket_id": number, "at": opened, "action": Action.OPENED, "by": By.CUSTOMER, "customer_id": number,
            "details": {}}  # fmt: skip


def _clock(number: int, store_id: int, target: Target, opened: datetime) -> dict[str, Any]:
    return {
        "ticket_id": number, "store_id": store_id, "target": target, "state": State.RUNNING, "counts": Counts.ALWAYS,
        "seconds": 86_400, "warn_seconds": 64_800, "calendar_version": 1, "started_at": opened, "warn_at": opened,
        "pauses": [], "due_at": _due(number, opened),
    }  # fmt: skip


def _due(number: int, opened: datetime) -> datetime:
    return opened + timedelta(hours=24, seconds=number)


def test_three_schedulers_that_are_killed_lose_nothing_and_say_nothing_twice(scene: Scene) -> None:
    for _ in range(CREW):
        scene.start_one()
    wait_until(lambda: scene.progress()[2] == CREW, every=0.2)
    for share in sorted(dice.uniform(0.1, 0.6) for _ in range(CREW)):
        told = scene.progress()[0]
        goal = told + share * (CLOCKS - told) / CREW
        wait_until(lambda goal=goal: scene.progress()[0] >= goal, every=0.2)  # type: ignore[misc]
        assert scene.progress()[0] < CLOCKS  # it dies at work
        scene.kill_and_replace_the_oldest()
    let_them_finish(scene)
    with scene.app.app_context():
        those_killed_are_missed_and_no_others(scene)
        every_promise_was_told_once()
        every_ticket_went_up_once()
        every_letter_arrived_under_one_name(scene)


def let_them_finish(scene: Scene) -> None:
    # What the dead had in hand stays leased; all else is done by those who live.
    in_hand = CREW * 25
    wait_until(lambda: scene.progress()[2] == 2 * CREW, every=0.2)
    wait_until(lambda: scene.progress()[0] >= CLOCKS - in_hand, seconds=300, every=0.5)
    for worker in scene.crew:
        worker.terminate()
    for worker in scene.crew:
        worker.join(120)
    assert [worker.exitcode for worker in scene.crew] == [0] * CREW
    with clock.at(clock.now() + timedelta(minutes=6)):  # every lease is over
        jobs.run_all(scene.app)


def those_killed_are_missed_and_no_others(scene: Scene) -> None:
    for worker in scene.killed:
        worker.join(120)
    assert [worker.exitcode for worker in scene.killed] == [-signal.SIGKILL] * CREW
    pids = set(db.session.scalars(select(Heartbeat.pid)))
    assert pids == {*(worker.pid for worker in scene.killed), 0}  # 0: the last round, in this process


def every_promise_was_told_once() -> None:
    clocks = list(db.session.scalars(select(SlaClock).where(SlaClock.target != Target.ESCALATION_ACK)))
    told = Counter(event.details["clock"] for event in events(Action.BREACHED))
    assert len(clocks) == CLOCKS
    assert told == dict.fromkeys((each.id for each in clocks), 1)
    assert all(each.breached_at == each.due_at for each in clocks)


def every_ticket_went_up_once() -> None:
    raised = Counter(db.session.scalars(select(Escalation.ticket_id)))
    assert set(raised) == set(TICKETS)
    assert set(raised.values()) == {1}
    assert Counter(event.ticket_id for event in events(Action.ESCALATED)) == raised
    acknowledgements = select(SlaClock.ticket_id).where(SlaClock.target == Target.ESCALATION_ACK)
    assert Counter(db.session.scalars(acknowledgements)) == raised


def every_letter_arrived_under_one_name(scene: Scene) -> None:
    outbox = db.session.scalars(select(OutgoingMail)).all()
    assert {mail.state for mail in outbox} == {MailState.SENT}
    raised = db.session.scalars(select(Escalation.ticket_id))
    assert Counter(mail.ticket_id for mail in outbox if mail.letter == "escalated") == Counter(raised)
    files = (scene.folder / "mail").glob("*.eml")  # one for each Message-ID, however often it was sent
    arrived = [message_from_bytes(file.read_bytes(), policy=policy.default)["Message-ID"] for file in files]
    assert Counter(arrived) == Counter(mail.message_id for mail in outbox)


def events(action: Action) -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.action == action)))
