"""The door for order files: flask import-orders STORE FILE."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.orders.feed import Report, import_orders
from helpdesk.stores import Store, all_stores, by_slug


@click.command("import-orders")
@click.argument("store")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_orders_command(store: str, file: Path) -> None:
    """Import orders of STORE (its short name) from FILE: Shopify CSV, our CSV, JSON, JSON Lines.

    Sound orders are taken in, the others are listed and make the command end with 1. Importing a file again is safe.
    """
    report = _import(_the_store(store), file)
    for line in report.lines():
        click.echo(line)
    sys.exit(1 if report.bad_count else 0)


def _the_store(slug: str) -> Store:
    if store := db.session.scalar(by_slug(slug)):
        return store
    known = ", ".join(store.slug for store in db.session.scalars(all_stores())) or "none yet"
    raise click.ClickException(f"There is no store “{slug}”. Stores here: {known}.")


def _import(store: Store, file: Path) -> Report:
    with click.progressbar(length=file.stat().st_size, label=f"Importing {file.name}", file=sys.stderr) as bar:
        try:
            return import_orders(store, file, commit=db.session.commit, progress=lambda at: bar.update(at - bar.pos))
        except Problem as problem:
            raise click.ClickException(problem.message) from problem
