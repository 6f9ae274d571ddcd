"""What each event does to a ticket's clocks. The same rules keep the rows and replay a history; no database here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from helpdesk.accounts import By
from helpdesk.core.language import N_
from helpdesk.sla.reopening import SOLVED, take_up_what_ended
from helpdesk.sla.run import Edition, Promise, Run
from helpdesk.sla.taking_back import take_back_answer
from helpdesk.sla.targets import TARGETED, Asked, promise_for, warn_before
from helpdesk.sla.words import WHOSE, State, Target, Whose, is_customers
from helpdesk.stores import Counts, DeliveryStart, Promises, Term
from helpdesk.tickets import CATEGORY_OF, Action, Category, IssueType, Status

ANSWERS = Target.FIRST_RESPONSE, Target.NEXT_RESPONSE
#: What stands still while we wait for the customer.
PAUSED_BY_WAITING = Target.RESOLUTION, Target.UPDATE
#: What loses its object when the ticket is solved.
ENDED_BY_SOLUTION = *ANSWERS, Target.UPDATE, Target.EVIDENCE, Target.DELIVERY, Target.RETURN_WINDOW
OF_A_RETURN = Target.SEND_BACK, Target.RETURN_INSPECTION, Target.REFUND
#: What a return can be for that is no money.
SENT_INSTEAD = "replacement", "exchange"
ASKS_TO_RETURN = IssueType.RETURN, IssueType.EXCHANGE


@dataclass(frozen=True)
class Line:
    """One line of a timeline, as far as clocks care."""

    action: Action
    at: datetime
    by: By
    details: dict[str, Any]
    edition: int | None = None

    def moment(self, name: str) -> datetime | None:
        """A moment among its details."""
        text = self.details.get(name)
        return datetime.fromisoformat(text) if text else None

    @property
    def subject(self) -> str | None:
        """The return it is about."""
        rma = self.details.get("rma")
        return str(rma) if rma is not None else None


@dataclass(frozen=True)
class Facts:
    """What of the ticket the rules ask."""

    category: str
    issue_type: str
    priority: str
    status: str
    is_complex: bool
    opened_at: datetime

    @property
    def asked(self) -> Asked:
        """What decides over its promises."""
        return Asked(self.category, self.issue_type, self.priority)

    @property
    def needs_news(self) -> bool:
        """Whether the customer was promised to hear of it in between."""
        return self.status == Status.ON_HOLD or (self.is_complex and self.status in RESTLESS)


RESTLESS = Status.NEW, Status.OPEN, Status.PENDING


@dataclass
class Case:
    """The clocks of one ticket, and all that rules may ask."""

    facts: Facts
    edition: Edition
    promises: Promises
    runs: list[Run]
    newer: Sequence[Edition] = ()  # editions by which some runs are not reckoned yet, oldest first
    told: list[tuple[Action, Run, dict[str, Any]]] = field(default_factory=list)  # events that follow from the rule

    def open(self, *targets: Target, subject: str | None = None) -> list[Run]:
        """Those still to be answered, of these kinds; of this return only, if one is named."""
        return [
            run
            for run in self.runs
            if run.target in targets and run.is_open and (subject is None or run.subject == subject)
        ]

    def latest(self, target: Target) -> Run | None:
        """The newest of this kind, open or not."""
        return next((run for run in reversed(self.runs) if run.target is target), None)

    def start(self, target: Target, at: datetime, *, subject: str | None = None, promise: Promise | None = None) -> Run:
        """Set one running, by what the store promised such tickets if nothing else is said."""
        promise = promise or promise_for(self.promises, target, self.facts.asked)
        run = Run.begin(target, promise, at=at, edition=self.edition, subject=subject)
        self.runs.append(run)
        return run

    def stop(self, run: Run, at: datetime) -> None:
        """Answered. No sweep saw it in time: then the moment of the answer decides, and the history says so."""
        was_told = run.breached_at is not None
        run.stop(at, self.edition)
        if run.state is State.BREACHED and not was_told and not is_customers(run.target):
            self.told.append((Action.BREACHED, run, {}))

    def drop(self, run: Run, at: datetime) -> None:
        """It has lost its object; what had run over before that stays a broken promise."""
        ran_over = (
            run.state is State.RUNNING and run.due_at < at and WHOSE[run.target] in (Whose.STAFF, Whose.SUPERVISOR)
        )
        if ran_over or run.breached_at:
            self.stop(run, at)
        else:
            run.cancel(at)

    def bring_up_to_date(self) -> None:
        """Reckon what runs by the hours in force: each edition counts from its moment on, and mends nothing before."""
        for run in self.runs:
            for edition in self.newer:
                if run.can_move and run.calendar_version < edition.number and run.due_at >= edition.since:
                    old = run.due_at
                    run.reckon(edition)
                    self.moved(run, old, "hours", edition=edition.number, who=edition.made_by)

    def moved(self, run: Run, old: datetime, why: str, **details: Any) -> None:
        """If the due time is another now, both go into the history."""
        if run.due_at != old:
            self.told.append((Action.CLOCK_RETARGETED, run, {"old": old.isoformat(), "why": why, **details}))


Rule = Callable[[Case, Line], None]


def start_clocks(case: Case, line: Line) -> None:
    """A new ticket: the first answer is promised to a customer, a solution in any case."""
    asked_at = line.moment("answer_since") or (line.at if line.by is By.CUSTOMER else None)  # said where it was split
    if asked_at:
        case.start(Target.FIRST_RESPONSE, asked_at)
    case.start(Target.RESOLUTION, line.moment("since") or line.at)
    _start_delivery(case, line)


def answer_clocks(case: Case, line: Line) -> None:
    """A public reply by staff keeps the promise of an answer, and of news; the next news are promised at once."""
    for run in case.open(*ANSWERS, Target.UPDATE):
        case.stop(run, line.at)
    _promise_news(case, line)


def ask_again(case: Case, line: Line) -> None:
    """The customer wrote or chose: from the oldest of it that is unanswered on, an answer is promised again."""
    for run in [run for run in case.runs if is_customers(run.target) and run.can_move and run.due_at < line.at]:
        case.told.append((Action.CUSTOMER_CLOCK_RAN_OUT, run, {}))  # before this message, though no sweep saw it
    # Not asked is whether it was answered before: solved without a word, or opened by us, it owes an answer now.
    if not case.open(*ANSWERS):
        case.start(Target.NEXT_RESPONSE, line.at)


def follow_status(case: Case, line: Line) -> None:
    """While we wait for the customer, our time stands still; while we wait for others, news are promised."""
    if not case.facts.needs_news:
        for run in case.open(Target.UPDATE):
            case.drop(run, line.at)
    _promise_news(case, line)
    for run in case.open(*PAUSED_BY_WAITING):
        if case.facts.status == Status.PENDING and run.state is State.RUNNING:
            run.pause(line.at, N_("waiting for the customer"))
        elif case.facts.status != Status.PENDING and run.state is State.PAUSED:
            run.resume(line.at, case.edition)


def stop_clocks(case: Case, line: Line) -> None:
    """Solved: the solution is there; an answer that is still owed has lost its object."""
    for run in case.open(Target.RESOLUTION):
        case.stop(run, line.at)
    for run in case.open(*ENDED_BY_SOLUTION):
        case.drop(run, line.at)


def take_up_again(case: Case, line: Line) -> None:
    """Reopened: the same promises, of a solution and of an answer still owed, go on without the time between."""
    run, solved_at = case.latest(Target.RESOLUTION), line.moment("solved_at")
    if run and run.stopped_at:
        run.go_on(line.at, SOLVED, case.edition)
    if solved_at and line.details.get("unanswered_since"):
        for run in case.runs:
            if run.target in ANSWERS and run.stopped_at and run.stopped_at >= solved_at:
                run.go_on(line.at, SOLVED, case.edition)
    take_up_what_ended(case, line)
    _promise_news(case, line)


def follow_sorting(case: Case, line: Line) -> None:
    """Sorted to something else: its promises, and nobody waits for photos or a parcel without need."""
    if case.facts.issue_type != IssueType.DAMAGED:
        for run in case.open(Target.EVIDENCE):
            case.drop(run, line.at)
    if case.facts.issue_type in ASKS_TO_RETURN:
        for run in case.open(Target.RETURN_WINDOW):
            case.stop(run, line.at)
    if case.facts.category != Category.SHIPPING:
        for run in case.open(Target.DELIVERY):
            case.drop(run, line.at)
    elif not case.latest(Target.DELIVERY):
        _start_delivery(case, line)
    old = IssueType(line.details["old"])
    _promise_anew(case, replace(case.facts, issue_type=old, category=CATEGORY_OF[old]), "sorting")


def follow_priority(case: Case, line: Line) -> None:
    """Another priority: what runs is promised anew, from its start."""
    _promise_anew(case, replace(case.facts, priority=line.details["old"]), "priority")


def follow_complexity(case: Case, line: Line) -> None:
    """Marked as complex, or no longer: news in between are promised, or not."""
    if case.facts.needs_news:
        _promise_news(case, line)
        return
    for run in case.open(Target.UPDATE):
        case.drop(run, line.at)


def follow_decision(case: Case, line: Line) -> None:
    """A decision shows the customer's clocks: the rights it names, and the one for missing photos."""
    for deadline in line.details.get("deadlines", ()):
        _show_deadline(case, line, deadline)
    if line.details.get("waits_for_evidence") and not case.latest(Target.EVIDENCE):
        case.start(Target.EVIDENCE, line.at)
    elif not line.details.get("missing"):
        for run in case.open(Target.EVIDENCE):
            case.stop(run, line.at)


def follow_order(case: Case, line: Line) -> None:
    """News of the order: handed over its delivery time begins, delivered it ends, cancelled it is void."""
    for run in case.open(Target.DELIVERY):
        if line.action in (Action.ORDER_CALLED_OFF, Action.ORDER_CANCELLED):
            case.drop(run, line.at)
        elif line.action is Action.ORDER_DELIVERED:
            case.stop(run, line.moment("delivered_at") or line.at)
        elif run.state is State.PAUSED:
            run.resume(max(line.moment("shipped_at") or line.at, run.started_at), case.edition)


def start_send_back(case: Case, line: Line) -> None:
    """A return was approved: the parcel is to be handed over; the right to ask for it is used."""
    for run in case.open(Target.RETURN_WINDOW):
        case.stop(run, line.at)
    if not case.open(Target.SEND_BACK, subject=line.subject):
        case.start(Target.SEND_BACK, line.at, subject=line.subject, promise=_term(case, Target.SEND_BACK, line))


def stop_send_back(case: Case, line: Line) -> None:
    """The parcel is on its way."""
    for run in case.open(Target.SEND_BACK, subject=line.subject):
        case.stop(run, line.at)


def start_inspection(case: Case, line: Line) -> None:
    """The parcel is here: looking at it is promised."""
    stop_send_back(case, line)
    if not case.open(Target.RETURN_INSPECTION, subject=line.subject):
        promise = _term(case, Target.RETURN_INSPECTION, line)
        case.start(Target.RETURN_INSPECTION, line.at, subject=line.subject, promise=promise)


def follow_inspection(case: Case, line: Line) -> None:
    """Inspected: unless nothing was right with it, or something else than money is wanted, the refund is promised."""
    for run in case.open(Target.RETURN_INSPECTION, subject=line.subject):
        case.stop(run, line.at)
    is_owed = line.details["result"] != "failed" and line.details.get("remedy") not in SENT_INSTEAD
    if is_owed and not case.open(Target.REFUND, subject=line.subject):
        case.start(Target.REFUND, line.at, subject=line.subject, promise=_term(case, Target.REFUND, line))


def stop_refund(case: Case, line: Line) -> None:
    """The money, or what is sent in its place, is recorded; what is for no return leaves its clock alone."""
    for run in case.open(Target.REFUND, subject=line.subject) if line.subject else ():
        case.stop(run, line.at)


def go_on_with_refund(case: Case, line: Line) -> None:
    """The refund was taken back before it was paid: the same promise goes on without the time it counted as kept."""
    known = [run for run in case.runs if run.target is Target.REFUND and run.subject == line.subject]
    if line.subject and known and known[-1].stopped_at and not case.open(Target.REFUND, subject=line.subject):
        known[-1].go_on(line.at, "its refund was taken back", case.edition)


def end_return(case: Case, line: Line) -> None:
    """The return is over: what still runs of it has lost its object."""
    for run in case.open(*OF_A_RETURN, subject=line.subject):
        case.drop(run, line.at)


def keep_earliest(case: Case, line: Line) -> None:
    """Another ticket was merged into this one: of two promises the one that is due first is kept."""
    for told in line.details["promises"]:
        target = Target(told["target"])
        mine = case.open(*(ANSWERS if target in ANSWERS else (target,)))
        if mine:
            _keep_earlier(case, mine[0], told)
        elif target in ANSWERS:  # answered here, and not there
            _take_over(case, case.start(Target.NEXT_RESPONSE, line.at), told)


def end_all(case: Case, line: Line) -> None:
    """Merged into another ticket: that one keeps the promises."""
    for run in case.open(*Target):
        case.drop(run, line.at)


def give_back(case: Case, line: Line) -> None:
    """A merge was undone: an answer that only the other ticket asked for is owed there. No promise gets later by it."""
    if not line.details.get("unanswered_since"):
        for run in case.open(*ANSWERS):
            case.drop(run, line.at)


def restore(case: Case, line: Line) -> None:
    """Taken out of another ticket again: what the merge ended runs on; an answer that was given there stays given."""
    since = line.moment("since")
    for run in case.runs:
        is_kept = run.target is Target.ESCALATION_ACK or (line.details["answered"] and run.target in ANSWERS)
        if run.stopped_at == since and run.state is not State.MET and not is_kept:
            run.take_back_end(case.edition)


def follow_split(case: Case, line: Line) -> None:
    """Messages moved to a ticket of their own: their answer is owed there; here from what is left."""
    since = line.moment("unanswered_since")
    for run in case.open(*ANSWERS):
        if since is None:
            case.drop(run, line.at)
        elif run.target is Target.NEXT_RESPONSE and run.can_move and run.started_at < since:
            was_due, run.started_at = run.due_at, since
            run.reckon(case.edition)
            case.moved(run, was_due, "splitting")


def start_acknowledgement(case: Case, line: Line) -> None:
    """An escalation went up: the next person has so long to take it."""
    acknowledge(case, line)  # the one before let it run out, and that stays on record
    case.start(Target.ESCALATION_ACK, line.at, promise=_within(case, line))


def hasten_acknowledgement(case: Case, line: Line) -> None:
    """An emergency came to light: whoever was asked already has less time."""
    if "within" not in line.details:
        return
    for run in case.open(Target.ESCALATION_ACK):
        case.drop(run, line.at)
    case.start(Target.ESCALATION_ACK, line.at, promise=_within(case, line))


def acknowledge(case: Case, line: Line) -> None:
    """Somebody took the escalation."""
    for run in case.open(Target.ESCALATION_ACK):
        case.stop(run, line.at)


def note_warning(case: Case, line: Line) -> None:
    """A warning was given: never again for this clock."""
    for run in _named(case, line):
        run.warned_at = line.at


def note_breach(case: Case, line: Line) -> None:
    """A promise ran over, at the moment it was due."""
    for run in _named(case, line):
        run.breached_at = run.breached_at or run.due_at


def end_right(case: Case, line: Line) -> None:
    """The customer's time is over."""
    for run in _named(case, line):
        run.breached_at = run.due_at
        run.stop(line.at, case.edition)


def _within(case: Case, line: Line) -> Promise | None:
    """How long this rung has, where the store's ladder says it; the event keeps it, so that a replay knows it too."""
    if "within" not in line.details:
        return None
    term = Term.model_validate(line.details["within"])
    before = warn_before(case.promises, Target.ESCALATION_ACK, term.seconds)
    return Promise(term.seconds, term.counts, before, N_("the store's time for this rung of its ladder"))


def _start_delivery(case: Case, line: Line) -> None:
    placed_at = line.moment("placed_at")
    has_ended = line.details.get("delivered_at") or line.details.get("cancelled_at")
    if case.facts.category != Category.SHIPPING or placed_at is None or has_ended:
        return
    shipped_at = line.moment("shipped_at")
    waits = case.promises.delivery_starts is DeliveryStart.SHIPPED
    run = case.start(Target.DELIVERY, (shipped_at or placed_at) if waits else placed_at)
    if waits and shipped_at is None:
        run.pause(run.started_at, N_("not handed to the carrier yet"))


def _promise_news(case: Case, line: Line) -> None:
    if case.facts.needs_news and not case.open(Target.UPDATE):
        run = case.start(Target.UPDATE, line.at)
        if case.facts.status == Status.PENDING:
            run.pause(line.at, N_("waiting for the customer"))


def _promise_anew(case: Case, before: Facts, why: str) -> None:
    for run in case.open(*TARGETED):
        # Only what the change itself changes: a promise of the store that was changed meanwhile is for new clocks.
        old = promise_for(case.promises, run.target, before.asked)
        new = promise_for(case.promises, run.target, case.facts.asked)
        if new != old and run.breached_at is None:
            was_due = run.due_at
            run.promise_anew(new, case.edition)
            case.moved(run, was_due, why)


def _show_deadline(case: Case, line: Line, deadline: dict[str, Any]) -> None:
    """A right that a decision names, with its clause. Who opened the ticket has used it, unless it says otherwise."""
    if deadline["target"] not in set(Target):  # a store's policy may name deadlines that are no clocks of ours
        return
    target, subject = Target(deadline["target"]), deadline.get("subject")
    start, end = (datetime.fromisoformat(deadline[name]) for name in ("starts_at", "ends_at"))
    before = warn_before(case.promises, target, int((end - start).total_seconds()))
    promise = _until(start, end, before, clause=deadline.get("clause"), policy_edition=deadline.get("edition"))
    known = [run for run in case.runs if (run.target, run.subject) == (target, subject)]
    if not known:
        run = case.start(target, start, subject=subject, promise=promise)
        if deadline.get("asked", True):
            _use_right(case, run)
    elif known[-1].can_move:
        run, was_due = known[-1], known[-1].due_at
        run.started_at, run.clause, run.policy_edition = start, promise.clause, promise.policy_edition
        run.promise_anew(promise, case.edition)
        case.moved(run, was_due, "decision")


def _term(case: Case, target: Target, line: Line) -> Promise | None:
    """What the policy says of this step, with its clause; where it says nothing, the store's promise holds."""
    term = line.details.get("term")
    if not term:
        return None
    seconds = round(float(term["hours"]) * 3600)
    before = warn_before(case.promises, target, seconds)
    clause, edition = term.get("clause") or None, line.details.get("edition")
    return Promise(seconds, Counts(term["counts"]), before, clause=clause, policy_edition=edition)


def _until(start: datetime, end: datetime, before: int = 0, **rests_on: Any) -> Promise:
    """What two moments bound."""
    return Promise(int((end - start).total_seconds()), Counts.ALWAYS, before, **rests_on)


def _keep_earlier(case: Case, run: Run, told: dict[str, Any]) -> None:
    if run.can_move and _moment(told, "due_at") < run.due_at:
        was_due = run.due_at
        _take_over(case, run, told)
        case.moved(run, was_due, "merging")


def _take_over(case: Case, run: Run, told: dict[str, Any]) -> None:
    run.started_at, run.seconds, run.warn_seconds = _moment(told, "started_at"), told["seconds"], told["warn_seconds"]
    run.counts, run.pauses, run.because = Counts(told["counts"]), told["pauses"], told["because"]
    run.reckon(case.edition)
    if told["breached_at"]:  # and that was said there
        run.due_at = run.breached_at = _moment(told, "breached_at")


def _moment(told: dict[str, Any], name: str) -> datetime:
    """A moment of a promise as an event tells it."""
    return datetime.fromisoformat(told[name])


def _use_right(case: Case, run: Run) -> None:
    opened_at = case.facts.opened_at
    if run.started_at < opened_at:
        run.stop(opened_at, case.edition)
    else:  # known only by its day, and asked for on that day
        run.state, run.stopped_at = State.MET, opened_at


def _named(case: Case, line: Line) -> list[Run]:
    """The open clock an event speaks of; none where it was answered, however late."""
    target, subject = Target(line.details["target"]), line.details.get("subject")
    if line.details.get("answered"):
        return []
    return [run for run in case.open(target) if run.subject == subject]


#: One rule for each event that moves clocks; `helpdesk.reactions` names the same ones.
RULES: dict[Action, Rule] = {
    Action.OPENED: start_clocks,
    Action.STAFF_REPLIED: answer_clocks,
    Action.REPLY_TAKEN_BACK: take_back_answer,
    Action.CUSTOMER_WROTE: ask_again,
    Action.REMEDY_CHOSEN: ask_again,
    Action.STATUS_CHANGED: follow_status,
    Action.SOLVED: stop_clocks,
    Action.REOPENED: take_up_again,
    Action.SORTED: follow_sorting,
    Action.PRIORITISED: follow_priority,
    Action.MARKED_COMPLEX: follow_complexity,
    Action.MARKED_ORDINARY: follow_complexity,
    Action.PROMISES_TAKEN_OVER: keep_earliest,
    Action.MERGED_AWAY: end_all,
    Action.MERGE_UNDONE: give_back,
    Action.SPLIT: follow_split,
    Action.RESTORED: restore,
    Action.DECIDED: follow_decision,
    Action.ORDER_SHIPPED: follow_order,
    Action.ORDER_DELIVERED: follow_order,
    Action.ORDER_CALLED_OFF: follow_order,
    Action.ORDER_CANCELLED: follow_order,
    Action.RETURN_APPROVED: start_send_back,
    Action.RETURN_IN_TRANSIT: stop_send_back,
    Action.RETURN_RECEIVED: start_inspection,
    Action.RETURN_INSPECTED: follow_inspection,
    Action.REFUND_RECORDED: stop_refund,
    Action.STORE_CREDIT_RECORDED: stop_refund,
    Action.REPLACEMENT_RECORDED: stop_refund,
    Action.EXCHANGE_RECORDED: stop_refund,
    Action.REFUND_TAKEN_BACK: go_on_with_refund,
    Action.RETURN_REJECTED: end_return,
    Action.RETURN_CANCELLED: end_return,
    Action.RETURN_CLOSED: end_return,
    Action.ESCALATED: start_acknowledgement,
    Action.ESCALATION_REASON_ADDED: hasten_acknowledgement,
    Action.ESCALATION_ACKNOWLEDGED: acknowledge,
    Action.ESCALATION_TAKEN_OVER: acknowledge,
    Action.ESCALATION_RETURNED: acknowledge,
    Action.ESCALATION_WITHDRAWN: acknowledge,
    Action.ESCALATION_DECIDED: acknowledge,
    Action.WARNED: note_warning,
    Action.CUSTOMER_CLOCK_WARNED: note_warning,
    Action.BREACHED: note_breach,
    Action.CUSTOMER_CLOCK_RAN_OUT: end_right,
}
