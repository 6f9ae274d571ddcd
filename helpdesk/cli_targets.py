"""Which promises a ticket gets: flask targets STORE --issue damaged --priority urgent."""

import click
from flask.cli import with_appcontext

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.sla import NAMES, Asked, all_choices, unknown_words
from helpdesk.stores import Promises, by_slug
from helpdesk.tickets import CATEGORY_OF, Category, IssueType, Priority

KNOWN = {"issue_type": {*IssueType}, "category": {*Category}, "priority": {*Priority}}
WORDS: dict[str, set[str]] = {name: {str(word) for word in words} for name, words in KNOWN.items()}


@click.command("targets")
@click.argument("store")
@click.option("--issue", type=click.Choice([issue.value for issue in IssueType]), required=True)
@click.option("--priority", type=click.Choice([each.value for each in Priority]), default=Priority.NORMAL.value)
@with_appcontext
def targets_command(store: str, issue: str, priority: str) -> None:
    """Say which promises a ticket of STORE gets, and which row of its file says so."""
    found = db.session.scalar(by_slug(store))
    if found is None:
        raise click.ClickException(f"There is no store “{store}”; `flask seed FILE` loads one.")
    asked = Asked(CATEGORY_OF[IssueType(issue)], issue, priority)
    click.echo(f"{found.name}: {issue.replace('_', ' ')}, priority {priority}")
    for target, choice in all_choices(found.promises, asked).items():
        click.echo(f"  {NAMES[target]:<20} {choice.term.in_words:<32} {choice.because}")


def refuse_unknown_targets(slug: str, promises: Promises) -> None:
    """Raise Invalid where a row is for tickets that cannot exist."""
    if wrong := list(unknown_words(promises, WORDS)):
        raise Invalid("\n".join(f"{slug}: {line}" for line in wrong))
