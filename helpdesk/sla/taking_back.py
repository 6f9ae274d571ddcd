"""Clocks when an answer is taken back within its seconds: as they stood before it (pure, like the rules)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from helpdesk.sla.run import Run
from helpdesk.sla.words import State
from helpdesk.stores import Counts

#: What a promise says; another priority or issue type promises anew.
PROMISE = "seconds", "warn_seconds", "counts", "because", "clause", "policy_edition"

if TYPE_CHECKING:
    from helpdesk.sla.rules import Case, Line


def standing(runs: Sequence[Run]) -> list[Any]:
    """How the clocks of a ticket stand, as plain data: all that an answer, a status and a macro can change."""
    return [
        {
            "state": run.state.value,
            "pauses": run.pauses,
            "due_at": run.due_at.isoformat(),
            "warn_at": run.warn_at.isoformat(),
            "breached_at": _text(run.breached_at),
            "stopped_at": _text(run.stopped_at),
            "overrun": [run.overrun_seconds, run.overrun_wall_seconds],
            "calendar_version": run.calendar_version,
            "promise": {name: getattr(run, name) for name in PROMISE},
            "started_at": run.started_at.isoformat(),
        }
        for run in runs
    ]


def take_back_answer(case: "Case", line: "Line") -> None:
    """An answer was taken back: what it stopped runs on without a gap, what it started is void."""
    before = line.details["clocks"]
    for run, stood in zip(case.runs, before, strict=False):
        put_back(run, stood)
    for run in case.runs[len(before) :]:
        run.cancel(line.at)
    case.bring_up_to_date()


def put_back(run: Run, stood: dict[str, Any]) -> None:
    """As it stood then."""
    # A promise that was kept late by this answer is not kept now: the next sweep says so, and hands it up.
    run.state, run.pauses = State(stood["state"]), stood["pauses"]
    run.due_at, run.warn_at = (datetime.fromisoformat(stood[name]) for name in ("due_at", "warn_at"))
    run.breached_at, run.stopped_at = (_moment(stood[name]) for name in ("breached_at", "stopped_at"))
    run.overrun_seconds, run.overrun_wall_seconds = stood["overrun"]
    run.calendar_version = stood["calendar_version"]
    if "promise" in stood:  # histories from before macros could be taken back do not tell it: it was not changed then
        run.started_at = datetime.fromisoformat(stood["started_at"])
        _put_back_promise(run, stood["promise"])


def _put_back_promise(run: Run, promise: dict[str, Any]) -> None:
    for name in PROMISE:
        setattr(run, name, promise[name])
    run.counts = Counts(promise["counts"])


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
