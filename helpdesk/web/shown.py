"""A message as the conversation components want it."""

from collections.abc import Callable
from typing import Any

from helpdesk.tickets import Message
from helpdesk.web.files import as_shown


def shown_message(message: Message, file_url: Callable[[str, str], str]) -> dict[str, Any]:
    """`file_url` makes the address of an attachment (its token) in a size."""
    speaker = "customer" if message.is_from_customer else "staff"
    return {
        "id": message.id,
        "kind": "note" if message.is_note else speaker,
        "author": author_of(message),
        "sent_at": message.written_at,
        "body": message.body,
        "attachments": [as_shown(a, _url(file_url, a.token)) for a in message.attachments],
    }


def author_of(message: Message) -> str:
    """Whose words these are."""
    if message.user:
        return message.user.name
    return (message.customer.name or message.customer.email) if message.customer else "Helpdesk"


def _url(file_url: Callable[[str, str], str], token: str) -> Callable[[str], str]:
    return lambda size: file_url(token, size)
