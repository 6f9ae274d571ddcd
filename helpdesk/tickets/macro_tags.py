"""Macros that name a tag follow it when it gets another name."""

from typing import Any

from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.macro_changes import TAGS
from helpdesk.tickets.macros import Macro


def rename_in_macros(store_id: int, old: str, new: str) -> None:
    """What a store's macros gave or took away by the old name, by the new one; those of every store know no store."""
    for macro in db.session.scalars(select(Macro).where(Macro.store_id == store_id)):
        if any(old in macro.changes.get(what, ()) for what in TAGS):
            macro.changes = _renamed(macro.changes, old, new)


def _renamed(changes: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    lists = {what: [new if name == old else name for name in changes.get(what, ())] for what in TAGS}
    # Two tags that became one may have been given and taken away by the same macro: then it is given.
    lists["remove_tags"] = [name for name in lists["remove_tags"] if name not in lists["add_tags"]]
    others = {what: value for what, value in changes.items() if what not in TAGS}
    return {**others, **{what: list(dict.fromkeys(names)) for what, names in lists.items() if names}}
