"""Macros in use: chosen on a ticket, filled in, and what they change beside the answer."""

from collections.abc import Callable
from typing import Any

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.tickets import (
    NAMES,
    STATUS_NAMES,
    IssueType,
    Macro,
    Status,
    Ticket,
    filled_as_far_as_known,
    givable,
    macros_for,
)
from helpdesk.web.desk.conversation import asked_number
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.filling import values_for
from helpdesk.web.desk.loading import me, the_ticket

#: What a macro changes, in words.
WORDS: dict[str, Callable[[Any], str]] = {
    "status": lambda value: f"the ticket is {STATUS_NAMES[Status(value)].lower()} afterwards",
    "assignee": lambda value: "gives it to you" if value == "me" else "gives it to nobody",
    "priority": lambda value: f"sets the priority to {value}",
    "issue_type": lambda value: f"sorts it as {NAMES[IssueType(value)].lower()}",
    "add_tags": lambda names: f"adds the {_tags(names)}",
    "remove_tags": lambda names: f"removes the {_tags(names)}",
}


@bp.get("/tickets/<reference>/macros")
def ticket_macros(reference: str) -> str:
    """What can be used on this ticket: a page, or the part of it that the answer unfolds."""
    mine = the_ticket(reference)
    macros = db.session.scalars(macros_for(mine, me())).all()
    part = "components/macro_list.html" if "part" in request.args else "pages/desk/ticket_macros.html"
    shown = [(macro, in_words(macro)) for macro in macros]
    return render_template(part, ticket=mine, macros=shown, here=url_for(".ticket", reference=mine.reference))


@bp.get("/tickets/<reference>/macros/<int:macro_id>.json")
def filled_macro(reference: str, macro_id: int) -> Response:
    """One of them, filled in for this ticket."""
    mine = the_ticket(reference)
    return jsonify(use_of(mine, the_macro(mine, macro_id)))


def asked_macro(mine: Ticket) -> dict[str, Any] | None:
    """The macro that the address names, filled in; none if it names none of this ticket's."""
    return chosen_macro(mine, str(asked_number("macro") or ""))


def chosen_macro(mine: Ticket, macro_id: str | None) -> dict[str, Any] | None:
    """The macro that was used for a text, filled in; none if there is none of this number here."""
    macro = _find(mine, macro_id, me())
    return use_of(mine, macro) if macro else None


def use_of(mine: Ticket, macro: Macro) -> dict[str, Any]:
    """What the box gets, the status afterwards, and what else happens, in words."""
    return {
        "id": macro.id,
        "name": macro.name,
        "body": filled_as_far_as_known(macro.body, values_for(mine, me(), macro.body)),
        "then": macro.changes.get("status", ""),
        "also": ", ".join(words_of(_beside(mine, macro))),
    }


def changes_asked(ticket: Ticket, macro_id: str | None) -> dict[str, Any]:
    """What the macro that was used changes beside the answer; one that is gone by now changes nothing."""
    macro = _find(ticket, macro_id, me())
    return _beside(ticket, macro) if macro else {}


def in_words(macro: Macro) -> list[str]:
    """What it changes."""
    return words_of(macro.changes)


def words_of(changes: dict[str, Any]) -> list[str]:
    """Changes in words, one for each."""
    return [WORDS[what](value) for what, value in changes.items()]


def the_macro(mine: Ticket, macro_id: int) -> Macro:
    """One that may be used here; another does not exist."""
    found: Macro = db.first_or_404(macros_for(mine, me()).where(Macro.id == min(macro_id, 2**31 - 1)))
    return found


def _beside(mine: Ticket, macro: Macro) -> dict[str, Any]:
    """All but the status, which is the answer's own choice, and but tags that were retired since it was written."""
    changes = {what: value for what, value in macro.changes.items() if what != "status"}
    if given := changes.pop("add_tags", None):
        changes["add_tags"] = givable(mine.store_id, given)
    return {what: value for what, value in changes.items() if value}


def _tags(names: list[str]) -> str:
    return f"tag{'s' if len(names) > 1 else ''} {' and '.join(names)}"


def _find(mine: Ticket, macro_id: str | None, person: User) -> Macro | None:
    number = int(macro_id or 0) if (macro_id or "").isdecimal() else 0
    if not 0 < number < 2**31:
        return None
    return db.session.scalar(macros_for(mine, person).where(Macro.id == number))
