"""Shopify's "Orders" CSV export: one row per line item, an order's columns filled on its first row only."""

from collections.abc import Iterator

from helpdesk.orders.formats.incoming import BadRow, Incoming, Part
from helpdesk.orders.formats.table import Row, Run, Table

ORDER = {
    "number": "Name",
    "email": "Email",
    "currency": "Currency",
    "shipping": "Shipping",
    "discount": "Discount Amount",
    "total": "Total",
    "payment_method": "Payment Method",
    "placed_at": "Created at",
    "paid_at": "Paid at",
    "shipped_at": "Fulfilled at",
    "cancelled_at": "Cancelled at",
}
LINE = {
    "sku": "Lineitem sku",
    "title": "Lineitem name",
    "quantity": "Lineitem quantity",
    "unit_price": "Lineitem price",
    "line_discount": "Lineitem discount",
}
LABELS = ORDER | LINE
TELLING = frozenset({"name", "lineitem name"})
NEEDED = TELLING | {"created at", "lineitem quantity", "lineitem price"}
#: What a status says when its moment is missing, furthest first. Shopify does not know deliveries.
STAGES = [
    ("fulfillment status", {"fulfilled"}, "shipped"),
    ("fulfillment status", {"partial"}, "processing"),
    ("financial status", {"paid", "partially_refunded", "refunded"}, "paid"),
]
ADDRESS = ("address1", "address2", "city", "province", "zip", "country")


def read(table: Table) -> Iterator[Incoming | BadRow]:
    """The orders of the table."""
    for run in table.runs("name"):
        yield _order(run)


def _order(run: Run) -> Incoming:
    first = run.rows[0]
    texts = {name: _cell(first, column) for name, column in ORDER.items()}
    phone = next((side for side in ("billing", "shipping") if _cell(first, f"{side} phone")), "billing")
    texts |= {
        "name": _cell(first, "shipping name") or _cell(first, "billing name"),
        "phone": _cell(first, f"{phone} phone"),
        "ship_to": ", ".join(filter(None, (_cell(first, f"shipping {part}") for part in ADDRESS))),
        "ship_country": _two_letters(_cell(first, "shipping country")),
        "stage": next((stage for column, words, stage in STAGES if _cell(first, column).lower() in words), ""),
    }
    # A row without a line item carries a further tax, refund or note of the order.
    lines = [_line(row, _cell(first, "tags")) for row in run.rows if any(_cell(row, name) for name in LINE.values())]
    country = _cell(first, f"{phone} country")
    return Incoming(run.place, texts, lines, [], bad=run.bad, labels=LABELS, phone_country=country)


def _line(row: Row, tags: str) -> Part:
    return Part(row.place, {name: _cell(row, column) for name, column in LINE.items()} | {"tags": tags})


def _two_letters(country: str) -> str:
    # Most exports write the code; a country's name in whatever language says nothing that could be relied on.
    return country if len(country) == 2 else ""


def _cell(row: Row, column: str) -> str:
    # An apostrophe in front keeps spreadsheets from doing sums with postcodes and phones.
    return row.cells.get(column.lower(), "").strip().removeprefix("'")
