"""One sweep with few and many due clocks among few and many that are open: time must follow what is due.

    python bench/sweep.py [--clocks 1000000] [--due 0 100 10000] [--postgres]

Lays out a hundredth of the clocks first, then all of them. Every due clock is swept as `flask jobs` does it: claimed,
locked, told, escalated, and a letter to the supervisor laid into the outbox, each in a transaction of its own.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import event, func, insert, literal, select, update  # noqa: E402 - the checkout is found first

from helpdesk import create_app, jobs, sla  # noqa: E402
from helpdesk.accounts import Customer, Role, add_user  # noqa: E402
from helpdesk.core import clock  # noqa: E402
from helpdesk.core.db import Base, db  # noqa: E402
from helpdesk.seed import SEEDS  # noqa: E402
from helpdesk.sla import SlaClock, State, Target  # noqa: E402
from helpdesk.stores import Counts, load_store, read_store_file  # noqa: E402
from helpdesk.tickets import Category, Channel, IssueType, Priority, Status, Ticket  # noqa: E402
from tests.postgres import new_database, postgres_cluster  # noqa: E402

BATCH = 1_000
CLAIMS = 21  # so many that PostgreSQL has planned the statement once and for all
INDEX = "ix_sla_clocks_to_breach"
DAY = 86_400


def main() -> None:
    """Both sizes on one database after the other, each with every number of due clocks."""
    asked = _arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'bench.db'}"
        if asked.postgres:
            url = stack.enter_context(new_database(stack.enter_context(postgres_cluster())))
        places = {"STORAGE_URL": str(folder / "files"), "MAIL_URL": f"folder:{folder / 'mail'}"}
        app = create_app({"SQLALCHEMY_DATABASE_URI": url, **places})
        with app.app_context():
            _measure(asked.clocks, asked.due)
            db.session.remove()
            db.engine.dispose()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clocks", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, nargs="+", default=[0, 100, 10_000])
    parser.add_argument("--postgres", action="store_true")
    return parser.parse_args()


def _measure(clocks: int, numbers: list[int]) -> None:
    Base.metadata.create_all(db.engine)
    _first_tickets()
    print(db.engine.dialect.name)
    print("open clocks | due | claim of 25, ms | whole sweep, s | ms per due clock | of our CPU")
    opened = 0
    for wanted in (clocks // 100, clocks):
        opened = _lay_out(opened, max(wanted, 2 * BATCH))
        for number in (each for each in numbers if 4 * each <= opened):
            _make_due(number)
            claim = median(_seconds(_claim_and_let_go) for _ in range(CLAIMS))
            cpu = time.process_time()
            seconds = _seconds(jobs.sweep_clocks)
            cpu = time.process_time() - cpu
            each = f"{1000 * seconds / number:.1f} | {1000 * cpu / number:.1f}" if number else "- | -"
            print(f"{opened:>12,} | {number:>6,} | {1000 * claim:.1f} | {seconds:.2f} | {each}", flush=True)
            assert sla.ids_to_breach(clock.now()) == []
            db.session.rollback()
    _make_due(100)
    plan = _plan_of(sla.claim_to_breach)
    print(f"{INDEX} {'is' if INDEX in plan else 'is NOT'} used:\n{plan}")
    db.session.rollback()


def _first_tickets() -> None:
    store = load_store(read_store_file(SEEDS / "petito" / "store.toml"))
    db.session.flush()
    add_user("boss@desk.example.com", "Bo Boss", Role.SUPERVISOR, "a long password for the bench", [store])
    now, numbers = clock.now(), range(1, BATCH + 1)
    who = {"store_id": store.id, "phone": ""}
    db.session.execute(
        insert(Customer),
        [{"id": n, "email": f"buyer-{n}@mail.example.com", "name": f"Buyer {n}", **who} for n in numbers],
    )
    db.session.execute(insert(Ticket), [{
        "id": n, "store_id": store.id, "reference": f"{n}", "customer_id": n, "category": Category.SHIPPING,
        "issue_type": IssueType.NOT_ARRIVED, "sorting": {}, "status": Status.NEW, "priority": Priority.NORMAL,
        "subject": "Where is it?", "answers": {}, "channel": Channel.PORTAL, "opened_at": now, "updated_at": now,
        "unanswered_since": now, "next_due_at": now, "next_warn_at": now, "link_version": 1,
    } for n in numbers])  # fmt: skip
    _clocks_of(0, 0)
    db.session.commit()


def _lay_out(opened: int, wanted: int) -> int:
    """So many open clocks, two on each ticket, due over the next days; the database does the copying."""
    for batch in range(max(1, opened // (2 * BATCH)), wanted // (2 * BATCH)):
        names = [column.name for column in Ticket.__table__.columns if column.name not in ("id", "reference")]
        columns = [Ticket.__table__.c[name] for name in names]
        reference = literal(f"{batch}-").concat(Ticket.reference)
        copy = select(Ticket.id + batch * BATCH, reference, *columns).where(Ticket.id <= BATCH)
        db.session.execute(insert(Ticket).from_select(["id", "reference", *names], copy))
        _clocks_of(batch * BATCH, batch)
        if batch % 50 == 0:
            db.session.commit()
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return db.session.scalar(select(func.count()).select_from(SlaClock)) or 0


def _clocks_of(first: int, batch: int) -> None:
    now = clock.now()
    for target, days in ((Target.FIRST_RESPONSE, 1), (Target.RESOLUTION, 5)):
        due = now + timedelta(days=days, minutes=batch)
        values: dict[str, Any] = {
            "target": target, "state": State.RUNNING, "counts": Counts.ALWAYS, "seconds": days * DAY,
            "warn_seconds": days * DAY * 3 // 4, "calendar_version": 1, "started_at": now, "pauses": [],
            "warn_at": due - timedelta(hours=2), "due_at": due,
        }  # fmt: skip
        columns = [literal(value, SlaClock.__table__.c[name].type) for name, value in values.items()]
        tickets = select(Ticket.id, Ticket.store_id, *columns).where(Ticket.id > first, Ticket.id <= first + BATCH)
        db.session.execute(insert(SlaClock).from_select(["ticket_id", "store_id", *values], tickets))


def _make_due(number: int) -> None:
    """As if their day had come: the newest answers' clocks run over, an hour ago and less."""
    newest = select(SlaClock.id).where(SlaClock.target == Target.FIRST_RESPONSE, SlaClock.breached_at.is_(None))
    chosen = list(db.session.scalars(newest.order_by(SlaClock.id.desc()).limit(number)))
    now = clock.now()
    moments = [{"id": each, "due_at": now - timedelta(seconds=1 + n % 3600)} for n, each in enumerate(chosen)]
    if moments:
        db.session.execute(update(SlaClock), moments)
    db.session.commit()
    if len(chosen) < number:
        raise SystemExit(f"{number} due clocks need more open ones: --clocks")


def _claim_and_let_go() -> None:
    sla.claim_to_breach()
    db.session.rollback()


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _plan_of(act: Callable[[], object]) -> str:
    asked: list[tuple[str, Any]] = []
    connection = db.session.connection()

    def hear(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        asked.append((statement, given))

    event.listen(connection, "before_cursor_execute", hear)
    act()
    event.remove(connection, "before_cursor_execute", hear)
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    rows = [row for statement, given in asked for row in connection.exec_driver_sql(explain + statement, given)]
    return "\n".join(f"  {row[-1]}" for row in rows)


if __name__ == "__main__":
    main()
