"""The timetable: what runs by itself, and how often. Each step is one transaction and may run twice."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from email.message import EmailMessage
from itertools import takewhile
from typing import TypeVar

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from sqlalchemy import select

from helpdesk import escalation, mail, sla
from helpdesk.accounts import SYSTEM
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.limits import forget_old_counts
from helpdesk.stores import all_stores, keep_holidays
from helpdesk.tickets import REOPENS_FOR, Filing, Status, Ticket, forget, forgotten_filings

T = TypeVar("T")
log = logging.getLogger("helpdesk.jobs")

AT_ONCE = 200
LOOK_AT_CLOCK_EVERY = 5.0
DRIFT = 5.0

_stop = threading.Event()  # set once this process is told to end


def sweep_clocks() -> None:
    """Warn of promises that soon run out, and say which have."""
    for clock_id in _until_stopped(attempt(sla.ids_to_breach, clock.now())):
        attempt(sla.breach, clock_id)
    for clock_id in _until_stopped(attempt(sla.ids_to_warn, clock.now())):
        attempt(sla.warn, clock_id)


def move_clocks() -> None:
    """Move running clocks to hours that were changed, and tell tickets what became of their orders."""
    while not _stop.is_set() and (attempt(sla.move_some) or 0) > 0:
        pass
    for ticket_id in _until_stopped(attempt(sla.tickets_with_news)):
        attempt(sla.follow_order_of, ticket_id)


def deliver_mail() -> None:
    """Hand over what lies in the outbox, a few at a time."""
    while not _stop.is_set() and (mail_ids := attempt(mail.claim_unsent)):
        for mail_id in _until_stopped(mail_ids):
            attempt(_deliver, mail_id)


def mind_the_ladder() -> None:
    """Give what waits to who is here by now; tell supervisors at the beginning of a shift how things are."""
    for escalation_id in _until_stopped(attempt(escalation.ids_to_hand_out)):
        attempt(escalation.give_to_whoever_is_here, escalation_id)
    for user_id, began_at in attempt(mail.digests_due) or ():
        attempt(mail.send_digest, user_id, began_at)


def upkeep() -> None:
    """Close what was solved long ago, forget reports never sent, write down next year's holidays."""
    now = clock.now()
    for ticket_id in _until_stopped(attempt(_solved_before, now - REOPENS_FOR)):
        attempt(_close, ticket_id)
    for filing_id in _until_stopped(attempt(_forgotten_before, now)):
        attempt(_forget, filing_id)
    attempt(forget_old_counts)
    attempt(_keep_holidays)


#: What runs, and how often (arguments of APScheduler's interval trigger).
TIMETABLE: list[tuple[Callable[[], None], dict[str, int]]] = [
    (sweep_clocks, {"seconds": 30}),
    (move_clocks, {"seconds": 30}),
    (deliver_mail, {"seconds": 10}),
    (mind_the_ladder, {"minutes": 1}),
    (upkeep, {"minutes": 15}),
]


def attempt(step: Callable[..., T], *args: object) -> T | None:
    """One step in one transaction; what fails is logged and does not stop the next."""
    try:
        result = step(*args)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("%s%r failed; the next round tries it again", step.__name__, args)
        return None
    return result


def run_all(app: Flask) -> None:
    """Every job once: for tests, for cron, and for catching up."""
    with app.app_context():
        for job, _ in TIMETABLE:
            job()


def run_forever(app: Flask) -> None:
    """Keep the timetable until told to stop. Any number of these may run at once."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop.set())
    keep_timetable(app, Anchor(), _stop)


def keep_timetable(app: Flask, anchor: "Anchor", stop: threading.Event) -> None:
    """A scheduler until `stop`; a new one whenever the host's clock was set."""
    scheduler = start_scheduler(app)
    while not stop.wait(LOOK_AT_CLOCK_EVERY):
        if moved := anchor.moved():
            # The scheduler would sit out the difference. What it is doing now may go on beside the new one.
            log.warning("the host's clock moved by %.0f s; the timetable starts anew", moved)
            scheduler.shutdown(wait=False)
            scheduler = start_scheduler(app)
    scheduler.shutdown(wait=True)


class Anchor:
    """Where the host's clock stands against one that nobody can set."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self.wall, self.steady = wall, steady
        self.offset = wall() - steady()

    def moved(self) -> float:
        """By how many seconds the clock was set since it was last asked; 0 for what is only drift."""
        moved = self.wall() - self.steady() - self.offset
        if abs(moved) <= DRIFT:
            return 0.0
        self.offset += moved
        return moved


def start_scheduler(app: Flask) -> BackgroundScheduler:
    """A running scheduler with the whole timetable; each job begins at once."""
    scheduler = BackgroundScheduler(timezone="UTC")
    for job, interval in TIMETABLE:
        scheduler.add_job(
            _in_app, "interval", args=[app, job], name=job.__name__, coalesce=True, max_instances=1,
            misfire_grace_time=None, next_run_time=clock.now(), **interval,
        )  # fmt: skip
    scheduler.start()
    return scheduler


def _in_app(app: Flask, job: Callable[[], None]) -> None:
    with app.app_context():
        job()


def _deliver(mail_id: int) -> None:
    # Sent before it is written down: after a crash somebody may get a letter twice (with one Message-ID), but never
    # not at all.
    message = mail.message_of(mail_id)
    db.session.commit()  # a slow mail server must not keep the database waiting
    if message:
        mail.settle(mail_id, _problem_in_sending(message))


def _problem_in_sending(message: EmailMessage) -> mail.Undeliverable | None:
    transport: mail.Transport = current_app.extensions["helpdesk.transport"]
    try:
        transport.send(message)
    except mail.Undeliverable as problem:
        return problem
    return None


def _until_stopped(ids: Iterable[int] | None) -> Iterator[int]:
    # What is left when this process is told to end, the next round finds again.
    return takewhile(lambda _: not _stop.is_set(), ids or ())


def _solved_before(moment: datetime) -> list[int]:
    solved = select(Ticket.id).where(Ticket.status == Status.SOLVED, Ticket.solved_at < moment).limit(AT_ONCE)
    return list(db.session.scalars(solved))


def _close(ticket_id: int) -> None:
    ticket = db.session.get_one(Ticket, ticket_id, with_for_update=True)
    if ticket.status is Status.SOLVED:
        ticket.close(by=SYSTEM)


def _forgotten_before(moment: datetime) -> list[int]:
    return [filing.id for filing in db.session.scalars(forgotten_filings(moment))]


def _forget(filing_id: int) -> None:
    filing = db.session.get(Filing, filing_id, with_for_update=True)
    if filing and filing.ticket_id is None:
        forget(filing)


def _keep_holidays() -> None:
    year = clock.now().year
    for store in db.session.scalars(all_stores()):
        keep_holidays(store, range(year, year + 3))
