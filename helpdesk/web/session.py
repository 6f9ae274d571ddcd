"""Who is signed in."""

from flask import Flask, Response, make_response, redirect, request, session, url_for
from flask_login import LoginManager
from sqlalchemy import Select, select
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.prepared import prepared
from helpdesk.web.errors import signed_out
from helpdesk.web.written import texts_written

WRITTEN_EVERY = 10 * 60  # seconds

login = LoginManager()
login.session_protection = None  # people change networks; the session key is what ends a session


def init_app(app: Flask) -> None:
    """Attach the sign-in."""
    login.init_app(app)
    app.after_request(_stay_signed_in)


def _stay_signed_in(response: Response) -> Response:
    # A session ends some hours after it was last used. That is written down once in a while, not with every page.
    now = int(clock.now().timestamp())
    if session.permanent and now - session.get("used_at", 0) >= WRITTEN_EVERY:
        session["used_at"] = now
    return response


@login.user_loader  # type: ignore[untyped-decorator]
def load(session_key: str) -> User | None:
    """The active person this session belongs to."""
    person: User | None = _signed_in.first(session_key=session_key)
    return person


@prepared
def _signed_in(session_key: str) -> Select[User]:
    return select(User).where(User.session_key == session_key, User.is_active)


@login.unauthorized_handler  # type: ignore[untyped-decorator]
def to_sign_in() -> AnyResponse:
    """Strangers sign in first and come back to where they were going; what they wrote meanwhile is not lost."""
    if request.method == "POST" and texts_written():
        return make_response(signed_out())
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("account.sign_in", next=wanted))
