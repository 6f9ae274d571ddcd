"""How fast orders come in, and whether memory grows with the file.

    python bench/import_orders.py [--small 10000] [--large 100000] [--database-url URL]

Each size runs in a process of its own on a new SQLite database (or the given empty database), three times over: a new
file, the same file again, and a newer file in which every order has moved on. Peak memory is the process's own.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from helpdesk import create_app
from helpdesk.core.db import Base, db
from helpdesk.orders.feed import Report, import_orders
from helpdesk.stores import Store

COLUMNS = (
    "number,email,phone,name,placed_at,paid_at,shipped_at,currency,shipping,total,payment_method,ship_to,"
    "carrier,tracking_number,sku,title,quantity,unit_price,product_class"
).split(",")
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
LINES = 2


def main() -> None:
    """Run both sizes and compare them."""
    options = _options()
    if options.one:
        print(json.dumps(_run(options.one, options.database_url)))
        return
    results = [_in_a_process(rows, options.database_url) for rows in (options.small, options.large)]
    for result in results:
        print(" | ".join(f"{name} {value:,}" for name, value in result.items()))
    small, large = results
    print(f"peak memory, large to small: {large['peak MB'] / small['peak MB']:.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000, help="rows in the small file, two for each order")
    parser.add_argument("--large", type=int, default=100_000, help="rows in the large file")
    parser.add_argument("--database-url", help="an empty database; emptied again before each size")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_a_process(rows: int, url: str | None) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", str(rows), *(["--database-url", url] if url else [])]
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result


def _run(rows: int, url: str | None) -> dict[str, Any]:
    size = rows // LINES
    with tempfile.TemporaryDirectory() as folder:
        old, newer = Path(folder, "old.csv"), Path(folder, "newer.csv")
        _write(old, size, is_shipped=False)
        _write(newer, size, is_shipped=True)
        app = create_app({"SQLALCHEMY_DATABASE_URI": url or f"sqlite:///{folder}/bench.db"})
        with app.app_context():
            Base.metadata.drop_all(db.engine)
            Base.metadata.create_all(db.engine)
            return {"rows": rows, "orders": size} | _timed(old, newer)


def _timed(old: Path, newer: Path) -> dict[str, Any]:
    store = _store()
    result: dict[str, Any] = {}
    for name, path, outcome in (("new", old, "new"), ("again", old, "unchanged"), ("newer", newer, "changed")):
        start, cpu_start = time.perf_counter(), time.process_time()
        report = import_orders(store, path, commit=db.session.commit)
        seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
        rows = _all(report, outcome) * LINES
        # Beside the clock on the wall, which other work on the machine slows down, the processor's own.
        result |= {f"{name} s": round(seconds, 1), f"{name} rows/s": round(rows / seconds)}
        result |= {f"{name} rows/CPU s": round(rows / cpu_seconds)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return result | {"peak MB": round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))}


def _all(report: Report, outcome: str) -> int:
    count: int = getattr(report, outcome)
    assert count == report.new + report.changed + report.unchanged, report.lines()
    assert not report.bad, report.lines()
    return count


def _store() -> Store:
    facts = {"country": "US", "currency": "USD", "timezone": "America/New_York", "accent": "#336699"}
    store = Store(slug="bench", name="Bench", email="help@bench.example", weekly_hours={}, promise_terms={}, **facts)
    db.session.add(store)
    db.session.commit()
    return store


def _write(path: Path, size: int, *, is_shipped: bool) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(size):
            writer.writerows(_rows(number, is_shipped=is_shipped))


def _rows(number: int, *, is_shipped: bool) -> list[list[str]]:
    placed = FIRST + timedelta(minutes=number)
    shipped = (placed + timedelta(days=1)).isoformat() if is_shipped else ""
    buyer = [f"#{number}", f"buyer{number}@example.com", f"+1415555{number % 10_000:04}", f"Buyer {number}"]
    story = [placed.isoformat(), (placed + timedelta(minutes=2)).isoformat(), shipped, "USD", "4.90", "33.90", "card"]
    parcel = [f"{number} Some Street, Springfield, 12345, US", "UPS", f"1Z{number:010}" if is_shipped else ""]
    goods = [["BALL-1", "Rubber ball", "2", "4.50", "toy"], ["BED-1", "Bed for a small dog", "1", "20.00", "home"]]
    return [buyer + story + parcel + line for line in goods]


if __name__ == "__main__":
    main()
