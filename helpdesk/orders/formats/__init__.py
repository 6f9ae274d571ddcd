"""The files shops export, brought to one shape: Shopify's CSV, our own CSV, a JSON list, JSON Lines."""

from collections.abc import Iterator
from pathlib import Path

from helpdesk.orders.formats import own_csv, own_json, shopify
from helpdesk.orders.formats.incoming import (
    LINE_NAMES,
    LINES_AT_MOST,
    ORDER_NAMES,
    PARCEL_NAMES,
    BadRow,
    Incoming,
    Part,
)
from helpdesk.orders.formats.source import Source
from helpdesk.orders.formats.table import Table, open_table

__all__ = [
    "LINES_AT_MOST",
    "LINE_NAMES",
    "ORDER_NAMES",
    "PARCEL_NAMES",
    "BadRow",
    "Incoming",
    "Part",
    "Source",
    "orders_in",
    "read_rows",
]

#: What people send by mistake, by the first bytes of the file.
STRANGERS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
}


def read_rows(path: Path) -> Iterator[Incoming | BadRow]:
    """Every order of the file as it was written, one at a time; raises Invalid when the file cannot be opened."""
    with Source(path) as source:
        yield from orders_in(source)


def orders_in(source: Source) -> Iterator[Incoming | BadRow]:
    """The same for an open file, whose `position` then tells how far the reading has come."""
    start = source.head.lstrip()
    stranger = next((name for magic, name in STRANGERS.items() if source.first_bytes.startswith(magic)), None)
    if stranger or not start:
        yield BadRow("line 1", f"the file is {stranger or 'empty'}: export the orders as CSV or JSON")
    elif start[0] in "[{":
        yield from own_json.read(source)
    else:
        yield from _read_table(open_table(source))


def _read_table(table: Table) -> Iterator[Incoming | BadRow]:
    shape = next((shape for shape in (shopify, own_csv) if set(table.header) >= shape.TELLING), None)
    if shape is None:
        wanted = " or ".join(", ".join(sorted(shape.NEEDED)) for shape in (own_csv, shopify))
        yield BadRow(table.place, f"these are not the columns of an order list; needed are {wanted}")
    elif missing := sorted(shape.NEEDED - set(table.header)):
        yield BadRow(table.place, f"the header lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}")
    else:
        yield from shape.read(table)
