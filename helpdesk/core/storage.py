"""Bytes under their content hash: the same bytes get the same key, and a key never changes its bytes."""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

_KEY = re.compile(r"[0-9a-f]{64}")


class NotStored(LookupError):
    """There are no bytes under this key."""


class Storage(Protocol):
    """Where uploaded bytes live; a wrong key is a ValueError, an unknown one NotStored, deleting twice is fine."""

    def put(self, data: bytes) -> str: ...
    def get(self, key: str) -> bytes: ...
    def open(self, key: str) -> BinaryIO: ...
    def exists(self, key: str) -> bool: ...
    def delete(self, key: str) -> None: ...


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
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as problem:
            raise NotStored(f"Nothing is stored under {key}.") from problem

    def exists(self, key: str) -> bool:
        """Are there bytes under this key?"""
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Forget the bytes, if they are there."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        # Hex digits only: no key can lead out of the root.
        if not _KEY.fullmatch(key):
            raise ValueError("A storage key is 64 lower-case hex digits.")
        return self.root / key[:2] / key[2:4] / key

    def _written(self, data: bytes) -> Path:
        incoming = self.root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=incoming)
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


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    if os.name == "nt":  # Windows cannot open a folder, and needs no such call
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
