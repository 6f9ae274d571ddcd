"""A sign of life for whoever watches the server."""

from flask import Blueprint
from sqlalchemy import text

from helpdesk.core.db import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> tuple[dict[str, str], int]:
    """Whether the web server reaches its database."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}, 200
