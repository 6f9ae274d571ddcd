"""The file a shop writes about itself (store.toml), checked whole before anything is changed."""

import itertools
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from email_validator import EmailNotValidError, validate_email
from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.stores.accent import accent
from helpdesk.stores.hours import WEEK, keep_holidays, public_holidays, refuse_if_never_open, shifts
from helpdesk.stores.promises import Promises
from helpdesk.stores.store import SpecialDay, Store, by_host, by_slug

#: Paths that belong to the house: no store may be called so.
RESERVED = {"desk", "account", "static", "api", "admin", "supervisor", "healthz", "livez", "files", "stores", "accent"}

SLUG, HOST, COUNTRY, CURRENCY = r"^[a-z0-9][a-z0-9-]{1,58}$", r"^[a-z0-9.-]+$", r"^[A-Z]{2}$", r"^[A-Z]{3}$"
#: What a shop's manager reads where pydantic, or a pattern, would speak to programmers.
EXPECTED = {
    SLUG: "2 to 59 lower-case letters, digits and hyphens are expected, like casa-petto",
    HOST: "a bare host name in lower case is expected, like help.shop.example",
    COUNTRY: "two capital letters are expected, like TR",
    CURRENCY: "three capital letters are expected, like EUR",
    "missing": "this is missing",
    "extra_forbidden": "there is no such field; is it misspelt?",
    "string_type": "text in quotes is expected",
    "string_too_short": "this cannot be empty",
    "list_type": "a list in square brackets is expected",
    "model_type": "fields are expected here, like { hours = 24 }",
    "date_from_datetime_parsing": "a day is expected, like 2026-12-24",
}


def _address(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as problem:
        raise ValueError(str(problem)) from problem


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"“{name}” is not a time zone like Europe/Istanbul") from None
    return name


def _colour(text: str) -> str:
    accent(text)
    return text


def _not_reserved(slug: str) -> str:
    if slug in RESERVED:
        raise ValueError(f"“{slug}” is a path of the helpdesk itself; choose another")
    return slug


def _region(code: str) -> str:
    if code not in SUPPORTED_REGIONS:
        raise ValueError(f"“{code}” is not a country like TR")
    return code


def _span(text: str) -> str:
    times = SPAN.fullmatch(text)
    ((start, end),) = shifts([times.groups()]) if times else [(0, 0)]
    if not start < end <= 24 * 60:
        raise ValueError(f"“{text}” is not a span like 09:00-12:00 (closing after opening, 24:00 at the latest)")
    return text


SPAN = re.compile(r"([0-9]{1,2}:[0-5][0-9])-([0-9]{1,2}:[0-5][0-9])")
Span = Annotated[str, AfterValidator(_span)]
Strict = ConfigDict(extra="forbid", str_strip_whitespace=True)


class About(BaseModel):
    """[store]: who it is and how a person is reached."""

    model_config = Strict
    slug: Annotated[str, Field(pattern=SLUG), AfterValidator(_not_reserved)]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    tagline: Annotated[str, Field(max_length=300)] = ""
    host: Annotated[str, Field(pattern=HOST, max_length=200)] | None = None
    email: Annotated[str, AfterValidator(_address)]
    phone: Annotated[str, Field(max_length=40)] = ""
    address: Annotated[str, Field(max_length=300)] = ""
    country: Annotated[str, Field(pattern=COUNTRY), AfterValidator(_region)]
    currency: Annotated[str, Field(pattern=CURRENCY)]
    accent: Annotated[str, AfterValidator(_colour)]


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


class StoreFile(BaseModel):
    """A whole store.toml."""

    model_config = Strict
    store: About
    hours: Hours
    promises: Promises = Promises()


def read_store_file(path: Path) -> StoreFile:
    """Read and check; raises Invalid naming the file, each field and what was expected there."""
    try:
        return StoreFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as problem:
        raise Invalid(f"{path.name}: cannot be read: {problem}") from problem
    except tomllib.TOMLDecodeError as problem:
        raise Invalid(f"{path.name}: not a TOML file: {problem}") from problem
    except ValidationError as problem:
        lines = [f"{path.name}: {'.'.join(map(str, e['loc'])) or 'file'}: {_expected(e)}" for e in problem.errors()]
        raise Invalid("\n".join(lines)) from problem


def load_store(file: StoreFile) -> Store:
    """Make the store or bring it up to date; the same file twice changes nothing. The caller commits."""
    _refuse_taken_host(file.store)
    store = db.session.scalar(by_slug(file.store.slug))
    if store is None:
        store = Store(slug=file.store.slug, calendar_version=0)
        db.session.add(store)
    for field, value in file.store.model_dump().items():
        setattr(store, field, value)
    store.promise_terms = file.promises.model_dump(mode="json", exclude_none=True)
    _load_hours(store, file.hours)
    return store


def _refuse_taken_host(about: About) -> None:
    other = db.session.scalar(by_host(about.host)) if about.host else None
    if other and other.slug != about.slug:
        raise Invalid(f"{about.slug}: store.host: {about.host} belongs to the store {other.slug} already")


def _load_hours(store: Store, hours: Hours) -> None:
    before = _hours_as_plain(store)
    kept_before = store.holiday_country, store.holiday_region
    store.timezone = hours.timezone
    store.weekly_hours = {day: [span.split("-") for span in spans] for day, spans in hours.weekly.items()}
    store.holiday_country = hours.holidays.country if hours.holidays else None
    store.holiday_region = hours.holidays.region if hours.holidays else None
    _load_special_days(store, hours, has_moved=kept_before != (store.holiday_country, store.holiday_region))
    version = store.calendar_version
    year = clock.now().year
    keep_holidays(store, range(year - 1, year + 3))
    store.calendar_version = version if before == _hours_as_plain(store) else version + 1
    try:
        refuse_if_never_open(store, clock.now())
    except ValueError as problem:
        raise Invalid(f"{store.slug}: hours: {problem}") from problem


def _load_special_days(store: Store, hours: Hours, *, has_moved: bool) -> None:
    today = clock.now().date()
    wanted = {special.on: special for special in hours.special}
    kept = {day.on: day for day in store.special_days if not day.is_public_holiday or day.on in wanted}
    for day in list(store.special_days):
        # Holidays of the past explain promises already made; those to come are no longer the store's.
        is_gone = not day.is_public_holiday or (has_moved and day.on > today)
        if is_gone and day.on not in wanted:
            store.special_days.remove(day)
    db.session.flush()  # the same day may come back as a holiday, and must be gone before
    for on, special in wanted.items():
        day = kept.get(on) or SpecialDay(on=on)
        if on not in kept:
            store.special_days.append(day)
        day.name, day.hours, day.is_public_holiday = special.name, [s.split("-") for s in special.hours], False


def _hours_as_plain(store: Store) -> list[Any]:
    special = sorted((day.on, tuple(map(tuple, day.hours))) for day in store.special_days)
    return [store.timezone, store.weekly_hours, special]


def _apart(name: str, spans: list[str]) -> None:
    ordered = shifts(span.split("-") for span in spans)
    for (_, closes), (opens, _) in itertools.pairwise(ordered):
        if opens < closes:
            raise ValueError(f"{name}: the shifts overlap")


def _expected(error: Any) -> str:
    given = error.get("input")
    pattern = error.get("ctx", {}).get("pattern")
    words: str = EXPECTED.get(pattern or error["type"]) or error["msg"].removeprefix("Value error, ")
    is_news = isinstance(given, str | int | float) and str(given) not in words
    return f"{words} (given: {given!r})" if is_news else words
