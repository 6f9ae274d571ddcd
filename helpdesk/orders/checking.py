"""An incoming order checked whole: what comes out can be stored, or every reason why not is named."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from helpdesk.orders.formats import LINES_AT_MOST, BadRow, Incoming, Part
from helpdesk.orders.formats.incoming import MOMENT_NAMES
from helpdesk.orders.lookup import number_key, phone_key
from helpdesk.orders.order import Flag, ProductClass, Stage
from helpdesk.orders.reading import (
    CENTS_AT_MOST,
    Moment,
    amount_of,
    currency_of,
    end_of_day,
    mail_of,
    moment_of,
    quantity_of,
    text_of,
)
from helpdesk.stores import Store

PARCELS_AT_MOST = 50

Value = TypeVar("Value")
Words = TypeVar("Words", bound=StrEnum)


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
    """An order that may be stored: values by the columns of Order, OrderLine and Parcel."""

    place: str
    key: str
    values: dict[str, Any]
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
        values = {"number": number, "currency": self.currency} | self._buyer(part) | self._amounts(part, lines)
        stage = self._read(part, "stage", _word_of, None, Stage)
        return Checked(part.place, key, values, moments, stage, lines, parcels)

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
            "payment_method": self._read(part, "payment_method", text_of, "", at_most=60),
        }

    def _amounts(self, part: Part, lines: list[dict[str, Any]]) -> dict[str, int]:
        shipping, discount = (self._amount(part, name) for name in ("shipping", "discount"))
        goods = sum(line["quantity"] * line["unit_cents"] - line["discount_cents"] for line in lines)
        given = bool(part.texts.get("total", "").strip())
        total = self._amount(part, "total") if given else goods + shipping - discount
        if not 0 <= total <= CENTS_AT_MOST:
            self._refuse(part, "total", "comes out negative" if total < 0 else "is more than an order can cost")
        return {"shipping_cents": shipping, "discount_cents": discount, "total_cents": total}

    def _line(self, part: Part, position: int) -> dict[str, Any]:
        line: dict[str, Any] = {
            "position": position,
            "sku": self._read(part, "sku", text_of, "", at_most=80),
            "title": self._read(part, "title", text_of, "", at_most=300),
            "quantity": self._read(part, "quantity", quantity_of, 1),
            "unit_cents": self._amount(part, "unit_price"),
            "discount_cents": self._amount(part, "line_discount"),
            "product_class": self._read(part, "product_class", _word_of, None, ProductClass) or ProductClass.OTHER,
            "flags": self._read(part, "flags", _flags_of, list[str]()) or _flags_among(part.texts.get("tags", "")),
        }
        line["title"] = line["title"] or line["sku"]
        for name in ("title", "unit_price"):
            if not part.texts.get(name, "").strip() and not (name == "title" and line["sku"]):
                self._refuse(part, name, "is missing")
        if line["discount_cents"] > line["quantity"] * line["unit_cents"]:
            self._refuse(part, "line_discount", "is more than the line costs")
        return line

    def _parcel(self, part: Part) -> dict[str, Any]:
        texts = {name: self._read(part, name, text_of, "", at_most=80) for name in ("carrier", "tracking_number")}
        moments = self._moments(part, ("shipped_at", "delivered_at"))
        shipped, delivered = moments.get("shipped_at"), moments.get("delivered_at")
        if shipped and delivered and delivered < shipped:
            self._refuse(part, "delivered_at", "is before shipped_at")
        return {**texts, "shipped_at": shipped, "delivered_at": delivered}

    def _moments(self, part: Part, names: tuple[str, ...]) -> dict[str, datetime]:
        read = {name: self._read(part, name, moment_of, None, self.home.zone, self.home.now) for name in names}
        known = {name: moment for name, moment in read.items() if moment}
        return {name: self._exactly(name, moment, known.get("placed_at")) for name, moment in known.items()}

    def _exactly(self, name: str, moment: Moment, placed: Moment | None) -> datetime:
        if not moment.is_day:
            return moment.at
        if name == "delivered_at":  # the customer's deadlines start with the end of the day, DOMAIN 4
            return end_of_day(moment.at, self.home.zone)
        zone = self.home.zone
        on_the_day_placed = placed and placed.at.astimezone(zone).date() == moment.at.astimezone(zone).date()
        return placed.at if placed and on_the_day_placed else moment.at

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


def _word_of(text: str, words: type[Words]) -> Words | None:
    word = re.sub(r"[\s-]+", "_", text.strip().lower())
    if word and word not in list(words):
        raise ValueError(f"“{text[:40]}” is not one of {', '.join(words)}")
    return words(word) if word else None


def _flags_of(text: str) -> list[str]:
    flags = {_word_of(word, Flag) for word in re.split("[|,;]", text)}
    return [flag.value for flag in Flag if flag in flags]


def _flags_among(text: str) -> list[str]:
    words = {re.sub(r"[\s-]+", "_", word.strip().lower()) for word in text.split(",")}
    return [flag.value for flag in Flag if flag in words]
