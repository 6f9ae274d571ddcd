"""The front page of a deployment: which shops are served here."""

from flask import Blueprint, render_template

from helpdesk.core.db import db
from helpdesk.stores import all_stores

bp = Blueprint("front", __name__)


@bp.get("/")
def front() -> str:
    """A way to each shop's help, and to the staff's door."""
    return render_template("pages/front.html", stores=db.session.scalars(all_stores()).all())
