"""The door for web servers (`gunicorn wsgi:app`) and for the `flask` command."""

import click

from helpdesk import create_app
from helpdesk.safety import refuse_unsafe_start

app = create_app()
command = click.get_current_context(silent=True)
if command is None or command.info_name == "run":
    # Whoever serves must be safe; a command such as `flask set-password` is how an unsafe start is mended.
    refuse_unsafe_start(app)
