"""`flask search-index`: is the index of words right, and make it anew."""

import sys

import click

from helpdesk import search
from helpdesk.core.db import db


@click.command("search-index")
@click.option("--rebuild", is_flag=True, help="Read every message again, in one transaction.")
def search_index_command(rebuild: bool) -> None:
    """Say whether search finds everything; with --rebuild make sure of it."""
    if rebuild:
        search.rebuild()
        db.session.commit()
        click.echo("Every message was read again.")
    elif search.is_whole():
        click.echo("The index of words is kept, and has the newest message.")
    else:
        click.echo("The index of words is not kept right: run “flask search-index --rebuild”.")
        sys.exit(1)
