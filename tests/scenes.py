"""What scenes on a ticket need again and again: its clocks, its history, the sweep, local time, a query's plan."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event

from helpdesk import sla
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.sla import SlaClock, Target
from helpdesk.tickets import Action, Event, Ticket, timeline_of

NEW_YORK, BERLIN, ISTANBUL, SAO_PAULO = "America/New_York", "Europe/Berlin", "Europe/Istanbul", "America/Sao_Paulo"


def local(text: str, zone: str = NEW_YORK) -> datetime:
    """A moment by the clock on that wall, in UTC; a trailing * is the later of two showings."""
    shown = datetime.fromisoformat(text.rstrip("*"))
    return shown.replace(tzinfo=ZoneInfo(zone), fold=int(text.endswith("*"))).astimezone(UTC)


def clocks_on(ticket: Ticket, target: Target) -> list[SlaClock]:
    """Every clock of this kind on the ticket, oldest first."""
    return [each for each in sla.clocks_of([ticket.id])[ticket.id] if each.target is target]


def clock_of(ticket: Ticket, target: Target) -> SlaClock:
    """The latest clock of this kind on the ticket."""
    return clocks_on(ticket, target)[-1]


def sweep() -> None:
    """What the timetable does every half minute, but a failure is seen."""
    for clock_id in sla.ids_to_breach(clock.now()):
        sla.breach(clock_id)
    for clock_id in sla.ids_to_warn(clock.now()):
        sla.warn(clock_id)


def story_of(ticket: Ticket) -> list[Event]:
    """The timeline, oldest first."""
    return list(db.session.scalars(timeline_of(ticket)))


def actions_on(ticket: Ticket) -> list[Action]:
    """What happened, oldest first."""
    return [each.action for each in story_of(ticket)]


def last(ticket: Ticket, action: Action) -> Event:
    """The last time this happened to it."""
    return [each for each in story_of(ticket) if each.action is action][-1]


def plans_of(act: Callable[[], object]) -> str:
    """How the database would run the queries that `act` makes, if tables were too long to be read or sorted whole."""
    db.session.flush()
    connection, asked = db.session.connection(), []

    def hear(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        asked.append((statement, given))

    event.listen(connection, "before_cursor_execute", hear)
    act()
    event.remove(connection, "before_cursor_execute", hear)
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    answers = [connection.exec_driver_sql(explain + statement, given).all() for statement, given in asked]
    return "\n".join(str(row[-1]) for answer in answers for row in answer)
