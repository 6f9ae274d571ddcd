"""The timetable: what runs by itself, and how often. Each step is one transaction and may run twice."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from sqlalchemy import select

from helpdesk import mail, sla
from helpdesk.accounts import SYSTEM
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.limits import forget_old_counts
from helpdesk.stores import all_stores, keep_holidays
from helpdesk.tickets import Filing, Status, Ticket, forget, forgotten_filings

T = TypeVar("T")
log = logging.getLogger("helpdesk.jobs")

SOLVED_STAYS_OPEN_FOR = timedelta(days=7)
AT_ONCE = 200
LOOK_AT_CLOCK_EVERY = 5.0


def sweep_clocks() -> None:
    """Warn of promises that soon run out, and say which have."""
    for clock_id in attempt(sla.ids_to_breach, clock.now()) or ():
        attempt(sla.breach, clock_id)
    for clock_id in attempt(sla.ids_to_warn, clock.now()) or ():
        attempt(sla.warn, clock_id)


def deliver_mail() -> None:
    """Hand over what lies in the outbox, a few at a time."""
    transport = current_app.extensions["helpdesk.transport"]
    while mail_ids := attempt(mail.claim_unsent):
        for mail_id in mail_ids:
            attempt(mail.deliver, mail_id, transport)


def upkeep() -> None:
    """Close what was solved long ago, forget reports never sent, write down next year's holidays."""
    long_ago = clock.now() - SOLVED_STAYS_OPEN_FOR
    solved = select(Ticket.id).where(Ticket.status == Status.SOLVED, Ticket.solved_at < long_ago).limit(AT_ONCE)
    for ticket_id in db.session.scalars(solved).all():
        attempt(_close, ticket_id)
    for filing in db.session.scalars(forgotten_filings(clock.now())).all():
        attempt(_forget, filing.id)
    attempt(forget_old_counts)
    attempt(_keep_holidays)


#: What runs, and how often (arguments of APScheduler's interval trigger).
TIMETABLE: list[tuple[Callable[[], None], dict[str, int]]] = [
    (sweep_clocks, {"seconds": 30}),
    (deliver_mail, {"seconds": 10}),
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
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = start_scheduler(app)
    offset = time.time() - time.monotonic()
    while not stop.wait(LOOK_AT_CLOCK_EVERY):
        moved = time.time() - time.monotonic() - offset
        if abs(moved) > LOOK_AT_CLOCK_EVERY:
            # The host's clock was set: the scheduler would sit out the difference, so it starts anew.
            log.warning("the host's clock moved by %.0f s; the timetable starts anew", moved)
            scheduler.shutdown(wait=True)
            scheduler, offset = start_scheduler(app), offset + moved
    scheduler.shutdown(wait=True)


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


def _close(ticket_id: int) -> None:
    ticket = db.session.get_one(Ticket, ticket_id, with_for_update=True)
    if ticket.status is Status.SOLVED:
        ticket.close(by=SYSTEM)


def _forget(filing_id: int) -> None:
    if filing := db.session.get(Filing, filing_id):
        forget(filing)


def _keep_holidays() -> None:
    year = clock.now().year
    for store in db.session.scalars(all_stores()):
        keep_holidays(store, range(year, year + 3))
