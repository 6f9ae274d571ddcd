"""The tags of my stores: supervisors rename, merge and retire them."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from helpdesk.accounts import May, User
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, Problem
from helpdesk.tickets import Tag, normalised, tags_visible_to
from helpdesk.web.desk.door import bp, my_stores
from helpdesk.web.forms import tidy
from helpdesk.web.guards import needs

Verb = Callable[[Tag, User], None]


@bp.get("/tags")
@needs(May.MANAGE_TAGS)
def tags() -> str:
    """All of them, by store."""
    return _page()


def _page(**wrong: object) -> str:
    """The page; `wrong` says of which tag something could not be done, why, and the name that was typed."""
    found = db.session.scalars(tags_visible_to(current_user).options(joinedload(Tag.store))).all()
    return render_template("pages/desk/tags.html", tags=found, several=len(my_stores()) > 1, **wrong)


@bp.post("/tags/<int:tag_id>/<verb>")
@needs(May.MANAGE_TAGS)
def change_tag(tag_id: int, verb: str) -> Response | tuple[str, int]:
    """One of the verbs below; what cannot be done is said beside its tag."""
    tag: Tag = db.first_or_404(tags_visible_to(current_user).where(Tag.id == tag_id).with_for_update(of=Tag))
    act = VERBS.get(verb)
    try:
        if act is None:
            raise Invalid("Tags can be renamed, merged, retired and brought back.")
        act(tag, current_user._get_current_object())
    except Problem as problem:
        db.session.rollback()
        return _page(wrong_id=tag_id, error=problem.message, typed=request.form.get("name")), problem.status
    db.session.commit()
    return redirect(url_for(".tags"))


def _rename(tag: Tag, by: User) -> None:
    """A name that is taken already means the same thing: then the two become one."""
    name = normalised(tidy(request.form.get("name")))
    mine = tags_visible_to(by).where(Tag.store_id == tag.store_id, Tag.name == name, Tag.id != tag.id)
    if (other := db.session.scalar(mine)) and "merge" in request.form:
        tag.merge_into(other, by=by)
    else:
        tag.rename(name, by=by)


VERBS: dict[str, Verb] = {
    "name": _rename,
    "retirement": lambda tag, by: tag.retire(by=by),
    "return": lambda tag, by: tag.bring_back(by=by),
}
