"""An order as a file tells it: plain texts under our names, before anything is believed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

MOMENT_NAMES = ("placed_at", "paid_at", "processing_at", "shipped_at", "delivered_at", "cancelled_at")
ORDER_NAMES = (
    *("number", "email", "phone", "name", *MOMENT_NAMES, "stage"),
    *("currency", "shipping", "discount", "total", "payment_method", "ship_to", "ship_country"),
)
LINE_NAMES = ("sku", "title", "quantity", "unit_price", "line_discount", "product_class", "flags")
PARCEL_NAMES = ("carrier", "tracking_number", "shipped_at", "delivered_at")
#: More than any basket holds; it bounds what one order can cost us.
LINES_AT_MOST = 500


@dataclass(frozen=True)
class BadRow:
    """What cannot be taken in, where it stands, and a reason a person can act on."""

    place: str  # "line 12" of a CSV file, "item 3" of a JSON file
    reason: str
    number: str = ""

    def __str__(self) -> str:
        order = f" (order {self.number[:60]})" if self.number else ""
        return f"{self.place}{order}: {self.reason}"


@dataclass(frozen=True)
class Part:
    """One line or parcel of an order."""

    place: str
    texts: Mapping[str, str]


@dataclass
class Incoming:
    """One order of a file. `labels` are the file's own names of what we call otherwise."""

    place: str
    texts: Mapping[str, str]
    lines: list[Part]
    parcels: list[Part]
    bad: list[BadRow] = field(default_factory=list)
    labels: Mapping[str, str] = field(default_factory=dict)
    phone_country: str = ""

    @property
    def number(self) -> str:
        """The order number as written."""
        return self.texts.get("number", "")


def misspelt(names: Iterable[str], known: Iterable[str]) -> str | None:
    """Words about a name that is nearly one of ours: ignoring "deliverd_at" would lose every delivery."""
    given = set(names)
    missing = [name for name in known if name not in given]
    for name in sorted(given - set(known)):
        if close := get_close_matches(name[:60], missing, n=1, cutoff=0.85):
            return f"“{name[:60]}” is not known: is {close[0]} meant?"
    return None
