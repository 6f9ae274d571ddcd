"""How a ticket's events drive its clocks: started, paused, stopped by the timeline only."""

from datetime import datetime

from sqlalchemy import select

from helpdesk.accounts import SYSTEM, By
from helpdesk.core.db import NEVER, db
from helpdesk.sla.clock import CUSTOMER_TARGETS, STAFF_TARGETS, SlaClock, State, Target
from helpdesk.stores import Counts, Term
from helpdesk.tickets import Action, Event, IssueType, Status, Ticket


def start_clocks(event: Event) -> None:
    """A new ticket: the first answer is promised to a customer, a solution in any case."""
    if event.by is By.CUSTOMER:
        _start(event, Target.FIRST_RESPONSE)
    _start(event, Target.RESOLUTION)
    _keep_next_due(event.ticket)


def answer_clocks(event: Event) -> None:
    """A public reply by staff keeps the promise of an answer."""
    _stop(event, Target.FIRST_RESPONSE, Target.NEXT_RESPONSE)
    _keep_next_due(event.ticket)


def ask_again(event: Event) -> None:
    """The customer wrote: from the oldest unanswered message on, an answer is promised again."""
    ticket = event.ticket
    # Not asked is whether it was answered before: solved without a word, or opened by us, it owes an answer now.
    if not _open_clocks(ticket, Target.FIRST_RESPONSE, Target.NEXT_RESPONSE):
        _start(event, Target.NEXT_RESPONSE)
    _keep_next_due(ticket)


def follow_status(event: Event) -> None:
    """While we wait for the customer, the solution's time stands still."""
    for clock in _open_clocks(event.ticket, Target.RESOLUTION):
        if event.ticket.status is Status.PENDING and clock.is_running:
            clock.pause(event.at, "waiting for the customer")
        elif event.ticket.status is not Status.PENDING and clock.state is State.PAUSED:
            clock.resume(event.at)
    _keep_next_due(event.ticket)


def stop_clocks(event: Event) -> None:
    """Solved: the solution is there; an answer that is still owed has lost its object."""
    _stop(event, Target.RESOLUTION)
    for clock in _open_clocks(event.ticket, Target.FIRST_RESPONSE, Target.NEXT_RESPONSE, Target.EVIDENCE):
        if clock.due_at < event.at and not is_customers(clock.target):
            _finish(event, clock)
        else:
            clock.cancel(event.at)
    _keep_next_due(event.ticket)


def take_up_again(event: Event) -> None:
    """Reopened: the same promise of a solution goes on without the time it counted as solved."""
    query = select(SlaClock).where(SlaClock.ticket_id == event.ticket_id, SlaClock.target == Target.RESOLUTION)
    clock = db.session.scalar(query.order_by(SlaClock.id.desc()).limit(1))
    if clock and clock.stopped_at:
        clock.go_on(clock.stopped_at, event.at, "it counted as solved")
    _keep_next_due(event.ticket)


def follow_decision(event: Event) -> None:
    """A damage decision shows the customer's two clocks: the report's, and the one for missing photos."""
    ticket, facts = event.ticket, event.details.get("facts", {})
    if facts.get("deadline_at") and not _any_clock(ticket, Target.DAMAGE_REPORT):
        _show_damage_report(ticket, facts)
    if event.details["outcome"] == "need_information" and not _any_clock(ticket, Target.EVIDENCE):
        _start(event, Target.EVIDENCE)
    elif not event.details["missing"]:
        for clock in _open_clocks(ticket, Target.EVIDENCE):
            clock.stop(event.at)


def follow_sorting(event: Event) -> None:
    """Sorted to something that needs no photos: nobody waits for them any more."""
    if event.ticket.issue_type is not IssueType.DAMAGED:
        for clock in _open_clocks(event.ticket, Target.EVIDENCE):
            clock.cancel(event.at)


def start_acknowledgement(event: Event) -> None:
    """An escalation went up: the next person has so long to take it."""
    _stop(event, Target.ESCALATION_ACK)  # the one before let it run out, and that stays on record
    _start(event, Target.ESCALATION_ACK)


def hasten_acknowledgement(event: Event) -> None:
    """An emergency came to light: whoever was asked already has less time."""
    if "within" not in event.details:
        return
    for clock in _open_clocks(event.ticket, Target.ESCALATION_ACK):
        clock.cancel(event.at)
    _start(event, Target.ESCALATION_ACK)


def acknowledge(event: Event) -> None:
    """Somebody took the escalation."""
    _stop(event, Target.ESCALATION_ACK)


def _show_damage_report(ticket: Ticket, facts: dict[str, str]) -> None:
    start, end = (datetime.fromisoformat(facts[name]) for name in ("delivered_at", "deadline_at"))
    clock = SlaClock.start(
        ticket,
        Target.DAMAGE_REPORT,
        seconds=int((end - start).total_seconds()),
        counts=Counts.ALWAYS,
        warn_before=0,
        at=start,
    )
    if start < ticket.opened_at:
        clock.stop(ticket.opened_at)
    else:  # known only by its day, and reported on that day
        clock.state, clock.stopped_at = State.MET, ticket.opened_at


def _start(event: Event, target: Target) -> SlaClock:
    promises = event.ticket.store.promises
    term: Term = getattr(promises, target)
    if target is Target.ESCALATION_ACK and "within" in event.details:  # the ladder knows this rung's time better
        term = Term.model_validate(event.details["within"])
    warn_before = promises.evidence_reminder.seconds if target is Target.EVIDENCE else term.seconds // 4
    return SlaClock.start(
        event.ticket, target, seconds=term.seconds, counts=term.counts, warn_before=warn_before, at=event.at
    )


def _stop(event: Event, *targets: Target) -> None:
    for clock in _open_clocks(event.ticket, *targets):
        _finish(event, clock)


def _finish(event: Event, clock: SlaClock) -> None:
    was_told = clock.breached_at is not None
    clock.stop(event.at)
    if clock.state is State.BREACHED and not was_told:
        # No sweep saw it in time: the moment of the answer decides, and the history says so.
        event.ticket.record(Action.BREACHED, by=SYSTEM, **breach_details(clock))


def breach_details(clock: SlaClock) -> dict[str, object]:
    """What the timeline says of a promise that was not kept."""
    return {
        "clock": clock.id,
        "target": clock.target,
        "due_at": clock.due_at.isoformat(),
        "answered": clock.stopped_at is not None,
    }


def _open_clocks(ticket: Ticket, *targets: Target) -> list[SlaClock]:
    query = select(SlaClock).where(
        SlaClock.ticket_id == ticket.id,
        SlaClock.target.in_(targets),
        SlaClock.state.in_((State.RUNNING, State.PAUSED)),
    )
    query = query.order_by(SlaClock.id).with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def _any_clock(ticket: Ticket, target: Target) -> bool:
    query = select(SlaClock.id).where(SlaClock.ticket_id == ticket.id, SlaClock.target == target)
    return db.session.scalar(query.limit(1)) is not None


def _keep_next_due(ticket: Ticket) -> None:
    running = [clock for clock in _open_clocks(ticket, *STAFF_TARGETS) if clock.is_running]
    first = min(running, key=lambda clock: clock.due_at, default=None)
    ticket.next_due_at = first.due_at if first else NEVER
    ticket.next_warn_at = first.warn_at if first else NEVER


def is_customers(target: Target) -> bool:
    """Whether the promise is the customer's to keep."""
    return target in CUSTOMER_TARGETS
