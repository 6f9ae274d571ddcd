"""Which store and which edition is meant by what was typed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from helpdesk import policies, returns
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.policies import Edition, PolicyEdition, editions_of
from helpdesk.stores import Store, all_stores, by_slug

#: What an edition is called that a store has without publishing any.
HOUSE = "house"
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@contextmanager
def plainly() -> Iterator[None]:
    """What goes wrong inside is said in words, and ends the command with 1."""
    try:
        yield
    except Problem as problem:
        raise click.ClickException(problem.message) from problem


def the_store(slug: str) -> Store:
    """The store of this short name."""
    if store := db.session.scalar(by_slug(slug)):
        return store
    known = ", ".join(store.slug for store in db.session.scalars(all_stores())) or "none yet"
    raise click.ClickException(f"There is no store “{slug}”. Stores here: {known}.")


def today_at(store: Store) -> date:
    """The store's local day."""
    return clock.now().astimezone(ZoneInfo(store.timezone)).date()


def edition_of(store: Store, name: str | None = None, on: date | None = None) -> tuple[Edition, str]:
    """The edition of this name, or in force on this day (today); compiled, and as it was written."""
    if name == HOUSE:
        return _house(store)
    edition = _by_name(store, name) if name else policies.in_force_on(store.id, on or today_at(store))
    return (edition.compiled, edition.text) if edition else _house(store)


def _by_name(store: Store, name: str) -> PolicyEdition:
    every = db.session.scalars(editions_of(store.id)).all()
    for edition in every:
        if edition.name == name:
            return edition
    known = ", ".join([*(edition.name for edition in every), HOUSE])
    raise click.ClickException(f"{store.name} has no edition “{name}”. Its editions: {known}.")


def _house(store: Store) -> tuple[Edition, str]:
    return returns.house_of(store), policies.house_text(store.slug, store.currency, *returns.promised(store))


def named(name: str) -> Edition:
    """What FILE, STORE or STORE:EDITION means."""
    if Path(name).is_file():
        return policies.read_policy_file(Path(name))
    slug, _, edition = name.partition(":")
    return edition_of(the_store(slug), edition or None)[0]


def print_lines(lines: Iterable[str]) -> None:
    """One after the other, as they are made."""
    for line in lines:
        click.echo(line)
