"""What must not go live: secrets and passwords that everybody knows."""

from flask import Flask
from sqlalchemy import inspect, select

from config import DEMO_SECRET
from helpdesk.accounts import User
from helpdesk.core.db import db


def refuse_unsafe_start(app: Flask) -> None:
    """Outside the demo: stop with a sentence when a default secret or a demo password is in use."""
    if app.config["DEMO"]:
        return
    secret = app.config["SECRET_KEY"]
    if secret == DEMO_SECRET or len(secret) < 32:
        raise SystemExit(
            "Helpdesk does not start: SECRET_KEY is the demo's or under 32 characters. Set your own, like this:\n"
            "  export SECRET_KEY=\"$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')\"\n"
            "or set HELPDESK_DEMO=1 if this is a demo that nobody else can reach."
        )
    if names := _people_with_demo_passwords(app):
        raise SystemExit(
            f"Helpdesk does not start: {', '.join(names)} can still sign in with the demo password. "
            "Give each a new one with `flask set-password ADDRESS`, or start with an empty database."
        )


def _people_with_demo_passwords(app: Flask) -> list[str]:
    with app.app_context():
        if not inspect(db.engine).has_table("users"):
            return []
        query = select(User.email).where(User.has_demo_password, User.is_active).order_by(User.email)
        return list(db.session.scalars(query))
