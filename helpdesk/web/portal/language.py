"""The switch in the footer: a language for this browser."""

from flask import abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.web.forms import path_of_ours
from helpdesk.web.language import keep_choice
from helpdesk.web.portal.door import bp


@bp.post("/language")
def choose_language() -> Response:
    """Keep the choice and go back to where it was made."""
    code = request.form.get("language", "")
    if code not in g.store.spoken:
        abort(400)
    back = path_of_ours(request.form.get("next")) or url_for(".home")
    return keep_choice(redirect(back), code)
