"""What a request may bring: never the NUL character, which PostgreSQL refuses, and no number beyond a column's range."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1


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
    app.url_value_preprocessor(_refuse_odd_path)


def _refuse_odd_path(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if "\0" in request.path:
        abort(404)


def _clean(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value
