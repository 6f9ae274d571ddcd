"""Opening hours as a person writes them, checked with every mistake named."""

import itertools
import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from helpdesk.stores.hours import WEEK, public_holidays, shifts

COUNTRY = r"^[A-Z]{2}$"
SPAN = re.compile(r"([0-9]{1,2}:[0-5][0-9])-([0-9]{1,2}:[0-5][0-9])")
Strict = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"“{name}” is not a time zone like Europe/Istanbul") from None
    return name


def _span(text: str) -> str:
    times = SPAN.fullmatch(text)
    ((start, end),) = shifts([times.groups()]) if times else [(0, 0)]
    if not start < end <= 24 * 60:
        raise ValueError(f"“{text}” is not a span like 09:00-12:00 (closing after opening, 24:00 at the latest)")
    return text


Span = Annotated[str, AfterValidator(_span)]


class Holidays(BaseModel):
    """[hours.holidays]: whose public holidays the shop keeps."""

    model_config = Strict
    country: Annotated[str, Field(pattern=COUNTRY)]
    region: Annotated[str, Field(max_length=10)] | None = None

    @model_validator(mode="after")
    def _known(self) -> "Holidays":
        public_holidays(self.country, self.region, [2026])
        return self


class Special(BaseModel):
    """[[hours.special]]: a day with other hours; none: closed."""

    model_config = Strict
    on: date
    name: Annotated[str, Field(min_length=1, max_length=120)]
    hours: list[Span] = []


class Hours(BaseModel):
    """[hours]: when somebody is there, in local wall time."""

    model_config = Strict
    timezone: Annotated[str, AfterValidator(_zone)]
    weekly: dict[str, list[Span]]
    holidays: Holidays | None = None
    special: list[Special] = []

    @model_validator(mode="after")
    def _sound(self) -> "Hours":
        for day, spans in self.weekly.items():
            if day not in WEEK:
                raise ValueError(f"weekly.{day}: days are called {', '.join(WEEK)}")
            _apart(day, spans)
        for special in self.special:
            _apart(f"special {special.on}", special.hours)
            if sum(other.on == special.on for other in self.special) > 1:
                raise ValueError(f"special {special.on}: this day is there twice")
        return self


def pairs(spans: Iterable[str]) -> list[Any]:
    """Spans as they are kept: [["09:00", "12:00"]]."""
    return [span.split("-") for span in spans]


def as_written(hours: Iterable[Iterable[str]]) -> list[str]:
    """Spans as a person writes them: ["09:00-12:00"]."""
    return ["-".join(span) for span in hours]


def _apart(name: str, spans: list[str]) -> None:
    ordered = shifts(span.split("-") for span in spans)
    for (_, closes), (opens, _) in itertools.pairwise(ordered):
        if opens < closes:
            raise ValueError(f"{name}: the shifts overlap")
