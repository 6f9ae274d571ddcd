"""The blueprint of the portal: which store it is, and what every page of it shows."""

from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for

from helpdesk.core.db import db
from helpdesk.core.language import N_, _
from helpdesk.stores import Store, accent, by_slug, opening
from helpdesk.web.language import offered_at, speak_at

bp = Blueprint("portal", __name__, url_prefix="/<slug>")

#: Page, words, words on a phone (none: the brand leads home as well), symbol, and the pages it stands for.
NAV = (
    ("home", N_("Home"), "", "question", ("portal.home",)),
    ("report", N_("Report an issue"), N_("Report"), "flag", ("portal.report", "portal.report_step")),
    ("track", N_("Track an order"), N_("Track"), "truck", ("portal.track", "portal.track_request")),
    ("faq", N_("Answers"), N_("Answers"), "question", ("portal.faq", "portal.faq_entry", "portal.help_page")),
    (
        "policy", N_("Policy"), N_("Policy"), "policy",
        ("portal.policy", "portal.policy_edition", "portal.policy_changes"),
    ),
    ("my", N_("My requests"), N_("My requests"), "inbox", ("portal.my", "portal.my_sent", "portal.my_page")),
)  # fmt: skip


@bp.url_value_preprocessor
def _find_store(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    store = db.session.scalar(by_slug((values or {}).pop("slug", "")))
    if store is None:
        abort(404)
    g.store, g.timezone = store, store.timezone
    speak_at(store)


@bp.url_defaults
def _keep_store(_endpoint: str, values: dict[str, Any]) -> None:
    if "store" in g:
        values.setdefault("slug", g.store.slug)


@bp.context_processor
def _shared() -> dict[str, Any]:
    if "store" not in g:  # the page that says so
        return {}
    store: Store = g.store
    is_open, words = opening(store)
    nav = [
        {
            "label": _(label),
            "short": short and _(short),
            "url": url_for(f".{name}"),
            "symbol": symbol,
            "is_current": request.endpoint in endpoints,
        }
        for name, label, short, symbol, endpoints in NAV
    ]
    return {
        "store": store,
        "is_open": is_open,
        "opening": words,
        "promises": store.promises.in_words(),
        "nav": nav,
        "home_url": nav[0]["url"],
        "languages": offered_at(store),
        "here": _here,
        "store_css_url": url_for(".accent_css", v=store.accent.lstrip("#")),
    }


def _here() -> str:
    """This page's address; of the answer to a form that went wrong, the address of the page it stands on."""
    rule = request.url_rule
    if rule and "GET" not in (rule.methods or ()):
        token = (request.view_args or {}).get("token")
        return url_for(".ticket", token=token) if token else url_for(".home")
    return request.full_path.rstrip("?")


@bp.get("/accent.css")
def accent_css() -> Response:
    """The store's colour as a stylesheet: inline styles are forbidden everywhere."""
    a = accent(g.store.accent)
    css = (
        f":root{{--accent:{a.light};--accent-ink:{a.light_ink};"
        f"--accent-on-dark:{a.dark};--accent-ink-on-dark:{a.dark_ink}}}"
    )
    return Response(css, mimetype="text/css", headers={"Cache-Control": "public, max-age=3600"})
