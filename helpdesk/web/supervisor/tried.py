"""What was tried before a ticket went up: for the supervisor who has ten minutes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from helpdesk.accounts import By
from helpdesk.core.db import db
from helpdesk.tickets import Action, Event, Kind, Message

LATEST = 3
SNIPPET = 280


def tried(messages: Sequence[dict[str, Any]], events: Sequence[Event]) -> dict[str, Any]:
    """In numbers and with the last words of staff; `messages` as the conversation shows them."""
    ours = [message for message in messages if message["kind"] in ("staff", "note")]
    answers = [message for message in ours if message["kind"] == "staff"]
    happened = [event.action for event in events]
    return {
        "facts": [
            ("Answers", _answers(answers)),
            ("Notes", str(len(ours) - len(answers))),
            ("Who worked on it", ", ".join(dict.fromkeys(message["author"] for message in ours)) or "nobody yet"),
            ("Opened again", f"{happened.count(Action.REOPENED)} times"),
            ("Promises missed", str(happened.count(Action.BREACHED))),
        ],
        "latest": [{**message, "body": snippet(message["body"])} for message in ours[-LATEST:]],
    }


def last_words(ticket_ids: Sequence[int]) -> dict[int, str]:
    """The newest words of staff on each of these tickets, in one question."""
    theirs = Message.ticket_id.in_(ticket_ids), Message.by == By.STAFF, Message.kind != Kind.WITHDRAWN
    newest = select(func.max(Message.id)).where(*theirs)
    query = select(Message.ticket_id, Message.body).where(Message.id.in_(newest.group_by(Message.ticket_id)))
    return {ticket_id: snippet(body) for ticket_id, body in db.session.execute(query)}


def snippet(text: str) -> str:
    """The beginning, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= SNIPPET else f"{line[:SNIPPET].rsplit(' ', 1)[0]} …"


def _answers(answers: Sequence[dict[str, Any]]) -> str:
    return f"{len(answers)}, the last by {answers[-1]['author']}" if answers else "none yet"
