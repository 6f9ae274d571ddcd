"""The agents' pages as the number of tickets grows: median and p95, queries, memory, and a change of 10,000 tickets.

    python bench/desk.py [--tickets 1000 100000] [--postgres] [--requests 60]

One client asks one page after another of gunicorn with one worker; every figure is a multiple of the median of a bare
Flask "hello" on the same server just before. The number of tickets should hardly matter: the table ends with how much
the median grew from the first size to the last.
"""

import argparse
import http.client
import os
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask_migrate import upgrade  # noqa: E402 - the checkout has to be found first
from sqlalchemy import event, select, update  # noqa: E402

import bench.web as web  # noqa: E402
from bench._load import PASSWORD, load  # noqa: E402
from helpdesk import jobs  # noqa: E402
from helpdesk.core.db import db  # noqa: E402
from helpdesk.tickets import BulkChange, Message, progress_of  # noqa: E402
from tests.postgres import new_database, postgres_cluster  # noqa: E402

ONE_WORKER = ["--worker-class", "gthread", "--workers", "1", "--threads", "1", "--log-level", "warning"]
RARE, RARE_MESSAGES = "zirconium", 20
BOSS = {"email": "boss@desk.example.com", "password": PASSWORD}


def main() -> None:
    """Every size in a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    web.SERVER[:] = ONE_WORKER
    medians: dict[str, list[float]] = {}
    with ExitStack() as whole:
        cluster = whole.enter_context(postgres_cluster()) if asked.postgres else None
        hello = whole.enter_context(web._server("bench._hello:app"))
        for count in asked.tickets:
            with ExitStack() as stack:
                found = _one_size(stack, cluster, hello, count, asked.requests)
            for name, value in found.items():
                medians.setdefault(name, []).append(value)
    print(f"growth of the median from {asked.tickets[0]:,} to {asked.tickets[-1]:,} tickets:")
    for name, values in medians.items():
        print(f"  {name}: {values[-1] / values[0]:.2f}")


def _one_size(stack: ExitStack, cluster: str | None, hello: int, count: int, requests: int) -> dict[str, float]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    url = stack.enter_context(new_database(cluster)) if cluster else f"sqlite:///{folder / 'desk.db'}"
    os.environ |= {"BENCH_FILES": str(folder / "files"), "BENCH_DATABASE": url, "BENCH_CSRF": "0"}
    app = _app()
    with app.app_context():
        reference = _lay_out(count)
        engine, seen = db.engine, list[int]()
        event.listen(engine, "before_cursor_execute", lambda *_: seen.append(1))
        db.session.remove()
    queries = _queries(app, _pages(reference), seen)  # outside of that context: a request brings its own
    engine.dispose()
    print(f"{count:,} tickets on {'PostgreSQL' if cluster else 'SQLite'}")
    medians = {}
    with ExitStack() as serving:
        ours = serving.enter_context(web._server("bench._serve:app"))
        cookie = web._sign_in(ours)
        for name, path in _pages(reference).items():
            bare = median(_times(hello, "/", "", requests))
            times = [each / bare for each in _times(ours, path, cookie, requests)]
            medians[name] = median(times)
            print(
                f"  {name}: {medians[name]:.1f} hellos, p95 {quantiles(times, n=20)[-1]:.1f}, {queries[name]} queries"
            )
        print(f"  memory of the server: {_memory(ours):.0f} MB")
    with app.app_context():
        _change_many(app)
        db.session.remove()
        db.engine.dispose()
    return medians


def _app() -> Any:
    # The app is made anew for each database.
    sys.modules.pop("bench._serve", None)
    from bench._serve import app

    return app


def _lay_out(count: int) -> str:
    began = time.perf_counter()
    upgrade()
    _, reference = load(count)
    some = db.session.scalars(select(Message.id).order_by(Message.id).limit(RARE_MESSAGES * 7)).all()[::7]
    db.session.execute(update(Message).where(Message.id.in_(some)).values(body=f"the {RARE} bowl arrived"))
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    print(f"laid out {count:,} tickets in {time.perf_counter() - began:.0f} s")
    return reference


def _pages(reference: str) -> dict[str, str]:
    now = int(time.time() * 1e6) + 10**9  # nothing has changed since
    return {
        "queue": "/desk/",
        "queue, another order": "/desk/?show=unfinished&order=newest",
        "counters": "/desk/queue/counts",
        "live poll": f"/desk/queue/changes?since={now}",
        "ticket": f"/desk/tickets/{reference}",
        "search, rare word": f"/desk/search?q={RARE}",
        "search, common word": "/desk/search?q=bowl",
    }


def _queries(app: Any, pages: dict[str, str], seen: list[int]) -> dict[str, int]:
    client = app.test_client()
    client.post("/account/sign-in", data=BOSS)
    found = {}
    for name, path in pages.items():
        client.get(path)
        seen.clear()
        client.get(path)
        found[name] = len(seen)
    return found


def _times(port: int, path: str, cookie: str, requests: int) -> list[float]:
    connection, times = http.client.HTTPConnection("127.0.0.1", port, timeout=120), []
    for number in range(requests + 5):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (200, 304):
            raise SystemExit(f"{path} answered {answer.status}")
        if number >= 5:  # the first few warm it up
            times.append(time.perf_counter() - began)
    connection.close()
    return times


def _memory(port: int) -> float:
    """What the worker that listens there holds, in MB."""
    sizes = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes().decode()
            if f"127.0.0.1:{port}" in command:
                sizes.append(next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmRSS" in line))
        except (OSError, StopIteration):
            continue
    return max(sizes) / 1024


def _change_many(app: Any) -> None:
    client = app.test_client()
    client.post("/account/sign-in", data=BOSS)
    asked = {"query": "show=all", "all_matching": "1", "do": "priority:high", "form_key": secrets.token_urlsafe(18)}
    began = time.perf_counter()
    pressed = client.post("/desk/bulk", data=asked)
    answered = time.perf_counter() - began
    change = db.session.scalars(select(BulkChange).order_by(BulkChange.id.desc())).first()
    if change is None:
        raise SystemExit(f"nothing was begun: {pressed.status_code}")
    jobs.change_many_tickets()
    db.session.expire_all()
    spent, progress = time.perf_counter() - began, progress_of(change)
    done = progress.total - progress.left
    print(f"  change of many: answered after {answered:.1f} s; {done:,} of {progress.total:,} done after {spent:.0f} s")


if __name__ == "__main__":
    main()
