"""A browser without a screen, and what a person reads and fills in on a page."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk.accounts import User
from helpdesk.core.db import db
from tests import factories

NOT_READ = re.compile(r"<(script|style|svg|head)\b.*?</\1>", re.DOTALL)


class Browser(FlaskClient):
    """Every request gets an app context of its own, as on a server: nothing is left over from the one before."""

    def run_wsgi_app(self, environ: Any, buffered: bool = False) -> Any:
        db.session.commit()  # what the test has laid out is there, and what it looks at afterwards is fresh
        with self.application.app_context():
            return super().run_wsgi_app(environ, buffered=True)

    def sign_in(self, user: User) -> "Browser":
        """As this member of staff."""
        answer = self.post("/account/sign-in", data={"email": user.email, "password": factories.PASSWORD})
        assert answer.status_code == 302, read(answer)
        return self


def read(answer: TestResponse) -> str:
    """What a person reads on a page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", NOT_READ.sub(" ", answer.text))).split())


def hidden(answer: TestResponse, action: str) -> dict[str, str]:
    """The hidden fields of the page's form that leads to an address with this ending."""
    forms = _Forms()
    forms.feed(answer.text)
    return next(fields for address, fields in forms.found if address.endswith(action))


def at_once(count: int, press: Callable[[], Any]) -> list[Any]:
    """What so many presses at the same moment are answered."""
    with ThreadPoolExecutor(count) as people:
        return [answer.result() for answer in [people.submit(press) for _ in range(count)]]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif tag == "input" and given.get("type") == "hidden" and self.found:
            self.found[-1][1][given["name"]] = given.get("value", "")
