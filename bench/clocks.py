"""Clocks: due times per second against the library businesstimedelta, and how long changed hours take to arrive.

    python bench/clocks.py [--cases 2000] [--clocks 100000] [--postgres]

The library is not one of ours: without it (pip install businesstimedelta, best in an environment of its own that
PYTHONPATH names) only our own speed is told.
"""

import argparse
import os
import random
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask_migrate import upgrade  # noqa: E402 - the checkout has to be found first
from sqlalchemy import func, select, text  # noqa: E402

from bench._load import load  # noqa: E402
from helpdesk import sla  # noqa: E402
from helpdesk.core import clock  # noqa: E402
from helpdesk.core.db import db  # noqa: E402
from helpdesk.sla import SlaClock  # noqa: E402
from helpdesk.stores import (  # noqa: E402
    Calendar,
    Counts,
    Special,
    Store,
    all_stores,
    change_hours,
    hours_of,
    proposed_calendar,
)
from helpdesk.tickets import Action, Event  # noqa: E402
from tests.postgres import new_database, postgres_cluster  # noqa: E402

ZONE = "America/New_York"
ROUNDS = 5
Case = tuple[datetime, int]


def main() -> None:
    """Both measurements, one after the other."""
    asked = _arguments()
    _due_times(asked.cases)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["BENCH_FILES"] = str(folder / "files")
        os.environ["BENCH_DATABASE"] = _database(stack, folder, asked.postgres)
        _moving(asked.clocks)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--clocks", type=int, default=100_000)
    parser.add_argument("--postgres", action="store_true")
    return parser.parse_args()


def _due_times(count: int) -> None:
    """Opening hours Monday to Friday, 9 to 17, New York; one to eighty hours from any minute of 2026."""
    chance = random.Random(11)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    cases = [
        (begin + timedelta(minutes=chance.randrange(525_600)), chance.randrange(1, 81) * 3600) for _ in range(count)
    ]
    calendar = Calendar(ZONE, dict.fromkeys(range(5), ((540, 1020),)), {})
    ours, mine = _timed(lambda case: calendar.due(*case, Counts.SERVICE_HOURS), cases)
    print(f"our calendar: {ours:,.0f} due times per second")
    try:
        import businesstimedelta
        import pytz  # comes with it
    except ImportError:
        print("businesstimedelta is not installed (pip install businesstimedelta): nothing to compare with")
        return
    rule = businesstimedelta.WorkDayRule(
        start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4], tz=pytz.timezone(ZONE)
    )
    theirs, other = _timed(lambda case: case[0] + businesstimedelta.BusinessTimeDelta(rule, seconds=case[1]), cases)
    same = sum(a == b for a, b in zip(mine, other, strict=True))
    print(f"businesstimedelta: {theirs:,.0f} per second; ours are {ours / theirs:.1f} times as fast")
    print(f"{same} of {count} answers agree")


def _timed(due: Any, cases: list[Case]) -> tuple[float, list[datetime]]:
    answers = [due(case) for case in cases]
    began = perf_counter()
    for _ in range(ROUNDS):
        for case in cases:
            due(case)
    return ROUNDS * len(cases) / (perf_counter() - began), answers


def _database(stack: ExitStack, folder: Path, postgres: bool) -> str:
    if not postgres:
        return f"sqlite:///{folder / 'bench.db'}"
    return stack.enter_context(new_database(stack.enter_context(postgres_cluster())))


def _moving(count: int) -> None:
    """Close next week's Wednesday while so many clocks run, and move them all."""
    from bench._serve import app

    with app.app_context():
        upgrade()
        load(count // 2)  # two clocks a ticket
        _let_all_run()
        stores = list(db.session.scalars(all_stores()))
        began = perf_counter()
        for store in stores:
            _look_ahead(store)
        print(f"looking ahead for {len(stores)} stores: {perf_counter() - began:.1f} s")
        for store in stores:
            change_hours(store, _closed_on(store, _wednesday()), made_by="the bench", why="a closed day")
        db.session.commit()
        began, batches = perf_counter(), 0
        while sla.move_some():
            db.session.commit()
            batches += 1
        db.session.commit()
        seconds = perf_counter() - began
        told = db.session.scalar(select(func.count(Event.id)).where(Event.action == Action.CLOCK_RETARGETED))
        clocks = db.session.scalar(select(func.count(SlaClock.id))) or 1
        assert not any(sla.clocks_to_move(store) for store in stores)
        print(f"{clocks:,} clocks brought to new hours, {told:,} of them moved, in {seconds:.0f} s")
        print(f"{clocks / seconds:,.0f} clocks per second, {batches} transactions, on {db.engine.dialect.name}")
        db.engine.dispose()


def _let_all_run() -> None:
    now = clock.now()
    change = text(
        "UPDATE sla_clocks SET state = 'running', counts = 'service_hours', seconds = 144000, warn_seconds = 108000,"
        " warned_at = NULL, breached_at = NULL, stopped_at = NULL, started_at = :now, warn_at = :due, due_at = :due"
    ).bindparams(now=now, due=now + timedelta(days=9))
    db.session.execute(change)
    db.session.execute(text("UPDATE tickets SET status = 'open'"))
    db.session.commit()


def _look_ahead(store: Store) -> None:
    sla.preview(store, proposed_calendar(store, _closed_on(store, _wednesday())))


def _closed_on(store: Store, on: date) -> Any:
    hours = hours_of(store)
    return hours.model_copy(update={"special": [*hours.special, Special(on=on, name="Closed")]})


def _wednesday() -> date:
    today = clock.now().date()
    return today + timedelta(days=(2 - today.weekday()) % 7 or 7)


if __name__ == "__main__":
    main()
