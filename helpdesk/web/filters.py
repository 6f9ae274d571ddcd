"""How moments, money and links read on the pages."""

from collections.abc import Callable, Hashable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g
from jinja2.runtime import Macro
from wtforms import Field

from helpdesk.core import clock, figures
from helpdesk.core.figures import span
from helpdesk.core.language import _, current
from helpdesk.core.money import Money
from helpdesk.stores import accent


def init_app(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.filters.update(
        moment=moment,
        day=day,
        weekday=weekday,
        combine=combine,
        until=until,
        ink=ink,
        iso_moment=iso_moment,
        clock_time=clock_time,
        either=figures.either,
    )
    app.jinja_env.globals.update(now=clock.now, money=money, once=once, blank=blank)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


MOST_KEPT = 2000


def once(macro: Macro, most: int = MOST_KEPT, *, with_moments: bool = False) -> Callable[..., str]:
    """The macro, made to draw only once what it is asked for: for marks that depend on their arguments alone.

    The arguments are plain values: words, numbers, lists of them. At most so many drawings are kept. A mark that
    shows moments also depends on the page's time zone and, as other years are named, on the year.
    """
    drawn: dict[Hashable, str] = {}

    def draw(*args: object, **named: object) -> str:
        # The kinds as well: they tell a text that may hold tags from the same text as markup, and True from 1.
        spoken: Hashable = (current().code, *_place_and_year()) if with_moments else current().code
        key: Hashable = spoken, args, (*named.items(),), (*map(type, args),), (*map(type, named.values()),)
        try:
            found = drawn.get(key)
        except TypeError:  # there is a list among them
            found = drawn.get(key := repr((spoken, args, named)))
        if found is None:
            if len(drawn) >= most:
                drawn.clear()
            found = drawn[key] = macro(*args, **named)
        return found

    return draw


def _place_and_year() -> tuple[Hashable, int]:
    zone = g.get("timezone", "UTC")
    return zone, _year(zone, clock.now())


@lru_cache(maxsize=100)  # a page asks for every line of it, within the same second
def _year(zone: str, at: datetime) -> int:
    return at.astimezone(ZoneInfo(zone)).year


_blank: dict[tuple[object, ...], str] = {}


def blank(macro: Macro, field: Field, **attributes: object) -> str:
    """A field's markup, drawn once as long as nothing was typed into it: the forms of a page begin always the same."""
    if field.errors or field.data != field.default:
        return macro(field, **attributes)
    label = f"{field.label.text}\0{field.description}"
    key = (current().code, macro.name, field.id, field.name, label, field.data, *attributes.items())
    found = _blank.get(key)
    if found is None:
        if len(_blank) > MOST_KEPT:  # some attributes name a ticket
            _blank.clear()
        found = _blank[key] = macro(field, **attributes)
    return found


def moment(at: datetime) -> str:
    """ "Tue 14 Jan, 16:00" in the shop's time where a page has one shop, with the year when it is another."""
    local = at.astimezone(ZoneInfo(g.get("timezone", "UTC")))
    return figures.moment(local, year=local.year != clock.now().year)


def day(on: date) -> str:
    """A day for people: "14 Jan 2026"."""
    return figures.day(on, weekday=False)


def weekday(on: date) -> str:
    """A day of these weeks: "Tue 14 Jan"."""
    return figures.day(on, year=False)


def combine(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two mappings as one; the second wins."""
    return {**one, **other}


def until(at: datetime) -> str:
    """ "in 3 h 12 min", or "2 h overdue"."""
    left = at - clock.now()
    if left >= timedelta(0):
        return _("in %(time)s", time=span(left))
    return _("%(time)s overdue", time=span(-left))


def ink(colour: str) -> str:
    """The colour for text upon a store's accent."""
    return accent(colour).light_ink


def iso_moment(text: str) -> str:
    """A moment that was kept as text."""
    return moment(datetime.fromisoformat(text))


def clock_time(text: str) -> str:
    """ "16:00:05" of a moment that was kept as text, with the day when it was another."""
    at = datetime.fromisoformat(text).astimezone(ZoneInfo(g.get("timezone", "UTC")))
    day = "" if at.date() == clock.now().date() else f"{figures.day(at, weekday=False, year=False)}, "
    return f"{day}{at:%H:%M:%S}"


def money(cents: int, currency: str) -> str:
    """An amount in its currency."""
    return str(Money(cents, currency))


def filesize(size: int) -> str:
    """ "340 kB" or "2.1 MB"."""
    if size < 1024**2:
        return f"{max(1, size // 1024)} kB"
    return f"{figures.number(size / 1024**2, places=1)} MB"
