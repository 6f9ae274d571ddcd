"""Which language a page speaks: what was chosen on this browser, else what the customer last used, else what the
browser asks for, else the store's first. Staff read English."""

import json
from functools import cache
from typing import Any

import flask_babel
from babel.support import NullTranslations, Translations
from flask import Flask, request, session
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms.i18n import messages_path

from helpdesk.core.language import ENGLISH, KNOWN, N_, STAFF, current, gettext, language, ngettext, speak, speaking
from helpdesk.stores import Store

COOKIE = "language"
A_YEAR = 365 * 86400
#: What the scripts of a customer's pages say; they bring the English themselves (static/js/words.js).
IN_SCRIPTS = (
    N_("in %(time)s"), N_("%(time)s overdue"), N_("less than a minute"), N_("%(minutes)s min"), N_("%(hours)s h"),
    N_("%(hours)s h %(minutes)s min"), N_("1 day"), N_("1 day %(hours)s h"), N_("%(number)s days"),
    N_("%(number)s files chosen; at most %(most)s can be sent. Please remove some."),
    N_("%(name)s is %(size)s; a file may have %(most)s."),
    N_("Together %(size)s; at most %(most)s can be sent at once."),
    N_("1 file ready to send."), N_("%(number)s files ready to send."), N_("Remove"), N_("Remove %(name)s"),
    N_("%(at)s of %(all)s"), N_("Previous photo"), N_("Next photo"), N_("Smaller"), N_("Larger"),
    N_("Download"), N_("Close"), N_("Photo"),
)  # fmt: skip
#: What customers and strangers see; everything else is the staff's.
FOR_CUSTOMERS = (None, "portal", "front")


def init_app(app: Flask) -> None:
    """Give `_` to the templates, the language to Flask-Babel (which WTForms asks), and choose it for every request."""
    flask_babel.Babel(app, configure_jinja=False, locale_selector=lambda: str(current().locale))
    app.jinja_env.globals.update(_=gettext, ngettext=ngettext, N_=N_, language=current, script_words=script_words)
    app.jinja_env.filters["language_name"] = lambda code: language(code).english_name
    app.url_value_preprocessor(_begin)
    app.teardown_request(_end)


def script_words() -> Markup:
    """The words of the scripts as an attribute of the page; nothing on an English page."""
    return Markup("") if current().code == ENGLISH else _script_words(current().code)


@cache
def _script_words(code: str) -> Markup:
    with speaking(code):
        words = {text: gettext(text) for text in IN_SCRIPTS}
    told = json.dumps(words, ensure_ascii=False).replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
    return Markup(f" data-words='{told}'")  # noqa: S704 - escaped above; in single quotes JSON stays short


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
    request.wtforms_translations = _words_of_forms(code)  # type: ignore[attr-defined]


@cache
def _words_of_forms(code: str) -> NullTranslations:
    # Flask-WTF looks for them on the request, and would else read the file anew for each page with a form.
    return Translations.load(messages_path(), [language(code).locale], domain="wtforms")
