"""How the values of filters are read (pure)."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from helpdesk.search.letters import fold
from helpdesk.search.words import Misread, Reader

AGO = re.compile(r"(\d{1,4})(d|w|m|y)", re.ASCII)
DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
NAMED = {"today": 0, "yesterday": 1}
#: Zones lie up to 14 hours from UTC, and a moment must stay a moment there.
EARLIEST, LATEST = date(1900, 1, 1), date(9000, 1, 1)


def a_text(typed: str, today: date) -> str:
    """Any words."""
    if not typed:
        raise Misread("say what to look for, without a space behind the colon.")
    return typed


def a_day(typed: str, today: date) -> date:
    """A day: 2026-01-10, today, yesterday, or how long ago: 7d, 2w, 3m, 1y."""
    if typed.lower() in NAMED:
        return today - timedelta(days=NAMED[typed.lower()])
    if ago := AGO.fullmatch(typed.lower()):
        return max(EARLIEST, today - timedelta(days=min(int(ago[1]) * DAYS[ago[2]], 40_000)))
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = LATEST
    if not (EARLIEST <= day < LATEST) or len(typed) != len("2026-01-10"):
        raise Misread(f"“{typed}” is not a day. Write it like 2026-01-10, today, yesterday or 7d (seven days ago).")
    return day


def one_of(words: Mapping[str, Any]) -> Reader:
    """One of these words, or several with commas between; the value is a tuple of what they stand for."""

    def read(typed: str, today: date) -> tuple[Any, ...]:
        asked = [_key(each) for each in typed.split(",") if each.strip()]
        unknown = [each for each in asked if each not in known]
        if unknown or not asked:
            raise Misread(f"“{', '.join(unknown)}” is not one of {', '.join(words)}.")
        return tuple(dict.fromkeys(known[each] for each in asked))

    known = {_key(word): meaning for word, meaning in words.items()}
    return read


def _key(word: str) -> str:
    return re.sub(r"[\W_]", "", fold(word))
