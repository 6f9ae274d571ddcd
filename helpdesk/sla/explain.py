"""Why a clock is due when it is: in sentences, as a picture of the days, and as plain data."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from helpdesk.core import clock as time
from helpdesk.core import figures
from helpdesk.core.language import ENGLISH, N_, Words, _, current
from helpdesk.sla.clock import SlaClock
from helpdesk.sla.picture import Day, Wait, as_plain, picture
from helpdesk.sla.words import NAMES, WHOSE, State
from helpdesk.stores import Counts, Term, day_names_at
from helpdesk.tickets import Action, Event

#: A line of the timeline, or the plain row of one.
Line = Event | Row[Any]
DAYS_NAMED = 6
DAY = 24 * 3600
EVERY_TICKET = N_("the store's promise for every ticket")
#: Why a due time was moved, after "because".
MOVED_BY = Words(
    {
        "hours": N_("the opening hours were changed"),
        "priority": N_("its priority changed"),
        "sorting": N_("it was sorted anew"),
        "decision": N_("it was decided anew"),
        "splitting": N_("messages were moved to a ticket of their own"),
        "merging": N_("the earlier promise of a merged ticket is kept"),
    }
)


def why_due(clock: SlaClock, moves: Iterable[Line] = ()) -> list[str]:
    """Start, what counted, which days and pauses did not, what moved it, and so the end; in the store's local time."""
    return list(_sentences(clock, moves))


def days_of(clock: SlaClock) -> list[Day]:
    """The picture: each day between start and end, cut into what counted and what did not."""
    now = time.now()
    pauses = [(datetime.fromisoformat(a), datetime.fromisoformat(b) if b else now, why) for a, b, why in clock.pauses]
    end = now if clock.state is State.PAUSED else max(clock.due_at, clock.started_at)
    names = day_names_at(clock.ticket.store, clock.calendar_version)
    return picture(Wait(clock.calendar, clock.counts, clock.started_at, end, pauses, names))


def explained(clock: SlaClock, moves: Iterable[Line] = ()) -> dict[str, Any]:
    """All of it as plain data, moments in UTC."""
    mine = _about(clock, moves)
    return {
        "clock": clock.id,
        "target": clock.target.value,
        "name": NAMES[clock.target],
        "whose": WHOSE[clock.target].value,
        "subject": clock.subject,
        "state": clock.state.value,
        "promise": {
            "seconds": clock.seconds,
            "counts": clock.counts.value,
            "in_words": _promise(clock),
            "because": clock.because,
        },
        "policy": {"clause": clock.clause, "edition": clock.policy_edition} if clock.clause else None,
        "calendar": {"timezone": clock.calendar.timezone, "edition": clock.calendar_version},
        "started_at": clock.started_at.isoformat(),
        "warn_at": clock.warn_at.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "warned_at": _iso(clock.warned_at),
        "breached_at": _iso(clock.breached_at),
        "stopped_at": _iso(clock.stopped_at),
        "overrun": {"counted_seconds": clock.overrun_seconds, "wall_seconds": clock.overrun_wall_seconds},
        "pauses": [{"from": a, "until": b, "reason": reason} for a, b, reason in clock.pauses],
        "moves": [
            {
                "at": move.at.isoformat(),
                "old": move.details["old"],
                "new": move.details["new"],
                "why": move.details["why"],
                "who": _who(move),
            }
            for move in mine
        ],
        "days": as_plain(days_of(clock)),
        "sentences": why_due(clock, mine),
    }


def _about(clock: SlaClock, moves: Iterable[Line]) -> list[Line]:
    return [each for each in moves if each.action is Action.CLOCK_RETARGETED and each.details["clock"] == clock.id]


def _sentences(clock: SlaClock, moves: Iterable[Line]) -> Iterator[str]:
    zone = ZoneInfo(clock.ticket.store.timezone)
    yield _("Started %(moment)s.", moment=_local(clock.started_at, zone))
    special = f" ({_because(clock)})" if clock.because and clock.because != EVERY_TICKET else ""
    yield _("Promised: %(time)s.", time=_promise(clock) + special)
    if clock.clause:
        yield _on_clause(clock)
    if closed := list(_closed_days(clock, zone)):
        yield _("Not counted: %(days)s.", days=_listed(closed))
    if clock.counts is Counts.SERVICE_HOURS and (hours := list(_open_hours(clock, zone))):
        yield _(
            "Counted while we were open: %(times)s; the nights and breaks between did not count.", times=_listed(hours)
        )
    for since, until, reason in clock.pauses:
        begin = _local(datetime.fromisoformat(since), zone)
        end = _local(datetime.fromisoformat(until), zone) if until else _("now")
        yield _("Stood still from %(begin)s to %(end)s: %(reason)s.", begin=begin, end=end, reason=_(reason))
    for move in _about(clock, moves):
        old, new = (_local(datetime.fromisoformat(move.details[name]), zone) for name in ("old", "new"))
        why = MOVED_BY[move.details["why"]]
        yield _(
            "Moved %(moment)s by %(who)s, because %(why)s: due %(new)s instead of %(old)s.",
            moment=_local(move.at, zone), who=_who(move), why=why, new=new, old=old,
        )  # fmt: skip
    if clock.state is State.PAUSED:
        yield _("It stands still now; what was left when it stopped will be left when it goes on.")
    else:
        yield _("So it is due %(moment)s.", moment=_local(clock.due_at, zone))
    if clock.overrun_seconds is not None:
        late, counted = _span(clock.overrun_wall_seconds or 0), _span(clock.overrun_seconds)
        yield _("It was answered %(late)s late (%(counted)s counted).", late=late, counted=counted)


def _because(clock: SlaClock) -> str:
    # Kept in English; of a promise for some tickets only the gist is told in other languages.
    told = _(clock.because)
    is_told = current().code == ENGLISH or told != clock.because
    return told if is_told else _("the store's promise for requests like this")


def _on_clause(clock: SlaClock) -> str:
    if not clock.policy_edition:
        return _("It rests on clause %(number)s of the policy.", number=clock.clause)
    return _(
        "It rests on clause %(number)s of the policy, edition %(edition)s.",
        number=clock.clause, edition=clock.policy_edition,
    )  # fmt: skip


def _promise(clock: SlaClock) -> str:
    if clock.seconds % DAY == 0 and clock.seconds >= 3 * DAY and clock.counts is not Counts.SERVICE_HOURS:
        return Term.model_construct(hours=None, days=clock.seconds / DAY, counts=clock.counts).in_words
    return Term.model_construct(hours=clock.seconds / 3600, days=None, counts=clock.counts).in_words


def _who(move: Line) -> str:
    return str(move.details.get("who") or move.by_name)


def _closed_days(clock: SlaClock, zone: ZoneInfo) -> Iterator[str]:
    if clock.counts is Counts.ALWAYS:
        return
    calendar, names = clock.calendar, day_names_at(clock.ticket.store, clock.calendar_version)
    day, last = clock.started_at.astimezone(zone).date(), clock.due_at.astimezone(zone).date()
    while day <= last and day < date.max:
        if not calendar.is_business_day(day):
            holiday = f" ({names[day.isoformat()]})" if day.isoformat() in names else ""
            yield f"{figures.day(day, year=False)}{holiday}"
        day += timedelta(days=1)


def _open_hours(clock: SlaClock, zone: ZoneInfo) -> Iterator[str]:
    spans = list(clock.calendar.spans(clock.started_at, clock.due_at, clock.counts))
    if spans == [(clock.started_at, clock.due_at)]:
        return
    for since, until in spans:
        begin, end = since.astimezone(zone), until.astimezone(zone)
        day = "" if begin.date() == end.date() else f"{figures.day(end, year=False)} "
        yield f"{figures.day(begin, year=False)} {begin:%H:%M}-{day}{end:%H:%M}"


def _listed(names: Sequence[str]) -> str:
    named = ", ".join(names[:DAYS_NAMED])
    rest = len(names) - DAYS_NAMED
    return _("%(named)s and %(number)s more", named=named, number=rest) if rest > 0 else named


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return figures.moment(moment.astimezone(zone), year=True)


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _span(seconds: int) -> str:
    hours, minutes = divmod(max(0, seconds) // 60, 60)
    if not hours:
        return _("%(minutes)s min", minutes=minutes) if minutes else _("%(seconds)s s", seconds=seconds)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
