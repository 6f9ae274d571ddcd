"""Files that come with a ticket: what is kept, under which name, and what is refused."""

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.tickets import Attachment, Evidence, keep_file, storage
from helpdesk.tickets.attachment import tidy_filename
from tests import factories
from tests.conftest import make_app
from tests.core.pictures import drawn, encoded, notes

JPEG = encoded(drawn(), "JPEG", exif=notes())
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def kept(data: bytes, filename: str = "photo.jpg") -> Attachment:
    return keep_file(BytesIO(data), filename, Evidence.DAMAGE)


@pytest.mark.usefixtures("database")
def test_a_photo_is_drawn_anew_in_three_sizes() -> None:
    photo = kept(JPEG)
    db.session.flush()
    assert (photo.is_photo, photo.content_type, photo.width, photo.height) == (True, "image/jpeg", 320, 240)
    assert all(storage().exists(str(key)) for key in (photo.file_key, photo.screen_key, photo.thumb_key))
    assert (photo.shows, photo.filename, photo.size) == (
        Evidence.DAMAGE,
        "photo.jpg",
        len(storage().get(photo.file_key)),
    )
    assert b"Secretphone" not in storage().get(photo.file_key)


@pytest.mark.usefixtures("database")
def test_a_document_is_kept_byte_by_byte_for_download_only() -> None:
    document = kept(PDF, "vet.pdf")
    assert (document.is_photo, document.content_type) == (False, "application/pdf")
    assert storage().get(document.file_key) == PDF


@pytest.mark.usefixtures("database")
def test_every_file_has_an_address_nobody_guesses() -> None:
    tokens = {kept(PDF).token for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) >= 32 for token in tokens)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "data", [b"", b"MZ\x90\0", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", JPEG[:200]]
)
def test_what_is_neither_photo_nor_document_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(Invalid, match=r"holiday\.jpg"):
        kept(data, "C:\\pictures\\holiday.jpg")
    assert not db.session.new


def test_a_file_over_the_limit_is_refused_before_it_is_read(app: Flask, tmp_path: Path) -> None:
    small = make_app("sqlite://", tmp_path, PHOTO_BYTES_AT_MOST=len(PDF))
    with small.app_context():
        assert kept(PDF).size == len(PDF)
        stream = BytesIO(PDF + b"x" * 1000)
        with pytest.raises(Invalid, match="larger than"):
            keep_file(stream, "big.pdf", Evidence.OTHER)
        assert stream.tell() == len(PDF) + 1


@pytest.mark.parametrize("given, name", [
    ("photo.jpg", "photo.jpg"),
    ("/etc/passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("", "file"),
    ("/", "file"),
    ("  a.png  ", "a.png"),
    ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"),
    ("gpj\u202e.exe", "gpj.exe"),
    ("x\x00.jpg", "x.jpg"),
    ("Müsli.jpg", "Müsli.jpg"),
    ("Mu\u0308sli.jpg", "Müsli.jpg"),
    ("ürün fotoğrafı.heic", "ürün fotoğrafı.heic"),
    ("n" * 300 + ".jpg", "n" * 116 + ".jpg"),
])  # fmt: skip
def test_file_names_are_for_people_and_lead_nowhere(given: str, name: str) -> None:
    assert tidy_filename(given) == name


@pytest.mark.usefixtures("database")
def test_a_file_that_is_sent_belongs_to_its_message_and_ticket() -> None:
    ticket, file = factories.ticket(), kept(PDF)
    ticket.write(by=ticket.customer, body="", attachments=[file])
    assert (file.ticket_id, file.message_id, file.filing_id) == (ticket.id, ticket.messages[-1].id, None)
