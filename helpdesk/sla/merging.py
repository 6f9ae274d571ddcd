"""Merging, as far as promises go: what a ticket still owed is told to the one that goes on for both."""

from typing import Any

from helpdesk.accounts import SYSTEM
from helpdesk.core.db import db
from helpdesk.sla.keeping import Kept
from helpdesk.sla.rules import ANSWERS
from helpdesk.sla.run import Run
from helpdesk.sla.words import State, Target
from helpdesk.tickets import Action, Event, Ticket

#: What the main ticket can keep in the other's place; the rest has its cause in the other's own past.
HANDED_OVER = *ANSWERS, Target.UPDATE, Target.RESOLUTION


def hand_over_promises(event: Event) -> None:
    """The running promises of a merged ticket, so that the main one keeps whichever is due first."""
    kept = Kept(db.session.get_one(Ticket, event.details["ticket"]))
    kept.case.bring_up_to_date()
    promises = [_told(run) for run in kept.case.open(*HANDED_OVER) if run.state is State.RUNNING]
    if promises:
        event.ticket.record(Action.PROMISES_TAKEN_OVER, by=SYSTEM, out_of=event.details["merged"], promises=promises)


def _told(run: Run) -> dict[str, Any]:
    return {
        "target": run.target,
        "started_at": run.started_at.isoformat(),
        "due_at": run.due_at.isoformat(),
        "breached_at": run.breached_at.isoformat() if run.breached_at else None,
        "seconds": run.seconds,
        "warn_seconds": run.warn_seconds,
        "counts": run.counts,
        "pauses": run.pauses,
        "because": run.because,
    }
