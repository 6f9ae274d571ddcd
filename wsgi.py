"""The door for web servers (`gunicorn wsgi:app`) and for the `flask` command."""

import sys

import click

from helpdesk import create_app
from helpdesk.core.memory import settle
from helpdesk.safety import refuse_unsafe_start

#: What gunicorn takes for "this app will not load": it stops, where any other code would start it again and again.
APP_WILL_NOT_LOAD = 4

app = create_app()
command = click.get_current_context(silent=True)
if command is None or command.info_name == "run":
    # Whoever serves must be safe; a command such as `flask set-password` is how an unsafe start is mended.
    try:
        refuse_unsafe_start(app)
    except SystemExit as refusal:
        click.echo(refusal.code, err=True)
        sys.exit(APP_WILL_NOT_LOAD)
    settle()
