"""The conversation at the desk: the newest messages at once, earlier ones when somebody wants them."""

from typing import Any

from flask import get_template_attribute, request, url_for
from flask_login import current_user
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.prepared import Rows
from helpdesk.tickets import Kind, Message, Ticket, files_of_newest, ids_in_conversation, newest_of
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.loading import the_ticket
from helpdesk.web.shown import shown_messages

AT_FIRST, AT_ONCE = 30, 100
LAST = 2**31 - 1


@bp.get("/tickets/<reference>/conversation")
def earlier_messages(reference: str) -> str:
    """The messages before one, for the page that unfolds them."""
    part = Part(the_ticket(reference), before=asked_number("before") or LAST, many=AT_ONCE)
    return str(get_template_attribute("components/messages.html", "some_messages")(part.shown()))


class Part:
    """Some of the conversation: the newest so many messages that are older than `before`, with their files."""

    def __init__(self, mine: Ticket, before: int = LAST, many: int = AT_FIRST) -> None:
        self.mine, self.before = mine, before
        self.rows = newest_of(mine.id, many, before)
        self.files = files_of_newest(mine.id, many, before)

    def shown(self) -> dict[str, Any]:
        """The messages and how many are earlier; `newest` is the last one that somebody sees who reads it now."""
        rows, here = self.rows.answer, url_for("desk.ticket", reference=self.mine.reference)
        return {
            "messages": shown_rows(here, rows, self.files.answer),
            "earlier": rows[0].how_many - len(rows) if rows else 0,
            "before": rows[0].id if rows else None,
            "newest": rows[-1].id if rows and self.before == LAST else None,
            "url": f"{here}/conversation",
            "page": here,
        }


def asked_part(mine: Ticket) -> Part:
    """What the address asks for: `before` a message, or up to a `message` of its own; else the newest."""
    if message := asked_number("message"):
        newest = Part(mine)
        is_there = any(row.id == message for row in newest.rows.answer)
        return newest if is_there else Part(mine, before=message + 1)
    return Part(mine, before=asked_number("before") or LAST)


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
    part = Part(mine, many=AT_ONCE)
    here = url_for("desk.ticket", reference=mine.reference)
    return shown_rows(here, [row for row in part.rows.answer if row.id > since], part.files.answer)


def shown_rows(here: str, rows: Rows, files: Rows) -> list[dict[str, Any]]:
    """Rows of messages as the components of the page `here` want them: with their files, what they quote folded."""
    return shown_messages(rows, files, lambda a, size: f"{here}/files/{a}/{size}")


def asked_number(name: str) -> int | None:
    """A number in the address, if it is one that a row can have."""
    text = request.args.get(name, "")
    return min(int(text), LAST - 1) if text.isascii() and text.isdecimal() and len(text) < 12 else None
