"""Order files for the tests, said in as few words as matter."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SHOPIFY_COLUMNS = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Phone,Billing Country,Shipping Name,Shipping Address1,"
    "Shipping City,Shipping Zip,Shipping Country,Shipping Phone,Cancelled at,Payment Method,Id,Tags,Lineitem discount"
).split(",")

ORDER = {"number": "1001", "email": "ada@example.com", "placed_at": "2026-03-02T10:00:00Z"}
LINE = {"sku": "BALL-1", "title": "Rubber ball", "quantity": "2", "unit_price": "4.50"}
SHOPIFY_ORDER = {
    "Name": "#1001",
    "Email": "ada@example.com",
    "Currency": "USD",
    "Created at": "2026-03-01 10:00:00 +0200",
    "Total": "24.00",
}
SHOPIFY_LINE = {"Lineitem sku": "BALL-1", "Lineitem name": "Ball", "Lineitem quantity": "2", "Lineitem price": "4.50"}


def own_row(**cells: str) -> dict[str, str]:
    """A sound row of our own CSV with these cells instead."""
    return ORDER | LINE | cells


def own_csv(rows: Iterable[dict[str, str]], *, delimiter: str = ",", end: str = "\n") -> str:
    """Our own CSV with every column that occurs."""
    rows = list(rows)
    return _csv(list(dict.fromkeys(name for row in rows for name in row)), rows, delimiter, end)


def shopify_csv(*rows: dict[str, str]) -> str:
    """Shopify's export."""
    return _csv(SHOPIFY_COLUMNS, rows, ",", "\n")


def order(**values: Any) -> dict[str, Any]:
    """A sound order of our own JSON with these values instead."""
    return ORDER | {"lines": [LINE]} | values


def written(folder: Path, content: str | bytes | list[Any], name: str = "orders") -> Path:
    """The file with this content; a list is written as JSON."""
    if isinstance(content, list):
        content = json.dumps(content)
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _csv(columns: list[str], rows: Iterable[dict[str, str]], delimiter: str, end: str) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
