"""Clocks that a solution ended and that come back when the ticket is opened again (pure, like the rules).

The carrier's promise and the right to a return end by dates that no solution moves: they run on as if nothing had
been. For photos nobody waited while the ticket counted as solved: that time is not the customer's.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from helpdesk.core.language import N_
from helpdesk.sla.run import Run
from helpdesk.sla.words import State, Target
from helpdesk.tickets import Action, Category, IssueType

if TYPE_CHECKING:
    from helpdesk.sla.rules import Case, Line

SOLVED = N_("it counted as solved")


def take_up_what_ended(case: "Case", line: "Line") -> None:
    """Reopened: what lost its object by the solution has it again, if it still has one; the history names each."""
    solved_at = line.moment("solved_at")
    if solved_at is None or "waits_for_evidence" not in line.details:  # told so in histories since these come back
        return
    for run in [run for run in case.runs if run.state is State.CANCELLED and run.target in COMES_BACK]:
        ended_by_solution = run.stopped_at is not None and run.stopped_at >= solved_at
        if ended_by_solution and not case.open(run.target, subject=run.subject):
            COMES_BACK[run.target](case, run, line)
            if run.is_open:
                case.told.append((Action.CLOCK_RESUMED, run, {}))


def _wait_for_photos(case: "Case", run: Run, line: "Line") -> None:
    if line.details["waits_for_evidence"] and case.facts.issue_type == IssueType.DAMAGED:
        run.go_on(line.at, SOLVED, case.edition)


def _wait_for_parcel(case: "Case", run: Run, _line: "Line") -> None:
    # Whether it has come meanwhile is asked of the order at once, and is an event of its own.
    if case.facts.category == Category.SHIPPING:
        run.take_back_end(case.edition)


def _leave_the_right(case: "Case", run: Run, line: "Line") -> None:
    ended_at = run.stopped_at or line.at
    is_used = any(each.target is Target.SEND_BACK and each.started_at >= ended_at for each in case.runs)
    if not is_used and case.facts.issue_type not in (IssueType.RETURN, IssueType.EXCHANGE):
        run.take_back_end(case.edition)


COMES_BACK: dict[Target, Callable[["Case", Run, "Line"], None]] = {
    Target.EVIDENCE: _wait_for_photos,
    Target.DELIVERY: _wait_for_parcel,
    Target.RETURN_WINDOW: _leave_the_right,
}
