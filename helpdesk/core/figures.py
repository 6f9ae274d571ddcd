"""Days, moments, spans, numbers and lists as the language of the moment writes them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from helpdesk.core.language import ENGLISH, _, current, language, ngettext

MINUTE, HOUR, DAY = 60, 3600, 86400
#: How the house writes days in English; other languages write them as their locale does.
IN_ENGLISH = {"MMMEd": "EEE d MMM", "yMMMEd": "EEE d MMM y", "MMMd": "d MMM", "yMMMd": "d MMM y"}


def day(on: date, *, weekday: bool = True, year: bool = True) -> str:
    """A day: "Tue 14 Jan 2026", "14 Oca 2026 Sal"."""
    skeleton = f"{'y' if year else ''}MMM{'E' if weekday else ''}d"
    return _day(current().code, on.year, on.month, on.day, skeleton)


def long_day(on: date) -> str:
    """A day in full, for paper: "Tuesday 14 January 2026"."""
    pattern = "EEEE d MMMM y" if current().code == ENGLISH else "full"
    return format_date(on, pattern, locale=current().locale)


def moment(local: datetime, *, year: bool = False) -> str:
    """A moment by the clock it is given in: "Tue 14 Jan, 16:00"."""
    return f"{day(local, year=year)}, {local.hour:02}:{local.minute:02}"


def span(time: timedelta) -> str:
    """A length of time in at most two units."""
    seconds = int(time.total_seconds())
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    if days >= 2 or (days and not hours):
        return ngettext("%(number)s day", "%(number)s days", days)
    if days:
        return _("1 day %(hours)s h", hours=hours)
    if hours:
        return (
            _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes) if minutes else _("%(hours)s h", hours=hours)
        )
    return _("%(minutes)s min", minutes=minutes) if minutes else _("less than a minute")


def number(value: float, *, places: int | None = None) -> str:
    """A number without needless digits, or with so many: "2.5", "2,5"."""
    if current().code == ENGLISH:
        return f"{value:g}" if places is None else f"{value:,.{places}f}"
    pattern = "#,##0.######" if places is None else f"#,##0.{'0' * places}".rstrip(".")
    return format_decimal(value, format=pattern, locale=current().locale)


def percent(value: float) -> str:
    """A share: "15 %", "%15"."""
    return _("%(number)s %%", number=number(value))


def either(words: Sequence[str]) -> str:
    """What can be had: "a refund, a repair or a replacement"."""
    return _list(words, "or")


def together(words: Sequence[str]) -> str:
    """What belongs together: "the bowl, the mat and the lead"."""
    return _list(words, "standard")


def plain_amount(text: str | None) -> str | None:
    """An amount as it is typed in this language, with the point that programs read: "1.234,50" is "1234.50"."""
    point, group = get_decimal_symbol(current().locale), get_group_symbol(current().locale)
    if text is None or point == ".":
        return text
    is_grouped = re.fullmatch(rf"-?\d{{1,3}}({re.escape(group)}\d{{3}})+", text.strip())
    return text.replace(group, "").replace(point, ".") if point in text or is_grouped else text


def _list(words: Sequence[str], style: Literal["or", "standard"]) -> str:
    if len(words) < 2:
        return "".join(words)
    locale = "en_GB" if current().code == ENGLISH else current().locale
    return format_list(list(words), style=style, locale=locale)


@lru_cache(maxsize=4096)
def _day(code: str, year: int, month: int, number: int, skeleton: str) -> str:
    locale = language(code).locale
    pattern = IN_ENGLISH[skeleton] if code == ENGLISH else locale.datetime_skeletons[skeleton]
    return format_date(date(year, month, number), pattern, locale=locale)
