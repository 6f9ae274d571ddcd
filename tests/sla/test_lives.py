"""Whole lives of tickets: written ones with the due times a person worked out, and random ones that must keep rules."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk import sla
from helpdesk.accounts import SYSTEM, By, User
from helpdesk.core import clock
from helpdesk.core.db import NEVER, db
from helpdesk.core.errors import Problem, WrongState
from helpdesk.escalation import Escalation, ask_for_help, ask_for_supervisor, open_escalation
from helpdesk.sla import STAFF_TARGETS, Run, State, Target
from helpdesk.sla.news import tell_news
from helpdesk.stores import Hours, change_hours, forget_calendars, keep_edition
from helpdesk.tickets import (
    Action,
    Evidence,
    IssueType,
    Merge,
    Message,
    Priority,
    Ticket,
    held_back,
    main_of,
    merge,
    merge_of,
    merges_into,
    split,
    take_back,
)
from tests import factories
from tests.scenes import BERLIN, ISTANBUL, NEW_YORK, SAO_PAULO, clocks_on, local, story_of, sweep

pytestmark = pytest.mark.usefixtures("database", "lines_alone")
At = Callable[..., datetime]
EVERY_DAY = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@dataclass
class Scene:
    """A ticket and who works on it."""

    ticket: Ticket
    agent: User
    boss: User


VERBS: dict[str, Callable[[Scene], object]] = {
    "reply": lambda s: s.ticket.reply(by=s.agent, body="Here is what we found."),
    "note": lambda s: s.ticket.note(by=s.agent, body="The carrier called."),
    "write": lambda s: s.ticket.write(by=s.ticket.customer, body="And now?"),
    "wait": lambda s: s.ticket.wait_for_customer(by=s.agent),
    "hold": lambda s: s.ticket.hold(by=s.agent),
    "resume": lambda s: s.ticket.resume(by=s.agent),
    "solve": lambda s: s.ticket.solve(by=s.agent),
    "close": lambda s: s.ticket.close(by=s.agent),
    "sweep": lambda _: sweep(),
}


# ---- lives as a person would work them out


@pytest.mark.parametrize("zone, counts, opened, due", [
    (NEW_YORK, "always", "2026-03-07 16:00", "2026-03-08 17:00"),  # the night of 8 March lacks an hour
    (NEW_YORK, "business_days", "2026-03-06 16:00", "2026-03-09 16:00"),
    (NEW_YORK, "service_hours", "2026-03-06 16:00", "2026-03-11 16:00"),
    (NEW_YORK, "always", "2026-10-31 16:00", "2026-11-01 15:00"),  # the night of 1 November has one twice
    (NEW_YORK, "business_days", "2026-10-30 16:00", "2026-11-02 16:00"),
    (NEW_YORK, "service_hours", "2026-10-30 16:00", "2026-11-04 16:00"),
    (BERLIN, "always", "2026-03-28 12:00", "2026-03-29 13:00"),
    (BERLIN, "business_days", "2026-03-27 12:00", "2026-03-30 12:00"),
    (BERLIN, "service_hours", "2026-03-27 12:00", "2026-04-01 12:00"),
    (BERLIN, "always", "2026-10-24 12:00", "2026-10-25 11:00"),
    (BERLIN, "business_days", "2026-10-23 12:00", "2026-10-26 12:00"),
    (BERLIN, "service_hours", "2026-10-23 12:00", "2026-10-28 12:00"),
    (ISTANBUL, "always", "2026-03-28 12:00", "2026-03-29 12:00"),  # no change any more
    (ISTANBUL, "always", "2015-11-07 12:00", "2015-11-08 11:00"),  # that year it came two weeks after the others'
    (ISTANBUL, "business_days", "2015-11-06 12:00", "2015-11-09 12:00"),
    (ISTANBUL, "service_hours", "2015-11-06 12:00", "2015-11-11 12:00"),
    (NEW_YORK, "business_days", "2026-06-06 11:00", "2026-06-09 00:00"),  # Saturday: Monday counts, to its end
    (NEW_YORK, "service_hours", "2026-06-05 17:00", "2026-06-10 17:00"),
])  # fmt: skip
def test_when_24_hours_are_over(zone: str, counts: str, opened: str, due: str, at: At) -> None:
    at(opened, zone)
    shop = factories.store(timezone=zone, promise_terms={"first_response": {"hours": 24, "counts": counts}})
    assert clocks_on(factories.ticket(shop), Target.FIRST_RESPONSE)[0].due_at == local(due, zone)


@pytest.mark.parametrize("zone, opened, due", [
    (NEW_YORK, "2026-03-07 02:30", "2026-03-08 03:00"),  # half past two is never shown: due at the jump
    (NEW_YORK, "2026-03-07 16:00", "2026-03-08 16:00"),
    (NEW_YORK, "2026-10-31 01:30", "2026-11-01 01:30*"),  # shown twice: the later counts
    (NEW_YORK, "2026-10-31 16:00", "2026-11-01 16:00"),
    (BERLIN, "2026-03-28 02:30", "2026-03-29 03:00"),
    (BERLIN, "2026-10-24 02:30", "2026-10-25 02:30*"),
    (ISTANBUL, "2026-10-24 02:30", "2026-10-25 02:30"),
])  # fmt: skip
def test_a_business_day_ends_when_the_wall_says_so(zone: str, opened: str, due: str, at: At) -> None:
    at(opened, zone)
    shop = factories.store(timezone=zone, weekly_hours=EVERY_DAY)
    assert clocks_on(factories.ticket(shop), Target.FIRST_RESPONSE)[0].due_at == local(due, zone)


#: Each line: when, what, and then the due time or the state of the (f)irst and (n)ext answer and the (s)olution.
#: Promised are 24, 8 and 48 hours.
LIVES = {
    "around the clock, the night New York loses an hour": (
        NEW_YORK,
        "always",
        """
        2026-03-07 16:00 | open  | f=2026-03-08 17:00, s=2026-03-09 17:00
        2026-03-07 20:00 | note  | f=2026-03-08 17:00
        2026-03-07 21:00 | reply | f=met
        2026-03-07 21:00 | wait  | s=paused
        2026-03-08 09:00 | write | n=2026-03-08 17:00, s=2026-03-10 04:00
        2026-03-08 12:00 | write | n=2026-03-08 17:00
        2026-03-08 17:00 | reply | n=met
        2026-03-08 18:00 | solve | s=met
        2026-03-09 06:00 | write | n=2026-03-09 14:00, s=2026-03-10 16:00
        2026-03-09 14:00:01 | reply | n=breached
    """,
    ),
    "business days, the same weekend": (
        NEW_YORK,
        "business_days",
        """
        2026-03-06 16:00 | open  | f=2026-03-09 16:00, s=2026-03-10 16:00
        2026-03-06 17:00 | reply | f=met
        2026-03-06 18:00 | wait  | s=paused
        2026-03-09 10:00 | write | n=2026-03-09 18:00, s=2026-03-11 08:00
        2026-03-09 12:00 | reply | n=met
        2026-03-09 13:00 | solve | s=met
        2026-03-14 12:00 | write | n=2026-03-16 08:00, s=2026-03-17 19:00
        2026-03-16 08:00:01 | sweep | n=2026-03-16 08:00
        2026-03-16 09:00 | reply | n=breached, s=2026-03-17 19:00
    """,
    ),
    "opening time, the same weekend": (
        NEW_YORK,
        "service_hours",
        """
        2026-03-06 16:00 | open  | f=2026-03-11 16:00, s=2026-03-16 16:00
        2026-03-06 16:30 | reply | f=met
        2026-03-06 16:45 | wait  | s=paused
        2026-03-09 12:00 | write | n=2026-03-10 12:00, s=2026-03-17 11:15
        2026-03-10 12:00 | reply | n=met
        2026-03-17 11:15:01 | solve | s=breached
    """,
    ),
    "around the clock, the night Berlin has an hour twice": (
        BERLIN,
        "always",
        """
        2026-10-24 18:00 | open  | f=2026-10-25 17:00, s=2026-10-26 17:00
        2026-10-25 01:00 | reply | f=met
        2026-10-25 01:00 | wait  | s=paused
        2026-10-25 04:00 | write | n=2026-10-25 12:00, s=2026-10-26 21:00
        2026-10-25 05:00 | solve | n=cancelled, s=met
        2026-10-25 06:00 | resume | s=2026-10-26 22:00
    """,
    ),
    "business days in Berlin, waiting over the night with an hour twice": (
        BERLIN,
        "business_days",
        """
        2026-10-23 09:00 | open  | f=2026-10-26 09:00, s=2026-10-27 09:00
        2026-10-23 12:00 | reply | f=met
        2026-10-23 12:00 | wait  | s=paused
        2026-10-26 12:00 | resume | s=2026-10-28 09:00
        2026-10-27 12:00 | hold  | s=2026-10-28 09:00
        2026-10-28 09:00 | solve | s=met
    """,
    ),
    "opening time in Istanbul, where no clock changes": (
        ISTANBUL,
        "service_hours",
        """
        2026-03-27 16:00 | open  | f=2026-04-01 16:00, s=2026-04-06 16:00
        2026-03-30 09:30 | reply | f=met
        2026-03-30 17:00 | wait  | s=paused
        2026-03-31 09:00 | write | n=2026-03-31 17:00, s=2026-04-06 16:00
        2026-03-31 17:00:01 | sweep | n=2026-03-31 17:00
        2026-03-31 18:00 | reply | n=breached
        2026-04-06 16:00 | solve | s=met
    """,
    ),
    "around the clock in Istanbul, the year it changed late": (
        ISTANBUL,
        "always",
        """
        2015-11-07 20:00 | open  | f=2015-11-08 19:00, s=2015-11-09 19:00
        2015-11-08 19:00 | reply | f=met
        2015-11-08 20:00 | write | n=2015-11-09 04:00
        2015-11-08 21:00 | write | n=2015-11-09 04:00
        2015-11-09 04:00 | reply | n=met
        2015-11-09 19:00:01 | solve | s=breached
    """,
    ),
    "around the clock, the midnight Sao Paulo skipped": (
        SAO_PAULO,
        "always",
        """
        2018-11-03 16:00 | open   | f=2018-11-04 17:00, s=2018-11-05 17:00
        2018-11-03 23:30 | reply  | f=met
        2018-11-03 23:30 | wait   | s=paused
        2018-11-04 01:30 | resume | s=2018-11-05 18:00
    """,
    ),
    "business days, the same midnight": (
        SAO_PAULO,
        "business_days",
        """
        2018-11-02 16:00 | open  | f=2018-11-05 16:00, s=2018-11-06 16:00
        2018-11-03 12:00 | reply | f=met
        2018-11-04 00:30 | wait  | s=paused
        2018-11-05 06:00 | write | n=2018-11-05 14:00, s=2018-11-06 22:00
    """,
    ),
    "opening time, the midnight Sao Paulo had twice": (
        SAO_PAULO,
        "service_hours",
        """
        2018-02-16 16:00 | open  | f=2018-02-21 16:00, s=2018-02-26 16:00
        2018-02-19 09:00 | reply | f=met
        2018-02-19 10:00 | hold  | s=2018-02-26 16:00, u=2018-02-22 10:00
        2018-02-20 10:00 | reply | u=2018-02-23 10:00
        2018-02-21 09:00 | write | u=cancelled, n=2018-02-21 17:00
    """,
    ),
    "around the clock, the same weekend": (
        SAO_PAULO,
        "always",
        """
        2018-02-17 16:00 | open  | f=2018-02-18 15:00, s=2018-02-19 15:00
        2018-02-18 15:00:01 | reply | f=breached
    """,
    ),
    "pressed more, then less": (
        NEW_YORK,
        "business_days",
        """
        2026-06-01 10:00 | open   | f=2026-06-02 10:00, s=2026-06-03 10:00
        2026-06-01 12:00 | urgent | f=2026-06-02 10:00, s=2026-06-01 20:00
        2026-06-01 13:00 | reply  | f=met
        2026-06-01 14:00 | write  | n=2026-06-01 16:00
        2026-06-01 15:00 | low    | n=2026-06-01 22:00, s=2026-06-03 10:00
        2026-06-01 22:00 | reply  | n=met
        2026-06-02 10:00 | damaged | s=2026-06-02 16:00
        2026-06-02 16:00:01 | solve | s=breached
    """,
    ),
    "its shop opens less from the second day on": (
        NEW_YORK,
        "service_hours",
        """
        2026-06-01 10:00 | open        | f=2026-06-04 10:00, s=2026-06-09 10:00
        2026-06-02 12:00 | fewer hours | f=2026-06-04 10:00
        2026-06-02 12:01 | moved       | f=2026-06-06 14:00, s=2026-06-13 13:00
        2026-06-06 14:00 | reply       | f=met
        2026-06-13 13:00:01 | sweep    | s=2026-06-13 13:00
        2026-06-15 10:00 | solve       | s=breached
    """,
    ),
    "answered after the shop's change and before anything moved": (
        NEW_YORK,
        "service_hours",
        """
        2026-06-01 10:00 | open        | f=2026-06-04 10:00, s=2026-06-09 10:00
        2026-06-02 12:00 | fewer hours | f=2026-06-04 10:00
        2026-06-04 11:00 | reply       | f=met, s=2026-06-13 13:00
    """,
    ),
    "the earlier of two merged tickets": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open   | f=2026-06-02 10:00, s=2026-06-03 10:00
        2026-06-01 11:00 | merge older | f=2026-06-02 09:00, s=2026-06-03 09:00
        2026-06-02 09:00 | reply  | f=met
        2026-06-02 10:00 | solve  | s=met
        2026-06-05 10:00 | write  | n=2026-06-05 18:00, s=2026-06-06 09:00
    """,
    ),
    "a later ticket merged into one that was answered": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open   | f=2026-06-02 10:00, s=2026-06-03 10:00
        2026-06-01 11:00 | reply  | f=met
        2026-06-01 12:00 | wait   | s=paused
        2026-06-01 14:00 | merge newer | n=2026-06-02 14:00, s=2026-06-03 12:00
        2026-06-01 15:00 | unmerge | n=cancelled, s=2026-06-03 12:00
    """,
    ),
    "its second message splits off": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open   | f=2026-06-02 10:00, s=2026-06-03 10:00
        2026-06-01 11:00 | reply  | f=met
        2026-06-01 12:00 | write  | n=2026-06-01 20:00
        2026-06-01 13:00 | split  | n=cancelled, s=2026-06-03 10:00
        2026-06-01 14:00 | write  | n=2026-06-01 22:00
        2026-06-01 15:00 | write  | n=2026-06-01 22:00
        2026-06-01 16:00 | split  | n=2026-06-01 22:00
    """,
    ),
    "merged away, answered there, and taken out again": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open   | f=2026-06-02 10:00, s=2026-06-03 10:00
        2026-06-01 11:00 | merge away | f=cancelled, s=cancelled
        2026-06-01 12:00 | answer it there | f=cancelled
        2026-06-01 13:00 | unmerge | f=cancelled, s=2026-06-03 10:00
        2026-06-01 14:00 | write  | n=2026-06-01 22:00
        2026-06-03 10:00:01 | solve | s=breached
    """,
    ),
    "merged away while it waited, and taken out again": (
        NEW_YORK,
        "service_hours",
        """
        2026-06-01 10:00 | open   | f=2026-06-04 10:00, s=2026-06-09 10:00
        2026-06-01 11:00 | reply  | f=met
        2026-06-01 12:00 | wait   | s=paused
        2026-06-02 10:00 | merge away | f=met, s=cancelled
        2026-06-02 11:00 | unmerge | s=paused
        2026-06-02 12:00 | write  | n=2026-06-03 12:00, s=2026-06-10 10:00
    """,
    ),
    "photos are waited for again, without the time that it counted as solved": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open      | f=2026-06-02 10:00
        2026-06-01 11:00 | delivered | d=met
        2026-06-01 12:00 | damaged   | e=2026-06-03 12:00
        2026-06-01 14:00 | solve     | e=cancelled
        2026-06-02 14:00 | write     | e=2026-06-04 12:00
        2026-06-02 15:00 | solve     | e=cancelled
        2026-06-05 15:00 | resume    | e=2026-06-07 12:00
        2026-06-07 12:00 | photos    | e=met
    """,
    ),
    "the time for photos runs out after it was opened again": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open      | f=2026-06-02 10:00
        2026-06-01 11:00 | delivered | d=met
        2026-06-01 12:00 | damaged   | e=2026-06-03 12:00
        2026-06-01 14:00 | solve     | e=cancelled
        2026-06-03 14:00 | resume    | e=2026-06-05 12:00
        2026-06-05 12:00:01 | sweep  | e=breached
        2026-06-05 13:00 | solve     | e=breached
        2026-06-05 14:00 | resume    | e=breached
    """,
    ),
    "opened again with the photos": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open      | f=2026-06-02 10:00
        2026-06-01 11:00 | delivered | d=met
        2026-06-01 12:00 | damaged   | e=2026-06-03 12:00
        2026-06-01 14:00 | solve     | e=cancelled
        2026-06-06 14:00 | photos    | e=met
    """,
    ),
    "solved, and no photos are missing any more when it opens again": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open      | f=2026-06-02 10:00
        2026-06-01 11:00 | delivered | d=met
        2026-06-01 12:00 | damaged   | e=2026-06-03 12:00
        2026-06-01 14:00 | solve     | e=cancelled
        2026-06-01 15:00 | right     | e=cancelled, w=2026-06-10 15:00
        2026-06-02 10:00 | resume    | e=cancelled, w=2026-06-10 15:00
    """,
    ),
    "sorted to something else before it opens again": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open      | f=2026-06-02 10:00, d=2026-06-04 10:00
        2026-06-01 11:00 | solve     | d=cancelled
        2026-06-01 12:00 | ill       | d=cancelled
        2026-06-01 13:00 | write     | d=cancelled
    """,
    ),
    "the parcel is waited for again, by the day that was promised": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open      | f=2026-06-02 10:00, d=2026-06-04 10:00
        2026-06-02 10:00 | solve     | d=cancelled
        2026-06-03 10:00 | write     | d=2026-06-04 10:00
        2026-06-03 11:00 | solve     | d=cancelled
        2026-06-05 10:00 | resume    | d=2026-06-04 10:00
        2026-06-05 10:01 | sweep     | d=2026-06-04 10:00
        2026-06-05 12:00 | delivered | d=breached
    """,
    ),
    "the parcel came in time while it was solved": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open      | f=2026-06-02 10:00, d=2026-06-04 10:00
        2026-06-02 10:00 | solve     | d=cancelled
        2026-06-03 10:00 | arrives   | d=cancelled
        2026-06-05 10:00 | write     | d=met
    """,
    ),
    "a right to a return runs on while it is solved": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open      | f=2026-06-02 10:00
        2026-06-01 11:00 | right     | w=2026-06-10 11:00
        2026-06-02 10:00 | solve     | w=cancelled
        2026-06-05 10:00 | write     | w=2026-06-10 11:00
        2026-06-05 11:00 | solve     | w=cancelled
        2026-06-05 12:00 | write     | w=2026-06-10 11:00
        2026-06-05 13:00 | solve     | w=cancelled
        2026-06-12 10:00 | write     | w=breached
    """,
    ),
    "a right that was used while it was solved": (
        NEW_YORK,
        "always",
        """
        2026-06-01 10:00 | open      | f=2026-06-02 10:00
        2026-06-01 11:00 | right     | w=2026-06-10 11:00
        2026-06-02 10:00 | solve     | w=cancelled
        2026-06-03 10:00 | approved  | w=cancelled
        2026-06-05 10:00 | write     | w=cancelled
    """,
    ),
}
LETTERS = {
    "d": Target.DELIVERY,
    "e": Target.EVIDENCE,
    "w": Target.RETURN_WINDOW,
    "u": Target.UPDATE,
    "f": Target.FIRST_RESPONSE,
    "n": Target.NEXT_RESPONSE,
    "s": Target.RESOLUTION,
}


@pytest.mark.parametrize("life", LIVES)
def test_a_life(life: str, at: At) -> None:
    zone, counts, lines = LIVES[life]
    scene: Scene | None = None
    for line in lines.strip().splitlines():
        moment, verb, expected = (part.strip() for part in line.split("|"))
        at(moment, zone)
        if scene is None:
            scene = opened(zone, counts)
        else:
            MORE_VERBS[verb](scene)
        for said in expected.split(", "):
            letter, value = said.split("=")
            assert seen(scene.ticket, LETTERS[letter], zone) == value, line
        assert _replayed(scene.ticket) == [
            _told(each.run) for each in sla.clocks_of([scene.ticket.id])[scene.ticket.id]
        ]


def opened(zone: str, counts: str, *, by_staff: bool = False) -> Scene:
    hours = {"first_response": 24, "next_response": 8, "resolution": 48}
    terms: dict[str, Any] = {name: {"hours": number, "counts": counts} for name, number in hours.items()}
    urgent = {"priority": "urgent", "next_response": {"hours": 2}, "resolution": {"hours": 10, "counts": counts}}
    terms["targets"] = [urgent, {"issue_type": "damaged", "resolution": {"hours": 30, "counts": counts}}]
    shop = factories.store(timezone=zone, promise_terms=terms)
    keep_edition(shop, made_by="Max", why="the first")
    agent, buyer = factories.agent(shop), factories.customer(shop)
    order = factories.order(shop)
    ticket = factories.ticket(shop, customer=buyer, by=agent if by_staff else buyer, order=order)
    return Scene(ticket, agent, factories.supervisor(shop))


def seen(ticket: Ticket, target: Target, zone: str) -> str:
    """The due time of a running clock as its wall shows it, else its state."""
    clock_ = clocks_on(ticket, target)[-1]
    if clock_.state is not State.RUNNING:
        return clock_.state.value
    return f"{clock_.due_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


# ---- lives as nobody would think of them

MORE_VERBS: dict[str, Callable[[Scene], object]] = {
    **VERBS,
    "reply and undo": lambda s: _take_back(s, lambda: None),
    "solve and undo": lambda s: _take_back(s, lambda: s.ticket.solve(by=s.agent)),
    "photos": lambda s: s.ticket.write(
        by=s.ticket.customer,
        body="",
        attachments=[factories.photo(Evidence.DAMAGE), factories.photo(Evidence.PACKAGING)],
    ),
    "damaged": lambda s: s.ticket.sort(IssueType.DAMAGED, by=s.agent),
    "ill": lambda s: s.ticket.sort(IssueType.ADVERSE_REACTION, by=s.agent),
    "lost": lambda s: s.ticket.sort(IssueType.LOST, by=s.agent),
    "urgent": lambda s: s.ticket.prioritise(Priority.URGENT, by=s.agent),
    "ask": lambda s: ask_for_supervisor(s.ticket, by=s.ticket.customer, note="Please."),
    "help": lambda s: ask_for_help(s.ticket, by=s.agent, note="May I?"),
    "acknowledge": lambda s: _up(s).acknowledge(by=s.boss),
    "take over": lambda s: _up(s).take_over(by=s.boss),
    "hand back": lambda s: _up(s).hand_back(by=s.boss, note="Yes, you may."),
    "low": lambda s: s.ticket.prioritise(Priority.LOW, by=s.agent),
    "complex": lambda s: s.ticket.mark_complex(by=s.agent),
    "ordinary": lambda s: s.ticket.mark_ordinary(by=s.agent),
    "delivered": lambda s: _deliver(s.ticket),
    "arrives": lambda s: _arrive(s.ticket),
    "approved": lambda s: s.ticket.record(Action.RETURN_APPROVED, by=s.agent, rma="7"),
    "other approved": lambda s: s.ticket.record(Action.RETURN_APPROVED, by=s.agent, rma="8"),
    "in transit": lambda s: s.ticket.record(Action.RETURN_IN_TRANSIT, by=SYSTEM, rma="7"),
    "received": lambda s: s.ticket.record(Action.RETURN_RECEIVED, by=s.agent, rma="7"),
    "inspected": lambda s: s.ticket.record(Action.RETURN_INSPECTED, by=s.agent, rma="7", result="partial"),
    "failed": lambda s: s.ticket.record(Action.RETURN_INSPECTED, by=s.agent, rma="7", result="failed"),
    "refunded": lambda s: s.ticket.record(Action.REFUND_RECORDED, by=s.agent, rma="7"),
    "rejected": lambda s: s.ticket.record(Action.RETURN_REJECTED, by=s.agent, rma="8"),
    "right": lambda s: s.ticket.record(Action.DECIDED, by=SYSTEM, **_right(s.ticket)),
    "merge older": lambda s: merge(_another(s, hours=1), into=s.ticket, by=s.agent),
    "merge newer": lambda s: merge(_another(s), into=s.ticket, by=s.agent),
    "merge answered": lambda s: merge(_another(s, answered=True), into=s.ticket, by=s.agent),
    "merge away": lambda s: merge(s.ticket, into=_another(s), by=s.agent),
    "unmerge": lambda s: _merge(s).undo(by=s.agent),
    "split": lambda s: _split(s),
    "answer it there": lambda s: main_of(s.ticket).reply(by=s.agent, body="For both of them."),
    "fewer hours": lambda s: _open_at(s.ticket, "10:00-15:00", "sat"),
    "other hours": lambda s: _open_at(s.ticket, "08:00-20:00", "fri"),
    "moved": lambda _: move_all(),
}
MINUTES = st.integers(0, 90) | st.integers(0, 3 * 24 * 60) | st.integers(0, 12 * 24 * 60)
STEPS = st.lists(st.tuples(st.sampled_from(sorted(MORE_VERBS)), MINUTES), min_size=1, max_size=20)
BEGINNINGS = st.integers(0, 365 * 24 * 60).map(lambda minutes: local("2026-01-01 00:00") + timedelta(minutes=minutes))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=STEPS,
    begin=BEGINNINGS,
    zone=st.sampled_from([NEW_YORK, BERLIN, ISTANBUL, SAO_PAULO]),
    counts=st.sampled_from(["always", "business_days", "service_hours"]),
    by_staff=st.booleans(),
)
def test_no_life_breaks_a_rule(
    steps: list[tuple[str, int]], begin: datetime, zone: str, counts: str, by_staff: bool
) -> None:
    forget_calendars()
    with clock.at(begin):
        scene = opened(zone, counts, by_staff=by_staff)
    now = begin
    for verb, minutes in steps:
        now += timedelta(minutes=minutes, seconds=1)
        with clock.at(now):
            with suppress(Problem):  # a refusal, which must leave no trace either
                MORE_VERBS[verb](scene)
            db.session.flush()
            _check(scene.ticket)
            assert _replayed(scene.ticket) == [
                _told(each.run) for each in sla.clocks_of([scene.ticket.id])[scene.ticket.id]
            ]
    db.session.rollback()


def test_a_ladders_own_times_are_in_the_history(at: At) -> None:
    at("2026-06-01 10:00", NEW_YORK)
    ticket = factories.ticket(factories.store(ladder_terms={"next_rung_minutes": 90, "urgent_minutes": 20}))
    keep_edition(ticket.store, made_by="Max", why="the first")
    ask_for_help(ticket, by=factories.agent(ticket.store), note="May I?")
    assert clocks_on(ticket, Target.ESCALATION_ACK)[-1].due_at == local("2026-06-01 11:30")
    at("2026-06-01 11:00", NEW_YORK)
    ticket.sort(IssueType.ADVERSE_REACTION, by=factories.agent(ticket.store))
    general, urgent = clocks_on(ticket, Target.ESCALATION_ACK)
    assert (general.state, urgent.due_at) == (State.CANCELLED, local("2026-06-01 11:20"))
    ticket.store.ladder_terms = {}  # later changes do not reach back
    assert _replayed(ticket) == [_told(each.run) for each in sla.clocks_of([ticket.id])[ticket.id]]


def _replayed(ticket: Ticket) -> list[dict[str, Any]]:
    lines = [sla.line_of(event) for event in story_of(ticket)]
    return [_told(run) for run in sla.replay(lines, sla.book_of(ticket.store))]


def _told(run: Run) -> dict[str, Any]:
    """All of a run but the edition: where nothing moved, the history need not say that it was looked at."""
    return {name: value for name, value in vars(run).items() if name != "calendar_version"}


def _take_back(scene: Scene, then: Callable[[], None]) -> None:
    ticket, standing = scene.ticket, sla.standing_of(scene.ticket)
    with db.session.begin_nested():
        with held_back(ticket, by=scene.agent, seconds=10, clocks=standing):
            ticket.reply(by=scene.agent, body="Too early.")
            then()
        take_back(ticket, by=scene.agent)


def _deliver(ticket: Ticket) -> None:
    _arrive(ticket)
    tell_news(ticket)


def _arrive(ticket: Ticket) -> None:
    """Nobody has looked yet."""
    assert ticket.order
    ticket.order.delivered_at = ticket.order.delivered_at or clock.now()


def _right(ticket: Ticket) -> dict[str, Any]:
    end = (clock.now() + timedelta(days=9)).isoformat()
    right = {"target": "return_window", "starts_at": ticket.opened_at.isoformat(), "ends_at": end, "asked": False}
    deadlines = [{**right, "clause": "3.1", "edition": "2025-06-07"}]
    told = {"request": "return", "outcome": "approve", "rule": "none", "because": "it is so", "missing": []}
    return {**told, "deadlines": deadlines}


def _another(scene: Scene, *, hours: int = 0, answered: bool = False) -> Ticket:
    """A second ticket of the same customer about the same order, opened so much earlier."""
    same = {"customer": scene.ticket.customer, "by": scene.ticket.customer, "order": scene.ticket.order}
    began_at = scene.ticket.opened_at - timedelta(hours=hours) if hours else clock.now()
    with clock.at(began_at):
        other = factories.ticket(scene.ticket.store, **same)
    if answered:
        other.reply(by=scene.agent, body="Here it is.")
    return other


def _split(scene: Scene) -> None:
    """The customer's latest message becomes a ticket of its own."""
    query = db.select(Message.id).where(Message.ticket_id == scene.ticket.id, Message.by == By.CUSTOMER)
    newest = db.session.scalars(query.order_by(Message.id.desc()).limit(1)).first()
    new = split(scene.ticket, [newest or 0], issue_type=IssueType.QUALITY, by=scene.agent)
    _check(new)
    assert _replayed(new) == [_told(each.run) for each in sla.clocks_of([new.id])[new.id]]


def _merge(scene: Scene) -> Merge:
    """The one that the ticket went into another by, or the last that went into it."""
    if found := merge_of(scene.ticket) or next(iter(merges_into(scene.ticket)), None):
        return found
    raise WrongState("Nothing was merged.")


def _open_at(ticket: Ticket, span: str, last: str) -> None:
    weekly = {day: [span] for day in ("mon", "tue", "wed", "thu", last)}
    change_hours(ticket.store, Hours(timezone=ticket.store.timezone, weekly=weekly), made_by="Max", why="a test")


def move_all() -> None:
    """Move clocks to changed hours, as the timetable does."""
    while sla.move_some():
        pass


def _up(scene: Scene) -> Escalation:
    if escalation := open_escalation(scene.ticket):
        return escalation
    raise WrongState("Nothing went up.")


def _check(ticket: Ticket) -> None:
    clocks = sla.clocks_of([ticket.id])[ticket.id]
    running = [c.due_at for c in clocks if c.target in STAFF_TARGETS and c.is_running]
    assert ticket.next_due_at == min(running, default=NEVER)
    assert max(Counter((c.target, c.subject) for c in clocks if c.is_open).values(), default=0) <= 1
    for each in clocks:
        if each.state is State.MET:
            assert each.stopped_at
            assert each.stopped_at <= each.due_at
            assert each.breached_at is None
        if each.state is State.BREACHED:
            assert each.breached_at == each.due_at < (each.stopped_at or NEVER)
            assert (each.overrun_seconds or 0) <= (each.overrun_wall_seconds or 0) + 3600
        assert each.warn_at <= each.due_at
    is_open = Escalation.state != "decided"
    assert db.session.query(Escalation).where(Escalation.ticket_id == ticket.id, is_open).count() <= 1
    moments = [event.at for event in story_of(ticket)]
    assert moments == sorted(moments)
    owed = [c for c in clocks if c.is_open and c.target in (Target.FIRST_RESPONSE, Target.NEXT_RESPONSE)]
    assert bool(owed) == (ticket.unanswered_since is not None)
