"""Large JSON files item by item: an item's end is found by its brackets, so a broken one does not spoil the next."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.orders.formats.source import Source

CHUNK = 1 << 16
ITEM_LENGTH_AT_MOST = 1 << 20
#: A string cannot hold a bare line end: a quote that nobody closed ends with its line.
TOKEN = re.compile(r'"[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*+"|["{}\[\]]')
LINE_END = re.compile(r"[\r\n]")
DEPTH = {"{": 1, "[": 1, "}": -1, "]": -1}


@dataclass(frozen=True)
class Cut:
    """An item that could not be cut out of the file, and why."""

    reason: str


def items_of(source: Source) -> Iterator[str | Cut]:
    """The texts of the orders in the file, in their order."""
    if source.head.lstrip().startswith("["):
        yield from _Scanner(source).of_list()
    elif _one_per_line(source.head):
        yield from _lines(source)
    else:
        yield from _Scanner(source).one_after_another()


def _one_per_line(head: str) -> bool:
    first, *others = head.lstrip().split("\n", 2)
    return first.rstrip().endswith("}") or any(line.startswith("{") for line in others[:1])


def _lines(source: Source) -> Iterator[str | Cut]:
    while line := source.text.readline(ITEM_LENGTH_AT_MOST):
        if len(line) < ITEM_LENGTH_AT_MOST or line[-1] in "\r\n":
            yield from filter(None, [line.strip()])
            continue
        while (more := source.text.readline(ITEM_LENGTH_AT_MOST)) and more[-1] not in "\r\n":
            pass
        yield Cut(f"it is longer than {ITEM_LENGTH_AT_MOST:,} characters")


class _Endless(Exception):
    pass


class _Scanner:
    """Cuts items out of a text of which only one item is held at a time."""

    def __init__(self, source: Source) -> None:
        self._file = source.text
        self._held = ""
        self._at = 0

    def of_list(self) -> Iterator[str | Cut]:
        """The items of a list."""
        self._token()
        self._take()
        yield from self._items("]")
        if self._held.strip() or self._file.read(CHUNK).strip():
            yield Cut("the list ended before this; what follows it was not read")

    def one_after_another(self) -> Iterator[str | Cut]:
        """Items with nothing but space between them."""
        yield from self._items("")

    def _items(self, end: str) -> Iterator[str | Cut]:
        try:
            while True:
                token = self._token()
                between = self._take()[: -len(token) or None].strip(" \t\r\n,")
                if between:
                    yield Cut(f"expected an order in braces, found “{between[:40]}”")
                if token == end:
                    return
                if not token:
                    yield Cut("the file is cut off: its list does not end")
                    return
                yield self._item(token)
        except _Endless:
            yield Cut(f"no order is longer than {ITEM_LENGTH_AT_MOST:,} characters; the rest of the file was not read")

    def _item(self, token: str) -> str | Cut:
        if DEPTH.get(token, 0) < 1:
            return Cut(f"expected an order in braces, found {token[:40]}")
        depth, inner = 1, token
        while depth and inner:
            inner = self._token()
            depth += DEPTH.get(inner, 0)
        return token + self._take() if inner else Cut("the file ends in the middle of it: is a bracket missing?")

    def _token(self) -> str:
        """The next bracket or whole string, or "" at the end of the file."""
        while True:
            found = TOKEN.search(self._held, self._at)
            self._at = found.start() if found else len(self._held)
            stop = found and (LINE_END.search(self._held, self._at) if found[0] == '"' else found)
            if found and stop:
                self._at = stop.end()
                return found[0]
            if not self._read_on():
                self._at = len(self._held)
                return ""

    def _read_on(self) -> bool:
        if len(self._held) >= ITEM_LENGTH_AT_MOST:
            raise _Endless
        more = self._file.read(CHUNK)
        self._held += more
        return bool(more)

    def _take(self) -> str:
        taken, self._held = self._held[: self._at], self._held[self._at :]
        self._at = 0
        return taken
