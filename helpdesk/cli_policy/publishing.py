"""flask policy check and publish: files come in here."""

import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import click

from helpdesk import policies
from helpdesk.cli_policy import words
from helpdesk.cli_policy.stores import FILE, plainly, print_lines, the_store
from helpdesk.core.db import db
from helpdesk.policies import BadPolicy, PolicyEdition, editions_of
from helpdesk.stores import Store


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=FILE)
def check_command(files: tuple[Path, ...]) -> None:
    """Say everything that is wrong with FILES and try their examples; ends with 1 if anything is wrong."""
    sound = [_is_sound(path) for path in files]
    sys.exit(0 if all(sound) else 1)


def _is_sound(path: Path) -> bool:
    try:
        edition = policies.read_policy_file(path)
    except BadPolicy as problem:
        click.echo(problem.message, err=True)
        return False
    failed = policies.failures(edition)
    for remark in (*policies.remarks(edition), *failed):
        click.echo(f"{path.name}: {remark}", err=True)
    verdict = f"not sound, its examples do not hold ({len(failed)} differ)" if failed else "sound"
    click.echo(f"{path.name}: {verdict}; {policies.size_in_words(edition)}")
    return not failed


@click.command("publish")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--store", "slug", help="Refuse files that are for another store than this.")
def publish_command(files: tuple[Path, ...], slug: str | None) -> None:
    """Put FILES in force from their effective days on: all of them or none. A published edition is never changed."""
    with plainly():
        texts: dict[str, dict[str, str]] = {}
        for path in files:
            edition = policies.read_policy_file(path)
            texts.setdefault(slug or edition.store, {})[str(path)] = path.read_text(encoding="utf-8-sig")
        told = [line for name, given in texts.items() for line in publish_texts(the_store(name), given)]
    db.session.commit()
    print_lines(told)


def publish_texts(store: Store, texts: Mapping[str, str]) -> list[str]:
    """Publish editions of a store and say what that changes; the caller commits."""
    before = set(db.session.scalars(editions_of(store.id)))
    return [
        line
        for edition in policies.publish_all(store, texts)
        for line in (_no_news(edition) if edition in before else _news(edition))
    ]


def _no_news(edition: PolicyEdition) -> Iterator[str]:
    yield f"{edition.store.name}: edition “{edition.name}” was published before; nothing changes."


def _news(edition: PolicyEdition) -> Iterator[str]:
    yield (
        f"{edition.store.name}: edition “{edition.name}” is published. "
        f"It judges orders placed from {words.day_in_words(edition.effective_on)} on."
    )
    every = list(db.session.scalars(editions_of(edition.store_id)))
    older = next((old for new, old in pairwise(every) if new is edition), None)
    if older is None:
        yield "  It is the store's first: older orders are judged by it too."
        return
    yield f"  Against edition “{older.name}”:"
    yield from words.change_lines(policies.changes(older.compiled, edition.compiled))
