"""Which language a page speaks: what was chosen on this browser, else what the customer last used, else what the
browser asks for, else the store's first. Staff read English."""

from typing import Any

import flask_babel
from flask import Flask, Response, request, session

from helpdesk.core.language import KNOWN, N_, STAFF, current, gettext, language, ngettext, speak
from helpdesk.stores import Store

COOKIE = "language"
A_YEAR = 365 * 86400
#: What customers and strangers see; everything else is the staff's.
FOR_CUSTOMERS = (None, "portal", "front")


def init_app(app: Flask) -> None:
    """Give `_` to the templates, the language to Flask-Babel (which WTForms asks), and choose it for every request."""
    flask_babel.Babel(app, configure_jinja=False, locale_selector=lambda: str(current().locale))
    app.jinja_env.globals.update(_=gettext, ngettext=ngettext, N_=N_, language=current)
    app.url_value_preprocessor(_begin)
    app.teardown_request(_end)


def speak_at(store: Store, remembered: str = "") -> None:
    """Speak what fits a customer of this store; `remembered` is what the customer used before."""
    _speak(choice(store.spoken, remembered))


def choice(offered: tuple[str, ...], remembered: str = "") -> str:
    """The language of those that are offered."""
    wishes = (request.cookies.get(COOKIE), remembered, request.accept_languages.best_match(offered))
    return next((wish for wish in wishes if wish in offered), offered[0])


def offered_at(store: Store) -> list[dict[str, Any]]:
    """What the switch in the footer offers, where there is something to switch."""
    spoken = store.spoken
    if len(spoken) < 2:
        return []
    return [{"code": c, "name": language(c).name, "is_current": c == current().code} for c in spoken]


def keep_choice(response: Response, code: str) -> Response:
    """Remember on this browser what was chosen."""
    response.set_cookie(COOKIE, code, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def _begin(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "static":
        return
    # Somebody who is signed in is staff, even where there is no page; no query is needed to know it.
    is_customers = request.blueprint in FOR_CUSTOMERS and "_user_id" not in session
    _speak(choice(KNOWN) if is_customers else STAFF)


def _end(_problem: BaseException | None) -> None:
    speak(STAFF)


def _speak(code: str) -> None:
    speak(code)
    flask_babel.refresh()  # it keeps what it was told first
