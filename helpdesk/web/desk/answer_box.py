"""What stands in the box for an answer when the page comes: a draft, a macro, a proposal, or nothing."""

from typing import Any

from flask import request, url_for
from sqlalchemy import Row

from helpdesk.tickets import Ticket
from helpdesk.web.desk.forms import ReplyForm
from helpdesk.web.desk.macros import asked_macro, chosen_macro
from helpdesk.web.desk.proposal import proposal_for


def answer_box(mine: Ticket, past: Row[Any], talk: dict[str, Any], refused: ReplyForm | None) -> dict[str, Any]:
    """The form and what belongs to it; one that came back with errors keeps every word."""
    seen = str(talk["newest"] or "")
    if refused:
        # Whoever sends again has seen what came in between: it stands above the box now.
        refused.seen.data = seen or refused.seen.data
        return {"reply_form": refused, "macro": chosen_macro(mine, refused.also.data), "undo": _undo(past)}
    macro = asked_macro(mine)
    text = macro["body"] if macro else proposal_for(mine) if "propose" in request.args else ""
    form = ReplyForm(formdata=None, seen=seen, then=macro["then"] if macro else "")
    form.body.data = "\n\n".join(part for part in (past.draft, text) if part) or None
    return {"reply_form": form, "macro": macro, "undo": _undo(past)}


def _undo(past: Row[Any]) -> dict[str, Any] | None:
    """The answer that this person can still take back, on whatever ticket they gave it."""
    if past.undo_reference is None:
        return None
    reference = past.undo_reference
    return {"until": past.undo_until, "reference": reference, "url": url_for("desk.undo", reference=reference)}
