"""The timetable: what runs by itself, and how often. Each step is one transaction and may run twice."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from email.message import EmailMessage
from itertools import takewhile
from typing import TypeVar

from flask import Flask, current_app
from sqlalchemy import select

from helpdesk import escalation, mail, sla, tickets
from helpdesk.accounts import SYSTEM, forget_links, links_to_write
from helpdesk.core import clock, leftovers
from helpdesk.core.db import db
from helpdesk.core.heartbeat import PASSING, Pulse, forget_silent, step_failed, step_worked
from helpdesk.core.limits import forget_old_counts
from helpdesk.faq import forget_old_searches, forget_votes
from helpdesk.stores import all_stores, keep_holidays
from helpdesk.tickets import (
    REOPENS_FOR,
    Filing,
    Status,
    Ticket,
    carry_out,
    claim_change,
    forget,
    forget_holds,
    forget_old_changes,
    forget_viewers,
    forgotten_filings,
    give_up_on,
    put_down,
    storage,
    tickets_left,
)

T = TypeVar("T")
log = logging.getLogger("helpdesk.jobs")

AT_ONCE = 200
#: What is not kept for ever, and how long stands beside it.
FORGETTING = (forget_old_searches, forget_votes, forget_links)

stopping = threading.Event()  # set once this process is told to end


def sweep_clocks() -> None:
    """Warn of promises that soon run out, and say which have."""
    work_off(sla.claim_to_breach, sla.breach)
    work_off(sla.claim_to_warn, sla.warn)


def move_clocks() -> None:
    """Move running clocks to hours that were changed, and tell tickets what became of their orders."""
    while not stopping.is_set() and (attempt(sla.move_some) or 0) > 0:
        pass
    for ticket_id in _until_stopped(attempt(sla.tickets_with_news)):
        attempt(sla.follow_order_of, ticket_id)


def wake_tickets() -> None:
    """Wake what has slept long enough, or has a promise that presses."""
    for ticket_id in _until_stopped(attempt(tickets.ids_to_wake)):
        attempt(tickets.wake, ticket_id)


def change_many_tickets() -> None:
    """Go on with changes of many tickets wherever they stopped, a share of each in turn."""
    while not stopping.is_set() and (change_id := attempt(claim_change)):
        for ticket_id in _until_stopped(attempt(tickets_left, change_id)):
            _change_one(change_id, ticket_id)
        attempt(put_down, change_id)


def deliver_mail() -> None:
    """Write the links that customers asked for; hand over what lies in the outbox, a few at a time."""
    attempt(mail.release_stranded)
    for link_id in _until_stopped(attempt(links_to_write)):
        attempt(mail.write_link, link_id)
    work_off(mail.claim_unsent, _deliver)


def check_mail_server() -> None:
    """Whether letters could leave now: so that a fault shows, and its end, when no letter happens to be due."""
    attempt(_transport().check)


def mind_the_ladder() -> None:
    """Give what waits to who is here by now; tell supervisors at the beginning of a shift how things are."""
    for escalation_id in _until_stopped(attempt(escalation.ids_to_hand_out)):
        attempt(escalation.give_to_whoever_is_here, escalation_id)
    for ticket_id in _until_stopped(attempt(escalation.ids_to_assign)):
        attempt(escalation.assign_to_whoever_is_here, ticket_id)
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
    attempt(forget_silent)
    attempt(forget_old_changes)
    attempt(forget_holds, now)
    attempt(forget_viewers, now)
    for forgets in FORGETTING:
        attempt(forgets, now)
    attempt(_keep_holidays)
    _clear_storage(now)


#: What runs, and how often (arguments of APScheduler's interval trigger).
TIMETABLE: list[tuple[Callable[[], None], dict[str, int]]] = [
    (sweep_clocks, {"seconds": 30}),
    (move_clocks, {"seconds": 30}),
    (wake_tickets, {"seconds": 30}),
    (change_many_tickets, {"seconds": 5}),
    (deliver_mail, {"seconds": 10}),
    (check_mail_server, {"minutes": 1}),
    (mind_the_ladder, {"minutes": 1}),
    (upkeep, {"minutes": 15}),
]


def work_off(claim: Callable[[], list[int]], act: Callable[[int], None]) -> None:
    """Claim a few and act on each, until none is free; other processes do the same beside it."""
    while not stopping.is_set() and (ids := attempt(claim)):
        for each in _until_stopped(ids):
            attempt(act, each)


def attempt(step: Callable[..., T], *args: object) -> T | None:
    """One step in one transaction; what fails is logged and does not stop the next."""
    try:
        result = step(*args)
        db.session.commit()
    except Exception as problem:
        db.session.rollback()
        log.exception("%s%r failed; the next round tries it again", step.__name__, args)
        step_failed(f"{step.__name__}{args!r}: {type(problem).__name__}: {problem}")
        return None
    step_worked()
    return result


def run_all(app: Flask) -> None:
    """Every job once: for tests, for cron, and for catching up."""
    pulse = Pulse(PASSING)
    with app.app_context():
        for job, _ in TIMETABLE:
            with pulse.of(job.__name__):
                job()
        attempt(pulse.beat)


def _change_one(change_id: int, ticket_id: int) -> None:
    # What fails for a reason of ours would fail in the next round too, and keep the others waiting for ever.
    if attempt(_carried_out, change_id, ticket_id) is None:
        attempt(give_up_on, change_id, ticket_id)


def _carried_out(change_id: int, ticket_id: int) -> bool:
    carry_out(change_id, ticket_id)
    return True


def _deliver(mail_id: int) -> None:
    # Sent before it is written down: after a crash somebody may get a letter twice (with one Message-ID), but never
    # not at all.
    message = mail.message_of(mail_id)
    db.session.commit()  # a slow mail server must not keep the database waiting
    if message:
        mail.settle(mail_id, _problem_in_sending(message))


def _problem_in_sending(message: EmailMessage) -> mail.Undeliverable | None:
    try:
        _transport().send(message)
    except mail.Undeliverable as problem:
        return problem
    return None


def _transport() -> mail.Transport:
    transport: mail.Transport = current_app.extensions["helpdesk.transport"]
    return transport


def _until_stopped(ids: Iterable[T] | None) -> Iterator[T]:
    # What is left when this process is told to end, the next round finds again.
    return takewhile(lambda _: not stopping.is_set(), ids or ())


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


def _clear_storage(now: datetime) -> None:
    kept = storage()
    attempt(kept.drop_unfinished, now - leftovers.GRACE)
    for keys in _until_stopped(attempt(leftovers.keys_aside, kept)):
        attempt(leftovers.drop_or_bring_back, kept, keys, now)
    for keys in _until_stopped(attempt(leftovers.old_keys, kept, now)):
        attempt(leftovers.set_aside_unnamed, kept, keys, now)


def _keep_holidays() -> None:
    year = clock.now().year
    for store in db.session.scalars(all_stores()):
        keep_holidays(store, range(year, year + 3))
