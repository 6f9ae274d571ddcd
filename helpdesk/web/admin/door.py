"""The blueprint of the admin's pages, and the store they are about."""

from flask import Blueprint
from flask_login import current_user

from helpdesk.accounts import stores_of
from helpdesk.core.db import db
from helpdesk.stores import Store
from helpdesk.web.guards import staff_only

bp = Blueprint("admin", __name__, url_prefix="/desk/admin")
bp.before_request(staff_only)


def the_store(slug: str, *, to_change: bool = False) -> Store:
    """A store of this person; anything else does not exist."""
    query = stores_of(current_user).where(Store.slug == slug)
    mine: Store = db.first_or_404(query.with_for_update(of=Store) if to_change else query)
    return mine
