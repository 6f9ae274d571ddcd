"""The way out for uploaded bytes."""

import pytest
from flask import Flask

from helpdesk.core.db import db
from helpdesk.stores import Store
from helpdesk.tickets import Attachment, Evidence, keep_file, storage
from tests import factories
from tests.web.browsing import Browser
from tests.web.wizard import JPEG, PDF, Wizard, files

PAGE = b"<!doctype html><script>alert(1)</script>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def address_of(client: Browser, shop: Store, size: str, **given: object) -> str:
    """Where the customer finds a size of a ticket's only photo."""
    ticket = factories.ticket(shop, photos=[Evidence.OTHER])
    photo: Attachment = ticket.attachments[0]
    for field, value in given.items():
        setattr(photo, field, value)
    return f"/{shop.slug}/tickets/{ticket.guest_token}/files/{photo.token}/{size}"


@pytest.mark.parametrize("size, mimetype, disposition", [
    ("thumb", "image/jpeg", "inline"), ("screen", "image/jpeg", "inline"),
    ("file", "application/octet-stream", "attachment"),
])  # fmt: skip
def test_only_pictures_of_our_own_making_are_shown(
    client: Browser, shop: Store, size: str, mimetype: str, disposition: str
) -> None:
    answer = client.get(address_of(client, shop, size))
    assert answer.mimetype == mimetype
    assert answer.headers["Content-Disposition"].startswith(disposition)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "public" not in answer.headers["Cache-Control"]


def test_what_is_not_a_photo_has_no_picture(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    bill = keep_file(files(("bill.pdf", PDF))[0][0], "bill.pdf", Evidence.OTHER)
    ticket.reply(by=factories.agent(shop), body="Your bill", attachments=[bill])
    base = f"/{shop.slug}/tickets/{ticket.guest_token}/files/{bill.token}"
    assert [client.get(f"{base}/{size}").status_code for size in ("thumb", "screen", "file")] == [404, 404, 200]


@pytest.mark.parametrize("name, content", [
    ("photo.jpg", PAGE), ("photo.jpg", DRAWING), ("photo.svg", DRAWING), ("page.html", PAGE), ("photo.jpg", b""),
    ("photo.jpg", b"\xff\xd8\xff" + PAGE), ("x.exe", b"MZ\x90\x00"), ("x.zip", b"PK\x03\x04"), ("photo.png", PDF[1:]),
])  # fmt: skip
def test_a_file_that_lies_is_refused(client: Browser, shop: Store, name: str, content: bytes) -> None:
    answer = Wizard(client, shop).post("photos", damage=files((name, content)))
    assert answer.status_code == 422
    assert f"“{name}”" in answer.text


def test_a_photo_is_drawn_anew(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.post("photos", damage=files(("evil.html", JPEG + PAGE)))
    wizard.tell()
    wizard.send()
    photo = db.session.query(Attachment).one()
    assert b"script" not in storage().get(photo.file_key)


@pytest.mark.parametrize("name", [
    'a"b.jpg', "a\r\nSet-Cookie: x=y.jpg", "../../etc/passwd.jpg", "C:\\windows\\a.jpg", "\u202egpj.exe",
    "<script>.jpg", "🐈.jpg", "x" * 300 + ".jpg", "\x00.jpg", ".", "a/", "e" + "\u0301\u0316" * 50_000,
])  # fmt: skip
def test_an_odd_file_name_does_no_harm(client: Browser, shop: Store, name: str) -> None:
    kept = keep_file(files((name, JPEG))[0][0], name, Evidence.OTHER)
    ticket = factories.ticket(shop, attachments=[kept])
    page = f"/{shop.slug}/tickets/{ticket.guest_token}"
    answer = client.get(f"{page}/files/{kept.token}/file")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert len(answer.headers["Content-Disposition"]) < 2000
    assert "<script>" not in client.get(page).text.replace("<script type", "")


def test_bytes_that_are_gone_are_not_found(client: Browser, shop: Store) -> None:
    assert client.get(address_of(client, shop, "file", file_key="0" * 64)).status_code == 404


@pytest.mark.parametrize(
    "asked", ["bytes=0-3", "bytes=-1", "bytes=999-", "bytes=5-1", "lines=1", "bytes=" + "0-0," * 999]
)
def test_any_range_is_answered(app: Flask, client: Browser, shop: Store, asked: str) -> None:
    answer = client.get(address_of(client, shop, "file"), headers={"Range": asked})
    assert answer.status_code in (200, 206, 416)


def test_a_picture_that_is_known_is_not_sent_again(client: Browser, shop: Store) -> None:
    address = address_of(client, shop, "thumb")
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
