"""What a request may bring: no NUL (PostgreSQL refuses it), no number beyond a column, no endless text."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1
#: Only here may files come in; everywhere else a form is text alone.
UPLOADS = {"portal.report_step", "portal.write"}


class Values(ImmutableMultiDict[str, Any]):
    """Fields of a form or an address, without the character that no keyboard makes."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__([(_clean(name), _clean(value)) for name, value in pairs])


class Incoming(Request):
    """Every request of the app."""

    parameter_storage_class = Values


class RowNumber(IntegerConverter):
    """The number of a row in an address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": LARGEST, **kwargs})


def init_app(app: Flask) -> None:
    """Before the doors are registered: they use these numbers."""
    app.request_class = Incoming
    app.url_map.converters["int"] = RowNumber
    app.url_value_preprocessor(_look_at)


def _look_at(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if "\0" in request.path:
        abort(404)
    if request.is_json and request.blueprint != "api":
        abort(415)  # a form's fields are texts; JSON could hold anything in their place
    if endpoint not in UPLOADS or request.mimetype != "multipart/form-data":
        request.max_content_length = request.max_form_memory_size  # such a body is read at once


def _clean(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value
