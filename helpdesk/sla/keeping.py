"""How a ticket's events drive its clocks: the rules of `helpdesk.sla.rules`, kept as rows."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from helpdesk.accounts import SYSTEM, Actor
from helpdesk.core.db import NEVER, db
from helpdesk.sla import rules, taking_back
from helpdesk.sla.clock import SlaClock
from helpdesk.sla.rules import Case, Facts, Line, Rule
from helpdesk.sla.run import LONG_AGO, Edition, Run
from helpdesk.sla.taking_back import standing
from helpdesk.sla.words import STAFF_TARGETS
from helpdesk.stores import HoursEdition, Store, calendar_of, editions_of
from helpdesk.tickets import Action, Event, Ticket


def _reaction(rule: Rule) -> Callable[[Event], None]:
    def react(event: Event) -> None:
        _follow(event, rule)

    react.__name__, react.__doc__ = rule.__name__, rule.__doc__
    return react


start_clocks = _reaction(rules.start_clocks)
answer_clocks = _reaction(rules.answer_clocks)
take_back_answer = _reaction(taking_back.take_back_answer)
ask_again = _reaction(rules.ask_again)
follow_status = _reaction(rules.follow_status)
stop_clocks = _reaction(rules.stop_clocks)
take_up_again = _reaction(rules.take_up_again)
follow_sorting = _reaction(rules.follow_sorting)
follow_priority = _reaction(rules.follow_priority)
follow_complexity = _reaction(rules.follow_complexity)
keep_earliest = _reaction(rules.keep_earliest)
end_all = _reaction(rules.end_all)
follow_split = _reaction(rules.follow_split)
give_back = _reaction(rules.give_back)
restore = _reaction(rules.restore)
follow_decision = _reaction(rules.follow_decision)
follow_order = _reaction(rules.follow_order)
start_send_back = _reaction(rules.start_send_back)
stop_send_back = _reaction(rules.stop_send_back)
start_inspection = _reaction(rules.start_inspection)
follow_inspection = _reaction(rules.follow_inspection)
stop_refund = _reaction(rules.stop_refund)
go_on_with_refund = _reaction(rules.go_on_with_refund)
end_return = _reaction(rules.end_return)
start_acknowledgement = _reaction(rules.start_acknowledgement)
hasten_acknowledgement = _reaction(rules.hasten_acknowledgement)
acknowledge = _reaction(rules.acknowledge)
note_warning = _reaction(rules.note_warning)
note_breach = _reaction(rules.note_breach)
end_right = _reaction(rules.end_right)


def bring_up_to_date(ticket: Ticket) -> None:
    """Reckon a ticket's running clocks by the hours in force, and tell of what moved."""
    kept = Kept(ticket)
    kept.case.bring_up_to_date()
    kept.write(SYSTEM)


def standing_of(ticket: Ticket) -> list[Any]:
    """How a ticket's clocks stand at this moment, to be put back should what comes now be taken back."""
    query = select(SlaClock).where(SlaClock.ticket_id == ticket.id).order_by(SlaClock.id).with_for_update()
    return standing([row.run for row in db.session.scalars(query)])


def line_of(event: Event) -> Line:
    """An event as the rules read it."""
    return Line(event.action, event.at, event.by, event.details, event.edition)


def details_of(run: Run, clock_id: int) -> dict[str, object]:
    """What the timeline says of a clock."""
    named = {"subject": run.subject} if run.subject else {}
    return {"clock": clock_id, "target": run.target, "due_at": run.due_at.isoformat(), **named}


def breach_details(run: Run, clock_id: int) -> dict[str, object]:
    """What the timeline says of a promise that was not kept."""
    return {**details_of(run, clock_id), "answered": run.stopped_at is not None}


def moved_details(run: Run, clock_id: int, more: dict[str, Any]) -> dict[str, object]:
    """What the timeline says of a clock that is due at another time now: both times, and why."""
    return {**details_of(run, clock_id), **more, "new": run.due_at.isoformat()}


class Kept:
    """A ticket's clocks taken from their rows, and written back."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        query = select(SlaClock).where(SlaClock.ticket_id == ticket.id).order_by(SlaClock.id)
        query = query.with_for_update().execution_options(populate_existing=True)
        self.rows = list(db.session.scalars(query))
        store, runs = ticket.store, [row.run for row in self.rows]
        newer = newer_editions(store, runs)
        edition = newer[-1] if newer else Edition(store.calendar_version, calendar_of(store))
        self.case = Case(facts_of(ticket), edition, store.promises, runs, newer)

    def write(self, by: Actor) -> None:
        """The rows first, then the events that follow from them."""
        for row, run in zip(self.rows, self.case.runs, strict=False):
            row.keep(run)
        for run in self.case.runs[len(self.rows) :]:
            row = SlaClock(ticket=self.ticket, store_id=self.ticket.store_id, **vars(run))
            db.session.add(row)
            self.rows.append(row)
        keep_next_due(self.ticket, self.rows)
        db.session.flush()
        for action, run, details in self.case.told:
            self._tell(action, run, details, by)

    def _tell(self, action: Action, run: Run, more: dict[str, Any], by: Actor) -> None:
        clock_id = next(row.id for row, each in zip(self.rows, self.case.runs, strict=True) if each is run)
        if action is Action.CLOCK_RETARGETED:
            mover = SYSTEM if more["why"] == "hours" else by
            self.ticket.record(action, by=mover, **moved_details(run, clock_id, more))
        elif action is Action.CLOCK_RESUMED:
            self.ticket.record(action, by=SYSTEM, **details_of(run, clock_id))
        else:
            self.ticket.record(action, by=SYSTEM, **breach_details(run, clock_id))


def newer_editions(store: Store, runs: Iterable[Run]) -> list[Edition]:
    """The editions by which some of these are not reckoned yet, oldest first."""
    behind = [run.calendar_version for run in runs if run.can_move and run.calendar_version < store.calendar_version]
    if not behind:
        return []
    wanted = range(min(behind) + 1, store.calendar_version + 1)
    kept = editions_of(store, wanted)
    missing = Edition(store.calendar_version, calendar_of(store), LONG_AGO, "")
    found = [_edition(each) for each in kept.values()]
    return found if store.calendar_version in kept else [*found, missing]


def keep_next_due(ticket: Ticket, clocks: Iterable[SlaClock]) -> None:
    """The promise of the store that runs out next stands on the ticket, for the queue."""
    running = [clock for clock in clocks if clock.is_running and clock.target in STAFF_TARGETS]
    first = min(running, key=lambda clock: clock.due_at, default=None)
    due_at, warn_at = (first.due_at, first.warn_at) if first else (NEVER, NEVER)
    if (ticket.next_due_at, ticket.next_warn_at) != (due_at, warn_at):
        ticket.next_due_at, ticket.next_warn_at = due_at, warn_at


def _follow(event: Event, rule: Rule) -> None:
    kept = Kept(event.ticket)
    kept.case.bring_up_to_date()
    rule(kept.case, line_of(event))
    kept.write(event.user or event.customer or SYSTEM)


def facts_of(ticket: Ticket) -> Facts:
    """What the rules may ask of a ticket."""
    return Facts(
        category=ticket.category,
        issue_type=ticket.issue_type,
        priority=ticket.priority,
        status=ticket.status,
        is_complex=ticket.complex_since is not None,
        opened_at=ticket.opened_at,
    )


def _edition(kept: HoursEdition) -> Edition:
    return Edition(kept.version, kept.calendar, kept.since, kept.made_by)
