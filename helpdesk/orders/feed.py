"""Orders brought in from a shop's file, as often as you like: the same file twice changes nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import selectinload

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.orders.checking import Checked, Home, check
from helpdesk.orders.formats import BadRow, Incoming, Source, orders_in, read_rows
from helpdesk.orders.merging import Impossible, merge
from helpdesk.orders.order import Order
from helpdesk.stores import Store

__all__ = ["BadRow", "Incoming", "Report", "import_orders", "read_rows"]

#: Enough to mend a file by; a wrong file of a million rows shall not fill the memory.
REASONS_KEPT = 1000


@dataclass
class Report:
    """What an import did, in orders, and each row that stood in its way."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    bad_count: int = 0
    bad: list[BadRow] = field(default_factory=list)

    def leave_out(self, *reasons: BadRow) -> None:
        """One order, or what stands in place of one, was not taken in."""
        self.left_out += 1
        self.bad_count += len(reasons)
        self.bad.extend(reasons[: REASONS_KEPT - len(self.bad)])

    def lines(self) -> list[str]:
        """For printing."""
        told = f"{self.new:,} new, {self.changed:,} changed, {self.unchanged:,} unchanged, {self.left_out:,} left out."
        more = self.bad_count - len(self.bad)
        return [told, *map(str, self.bad), *([f"... and {more:,} more."] if more else [])]


def import_orders(
    store: Store,
    path: Path,
    *,
    progress: Callable[[int], object] | None = None,
    commit: Callable[[], object] | None = None,
    batch: int = 500,
) -> Report:
    """Take in every sound order of the file; raises Invalid when it cannot be opened.

    `progress` hears how many bytes have been read; `commit` is the door's, called after each batch.
    """
    report, home, store_id = Report(), Home.of(store, clock.now()), store.id
    with Source(path) as source, closing(_Seen()) as seen:
        sound = _sound(orders_in(source), home, seen, report)
        while some := list(islice(sound, batch)):
            _keep(store_id, some, report)
            if commit:
                commit()
            if progress:
                progress(source.position)
    return report


def _sound(rows: Iterator[Incoming | BadRow], home: Home, seen: "_Seen", report: Report) -> Iterator[Checked]:
    for row in rows:
        order = [row] if isinstance(row, BadRow) else check(row, home)
        if isinstance(order, list):
            report.leave_out(*order)
        elif first := seen.before(order):
            reason = f"this order is already at {first}: the rows of one order must stand together, and come once"
            report.leave_out(BadRow(order.place, reason, order.values["number"]))
        else:
            yield order


class _Seen:
    """Which orders of the file have come already; in a database of its own, so that memory does not grow."""

    def __init__(self) -> None:
        self._places = sqlite3.connect("")  # a nameless file that ends with the connection
        self._places.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")

    def before(self, order: Checked) -> str | None:
        """Where this order stood before, if it did."""
        added = self._places.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (order.key, order.place))
        if added.rowcount:
            return None
        return str(self._places.execute("SELECT place FROM seen WHERE key = ?", (order.key,)).fetchone()[0])

    def close(self) -> None:
        """Forget."""
        self._places.close()


def _keep(store_id: int, some: list[Checked], report: Report) -> None:
    """Store these orders, or, when the database refuses them together, each by itself."""
    tried = Report()
    try:
        with db.session.begin_nested():
            _merge_all(store_id, some, tried)
    except (IntegrityError, DataError):
        if len(some) > 1:
            for checked in some:
                _keep(store_id, [checked], report)
            return
        tried = Report()
        reason = "it was refused by the database: is a line that this file no longer has part of a return?"
        tried.leave_out(BadRow(some[0].place, reason, some[0].values["number"]))
    _add(tried, report)


def _merge_all(store_id: int, some: list[Checked], report: Report) -> None:
    known = _known(store_id, [checked.key for checked in some])
    for checked in some:
        order = known.get(checked.key) or Order(store_id=store_id, number_key=checked.key)
        try:
            is_changed = merge(checked, order)
        except Impossible as problem:
            report.leave_out(BadRow(checked.place, str(problem), checked.values["number"]))
            continue
        if checked.key not in known:
            db.session.add(order)
            report.new += 1
        elif is_changed:
            report.changed += 1
        else:
            report.unchanged += 1
    db.session.flush()


def _known(store_id: int, keys: list[str]) -> dict[str, Order]:
    ours = select(Order).where(Order.store_id == store_id, Order.number_key.in_(keys))
    with_parts = ours.options(selectinload(Order.lines), selectinload(Order.parcels))
    return {order.number_key: order for order in db.session.scalars(with_parts)}


def _add(part: Report, report: Report) -> None:
    report.new += part.new
    report.changed += part.changed
    report.unchanged += part.unchanged
    for bad in part.bad:
        report.leave_out(bad)
