"""The check-up: is everything well here? One list of findings for /healthz, `flask doctor` and the health page."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import mail, search, sla
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.heartbeat import Heartbeat, JobRun, heartbeats
from helpdesk.tickets import storage

#: Rounds come every 10 or 30 seconds: what waits longer than this has been left lying.
LATE = timedelta(seconds=90)
#: Bytes that are free: under the first soon nothing fits, under the second somebody should make room.
SCARCE, LOW = 300 * 1024**2, 3 * 1024**3


class Level(StrEnum):
    """How bad it is: “bad” needs somebody now, “warn” soon."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """What was found about one thing, in words for staff; “seconds” is how late it is, where that can be said."""

    about: str
    level: Level
    says: str
    advice: str = ""
    seconds: int | None = None


def check_up() -> list[Finding]:
    """Everything, in the order in which one thing needs the other."""
    return [*_of_database(), mail_settings(), stored_files(), disk_space()]


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether nobody has to be called."""
    return all(finding.level is not Level.BAD for finding in findings)


def _of_database() -> list[Finding]:
    try:
        first = database()
        return [first, *_of_rows(clock.now())] if first.level is Level.GOOD else [first]
    except SQLAlchemyError as problem:
        db.session.rollback()
        said = str(getattr(problem, "orig", None) or problem).strip().splitlines()
        advice = "See whether it runs, and what DATABASE_URL says."
        return [Finding("database", Level.BAD, f"The database does not answer: {said[0][:200]}", advice)]


def _of_rows(now: datetime) -> list[Finding]:
    seen = list(db.session.scalars(heartbeats()))
    alive = [each for each in seen if each.is_alive(now)]
    return [schedulers(seen, now), jobs(alive), mail_server(alive), outbox(now), promises(now), search_index()]


def database() -> Finding:
    """Reachable, and laid out as this code needs it."""
    found = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    wanted = _newest_revisions(str(current_app.extensions["migrate"].directory))
    if found == wanted:
        return Finding("database", Level.GOOD, "It answers, and its tables are up to date.")
    is_at, needs = (", ".join(sorted(heads)) or "nothing" for heads in (found, wanted))
    advice = "Run “flask db upgrade” with the newest code."
    return Finding("database", Level.BAD, f"Its tables are at {is_at}, this code needs {needs}.", advice)


@cache
def _newest_revisions(directory: str) -> frozenset[str]:
    return frozenset(ScriptDirectory(directory).get_heads())


def schedulers(seen: list[Heartbeat], now: datetime) -> Finding:
    """Does anybody keep the timetable?"""
    alive, lag = [each for each in seen if each.is_alive(now)], _lag(seen, now)
    silent = [f"{each.host} ({each.pid})" for each in seen if not each.is_alive(now)]
    if not alive:
        says = f"Nobody has kept the timetable for {_span(lag)}." if lag else "Nobody keeps the timetable."
        advice = "Start “flask jobs”. If it runs, compare the clocks of the machines: they must agree."
        return Finding("schedulers", Level.BAD, says, advice, lag)
    if silent:
        advice = "It was killed, or its machine's clock is wrong. An hour after its last sign it is forgotten."
        return Finding("schedulers", Level.WARN, f"Not heard of any more: {', '.join(silent)}.", advice, lag)
    how_many = "One process keeps" if len(alive) == 1 else f"{len(alive)} processes keep"
    return Finding("schedulers", Level.GOOD, f"{how_many} the timetable.", seconds=lag)


def _lag(seen: list[Heartbeat], now: datetime) -> int | None:
    past = [each.beat_at for each in seen if each.beat_at <= now]
    return int((now - max(past)).total_seconds()) if past else 0 if seen else None


MAIL_CHECK = "check_mail_server"


def jobs(alive: list[Heartbeat]) -> Finding:
    """Did what ran last work?"""
    runs = [(name, run) for each in alive for name, run in each.runs.items() if name != MAIL_CHECK and run.failed]
    if not runs:
        return Finding("jobs", Level.GOOD, "The last round of every job went well.")
    level = Level.BAD if any(run.is_failing for _, run in runs) else Level.WARN
    says = " ".join(f"{name}: {run.failed} steps failed, {run.worked} worked ({run.problem})." for name, run in runs)
    return Finding("jobs", level, says, "The log of “flask jobs” has the whole story. The next round tries again.")


def mail_server(alive: list[Heartbeat]) -> Finding:
    """What the schedulers found when they last called there; a minute old at most."""
    calls: list[JobRun] = [each.runs[MAIL_CHECK] for each in alive if MAIL_CHECK in each.runs]
    refused = [call for call in calls if call.failed]
    if not refused:
        says = "It takes letters." if any(call.ended_at for call in calls) else "Nobody has called there yet."
        return Finding("mail_server", Level.GOOD, says)
    level = Level.BAD if len(refused) == len(calls) else Level.WARN
    return Finding("mail_server", level, refused[0].problem, "Letters wait, and leave once it is mended.")


def outbox(now: datetime) -> Finding:
    """Is a letter left lying?"""
    late = _late(mail.oldest_unsent(now), now)
    if late <= LATE:
        return Finding("outbox", Level.GOOD, "No letter is left lying.", seconds=_whole(late))
    says = f"A letter has been left lying for {_span(_whole(late))}."
    advice = "See that “flask jobs” runs; one more of them delivers more."
    return Finding("outbox", Level.BAD, says, advice, _whole(late))


def promises(now: datetime) -> Finding:
    """Has a promise run out that nobody was told of?"""
    late = _late(sla.oldest_unswept(now), now)
    if late <= LATE:
        return Finding("promises", Level.GOOD, "Every promise that ran out was told.", seconds=_whole(late))
    says = f"A promise ran out {_span(_whole(late))} ago, and nobody was told."
    advice = "See that “flask jobs” runs, and what its log says of “breach”."
    return Finding("promises", Level.BAD, says, advice, _whole(late))


def search_index() -> Finding:
    """Does search find what was written last?"""
    if search.is_whole():
        return Finding("search", Level.GOOD, "Search finds everything.")
    advice = "Run “flask search-index --rebuild” when few people work: meanwhile they cannot write on SQLite."
    return Finding("search", Level.WARN, "Search may miss messages: its index is not kept right.", advice)


def mail_settings() -> Finding:
    """What a look at the settings shows, without calling anybody."""
    says = next((words for is_so, words in _doubts() if is_so), None)
    if says:
        return Finding("mail_settings", Level.WARN, says, "docs/settings.md says what to set.")
    return Finding("mail_settings", Level.GOOD, "They fit together.")


def _doubts() -> list[tuple[bool, str]]:
    config, transport = current_app.config, current_app.extensions["helpdesk.transport"]
    if isinstance(transport, mail.Folder):
        return [(not config["DEMO"], "MAIL_URL names a folder: letters are written there, and nobody gets them.")]
    in_the_open = transport.scheme == "smtp" and bool(transport.user)
    return [
        (in_the_open, "MAIL_URL: with smtp:// the password travels in the open; smtp+tls:// or smtps:// hide it."),
        (config["MAIL_DOMAIN"].endswith("localhost"), "MAIL_DOMAIN is not set: filters wonder at its Message-IDs."),
        ("//127.0.0.1" in config["BASE_URL"], "BASE_URL is not set: links in letters lead nowhere."),
    ]


def stored_files() -> Finding:
    """Can photos be kept?"""
    try:
        storage().check()
    except OSError as problem:
        says = f"Files cannot be written: {problem.strerror or problem}."
        return Finding("storage", Level.BAD, says, "See STORAGE_URL, its disk, and who owns the folder.")
    return Finding("storage", Level.GOOD, "Files can be written.")


def disk_space() -> Finding:
    """Does more fit?"""
    try:
        free = min(measure() for measure in _measures())
    except OSError as problem:
        return Finding("disk", Level.BAD, f"The free space cannot be seen: {problem.strerror or problem}.")
    level = next((level for limit, level in ((SCARCE, Level.BAD), (LOW, Level.WARN)) if free < limit), Level.GOOD)
    advice = "" if level is Level.GOOD else "Make room: without it no photo, no ticket and no letter can be kept."
    return Finding("disk", level, f"{free / 1024**3:.1f} GB are free.", advice)


def _measures() -> list[Callable[[], int]]:
    measures = [storage().free_bytes]
    url = db.engine.engine.url
    if url.get_backend_name() == "sqlite" and (file := url.database):
        measures.append(lambda: shutil.disk_usage(Path(file).parent).free)
    return measures


def _late(since: datetime | None, now: datetime) -> timedelta:
    return now - since if since else timedelta(0)


def _whole(late: timedelta) -> int:
    return int(late.total_seconds())


def _span(seconds: int) -> str:
    for size, unit in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"
