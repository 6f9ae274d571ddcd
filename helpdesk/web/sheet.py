"""Tables for a spreadsheet: a file as it is downloaded."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from helpdesk.core.money import PLACES


def sheet(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file of this name, with a head and a line for each row."""
    file = io.StringIO()
    file.write("\ufeff")  # so that spreadsheets read it as UTF-8
    writer = csv.writer(file)
    writer.writerow(heads)
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(file.getvalue(), mimetype="text/csv", headers=headers)


def harmless(cell: str) -> str:
    """A spreadsheet takes what begins like this for a formula and would run it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def amount(cents: int, currency: str) -> str:
    """An amount with a point and the places of its currency, without its sign."""
    places = PLACES.get(currency, 2)
    return f"{cents / 10**places:.{places}f}"
