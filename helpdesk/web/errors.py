"""What people see when something is not right: a sentence, the right status, never a stack trace."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadHost, HTTPException, MethodNotAllowed

from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.core.language import N_, _
from helpdesk.web.forms import path_of_ours
from helpdesk.web.written import texts_written

WORDS = {
    400: (N_("That did not work"), N_("The request could not be understood. Go back, reload the page and try again.")),
    403: (N_("Not for this account"), N_("Your role does not allow this. Ask a supervisor or an admin.")),
    404: (N_("Not found"), N_("This page does not exist, or it is not yours to see. Please check the address.")),
    405: (N_("That did not work"), N_("This address cannot be used in that way. Go back and try again.")),
    409: (
        N_("It has changed meanwhile"),
        N_("Somebody did the same thing at the same moment. Reload the page and look again."),
    ),
    413: (
        N_("That is too much at once"),
        N_("Ten files of 20 MB each are the most that fits. Please send fewer at a time."),
    ),
    429: (N_("Too many tries"), N_("That was tried very often just now. Please wait a few minutes.")),
    500: (
        N_("Our mistake"),
        N_("Something went wrong on our side. What you had sent before is safe; please try again."),
    ),
}


#: Where only staff send forms.
STAFFS = {"desk", "supervisor", "admin"}


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.jinja_env.globals.update(texts_written=texts_written)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(IntegrityError, _collision)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _broken)


def page(status: int, title: str, text: str, **more: Any) -> tuple[str, int]:
    """The error page; what was written into the form stands on it, to be copied."""
    return render_template("errors/problem.html", title=_(title), text=_(text), **more), status


def signed_out() -> tuple[str, int]:
    """Somebody of the staff sent a form and is not signed in any more."""
    came_from = path_of_ours(urlsplit(request.referrer or "").path) if request.referrer else None
    text = "Your session ended, so this was not kept. Sign in and do it once more."
    return page(401, "You were signed out", text, sign_in_url=url_for("account.sign_in", next=came_from))


def _problem(problem: Problem) -> tuple[str, int]:
    db.session.rollback()
    return page(problem.status, WORDS.get(problem.status, WORDS[400])[0], problem.message)


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    if request.blueprint in STAFFS and not current_user.is_authenticated and texts_written():
        return signed_out()
    return page(
        400,
        N_("This form is too old"),
        N_("It was open for a long time, or cookies are switched off. Go back, reload the page and send it again."),
    )


def _collision(_error: IntegrityError) -> tuple[str, int]:
    db.session.rollback()
    return page(409, *WORDS[409])


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400 or isinstance(error, BadHost):  # for a host that cannot be, no page of ours has an address
        return error
    methods = {"Allow": ", ".join(error.valid_methods or ())} if isinstance(error, MethodNotAllowed) else {}
    return *page(status, *WORDS.get(status, (error.name, N_("Go back and try again.")))), methods


def _broken(_error: Exception) -> tuple[str, int]:
    db.session.rollback()
    return page(500, *WORDS[500])
