"""How moments, money and links read on the pages."""

import calendar
from collections.abc import Callable, Hashable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g
from jinja2.runtime import Macro
from wtforms import Field

from helpdesk.core import clock
from helpdesk.core.money import Money
from helpdesk.stores import accent

MINUTE, HOUR, DAY = 60, 3600, 86400
WEEKDAYS = calendar.day_abbr[:]
MONTHS = calendar.month_abbr[:]


def init_app(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.filters.update(
        moment=moment, day=day, combine=combine, until=until, ink=ink, iso_moment=iso_moment, clock_time=clock_time
    )
    app.jinja_env.globals.update(now=clock.now, money=money, once=once, blank=blank)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


MOST_KEPT = 2000


def once(macro: Macro) -> Callable[..., str]:
    """The macro, made to draw only once what it is asked for: for marks that depend on their arguments alone.

    The arguments are plain values: words, numbers, lists of them.
    """
    drawn: dict[Hashable, str] = {}

    def draw(*args: object, **named: object) -> str:
        # The kinds as well: they tell a text that may hold tags from the same text as markup, and True from 1.
        key: Hashable = args, (*named.items(),), (*map(type, args),), (*map(type, named.values()),)
        try:
            found = drawn.get(key)
        except TypeError:  # there is a list among them
            found = drawn.get(key := repr((args, named)))
        if found is None:
            if len(drawn) > MOST_KEPT:
                drawn.clear()
            found = drawn[key] = macro(*args, **named)
        return found

    return draw


_blank: dict[tuple[object, ...], str] = {}


def blank(macro: Macro, field: Field, **attributes: object) -> str:
    """A field's markup, drawn once as long as nothing was typed into it: the forms of a page begin always the same."""
    if field.errors or field.data != field.default:
        return macro(field, **attributes)
    key = (macro.name, field.id, field.name, field.label.text, field.description, field.data, *attributes.items())
    if key not in _blank:
        _blank[key] = macro(field, **attributes)
    return _blank[key]


def moment(at: datetime) -> str:
    """ "Tue 14 Jan, 16:00" in the shop's time where a page has one shop, with the year when it is another."""
    local = at.astimezone(ZoneInfo(g.get("timezone", "UTC")))
    year = "" if local.year == clock.now().year else f" {local.year}"
    date_words = f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month]}"
    return f"{date_words}{year}, {local.hour:02}:{local.minute:02}"


def day(on: date) -> str:
    """A day for people: "14 Jan 2026"."""
    return f"{on.day} {on:%b %Y}"


def combine(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two mappings as one; the second wins."""
    return {**one, **other}


def until(at: datetime) -> str:
    """ "in 3 h 12 min", or "2 h overdue"."""
    left = at - clock.now()
    return f"in {span(left)}" if left >= timedelta(0) else f"{span(-left)} overdue"


def span(time: timedelta) -> str:
    """A length of time in at most two units."""
    seconds = int(time.total_seconds())
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    if days >= 2:
        return f"{days} days"
    if days:
        return f"1 day {hours} h" if hours else "1 day"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else "less than a minute"


def ink(colour: str) -> str:
    """The colour for text upon a store's accent."""
    return accent(colour).light_ink


def iso_moment(text: str) -> str:
    """A moment that was kept as text."""
    return moment(datetime.fromisoformat(text))


def clock_time(text: str) -> str:
    """ "16:00:05" of a moment that was kept as text, with the day when it was another."""
    at = datetime.fromisoformat(text).astimezone(ZoneInfo(g.get("timezone", "UTC")))
    day = "" if at.date() == clock.now().date() else f"{at.day} {at:%b}, "
    return f"{day}{at:%H:%M:%S}"


def money(cents: int, currency: str) -> str:
    """An amount in its currency."""
    return str(Money(cents, currency))


def filesize(size: int) -> str:
    """ "340 kB" or "2.1 MB"."""
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{max(1, size // 1024)} kB"
