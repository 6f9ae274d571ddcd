"""How a case is played: whose turn it is, and when they act."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from helpdesk import sla
from helpdesk.accounts import SYSTEM
from helpdesk.core import clock
from helpdesk.returns import Sending
from helpdesk.seed.acts import ACTS, brings, replacements, sends, take
from helpdesk.seed.case import Case
from helpdesk.seed.pace import Pace
from helpdesk.seed.past import Script
from helpdesk.seed.stories import Turn, Who
from helpdesk.sla import Target
from helpdesk.tickets import REOPENS_FOR, Status

FORGOTTEN = 0.11  # so many answers wait until a supervisor asks
BREATH = timedelta(seconds=40)  # nobody does two things at once
NUDGES = (
    "This one slipped through, please answer it now.",
    "The promised time is over. Please take it next.",
    "Please answer today, and say sorry for the wait.",
)


def script_of(case: Case, pace: Pace) -> Script:
    """Turn by turn, and at last the ticket is closed."""
    yield case.opens_at
    ACTS["opens"](case, case.turns[0])
    if case.is_taken:
        yield pace.working(clock.now(), (4, 40))
        take(case, by=case.agent)
    for number, turn in enumerate(case.turns[1:], 1):
        yield from _until(turn, number, case, pace)
        ACTS[turn.does](case, turn)
    if case.is_over:
        yield from _until_closed(case, pace)


def _until(turn: Turn, number: int, case: Case, pace: Pace) -> Iterator[datetime]:
    if turn.does == "follows up":
        yield from _until_closed(case, pace)
    if turn.who is Who.AGENT and _may_be_forgotten(case) and case.rng.random() < FORGOTTEN:
        yield from _until_reminded(case, pace)
    moment = case.moments[number] if case.moments else _moment(turn, case, pace)
    if turn.who is Who.AGENT and case.ticket.assignee is None:
        yield max(pace.working_before(moment, (2, 15)), clock.now() + BREATH)
        take(case, by=case.agent)
    yield max(moment, clock.now() + BREATH)


def _moment(turn: Turn, case: Case, pace: Pace) -> datetime:
    now, due_at = clock.now(), _owed_until(case)
    if turn.after:
        moment = pace.awake(now, turn.after)
        return moment if turn.who is Who.CUSTOMER else pace.working(moment, (1, 90))
    if turn.who is Who.CUSTOMER:
        return pace.awake(now, (0.4, 20))
    if turn.who is Who.SUPERVISOR:
        return pace.working(now, (8, 130))
    return pace.in_time(now, due_at) if due_at and due_at > now else pace.working(now, (20, 300))


def _may_be_forgotten(case: Case) -> bool:
    # Where a supervisor has a part already, there is none to be played by another; and nobody forgets twice.
    owed = _owed_until(case)
    return case.is_over and not case.story.has_supervisor and owed is not None and owed > clock.now()


def _owed_until(case: Case) -> datetime | None:
    """By when the customer was promised an answer."""
    answers = Target.FIRST_RESPONSE, Target.NEXT_RESPONSE
    clocks = sla.clocks_of([case.ticket.id])[case.ticket.id]
    return min((each.due_at for each in clocks if each.target in answers and each.is_open), default=None)


def _until_reminded(case: Case, pace: Pace) -> Iterator[datetime]:
    """The promise breaks, a supervisor sees it and hands it back."""
    yield pace.working((_owed_until(case) or clock.now()) + timedelta(minutes=1), (15, 170))
    case.escalation.acknowledge(by=case.chief)
    yield pace.working(clock.now(), (2, 20))
    take(case, by=case.chief)
    case.escalation.hand_back(by=case.chief, note=case.rng.choice(NUDGES))


def _until_closed(case: Case, pace: Pace) -> Iterator[datetime]:
    closes_at = clock.now() + REOPENS_FOR + timedelta(minutes=case.rng.uniform(1, 15))
    if replacements(case, Sending.TO_BE_SENT):
        yield min(pace.working(clock.now(), (90, 900)), closes_at)
        sends(case)
        yield min(pace.awake(clock.now(), (44, 100)), closes_at)
        brings(case)
    yield closes_at
    if case.ticket.status is Status.SOLVED:
        case.ticket.close(by=SYSTEM)
