"""flask policy list, show, diff and template: what is published, and what a file can begin with."""

from datetime import datetime, timedelta

import click

from helpdesk import policies, returns
from helpdesk.cli_policy import words
from helpdesk.cli_policy.stores import HOUSE, edition_of, named, plainly, print_lines, the_store, today_at
from helpdesk.core.db import db
from helpdesk.policies import editions_of
from helpdesk.stores import all_stores

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("list")
@click.argument("slug", metavar="[STORE]", required=False)
def list_command(slug: str | None) -> None:
    """List the editions of STORE, or of every store, the newest first."""
    stores = [the_store(slug)] if slug else db.session.scalars(all_stores()).all()
    for store in stores:
        click.echo(f"{store.name} ({store.slug})")
        judging = policies.in_force(store)
        for edition in db.session.scalars(editions_of(store.id)):
            mark = "in force" if edition is judging else ""
            who = f" by {edition.published_by.name}" if edition.published_by else ""
            click.echo(
                f"  {edition.name:<20}  from {edition.effective_on}  {mark:<8}  {edition.title}, "
                f"published {edition.published_at:%Y-%m-%d}{who}"
            )
        if judging is None:
            click.echo(f"  {HOUSE:<20}  nothing is published: the house policy is in force")


@click.command("show")
@click.argument("slug", metavar="STORE")
@click.option("--on", type=DAY, help="The edition for orders placed on this day.")
@click.option("--edition", "name", help="The edition of this name.")
@click.option("--source", is_flag=True, help="The file, as it was published.")
def show_command(slug: str, on: datetime | None, name: str | None, source: bool) -> None:
    """Show the edition of STORE that is in force: its clauses as customers read them, its rules in words."""
    store = the_store(slug)
    edition, written = edition_of(store, name, on.date() if on else None)
    if source:
        click.echo(written, nl=False)
    else:
        print_lines(words.edition_lines(edition))


@click.command("diff")
@click.argument("old")
@click.argument("new")
def diff_command(old: str, new: str) -> None:
    """Say in words what changed from OLD to NEW: each a file, STORE (in force today) or STORE:EDITION."""
    with plainly():
        before, after = named(old), named(new)
    click.echo(f"From {before.store} “{before.name}” to {after.store} “{after.name}”:")
    print_lines(words.change_lines(policies.changes(before, after)))


@click.command("template")
@click.argument("slug", metavar="STORE")
def template_command(slug: str) -> None:
    """Print a file to begin with: what holds at STORE by its promises, to be changed into its own policy."""
    store = the_store(slug)
    effective = today_at(store) + timedelta(days=1)
    click.echo(policies.starter(store.slug, store.currency, *returns.promised(store), effective), nl=False)
