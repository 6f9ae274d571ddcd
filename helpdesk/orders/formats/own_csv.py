"""Our own CSV: one row per line item under our own names (docs/orders.md)."""

from collections.abc import Iterator

from helpdesk.orders.formats.incoming import LINE_NAMES, ORDER_NAMES, BadRow, Incoming, Part, misspelt
from helpdesk.orders.formats.table import Row, Run, Table

TELLING = frozenset({"number"})
NEEDED = frozenset({"number", "placed_at", "title", "quantity", "unit_price"})
SHIPMENT = ("carrier", "tracking_number")


def read(table: Table) -> Iterator[Incoming | BadRow]:
    """The orders of the table."""
    if words := misspelt(table.header, (*ORDER_NAMES, *LINE_NAMES, *SHIPMENT)):
        yield BadRow(table.place, f"the column {words}")
        return
    for run in table.runs("number"):
        yield _order(run)


def _order(run: Run) -> Incoming:
    texts = {name: _first(run.rows, name) for name in ORDER_NAMES}
    lines = [Part(row.place, {name: row.cells.get(name, "") for name in LINE_NAMES}) for row in run.rows]
    shipments = {tuple(row.cells.get(name, "") for name in SHIPMENT): row.place for row in reversed(run.rows)}
    parcels = [
        Part(place, dict(zip(SHIPMENT, shipment, strict=True)))
        for shipment, place in reversed(shipments.items())
        if any(shipment)
    ]
    return Incoming(run.place, texts, lines, parcels, bad=[*run.bad, *_contradictions(run, texts)])


def _first(rows: list[Row], name: str) -> str:
    return next((cell for row in rows if (cell := row.cells.get(name, "").strip())), "")


def _contradictions(run: Run, texts: dict[str, str]) -> Iterator[BadRow]:
    for row in run.rows:
        for name, text in texts.items():
            said = row.cells.get(name, "").strip()
            if said and said != text:
                yield BadRow(row.place, f"{name} is “{said[:60]}” here and “{text[:60]}” in the rows above", run.number)
