"""The one way out for uploaded bytes: pictures that we made ourselves are shown, all else is only downloaded."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, send_file
from sqlalchemy import Row

from helpdesk.core.language import N_, Words, _
from helpdesk.core.storage import NotStored
from helpdesk.tickets import Attachment, storage
from helpdesk.web.filters import filesize

SHOWS = Words(
    {
        "damage": N_("Damage"),
        "packaging": N_("Packaging"),
        "item": N_("Item"),
        "vet": N_("Vet's papers"),
        "document": N_("Document"),
        "other": "",
    }
)


def send_attachment(attachment: Attachment, size: str) -> Response:
    """`thumb` and `screen` are shown; `file` is downloaded under its own name."""
    key = {"thumb": attachment.thumb_key, "screen": attachment.screen_key, "file": attachment.file_key}.get(size)
    if key is None:
        abort(404)
    try:
        file = storage().open(key)
    except NotStored:
        abort(404)
    response = send_file(
        file,
        mimetype="image/jpeg" if size != "file" else "application/octet-stream",
        as_attachment=size == "file",
        download_name=_download_name(attachment),
        etag=key,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, max-age=86400" if size != "file" else "no-store"
    return response


def as_shown(attachment: Attachment | Row[Any], url: Callable[[str], str]) -> dict[str, Any]:
    """What the photo components want to know; `url` makes the address of a size."""
    photo = attachment.is_photo
    return {
        "is_image": photo,
        "name": attachment.filename,
        "url": url("screen" if photo else "file"),
        "thumb_url": url("thumb") if photo else None,
        "file_url": url("file"),
        "label": SHOWS[attachment.shows],
        "words": f"{SHOWS[attachment.shows] or _('Photo')}: {attachment.filename}",
        "size_words": filesize(attachment.size),
    }


def _download_name(attachment: Attachment) -> str:
    if not attachment.is_photo:
        return attachment.filename
    stem = attachment.filename.rsplit(".", 1)[0]
    return f"{stem}.jpg"  # what we keep is our own JPEG, whatever came in
