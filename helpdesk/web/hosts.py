"""Stores with a host name of their own: there the portal stands at the root."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.stores import Store

LOOK_AGAIN_AFTER = 60.0
#: First segments of paths that every host has.
SHARED = {"static", "desk", "account", "healthz", "livez"}


class StoreHosts:
    """WSGI: on help.shop.example the path /report means /shop/report, and no other store exists."""

    def __init__(self, app: Flask, inner: Callable[..., Iterable[bytes]]) -> None:
        self.app, self.inner = app, inner
        self.slugs: dict[str, str] = {}
        self.looked_at = float("-inf")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Rewrite the path where the host is a store's own."""
        path = environ.get("PATH_INFO", "")
        first = path.lstrip("/").split("/", 1)[0]
        if first not in SHARED:  # which must answer even where the database does not
            slug = self._slug_of(environ.get("HTTP_HOST", ""))
            if slug and first != slug:
                environ["PATH_INFO"] = f"/{slug}{path}"
        return self.inner(environ, start_response)

    def _slug_of(self, host: str) -> str | None:
        if time.monotonic() - self.looked_at > LOOK_AGAIN_AFTER:
            self._look()
        return self.slugs.get(host.partition(":")[0].lower())

    def _look(self) -> None:
        with self.app.app_context():
            pairs = db.session.execute(select(Store.host, Store.slug).where(Store.host.is_not(None)))
            self.slugs = {host: slug for host, slug in pairs if host}
        self.looked_at = time.monotonic()


def init_app(app: Flask) -> None:
    """Stand before the app."""
    app.wsgi_app = StoreHosts(app, app.wsgi_app)  # type: ignore[method-assign]
