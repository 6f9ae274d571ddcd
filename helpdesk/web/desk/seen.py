"""Opening a ticket reads it: the page says so by itself, or by a button where no script runs."""

from typing import Any

from flask import redirect, request, url_for
from flask_login import current_user

from helpdesk.core.db import db
from helpdesk.tickets import mark_seen
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.loading import the_ticket


@bp.post("/tickets/<reference>/seen")
def see(reference: str) -> Any:
    """This person has read so far; what came meanwhile stays unread."""
    up_to = request.form.get("up_to", "")
    is_number = up_to.isascii() and up_to.isdigit() and len(up_to) < 10
    mark_seen(the_ticket(reference), up_to=int(up_to) if is_number else None, by=current_user)
    db.session.commit()
    if "quietly" in request.form:
        return "", 204
    return redirect(url_for(".queue"))
