"""Where the command palette can lead: views and pages, asked for once it is opened."""

from flask import jsonify, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from helpdesk.tickets import Filters
from helpdesk.web.desk.asked import views_of
from helpdesk.web.desk.door import bp, nav


@bp.get("/commands")
def commands() -> Response:
    """Everything this person can go to, in groups."""
    groups = views_of(url_for("desk.queue"), Filters())
    found = [{"words": view["name"], "url": view["url"], "kind": "View"} for views in groups.values() for view in views]
    found += [{"words": place.label, "url": place.url, "kind": "Page"} for place in nav()]
    found += [
        {"words": "Arrange your views", "url": url_for("desk.views"), "kind": "Page"},
        {"words": f"Your account, {current_user.name}", "url": url_for("account.password"), "kind": "Page"},
        {"words": "Absence and shift", "url": url_for("account.absence"), "kind": "Page"},
    ]
    return jsonify(found)
