"""A conversation as its components want it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from helpdesk.core.db import db
from helpdesk.tickets import Attachment, Message, attachments_of, conversation_of
from helpdesk.web.files import as_shown

FileUrl = Callable[[str, str], str]


def shown_conversation(ticket_id: int, file_url: FileUrl, *, with_notes: bool) -> list[dict[str, Any]]:
    """Every message with its files; `file_url` makes the address of a file (its token) in a size."""
    files: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in db.session.scalars(attachments_of(ticket_id)):
        files[attachment.message_id or 0].append(attachment)
    messages = db.session.scalars(conversation_of(ticket_id, with_notes=with_notes))
    return [_shown(message, files.get(message.id, ()), file_url) for message in messages]


def _shown(message: Message, files: Sequence[Attachment], file_url: FileUrl) -> dict[str, Any]:
    speaker = "customer" if message.is_from_customer else "staff"
    return {
        "id": message.id,
        "kind": "note" if message.is_note else speaker,
        "author": author_of(message),
        "sent_at": message.written_at,
        "body": message.body,
        "attachments": [as_shown(a, _url(file_url, a.token)) for a in files],
    }


def author_of(message: Message) -> str:
    """Whose words these are."""
    if message.user:
        return message.user.name
    return (message.customer.name or message.customer.email) if message.customer else "Helpdesk"


def _url(file_url: FileUrl, token: str) -> Callable[[str], str]:
    return lambda size: file_url(token, size)
