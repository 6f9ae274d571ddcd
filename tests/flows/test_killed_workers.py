"""However often workers are killed, every broken promise is said once, and every letter arrives."""

import random
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, func, select, update

from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.escalation import Escalation
from helpdesk.mail import MailState, OutgoingMail
from helpdesk.sla import SlaClock, Target
from helpdesk.tickets import Action, Event
from tests import factories
from tests.lasting import end, lasting_app, start_jobs, wait_until
from tests.mail.smtp_server import MailServer, mail_server

ROUNDS = 2
dice = random.Random(20260302)


@dataclass
class Scene:
    """Tickets that nobody answered in time, their letters, and the processes that should see to both."""

    app: Flask
    server: MailServer
    folder: Path
    tickets: int
    size: int
    crew: list[subprocess.Popen[bytes]] = field(default_factory=list)
    doomed: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """A fresh crew."""
        self.crew = [start_jobs(self.app, self.folder, MAIL_URL=self.server.url) for _ in range(self.size)]
        self.doomed = dice.sample(self.crew, self.size)

    def kill_one(self) -> None:
        """As a power cut would: whatever it was doing, it does not finish."""
        self.doomed.pop().send_signal(signal.SIGKILL)

    def count(self, *conditions: ColumnElement[bool], of: type[Base]) -> int:
        """How many rows there are now."""
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0


@pytest.fixture(params=[("postgresql", 200, 3), ("sqlite", 50, 2)], ids=lambda param: param[0])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    """A house whose workers have not run for days."""
    engine, tickets, size = request.param
    with ExitStack() as stack:
        app = stack.enter_context(lasting_app(engine, request, tmp_path))
        made = Scene(app, stack.enter_context(mail_server()), tmp_path, tickets, size)
        stack.callback(lambda: end(*made.crew))
        with app.app_context(), clock.at(clock.now() - timedelta(days=6)):
            leave_unanswered(tickets)
        yield made


def leave_unanswered(count: int) -> None:
    shop = factories.store(promise_terms={"first_response": {"hours": 24}, "resolution": {"days": 90}})
    for _ in range(3):
        factories.supervisor(shop)
    for _ in range(count):
        factories.ticket(shop)
    db.session.commit()


def test_killed_workers_lose_nothing_and_repeat_nothing(scene: Scene) -> None:
    for _ in range(ROUNDS):
        kill_a_crew_at_work(scene)
    let_them_finish(scene)
    with scene.app.app_context():
        every_promise_was_broken_once(scene)
        every_letter_arrived(scene)


def kill_a_crew_at_work(scene: Scene) -> None:
    # Each dies at a random letter, which one of them has just handed over and not yet written down as sent: the last
    # one surely its own. The others are then somewhere in their sweeps, claims and letters.
    so_far = len(scene.server.received)
    moments = {so_far + moment for moment in dice.sample(range(2, scene.tickets // 4), scene.size)}
    scene.server.on_letter = lambda: scene.kill_one() if len(scene.server.received) in moments else None
    scene.start()
    wait_until(lambda: all(worker.poll() is not None for worker in scene.crew))
    assert [worker.returncode for worker in scene.crew] == [-signal.SIGKILL] * scene.size


def let_them_finish(scene: Scene) -> None:
    scene.server.on_letter = lambda: None
    with scene.app.app_context():  # the leases of the dead are over
        waiting = update(OutgoingMail).where(OutgoingMail.state == MailState.WAITING)
        db.session.execute(waiting.values(next_try_at=clock.now()))
        db.session.commit()
    unsaid = SlaClock.breached_at.is_(None), SlaClock.due_at < clock.now()
    scene.start()
    wait_until(lambda: not scene.count(*unsaid, of=SlaClock))
    wait_until(lambda: not scene.count(OutgoingMail.state == MailState.WAITING, of=OutgoingMail))
    for worker in scene.crew:
        worker.terminate()
    assert [worker.wait(timeout=20) for worker in scene.crew] == [0] * scene.size


def every_promise_was_broken_once(scene: Scene) -> None:
    clocks = set(db.session.scalars(select(SlaClock.id).where(SlaClock.target == Target.FIRST_RESPONSE)))
    said = Counter(event.details["clock"] for event in events(Action.BREACHED))
    assert said == dict.fromkeys(clocks, 1)
    assert len(clocks) == scene.tickets
    assert set(Counter(db.session.scalars(select(Escalation.ticket_id))).values()) == {1}
    assert len(events(Action.ESCALATED)) == scene.tickets
    assert not events(Action.ESCALATION_REASON_ADDED)


def every_letter_arrived(scene: Scene) -> None:
    outbox = db.session.scalars(select(OutgoingMail)).all()
    assert Counter(mail.letter for mail in outbox) == {"acknowledgement": scene.tickets, "escalated": scene.tickets}
    assert {mail.state for mail in outbox} == {MailState.SENT}
    assert len(scene.server.received) >= len(outbox) + ROUNDS  # what the last of each crew had handed over came again
    arrived: dict[tuple[str, str], set[str]] = {}
    for letter in scene.server.received:
        message = letter.message
        arrived.setdefault((letter.recipients[0], message["Subject"]), set()).add(message["Message-ID"])
    assert arrived == {(mail.to_address, mail.subject): {mail.message_id} for mail in outbox}


def events(action: Action) -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.action == action)))
