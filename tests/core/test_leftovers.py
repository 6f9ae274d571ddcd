"""What no row names is removed in time; what a row names stays, whatever happens meanwhile."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import jobs
from helpdesk.core import clock
from helpdesk.core.db import Base, StorageKey, db
from helpdesk.core.leftovers import GRACE
from helpdesk.core.storage import LocalStorage
from helpdesk.tickets import Attachment, Filing
from tests import factories

#: Keys of 64 signs that name no bytes: secrets of forms. What one press of a button made has a `form_key`.
SECRETS = {"filings.key", "my_links.key", "tickets.filing_key"}
SECOND = timedelta(seconds=1)


@pytest.fixture
def kept(app: Flask, database: None, tmp_path: Path) -> Iterator[LocalStorage]:
    """A storage of its own, begun two days ago."""
    before = app.extensions["helpdesk.storage"]
    app.extensions["helpdesk.storage"] = LocalStorage(tmp_path / "files")
    yield app.extensions["helpdesk.storage"]
    app.extensions["helpdesk.storage"] = before


def age(path: Path, by: timedelta = GRACE + SECOND) -> None:
    moment = (clock.now() - by).timestamp()
    os.utime(path, (moment, moment))


def old(storage: LocalStorage, data: bytes) -> str:
    key = storage.put(data)
    age(storage.root / key[:2] / key[2:4] / key)
    return key


def tidy(later: timedelta = timedelta(0)) -> None:
    """One round of upkeep, perhaps by a clock that is ahead."""
    db.session.commit()
    with clock.at(clock.now() + later):
        jobs.upkeep()


def files(storage: LocalStorage) -> set[str]:
    return {path.name for path in storage.root.rglob("*") if path.is_file()}


def test_bytes_that_no_row_names_go_after_their_grace_and_a_second_look(kept: LocalStorage) -> None:
    key = old(kept, b"of a report never sent")
    tidy()
    assert kept.get(key) == b"of a report never sent"  # aside, but still to be read
    tidy()
    assert kept.exists(key)
    tidy(later=GRACE + SECOND)
    assert (kept.exists(key), files(kept)) == (False, set())


def test_young_bytes_are_left_alone(kept: LocalStorage) -> None:
    key = kept.put(b"its row comes in a moment")
    tidy()
    assert (kept.root / key[:2] / key[2:4] / key).is_file()


@pytest.mark.parametrize("column", ["file_key", "screen_key", "thumb_key"])
def test_bytes_that_any_row_names_stay(column: str, kept: LocalStorage) -> None:
    photo, key = factories.photo(), old(kept, b"named once")
    setattr(photo, column, key)
    for later in (timedelta(0), 2 * GRACE, 4 * GRACE):
        tidy(later)
    assert kept.get(key) == b"named once"
    assert (kept.root / key[:2] / key[2:4] / key).is_file()


def test_a_row_that_comes_late_brings_its_bytes_back(kept: LocalStorage) -> None:
    key = kept.put(b"uploaded while the clock jumped")
    tidy(later=GRACE + SECOND)  # the host's clock is a day ahead, and the upload's transaction still open
    assert not (kept.root / key[:2] / key[2:4] / key).exists()
    factories.photo().file_key = key
    tidy(later=GRACE + SECOND)
    assert (kept.root / key[:2] / key[2:4] / key).is_file()


def test_the_same_photo_sent_again_is_no_leftover(kept: LocalStorage) -> None:
    key = old(kept, b"the same photo")
    tidy()
    assert kept.put(b"the same photo") == key
    tidy(later=GRACE + SECOND - timedelta(hours=1))
    assert kept.get(key) == b"the same photo"


def test_a_photo_that_comes_again_at_that_very_moment_is_brought_back(kept: LocalStorage) -> None:
    key = old(kept, b"the same photo")
    before = clock.now() - GRACE
    assert list(kept.keys(before)) == [key]
    kept.put(b"the same photo")
    kept.set_aside(key, before)
    assert (kept.root / key[:2] / key[2:4] / key).is_file()
    assert list(kept.keys_aside()) == []


def test_two_tidying_at_once_do_not_mind_each_other(kept: LocalStorage) -> None:
    key, now = old(kept, b"leftover"), clock.now()
    for _ in range(2):
        kept.set_aside(key, now - GRACE)
    for _ in range(2):
        kept.drop(key, now + SECOND)
        kept.bring_back(key)
    assert files(kept) == set()


def test_uploads_that_broke_off_are_removed(kept: LocalStorage) -> None:
    kept.check()
    (kept.root / "incoming" / "broken-off").write_bytes(b"half a ph")
    (kept.root / "incoming" / "under-way").write_bytes(b"half a ph")
    age(kept.root / "incoming" / "broken-off")
    tidy()
    assert files(kept) == {"under-way"}


def test_a_forgotten_report_leaves_nothing_behind(kept: LocalStorage) -> None:
    with clock.at(clock.now() - timedelta(days=8)):
        filing, _ = Filing.begin(factories.store())
        filing.attachments.append(factories.photo())
    for path in (path for path in kept.root.rglob("*") if path.is_file()):
        age(path)
    tidy()
    tidy(later=GRACE + SECOND)
    assert (db.session.query(Attachment).count(), files(kept)) == (0, set())


def test_many_leftovers_go_a_part_at_a_time(kept: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.core.leftovers.AT_ONCE", 4)
    monkeypatch.setattr("helpdesk.core.leftovers.CHUNK", 3)
    for number in range(6):
        old(kept, b"%d" % number)
    counts = []
    for _ in range(2):
        tidy()
        counts.append(len(list(kept.keys_aside())))
    assert counts == [4, 6]


def test_every_column_that_names_bytes_says_so() -> None:
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    long_keys = {str(each) for each in columns if each.name.endswith("key") and getattr(each.type, "length", 0) == 64}
    naming = {str(each) for each in columns if isinstance(each.type, StorageKey)}
    assert {each for each in long_keys - naming if not each.endswith(".form_key")} == SECRETS
