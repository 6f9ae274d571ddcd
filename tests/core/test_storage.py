"""What was put stays, under its hash, and nothing leads out of the folder."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpdesk.core.storage import LocalStorage, NotStored, storage_from

UNKNOWN = "0" * 64


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "files")


def files_in(storage: LocalStorage) -> list[Path]:
    return [path for path in storage.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("data", [b"photo", b"", bytes(range(256)) * 5000])
def test_bytes_come_back_by_their_hash(storage: LocalStorage, data: bytes) -> None:
    key = storage.put(data)
    assert key == hashlib.sha256(data).hexdigest()
    assert storage.get(key) == data
    with storage.open(key) as file:
        assert file.read() == data


def test_the_same_bytes_are_kept_once(storage: LocalStorage) -> None:
    assert storage.put(b"photo") == storage.put(b"photo")
    key = storage.put(b"photo")
    assert files_in(storage) == [storage.root / key[:2] / key[2:4] / key]


def test_putting_again_mends_a_damaged_file(storage: LocalStorage) -> None:
    key = storage.put(b"photo")
    files_in(storage)[0].write_bytes(b"pho")
    storage.put(b"photo")
    assert storage.get(key) == b"photo"


def test_deleting_twice_is_as_good_as_once(storage: LocalStorage) -> None:
    key = storage.put(b"photo")
    assert storage.exists(key)
    storage.delete(key)
    storage.delete(key)
    assert not storage.exists(key)


def test_what_was_never_put_is_not_there(storage: LocalStorage) -> None:
    assert not storage.exists(UNKNOWN)
    with pytest.raises(NotStored):
        storage.get(UNKNOWN)
    with pytest.raises(NotStored):
        storage.open(UNKNOWN)


@pytest.mark.parametrize("verb", ["get", "open", "exists", "delete"])
@pytest.mark.parametrize("key", ["", "../../etc/passwd", "/etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "٣" * 64])
def test_a_key_that_is_no_hash_is_refused(storage: LocalStorage, verb: str, key: str) -> None:
    with pytest.raises(ValueError, match="64 lower-case hex digits"):
        getattr(storage, verb)(key)


def test_many_writers_do_not_disturb_each_other(storage: LocalStorage) -> None:
    photos = [b"one" * 9000, b"two" * 9000] * 20
    with ThreadPoolExecutor(8) as writers:
        keys = set(writers.map(storage.put, photos))
    assert {storage.get(key) for key in keys} == set(photos)
    assert len(files_in(storage)) == 2


def test_bytes_and_names_are_on_disk_before_the_key_is_returned(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    really = os.fsync

    def remember(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        really(handle)

    monkeypatch.setattr(os, "fsync", remember)
    key = storage.put(b"photo")
    path = storage.root / key[:2] / key[2:4] / key
    assert synced == [place.stat().st_ino for place in (path, *path.parents[:3])]


def test_a_full_disk_leaves_nothing_behind(storage: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(_handle: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        storage.put(b"photo")
    assert files_in(storage) == []


@pytest.mark.parametrize(
    "url, folder",
    [
        ("/var/lib/files", "/var/lib/files"),
        ("file:///var/lib/files", "/var/lib/files"),
        ("file:///var/lib/my%20files", "/var/lib/my files"),
        ("files", str(Path.cwd() / "files")),
    ],
)
def test_a_setting_names_a_folder(url: str, folder: str) -> None:
    storage = storage_from(url)
    assert isinstance(storage, LocalStorage)
    assert storage.root == Path(folder)


@pytest.mark.parametrize("url", ["", "s3://name:password@bucket", "file://elsewhere/files", "file:"])
def test_another_setting_is_refused_without_telling_its_secrets(url: str) -> None:
    with pytest.raises(ValueError, match="name a folder") as refusal:
        storage_from(url)
    assert "password" not in str(refusal.value)
