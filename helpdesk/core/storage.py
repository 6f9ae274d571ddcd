"""Bytes under their content hash: the same bytes get the same key, and a key never changes its bytes."""

import hashlib
import os
import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

_KEY = re.compile(r"[0-9a-f]{64}")
_FOLDER = re.compile(r"[0-9a-f]{2}")


class NotStored(LookupError):
    """There are no bytes under this key."""


class Storage(Protocol):
    """Where uploaded bytes live; a wrong key is a ValueError, an unknown one NotStored, deleting twice is fine."""

    def put(self, data: bytes) -> str: ...
    def get(self, key: str) -> bytes: ...
    def open(self, key: str) -> BinaryIO: ...
    def exists(self, key: str) -> bool: ...
    def delete(self, key: str) -> None: ...

    # For upkeep: can it be written (else OSError), how much more does it take, and what may be a leftover?
    def check(self) -> None: ...
    def free_bytes(self) -> int: ...
    def keys(self, before: datetime) -> Iterator[str]: ...
    def set_aside(self, key: str, before: datetime) -> None: ...
    def keys_aside(self) -> Iterator[str]: ...
    def bring_back(self, key: str) -> None: ...
    def drop(self, key: str, before: datetime) -> None: ...
    def drop_unfinished(self, before: datetime) -> None: ...


def storage_from(url: str) -> Storage:
    """The storage that a setting names: a folder's path, or file:///path."""
    parts = urlsplit(url)
    # One letter before the colon is a Windows drive, not a scheme.
    if url and len(parts.scheme) <= 1:
        return LocalStorage(Path(url))
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path:
        return LocalStorage(Path(url2pathname(parts.path)))
    # The address itself may hold a password: name its scheme only.
    raise ValueError(f"Files cannot be kept in {parts.scheme or 'nothing'!r}: name a folder, or file:///folder.")


class LocalStorage:
    """Files in two levels of folders: ab/cd/abcd…"""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their key; once this returns they survive a power cut."""
        key = hashlib.sha256(data).hexdigest()
        # Written even if already there: this mends a damaged file, and gives a clean-up a fresh date to respect.
        self._move_in(self._written(data), self._path(key))
        return key

    def get(self, key: str) -> bytes:
        """All bytes at once."""
        with self.open(key) as file:
            return file.read()

    def open(self, key: str) -> BinaryIO:
        """A file to read from; the caller closes it."""
        for path in (self._path(key), self._aside(key)):
            try:
                return path.open("rb")
            except FileNotFoundError:
                continue
        raise NotStored(f"Nothing is stored under {key}.")

    def exists(self, key: str) -> bool:
        """Are there bytes under this key?"""
        return self._path(key).is_file() or self._aside(key).is_file()

    def delete(self, key: str) -> None:
        """Forget the bytes, if they are there."""
        self._path(key).unlink(missing_ok=True)
        self._aside(key).unlink(missing_ok=True)

    def check(self) -> None:
        """Write a file, and remove it; raises OSError."""
        with tempfile.TemporaryFile(dir=self._incoming()) as file:
            file.write(b"a photo would fit")
            file.flush()

    def free_bytes(self) -> int:
        """How much more fits on its disk."""
        return shutil.disk_usage(self._incoming()).free

    def keys(self, before: datetime) -> Iterator[str]:
        """What was put before a moment and not again since; begins anywhere, so that a part of them is any part."""
        for top in _in_any_order(self.root):
            for folder in _in_any_order(top):
                for path in folder.iterdir():
                    if _KEY.fullmatch(path.name) and _is_older(path, before):
                        yield path.name

    def set_aside(self, key: str, before: datetime) -> None:
        """Put into the leftovers, where it still can be read; not if it was put again since that moment."""
        path, aside = self._path(key), self._aside(key)
        aside.parent.mkdir(exist_ok=True)
        try:
            path.rename(aside)
        except FileNotFoundError:  # another process did
            return
        # Looked at again where no new upload reaches it: the same photo may have come in this very moment.
        if not _is_older(aside, before):
            self.bring_back(key)
            return
        with suppress(FileNotFoundError):
            os.utime(aside)

    def keys_aside(self) -> Iterator[str]:
        """What lies among the leftovers."""
        folder = self.root / "leftovers"
        yield from (path.name for path in folder.iterdir()) if folder.is_dir() else ()

    def bring_back(self, key: str) -> None:
        """It was no leftover."""
        self._path(key).parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            self._aside(key).replace(self._path(key))

    def drop(self, key: str, before: datetime) -> None:
        """Forget a leftover that was set aside before a moment; what was put again since is another file."""
        if _is_older(self._aside(key), before):
            self._aside(key).unlink(missing_ok=True)

    def drop_unfinished(self, before: datetime) -> None:
        """Remove what was begun before a moment and never got a key, because its writer died."""
        for path in self._incoming().iterdir():
            if _is_older(path, before):
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        # Hex digits only: no key can lead out of the root.
        if not _KEY.fullmatch(key):
            raise ValueError("A storage key is 64 lower-case hex digits.")
        return self.root / key[:2] / key[2:4] / key

    def _aside(self, key: str) -> Path:
        return self.root / "leftovers" / self._path(key).name

    def _incoming(self) -> Path:
        folder = self.root / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _written(self, data: bytes) -> Path:
        handle, name = tempfile.mkstemp(dir=self._incoming())
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            Path(name).unlink()
            raise
        return Path(name)

    def _move_in(self, temporary: Path, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(path)
        for folder in path.parents[:3]:  # up to the root: any of them may be new
            _sync(folder)


def _in_any_order(folder: Path) -> list[Path]:
    found = [path for path in folder.iterdir() if _FOLDER.fullmatch(path.name)] if folder.is_dir() else []
    random.shuffle(found)
    return found


def _is_older(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:  # another process was quicker
        return False


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    if os.name == "nt":  # Windows cannot open a folder, and needs no such call
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
