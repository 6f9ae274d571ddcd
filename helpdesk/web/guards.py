"""Who may enter: one guard per blueprint, one check per page that asks for more."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort
from flask_login import current_user

from helpdesk.accounts import May
from helpdesk.web.session import login


def staff_only() -> Any:
    """Before every page of the desk."""
    if not current_user.is_authenticated:
        return login.unauthorized()
    return None


def needs(may: May) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A page for those whose role allows it; for others it is refused."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.may(may):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return guard
