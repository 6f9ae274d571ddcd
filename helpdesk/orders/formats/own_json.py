"""Our own JSON: a list of orders, one order per line (JSON Lines), or orders one after another (docs/orders.md)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from helpdesk.orders.formats.incoming import LINE_NAMES, ORDER_NAMES, PARCEL_NAMES, BadRow, Incoming, Part, misspelt
from helpdesk.orders.formats.json_stream import Cut, items_of
from helpdesk.orders.formats.source import Source

PARTS = {"lines": LINE_NAMES, "parcels": PARCEL_NAMES}


def read(source: Source) -> Iterator[Incoming | BadRow]:
    """The orders of the file; an item that is no order costs only itself."""
    for number, item in enumerate(items_of(source), start=1):
        place = f"item {number}"
        if isinstance(item, Cut):
            yield BadRow(place, item.reason)
            continue
        try:
            # Numbers stay as they are written: 19.99 is an amount of money, not a binary fraction.
            yield _order(place, json.loads(item, parse_int=str, parse_float=str, parse_constant=str))
        except json.JSONDecodeError as problem:
            yield BadRow(place, f"this is not JSON: {problem.msg} (line {problem.lineno} of the item)")
        except (ValueError, RecursionError) as problem:
            yield BadRow(place, str(problem) if isinstance(problem, ValueError) else "it is nested too deeply")


def _order(place: str, item: Any) -> Incoming:
    texts = _texts(item, ORDER_NAMES, tuple(PARTS))
    if not texts["number"]:
        raise ValueError("it has no order number; expected is a list of orders, or one order on each line")
    return Incoming(place, texts, _parts(place, item, "lines"), _parts(place, item, "parcels"))


def _parts(place: str, item: Mapping[str, Any], name: str) -> list[Part]:
    given = item.get(name)
    if given is None:
        return []
    if not isinstance(given, list):
        raise ValueError(f"{name} is not a list")
    return [
        Part(f"{place}, {name.removesuffix('s')} {number}", _texts(part, PARTS[name], ()))
        for number, part in enumerate(given, start=1)
    ]


def _texts(thing: Any, names: Sequence[str], parts: Sequence[str]) -> dict[str, str]:
    if not isinstance(thing, dict):
        raise ValueError("expected an object with names and values")
    if words := misspelt(thing, (*names, *parts)):
        raise ValueError(f"the name {words}")
    return {name: _text(name, thing.get(name)) for name in names}


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "flags" and isinstance(value, list) and all(isinstance(flag, str) for flag in value):
        return "|".join(value)
    if not isinstance(value, str):
        raise ValueError(f"{name}: expected text or a number")
    return value
