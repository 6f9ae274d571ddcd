"""Who is signed in."""

from flask import Flask, redirect, request, url_for
from flask_login import LoginManager
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from helpdesk.accounts import User
from helpdesk.core.prepared import prepared

login = LoginManager()
login.session_protection = None  # people change networks; the session key is what ends a session


def init_app(app: Flask) -> None:
    """Attach the sign-in."""
    login.init_app(app)


@login.user_loader  # type: ignore[untyped-decorator]
def load(session_key: str) -> User | None:
    """The active person this session belongs to."""
    person: User | None = _signed_in.first(session_key=session_key)
    return person


@prepared
def _signed_in(session_key: str) -> Select[User]:
    return select(User).where(User.session_key == session_key, User.is_active)


@login.unauthorized_handler  # type: ignore[untyped-decorator]
def to_sign_in() -> Response:
    """Strangers sign in first and come back to where they were going."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("account.sign_in", next=wanted))
