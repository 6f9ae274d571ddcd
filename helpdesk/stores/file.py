"""The file a shop writes about itself (store.toml), checked whole before anything is changed."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from email_validator import EmailNotValidError, validate_email
from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.core.language import ENGLISH, KNOWN
from helpdesk.stores.accent import accent
from helpdesk.stores.changing import change_hours
from helpdesk.stores.ladder import LadderTerms
from helpdesk.stores.promises import Promises
from helpdesk.stores.store import Store, by_host, by_slug
from helpdesk.stores.work import WorkTerms
from helpdesk.stores.written_hours import COUNTRY, Hours, Strict

Written = TypeVar("Written", bound=BaseModel)
#: Paths that belong to the house: no store may be called so.
RESERVED = {"desk", "account", "static", "api", "admin", "supervisor", "healthz", "livez", "files", "stores", "accent"}

SLUG, HOST, CURRENCY = r"^[a-z0-9][a-z0-9-]{1,58}$", r"^[a-z0-9.-]+$", r"^[A-Z]{3}$"
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


def _known(code: str) -> str:
    if code not in KNOWN:
        raise ValueError(f"there is no “{code}” here; the helpdesk speaks {', '.join(KNOWN)}")
    return code


def _spoken(codes: list[str]) -> list[str]:
    if not codes or len(set(codes)) < len(codes):
        raise ValueError("each language once is expected, the store's own first")
    return codes


class AboutTexts(BaseModel):
    """[store.also.tr]: its texts in another language."""

    model_config = Strict
    tagline: Annotated[str, Field(max_length=300)] = ""


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
    languages: Annotated[list[Annotated[str, AfterValidator(_known)]], AfterValidator(_spoken)] = [
        ENGLISH
    ]  # the first is the store's own
    also: dict[Annotated[str, AfterValidator(_known)], AboutTexts] = {}


class StoreFile(WorkTerms):
    """A whole store.toml."""

    model_config = Strict
    store: About
    hours: Hours
    promises: Promises = Promises()
    escalation: LadderTerms = LadderTerms()


def read_store_file(path: Path) -> StoreFile:
    """Read and check; raises Invalid naming the file, each field and what was expected there."""
    return read_checked(path, StoreFile)


def read_checked(path: Path, kind: type[Written]) -> Written:
    """A TOML file as what it should be; raises Invalid naming the file, each field and what was expected there."""
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as problem:
        raise Invalid(f"{path.name}: cannot be read: {problem}") from problem
    except tomllib.TOMLDecodeError as problem:
        raise Invalid(f"{path.name}: not a TOML file: {problem}") from problem
    except ValidationError as problem:
        raise Invalid("\n".join(f"{path.name}: {line}" for line in mistakes(problem))) from problem


def mistakes(problem: ValidationError) -> list[str]:
    """Each field with what was expected there."""
    return [f"{'.'.join(map(str, e['loc'])) or 'file'}: {_expected(e)}" for e in problem.errors()]


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
    change_hours(store, file.hours, made_by="the store's file", why="the store's file was loaded")
    store.work_terms = file.model_dump(mode="json", exclude_defaults=True, include=set(WorkTerms.model_fields))
    store.ladder_terms = file.escalation.model_dump(mode="json", exclude_defaults=True)
    return store


def _refuse_taken_host(about: About) -> None:
    other = db.session.scalar(by_host(about.host)) if about.host else None
    if other and other.slug != about.slug:
        raise Invalid(f"{about.slug}: store.host: {about.host} belongs to the store {other.slug} already")


def _expected(error: Any) -> str:
    given = error.get("input")
    pattern = error.get("ctx", {}).get("pattern")
    words: str = EXPECTED.get(pattern or error["type"]) or error["msg"].removeprefix("Value error, ")
    is_news = isinstance(given, str | int | float) and str(given) not in words
    return f"{words} (given: {given!r})" if is_news else words
