"""How templates are set up."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment


class Templates(Environment):
    """Jinja's environment, quicker where each page goes through it hundreds of times."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> dict[str, Any]:
        """A template's globals as one plain mapping; Jinja's chain of two is searched in Python, name by name.

        So what is added to the environment after a template was loaded is not seen by it: everything is added here
        while the app is put together, before the first page.
        """
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    """Stands first: whoever adds filters makes the environment."""
    app.jinja_environment = Templates
