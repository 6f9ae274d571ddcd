"""The pages: portal for customers, desk for staff; each door calls one verb and commits."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from helpdesk.web import (
    account,
    admin,
    assets,
    desk,
    errors,
    filters,
    forms,
    front,
    headers,
    health,
    hosts,
    incoming,
    language,
    portal,
    session,
    supervisor,
    templating,
)

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Register every door and what they share."""
    templating.init_app(app)
    incoming.init_app(app)
    csrf.init_app(app)
    app.context_processor(lambda: {"csrf_token": forms.page_token})
    session.init_app(app)
    language.init_app(app)
    filters.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    for blueprint in (health.bp, front.bp, account.bp, desk.bp, supervisor.bp, admin.bp, portal.bp):
        app.register_blueprint(blueprint)
    for view in portal.help.OPEN:
        csrf.exempt(view)
    hosts.init_app(app)
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
