"""The house policy: judges at a store that has published none yet, with the figures the store promises."""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

from helpdesk.policies.edition import Edition
from helpdesk.policies.reading import read_policy

FILE = Path(__file__).with_name("house.toml")
NAMED = re.compile(r"house-(\d+)-(\d+)")
#: Begins before any order was placed.
ALWAYS = date(2000, 1, 1)
ABOVE_HOUSE = (
    "# The house policy: it judges while nothing of {store}'s own is published, by what the store promises.\n\n"
)
ABOVE_STARTER = """\
# The policy of {store}: the house policy with the store's own figures, to be changed into yours.
# How to write it: docs/policy.md. Before publishing: flask policy check FILE, then flask policy whatif FILE.

"""


@lru_cache(maxsize=64)
def house_edition(store: str, currency: str, damage_hours: int, return_days: int) -> Edition:
    """An edition of a store's promises; its name holds the figures, so that a kept decision can be replayed."""
    return read_policy(house_text(store, currency, damage_hours, return_days), FILE.name)


def house_by_name(store: str, currency: str, name: str) -> Edition | None:
    """The house edition a decision was made under, by the name it was kept with."""
    figures = NAMED.fullmatch(name)
    return house_edition(store, currency, int(figures[1]), int(figures[2])) if figures else None


def house_text(store: str, currency: str, damage_hours: int, return_days: int) -> str:
    """The house policy as a file."""
    name = f"house-{damage_hours}-{return_days}"
    return ABOVE_HOUSE.format(store=store) + _filled(store, currency, damage_hours, return_days, name, ALWAYS)


def starter(store: str, currency: str, damage_hours: int, return_days: int, effective: date) -> str:
    """A file to begin with: what holds today, as an edition of the store's own from this day on."""
    name = effective.isoformat()
    return ABOVE_STARTER.format(store=store) + _filled(store, currency, damage_hours, return_days, name, effective)


def _filled(store: str, currency: str, hours: int, days: int, name: str, effective: date) -> str:
    text = FILE.read_text(encoding="utf-8")
    signs = {
        "store": store, "currency": currency, "edition": name, "effective": effective, "hours": hours, "days": days,
        "hour_after": hours + 1, "day_after": days + 1,
    }  # fmt: skip
    for sign, value in signs.items():
        text = text.replace(f"@{sign}@", str(value))
    return text
