"""Texts that nobody means well with, in every field of every form."""

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail import OutgoingMail
from helpdesk.stores import Store
from tests.web.browsing import Browser
from tests.web.odd import BY_NAME, FINE, NASTY, SCRIPT, SHARPEST, Scene, is_raw, send
from tests.web.wizard import Wizard


@pytest.mark.parametrize("nasty", BY_NAME)
def test_no_form_breaks_when_everything_in_it_is_odd(scene: Scene, nasty: str) -> None:
    answers = [send(scene.client, address, dict.fromkeys(fields, nasty)) for address, fields in scene.forms]
    answers += [scene.client.get(page) for page in scene.pages]
    assert [a.request.path for a in answers if a.status_code not in FINE or is_raw(a)] == []


@pytest.mark.parametrize("nasty", SHARPEST)
def test_no_single_odd_field_breaks_a_form(scene: Scene, nasty: str) -> None:
    odd = []
    for address, fields in scene.forms:
        answers = {name: send(scene.client, address, {**fields, name: NASTY[nasty]}) for name in fields}
        odd += [(address, name) for name, a in answers.items() if a.status_code not in FINE or is_raw(a)]
    answers = {page: scene.client.get(page) for page in scene.pages}
    odd += [(page, "") for page, a in answers.items() if a.status_code != 200 or is_raw(a)]
    assert odd == []


def test_what_looks_like_code_is_shown_as_it_was_typed(client: Browser, shop: Store) -> None:
    typed = f"{SCRIPT} {{{{7*7}}}} & 'DROP TABLE'"
    wizard = Wizard(client, shop)
    wizard.tell(body=typed, name=SCRIPT)
    page = client.get(wizard.send().location)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} &amp; &#39;DROP TABLE&#39;" in page.text
    letter = db.session.scalars(select(OutgoingMail)).one()
    assert SCRIPT not in letter.html


@pytest.mark.parametrize("body", [NASTY["marks"], "not " * 4_999, "delivered " * 1_999, "a" * 20_000, "#1 " * 6_666])
def test_any_text_that_fits_can_be_sorted(client: Browser, shop: Store, body: str) -> None:
    wizard = Wizard(client, shop, "other")
    wizard.tell(body=body)
    assert wizard.send().status_code == 302


def test_a_hundred_thousand_marks_are_refused_and_kept(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop, "other")
    marks = "e" + "\u0301\u0316" * 50_000
    assert send(client, f"{wizard.address}/details", {"body": marks, "name": marks, "email": "a"}).status_code == 422
    assert marks[:1000] in wizard.get("details").text


def test_a_name_writes_no_header_of_a_letter(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.tell(name="Ada\r\nBcc: eve@mail.example.com")
    wizard.send()
    letter = db.session.scalars(select(OutgoingMail)).one().as_message()
    assert letter["Bcc"] is None
    assert letter["To"].count("@") <= 2
