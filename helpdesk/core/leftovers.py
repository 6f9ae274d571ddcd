"""Leftovers: bytes that no row names any more, or whose row was never written."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Column, select

from helpdesk.core.db import Base, StorageKey, db
from helpdesk.core.storage import Storage

#: Bytes are there before the row that names them: so long a row may take.
GRACE = timedelta(hours=24)
AT_ONCE = 5_000
CHUNK = 500


def old_keys(storage: Storage, now: datetime) -> list[list[str]]:
    """Keys that rows should name by now: some of them, others the next time."""
    return _chunks(islice(storage.keys(now - GRACE), AT_ONCE))


def keys_aside(storage: Storage) -> list[list[str]]:
    """Keys that no row named when they were looked at."""
    return _chunks(islice(storage.keys_aside(), AT_ONCE))


def set_aside_unnamed(storage: Storage, keys: list[str], now: datetime) -> None:
    """What no row names is put aside, and can still be read."""
    for key in _unnamed(keys):
        storage.set_aside(key, now - GRACE)


def drop_or_bring_back(storage: Storage, keys: list[str], now: datetime) -> None:
    """What a row names after all comes back; the rest goes for good when it has lain aside for long."""
    # Looked at twice, because a host's clock may jump a day ahead while a photo waits for its row.
    unnamed = _unnamed(keys)
    for key in keys:
        if key in unnamed:
            storage.drop(key, now - GRACE)
        else:
            storage.bring_back(key)


def _unnamed(keys: list[str]) -> set[str]:
    named: set[str] = set()
    for column in _naming_columns():
        named.update(db.session.scalars(select(column).where(column.in_(keys))))
    db.session.commit()  # moving files takes its time, and the database need not wait
    return set(keys) - named


def _naming_columns() -> Iterator[Column[str]]:
    for table in Base.metadata.sorted_tables:
        yield from (column for column in table.columns if isinstance(column.type, StorageKey))


def _chunks(keys: Iterator[str]) -> list[list[str]]:
    chunks = []
    while chunk := list(islice(keys, CHUNK)):
        chunks.append(chunk)
    return chunks
