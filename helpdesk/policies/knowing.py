"""What is known before any rule is asked: moments counted, windows measured, the file's own facts computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.core.errors import Invalid
from helpdesk.policies.decision import Deadline
from helpdesk.policies.document import Window
from helpdesk.policies.edition import WINDOW, Edition, base_of
from helpdesk.policies.facts import FAULT_OF_REASON, FAULTS, nearest
from helpdesk.policies.timing import COUNTED, end_of_day, end_of_days, end_of_hours, read_moment, start_of, timed
from helpdesk.policies.words import Request

DAY = timedelta(days=1)
#: How deep questions may lead to questions: computed facts cannot form a circle, so this is never reached.
DEEPEST = 20


@dataclass
class Known:
    """Everything known of one request while it is being decided."""

    edition: Edition
    request: Request
    given: Mapping[str, Any]
    facts: dict[str, Any]
    assumed: tuple[str, ...]
    blocked: dict[str, list[str]] = field(default_factory=dict)  # computed facts, and what would settle them
    window: Deadline | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.facts.get("timezone") or "UTC")

    @property
    def paid(self) -> int | None:
        """What was paid for the goods in question: the item, or the whole order without its shipping; never below 0."""
        item, order = self.facts.get("item_value"), self.facts.get("order_value")
        if item is not None:
            return max(0, int(item))
        return None if order is None else max(0, int(order) - int(self.facts.get("shipping_paid") or 0))

    def asks(self, names: list[str]) -> tuple[str, ...]:
        """What has to be asked to know these: a count of days is asked for as a day, and so on."""
        return tuple(dict.fromkeys(asked for name in names for asked in self._asked_for(name, DEEPEST)))

    def _asked_for(self, name: str, depth: int) -> list[str]:
        if name in self.blocked and depth:
            return [asked for needed in self.blocked[name] for asked in self._asked_for(needed, depth - 1)]
        instead = self.edition.facts[name].asks
        return [instead] if instead and self.facts.get(instead) is None else [name]


def know(edition: Edition, request: Request, facts: Mapping[str, Any], now: datetime | None = None) -> Known:
    """Everything that follows from what is given. Raises Invalid on a fact that nobody has declared."""
    given = {name: value for name, value in facts.items() if value is not None}
    refuse_unknown(edition, given)
    if now and "requested_at" not in given:
        given["requested_at"] = now.astimezone(UTC).isoformat()
    assumed = tuple([name for name in edition.assumable if name not in given])
    known = Known(edition, request, given, timed({**edition.defaults, **given}), assumed)
    _see_fault(known)
    for name in edition.order_for[request]:
        if name == WINDOW:
            _see_window(known)
        elif known.facts.get(name) is None:
            _compute(known, name)
    return known


def refuse_unknown(edition: Edition, facts: Mapping[str, Any]) -> None:
    """Raise Invalid, naming the fact that is not in the vocabulary and the one that was likely meant."""
    if facts.keys() <= edition.facts.keys():
        return
    for name in facts:
        if name not in edition.facts:
            meant = nearest(name, edition.facts)
            raise Invalid(f"There is no fact “{name}”" + (f"; did you mean “{meant}”?" if meant else "."))


def _see_fault(known: Known) -> None:
    if known.facts.get("fault") is not None:
        return
    if known.request.value in FAULTS:
        known.facts["fault"] = known.request.value
    elif (reason := known.facts.get("reason")) in FAULT_OF_REASON:
        known.facts["fault"] = FAULT_OF_REASON[reason]


def _compute(known: Known, name: str) -> None:
    computed = known.edition.computed[name]
    number, needs = computed.table.first(known.facts)
    if needs:
        known.blocked[name] = needs
    elif number is not None:
        known.facts[name] = computed.values[number]


def _see_window(known: Known) -> None:
    sheet = known.edition.sheets[known.request]
    number, needs = sheet.window_table.first(known.facts)
    if number is None:  # no window applies: nothing can be late
        _set_late(known, 0)
    elif needs:
        known.blocked.update(late=needs, days_late=needs)
    else:
        window = sheet.windows[number]
        known.window = _deadline_of(known, window)
        days_late = _days_late(known, window)
        if days_late is None:
            moment = _moment_missing(known, window)
            known.blocked.update(late=[moment], days_late=[moment])
        else:
            _set_late(known, days_late)


def _moment_missing(known: Known, window: Window) -> str:
    """Which end of the count is not known: where it begins, or when it was asked for."""
    base = base_of(window)
    return base if window.until is None and known.facts.get(base) is None else "requested_at"


def _set_late(known: Known, days: int) -> None:
    known.facts.setdefault("late", days > 0)
    known.facts.setdefault("days_late", days)


def _days_late(known: Known, window: Window) -> int | None:
    """Days past the window's end, a begun one counted in full; 0: in time; None: that is not known yet."""
    facts, (days, hours) = known.facts, COUNTED[base_of(window)]
    if window.until:
        on = facts.get("requested_on")
        return max(0, (date.fromisoformat(on) - window.until).days) if on else None
    if window.days is not None:
        return max(0, ceil(float(facts[days]) - window.days)) if facts.get(days) is not None else None
    ends_at = known.window and known.window.ends_at
    if ends_at and facts.get("requested_at") and len(facts["requested_at"]) > len("2026-01-01"):
        over = datetime.fromisoformat(facts["requested_at"]) - datetime.fromisoformat(ends_at)
        return max(0, ceil(over / DAY))
    if hours and facts.get(hours) is not None:
        return max(0, ceil((float(facts[hours]) - (window.hours or 0)) / 24))
    return None


def _deadline_of(known: Known, window: Window) -> Deadline:
    base = base_of(window)
    moment = read_moment(known.facts[base]) if known.facts.get(base) is not None else None
    ends_at = end_of_day(window.until, known.zone) if window.until else None
    if moment is not None and window.days is not None:
        ends_at = end_of_days(moment, window.days, known.zone)
    elif moment is not None and window.hours is not None:
        ends_at = end_of_hours(moment, window.hours, known.zone)
    return Deadline(
        target=window.target,
        source=window.id,
        starts_at=start_of(moment, known.zone).isoformat() if moment is not None else None,
        ends_at=ends_at.isoformat() if ends_at else None,
        days=window.days,
        hours=window.hours,
        counted_from=window.from_,
        clauses=tuple(window.clauses),
    )
