"""Which items a ticket is about, where nobody has said so, or somebody has said it wrongly."""

from typing import Any

from flask import flash, redirect, url_for
from flask_login import current_user

from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.tickets import choose_items
from helpdesk.web.desk.decision import decision_page
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.items_form import items_form
from helpdesk.web.desk.loading import the_ticket


@bp.post("/tickets/<reference>/items")
def choose(reference: str) -> Any:
    """It is about these; the policy decides again at once, item by item."""
    mine = the_ticket(reference, to_change=True)
    form = items_form(mine)
    if form.validate():
        try:
            choose_items(mine, form.chosen, by=current_user._get_current_object())
        except Problem as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
        else:
            db.session.commit()
            flash("Kept. The policy was asked again, item by item.", "good")
            return redirect(url_for(".decision", reference=reference))
    return decision_page(the_ticket(reference), {"items": form}), 422
