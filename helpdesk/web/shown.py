"""A conversation as its components want it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row

from helpdesk.accounts import By
from helpdesk.core.prepared import Rows
from helpdesk.tickets import Kind, attachments_of, conversation_of, folded
from helpdesk.web.files import as_shown

FileUrl = Callable[[str, str], str]


def shown_conversation(ticket_id: int, file_url: FileUrl, *, with_notes: bool) -> list[dict[str, Any]]:
    """Every message with its files; `file_url` makes the address of a file (its token) in a size."""
    return shown_messages(conversation_of(ticket_id, with_notes=with_notes), attachments_of(ticket_id), file_url)


def shown_messages(messages: Rows, attachments: Rows, file_url: FileUrl) -> list[dict[str, Any]]:
    """These messages, each with those of the files that came with it."""
    files: dict[int, list[Row[Any]]] = defaultdict(list)
    for attachment in attachments:
        files[attachment.message_id].append(attachment)
    return [_shown(message, files.get(message.id, ()), file_url) for message in messages]


def _shown(message: Row[Any], files: Sequence[Row[Any]], file_url: FileUrl) -> dict[str, Any]:
    speaker = "customer" if message.by is By.CUSTOMER else "staff"
    said, quoted = folded(message.body)
    return {
        "id": message.id,
        "kind": "note" if message.kind is Kind.NOTE else speaker,
        "author": message.by_name,
        "sent_at": message.written_at,
        "body": said,
        "quoted": quoted,
        "origin": message.origin,
        "attachments": [as_shown(a, _url(file_url, a.token)) for a in files],
    }


def _url(file_url: FileUrl, token: str) -> Callable[[str], str]:
    return lambda size: file_url(token, size)
