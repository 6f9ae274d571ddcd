"""The conversation at the desk: the newest messages at once, earlier ones when somebody wants them."""

from collections.abc import Sequence
from typing import Any

from flask import get_template_attribute, request, url_for
from flask_login import current_user
from sqlalchemy import Row, select

from helpdesk.core.db import db
from helpdesk.tickets import Kind, Message, Ticket, ids_in_conversation, newest_of
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.loading import the_ticket
from helpdesk.web.shown import shown_messages

AT_FIRST, AT_ONCE = 30, 100
LAST = 2**31 - 1


@bp.get("/tickets/<reference>/conversation")
def earlier_messages(reference: str) -> str:
    """The messages before one, for the page that unfolds them."""
    part = conversation_of_page(the_ticket(reference), before=asked_number("before") or LAST, many=AT_ONCE)
    return str(get_template_attribute("components/messages.html", "some_messages")(part))


def conversation_of_page(mine: Ticket, *, before: int = LAST, many: int = AT_FIRST) -> dict[str, Any]:
    """So many messages and how many are earlier; `newest` is the last one that somebody sees who reads it now."""
    rows = newest_of(mine.id, many, before)
    return {
        "messages": shown_rows(mine, rows),
        "earlier": rows[0].how_many - len(rows) if rows else 0,
        "before": rows[0].id if rows else None,
        "newest": rows[-1].id if rows and before == LAST else None,
        "url": url_for("desk.earlier_messages", reference=mine.reference),
        "page": url_for("desk.ticket", reference=mine.reference),
    }


def asked_conversation(mine: Ticket) -> dict[str, Any]:
    """What the address asks for: `before` a message, or up to a `message` of its own; else the newest."""
    if message := asked_number("message"):
        shown = conversation_of_page(mine)
        is_there = any(each["id"] == message for each in shown["messages"])
        return shown if is_there else conversation_of_page(mine, before=message + 1)
    return conversation_of_page(mine, before=asked_number("before") or LAST)


def come_in_between(mine: Ticket, seen: str | None) -> list[dict[str, Any]]:
    """What others wrote after the message that somebody saw last; nothing if nobody says which that was."""
    if not (seen or "").isdecimal():
        return []
    since = min(int(seen or 0), LAST)
    in_it = Message.ticket_id.in_(ids_in_conversation(mine.id))  # another ticket may have been merged meanwhile
    later = in_it, Message.id > since, Message.kind != Kind.WITHDRAWN
    others = Message.user_id.is_distinct_from(current_user.id)
    if db.session.scalar(select(Message.id).where(*later, others).limit(1)) is None:
        return []
    return shown_rows(mine, [row for row in newest_of(mine.id, AT_ONCE) if row.id > since])


def shown_rows(mine: Ticket, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Rows of messages as the components want them, with their files and with what they quote folded."""
    root = url_for("desk.ticket", reference=mine.reference)
    return shown_messages(mine.id, rows, lambda a, size: f"{root}/files/{a}/{size}")


def asked_number(name: str) -> int | None:
    """A number in the address, if it is one that a row can have."""
    text = request.args.get(name, "")
    return min(int(text), LAST - 1) if text.isascii() and text.isdecimal() and len(text) < 12 else None
