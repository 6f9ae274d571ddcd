"""A file opened for reading once, forwards, whatever its encoding."""

import codecs
from io import BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self

from helpdesk.core.errors import Invalid

HEAD_BYTES = 1 << 16
MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def _as_cp1252(problem: UnicodeError) -> tuple[str, int]:
    # Byte by byte, so that one stray letter of an old Windows program does not spoil the rest of the file.
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    return problem.object[problem.start : problem.end].decode("cp1252", "replace"), problem.end


codecs.register_error("as_cp1252", _as_cp1252)


class Source:
    """A file's text: UTF-8 with or without mark, what is not UTF-8 read as cp1252; UTF-16 by its mark."""

    def __init__(self, path: Path) -> None:
        try:
            self._bytes = BufferedReader(FileIO(path), HEAD_BYTES)
            self.first_bytes = self._bytes.peek(HEAD_BYTES)[:HEAD_BYTES]
        except OSError as problem:
            raise Invalid(f"{path.name}: cannot be read: {problem.strerror}") from problem
        encoding = MARKS.get(self.first_bytes[:2], "utf-8-sig")
        self.head = self.first_bytes.decode(encoding, "replace")
        # Line ends stay as they are: the csv module tells those inside quotes from those that end a row.
        self.text = TextIOWrapper(self._bytes, encoding=encoding, errors="as_cp1252", newline="")

    @property
    def position(self) -> int:
        """How many bytes have been read."""
        return self._bytes.tell()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.text.close()
