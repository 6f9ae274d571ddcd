"""An incoming order checked whole: what comes out can be stored, or every reason why not is named."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from helpdesk.orders.formats import LINES_AT_MOST, BadRow, Incoming, Part
from helpdesk.orders.formats.incoming import MOMENT_NAMES
from helpdesk.orders.lookup import number_key, phone_key
from helpdesk.orders.moments import exactly, moment_of
from helpdesk.orders.order import ProductClass, Stage
from helpdesk.orders.reading import (
    CENTS_AT_MOST,
    amount_of,
    country_of,
    currency_of,
    flags_among,
    flags_of,
    mail_of,
    quantity_of,
    text_of,
    word_of,
)
from helpdesk.stores import Store

PARCELS_AT_MOST = 50

Value = TypeVar("Value")


@dataclass(frozen=True)
class Home:
    """What has to be known of the store to read its files; held apart, so that reading needs no database."""

    country: str
    currency: str
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, store: Store, now: datetime) -> Self:
        """What this store gives to its files."""
        return cls(store.country, store.currency, ZoneInfo(store.timezone), now)


@dataclass(frozen=True)
class Checked:
    """An order that may be stored: values by the columns of Order, OrderLine and Parcel, without what was not told.

    `assumed` is for an order that is new to us.
    """

    place: str
    key: str
    values: dict[str, Any]
    assumed: dict[str, Any]
    moments: dict[str, datetime]
    stage: Stage | None
    lines: list[dict[str, Any]]
    parcels: list[dict[str, Any]]


def check(incoming: Incoming, home: Home) -> Checked | list[BadRow]:
    """The order as values, or everything that is wrong with it."""
    reader = _Reader(incoming, home)
    checked = reader.order()
    return reader.bad or checked


class _Reader:
    """Reads one order, going on after what is wrong, so that a person can mend all of it at once."""

    def __init__(self, incoming: Incoming, home: Home) -> None:
        self.incoming, self.home = incoming, home
        self.bad = list(incoming.bad)
        self.currency = home.currency

    def order(self) -> Checked:
        part = Part(self.incoming.place, self.incoming.texts)
        self.currency = self._read(part, "currency", currency_of, "", self.home.currency)
        number = self._read(part, "number", text_of, "", at_most=60)
        key = number_key(number)
        if not key:
            self._refuse(part, "number", "is missing, or has neither letter nor digit")
        moments = self._moments(part, MOMENT_NAMES)
        if "placed_at" not in moments:
            self._refuse(part, "placed_at", "is missing or wrong: policies go by when an order was placed")
        lines = [self._line(line, position) for position, line in self._few(self.incoming.lines, LINES_AT_MOST)]
        parcels = [self._parcel(parcel) for _, parcel in self._few(self.incoming.parcels, PARCELS_AT_MOST)]
        if not lines:
            self._refuse(part, "lines", "are missing: an order has at least one")
        amounts, total = self._amounts(part, lines)
        values = {"number": number} | self._buyer(part) | amounts
        values |= {"currency": self.currency} if _tells(part, "currency") else {}
        assumed = {"currency": self.currency, "total_cents": total}
        stage = self._read(part, "stage", word_of, None, Stage)
        return Checked(part.place, key, _told(values), assumed, moments, stage, lines, parcels)

    def _buyer(self, part: Part) -> dict[str, str]:
        email = self._read(part, "email", mail_of, "")
        phone = part.texts.get("phone", "").strip()
        country = self.incoming.phone_country
        key = phone_key(phone, country if re.fullmatch("[A-Z]{2}", country) else self.home.country) if phone else ""
        if phone and not key and not email:
            self._refuse(part, "phone", f"“{phone[:40]}” is not a phone number, and there is no e-mail address")
        return {
            "email": email,
            "phone_key": key,
            "customer_name": self._read(part, "name", text_of, "", at_most=120),
            "ship_to": self._read(part, "ship_to", text_of, "", at_most=400),
            "ship_country": self._read(part, "ship_country", country_of, ""),
            "payment_method": self._read(part, "payment_method", text_of, "", at_most=60),
        }

    def _amounts(self, part: Part, lines: list[dict[str, Any]]) -> tuple[dict[str, int], int]:
        """The amounts told, and what was paid in all."""
        shipping, discount, total = (self._amount(part, name) for name in ("shipping", "discount", "total"))
        told = {"shipping": shipping, "discount": discount, "total": total}
        if not _tells(part, "total"):
            goods = sum(line["quantity"] * line["unit_cents"] - line.get("discount_cents", 0) for line in lines)
            total = goods + shipping - discount
        if not 0 <= total <= CENTS_AT_MOST:
            self._refuse(part, "total", "comes out negative" if total < 0 else "is more than an order can cost")
        return {f"{name}_cents": cents for name, cents in told.items() if _tells(part, name)}, total

    def _line(self, part: Part, position: int) -> dict[str, Any]:
        sku, title = (self._read(part, name, text_of, "", at_most=most) for name, most in (("sku", 80), ("title", 300)))
        quantity, unit = self._read(part, "quantity", quantity_of, 1), self._amount(part, "unit_price")
        discount = self._amount(part, "line_discount")
        flags = self._read(part, "flags", flags_of, list[str]()) or flags_among(part.texts.get("tags", ""))
        if not title and not sku:
            self._refuse(part, "title", "is missing")
        if not _tells(part, "unit_price"):
            self._refuse(part, "unit_price", "is missing")
        if discount > quantity * unit:
            self._refuse(part, "line_discount", "is more than the line costs")
        told = {
            "discount_cents": discount if _tells(part, "line_discount") else None,
            "product_class": self._read(part, "product_class", word_of, None, ProductClass),
            "flags": flags or None,
        }
        line = {"position": position, "sku": sku, "title": title or sku, "quantity": quantity, "unit_cents": unit}
        return line | _told(told)

    def _parcel(self, part: Part) -> dict[str, Any]:
        carrier, number = (self._read(part, name, text_of, "", at_most=80) for name in ("carrier", "tracking_number"))
        moments = self._moments(part, ("shipped_at", "delivered_at"))
        if len(moments) == 2 and moments["delivered_at"] < moments["shipped_at"]:
            self._refuse(part, "delivered_at", "is before shipped_at")
        return {"tracking_number": number, **_told({"carrier": carrier}), **moments}

    def _moments(self, part: Part, names: tuple[str, ...]) -> dict[str, datetime]:
        read = {name: self._read(part, name, moment_of, None, self.home.zone, self.home.now) for name in names}
        known = {name: moment for name, moment in read.items() if moment}
        return {name: exactly(name, moment, known.get("placed_at"), self.home.zone) for name, moment in known.items()}

    def _few(self, parts: list[Part], at_most: int) -> Iterator[tuple[int, Part]]:
        if len(parts) > at_most:
            self._refuse(parts[at_most], "lines", f"and parcels: an order has at most {at_most} of them")
        yield from enumerate(parts[:at_most], start=1)

    def _amount(self, part: Part, name: str) -> int:
        return self._read(part, name, amount_of, 0, self.currency)

    def _read(
        self, part: Part, name: str, reader: Callable[..., Value], default: Value, *args: Any, **limits: int
    ) -> Value:
        try:
            return reader(part.texts.get(name, ""), *args, **limits)
        except ValueError as problem:
            self._refuse(part, name, str(problem))
            return default

    def _refuse(self, part: Part, name: str, reason: str) -> None:
        label = self.incoming.labels.get(name, name)
        self.bad.append(BadRow(part.place, f"{label} {reason}", self.incoming.number))


def _tells(part: Part, name: str) -> bool:
    return bool(part.texts.get(name, "").strip())


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: that a file says nothing does not mean that there is nothing."""
    return {name: value for name, value in values.items() if value not in (None, "")}
