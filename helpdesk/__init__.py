"""Helpdesk: puts features, reactions and doors together."""

from typing import Any

from flask import Flask
from flask_migrate import Migrate

from config import ROOT, Config
from helpdesk import cli, web
from helpdesk.core.db import db, init_db
from helpdesk.core.storage import storage_from
from helpdesk.mail import transport_from
from helpdesk.reactions import FILTERS, GUARDS, REACTIONS
from helpdesk.tickets import guard_with, narrow_with, react_with


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """A ready application; `overrides` win over config.py and the environment."""
    app = Flask("helpdesk", root_path=str(ROOT / "helpdesk"), template_folder=str(ROOT / "templates"))
    app.config.from_object(Config)
    app.config.update(overrides or {})
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", Config.engine_options(url))
    init_db(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    app.extensions["helpdesk.storage"] = storage_from(app.config["STORAGE_URL"])
    app.extensions["helpdesk.transport"] = transport_from(app.config["MAIL_URL"])
    react_with(REACTIONS)
    guard_with(GUARDS)
    narrow_with(FILTERS)
    web.init_app(app)
    cli.init_app(app)
    return app
