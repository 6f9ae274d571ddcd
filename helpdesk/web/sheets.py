"""Tables as files that spreadsheets open: in every language's letters, and nothing in them is worked out."""

import csv
import io
from collections.abc import Iterable

from flask import Response

#: By this a spreadsheet knows that it is UTF-8.
MARK = "\ufeff"
#: What begins like this is taken for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def send_sheet(name: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> Response:
    """The rows under their heads, to be kept as a file of this name."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(heads)
    writer.writerows([_harmless(str(cell)) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(MARK + file.getvalue(), mimetype="text/csv", headers=headers)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
