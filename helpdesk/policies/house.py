"""The house policy: judges at a store that has published none yet, with the figures the store promises."""

from functools import lru_cache
from pathlib import Path

from helpdesk.policies.edition import Edition
from helpdesk.policies.reading import read_policy

FILE = Path(__file__).with_name("house.toml")


@lru_cache(maxsize=64)
def house_edition(store: str, currency: str, damage_hours: int, return_days: int) -> Edition:
    """An edition of a store's promises; its name holds the figures, so that a kept decision can be replayed."""
    text = FILE.read_text(encoding="utf-8")
    for sign, value in (("store", store), ("currency", currency), ("hours", damage_hours), ("days", return_days)):
        text = text.replace(f"@{sign}@", str(value))
    return read_policy(text, FILE.name)
