"""How long a search takes, against reading one row by its primary key in the same run.

    python bench/search.py [--tickets 20000] [--postgres] [--rounds 40]

Lays out a twentieth of the tickets first and then all, so that both sizes stand in one table: a rare word (3 messages
have it), a common one (nearly all have it), a phrase, a common word with a filter, a name with a slip, and a list by
filters alone. What is timed is the search itself with its statements, not the page around it. On SQLite all
of it runs in this process, and the processor's time is taken, which other programs on the machine disturb less.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask_migrate import upgrade  # noqa: E402 - the checkout is found first
from sqlalchemy import select, text, update  # noqa: E402

from bench._load import load  # noqa: E402
from helpdesk import create_app, search  # noqa: E402
from helpdesk.accounts import Customer, User  # noqa: E402
from helpdesk.core.db import db  # noqa: E402
from helpdesk.search import Asker  # noqa: E402
from helpdesk.tickets import Message  # noqa: E402
from tests.postgres import new_database, postgres_cluster  # noqa: E402

SEARCHES = {
    "rare word": "zebra",
    "common word": "bowl",
    "two common words": "bowl crack",
    "phrase": '"bowl arrived"',
    "common word, filter": "bowl status:pending assignee:me",
    "common word, old": "bowl before:400d",
    "name with a slip": "from:andresson",
    "order": "order:777",
    "no words": "status:open category:arrival",
    "no words, old": "status:closed before:400d",
}


def main() -> None:
    """Both sizes, one database after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        server = stack.enter_context(postgres_cluster()) if asked.postgres else ""
        print(f"{'PostgreSQL' if server else 'SQLite'}; median and p95 as multiples of a row by its primary key")
        few, many = (_measured(stack, server, size, asked.rounds) for size in (asked.tickets // 20, asked.tickets))
    print(f"{'':<22}{asked.tickets // 20:>16,} tickets{asked.tickets:>16,} tickets   growth of the median")
    for name in SEARCHES:
        (first, first_p95), (second, second_p95) = few[name], many[name]
        print(f"{name:<22}{first:>14.1f} {first_p95:>9.1f}{second:>14.1f} {second_p95:>9.1f}{second / first:>14.2f}")


def _measured(stack: ExitStack, server: str, tickets: int, rounds: int) -> dict[str, tuple[float, float]]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    url = stack.enter_context(new_database(server)) if server else f"sqlite:///{folder / 'bench.db'}"
    places = {"STORAGE_URL": str(folder / "files"), "MAIL_URL": f"folder:{folder / 'mail'}"}
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, **places})
    with app.app_context():
        upgrade()
        started = time.perf_counter()
        boss, _ = load(tickets)
        print(f"{tickets:,} tickets laid out and indexed in {time.perf_counter() - started:.0f} s")
        _strew(tickets)
        asker = Asker(db.session.get_one(User, boss.id), ZoneInfo("UTC"))
        found = _times(asker, rounds)
        db.session.remove()
        db.engine.dispose()
    return found


def _strew(tickets: int) -> None:
    """A word that three messages have, and a name."""
    some = [tickets // 5, tickets // 2, tickets]
    db.session.execute(update(Message).where(Message.id.in_(some)).values(body=Message.body + " zebra"))
    db.session.execute(update(Customer).where(Customer.id == tickets // 3).values(name="Ada Andersson"))
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _times(asker: Asker, rounds: int) -> dict[str, tuple[float, float]]:
    number = db.session.scalar(select(Message.id).order_by(Message.id.desc()).limit(1))
    row = select(Message.id, Message.body).where(Message.id == number)
    bare = median(_seconds(lambda: db.session.execute(row).all()) for _ in range(10 * rounds))
    print(f"a row by its primary key: {1e6 * bare:.0f} µs")
    times = {}
    for name, typed in SEARCHES.items():
        took = sorted(_seconds(lambda typed=typed: _search(typed, asker)) for _ in range(rounds))
        times[name] = median(took) / bare, quantiles(took, n=20)[-1] / bare
        found = _search(typed, asker)
        print(f"  {name}: {found.count} tickets{'+' if found.is_more else ''}, {1000 * median(took):.1f} ms")
    return times


def _search(typed: str, asker: Asker) -> search.Found:
    asked = search.parse(typed, search.READERS, asker.today)
    assert not asked.problems, asked.problems
    return search.find(asked, asker)


def _seconds(deed: Callable[[], object]) -> float:
    now = time.process_time if db.engine.dialect.name == "sqlite" else time.perf_counter
    started = now()
    deed()
    return now() - started


if __name__ == "__main__":
    main()
