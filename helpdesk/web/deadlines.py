"""By when somebody has to act, in words: what is to come is promised, what is past is only told."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.core import clock, figures
from helpdesk.core.language import N_, Words, _, ngettext
from helpdesk.policies import Deadline, Decision, Outcome

DEADLINE_NAMES = Words(
    {
        "withdrawal": N_("By law, without a reason, until"),
        "return_window": N_("You can ask for it until"),
        "own_window": N_("By our own policy, until"),
        "damage_report": N_("Damage is to be reported by"),
        "send_back": N_("Send it by"),
        "return_inspection": N_("We look at it"),
        "refund": N_("We pay it back"),
        "delivery": N_("Delivery"),
    }
)
#: The same once the day is past; what is not among them is called the same before and after.
PAST_NAMES = Words(
    {
        "withdrawal": N_("By law it was possible without a reason until"),
        "return_window": N_("It could be asked for until"),
        "own_window": N_("By our own policy it was possible until"),
        "damage_report": N_("Damage was to be reported by"),
        "send_back": N_("It was to be sent by"),
    }
)
STEP_NAMES = Words(
    {
        "delivery": N_("delivery"),
        "order": N_("the order"),
        "shipping": N_("it was sent"),
        "request": N_("your request"),
        "approval": N_("our approval"),
        "receipt": N_("it is here"),
        "inspection": N_("we have looked at it"),
    }
)


def shown_deadlines(decision: Decision, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Those of a decision as its card wants them: what each is called, when it is, and whether that is past."""
    return [
        {
            "name": _name_of(deadline, decision),
            "words": last_day(deadline, zone) if deadline.ends_at else _span(deadline),
            "is_past": is_past(deadline),
            "clauses": list(deadline.clauses),
        }
        for deadline in decision.deadlines
        if _still_counts(deadline, decision)
    ]


def kind_of(deadline: Deadline, decision: Decision) -> str:
    """What it is called by; where the law has a day of its own, the store's longer window is the store's own."""
    is_beside_the_law = deadline.target == "return_window" and decision.deadline("withdrawal") is not None
    return "own_window" if is_beside_the_law else deadline.target


def is_past(deadline: Deadline) -> bool:
    """Whether its day is over; what counts from a step still to come is not."""
    return deadline.ends_at is not None and datetime.fromisoformat(deadline.ends_at) <= clock.now()


def last_day(deadline: Deadline, zone: ZoneInfo) -> str:
    """The last day of a window that has one; of one that is counted in hours its last moment."""
    end = datetime.fromisoformat(deadline.ends_at or "").astimezone(zone)
    if deadline.hours is not None:
        return figures.moment(end)
    return figures.day(end - timedelta(seconds=1))


def _name_of(deadline: Deadline, decision: Decision) -> str:
    kind = kind_of(deadline, decision)
    past = PAST_NAMES.get(kind) if is_past(deadline) else None
    return past or DEADLINE_NAMES.get(kind) or kind.replace("_", " ").capitalize()


def _still_counts(deadline: Deadline, decision: Decision) -> bool:
    """A day until which to ask for it would promise something to whom it is refused; other days stay."""
    return deadline.target != "return_window" or decision.outcome is not Outcome.DECLINE


def _span(deadline: Deadline) -> str:
    return _("within %(time)s after %(step)s", time=_time(deadline), step=STEP_NAMES[deadline.counted_from])


def _time(deadline: Any) -> str:
    if deadline.hours is not None:
        return ngettext("%(number)s hour", "%(number)s hours", deadline.hours)
    if deadline.counts == "business_days":
        return ngettext("%(number)s business day", "%(number)s business days", deadline.days)
    return ngettext("%(number)s day", "%(number)s days", deadline.days)
