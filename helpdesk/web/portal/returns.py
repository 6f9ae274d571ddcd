"""What a customer needs of a return: its label, behind the ticket's secret link."""

from flask import Response

from helpdesk.core.db import db
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.returns import by_number
from helpdesk.web.labels import send_label
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.loading import the_ticket


@bp.get("/tickets/<token>/returns/<number>/label.pdf")
def return_label(token: str, number: str) -> Response:
    """The label of one of this ticket's returns."""
    mine = the_ticket(token)
    refuse_if_too_often("60/hour", "label", mine.reference)
    return send_label(db.first_or_404(by_number(mine, number)))
