"""The paper that travels with a return: what it says, in every letter, and that nothing breaks it."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from helpdesk.policies import Remedy
from helpdesk.returns import Rma, Step, label_of
from helpdesk.returns.label import Label, _registered, drawn
from tests import factories
from tests.returns.goods import at_step, bought

pytestmark = pytest.mark.usefixtures("database")

TURKISH = "Işık Çağlar-Gümüş, Şişli Yolu 5, 34360 İstanbul"


def approved(shop: dict[str, Any] | None = None, **given: Any) -> Rma:
    """An approved return; `shop` and `plan` say what matters, the rest belongs to the order."""
    plan = given.pop("plan", {})
    ticket = bought(factories.store(name="Petito", **(shop or {})), **given)
    return at_step(ticket, Step.APPROVED, plan=plan, remedy=Remedy.EXCHANGE)


def text_of(rma: Rma) -> str:
    """What a person reads on it."""
    pages = PdfReader(BytesIO(label_of(rma))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_it_says_who_sends_what_to_whom_and_by_when(at: Callable[[str], datetime]) -> None:
    at("2026-03-02 09:00")
    rma = approved({"address": "901 Wedgewood Way, Richardson, TX 75080"}, ship_to="Ada Buyer, 5 Hill Rd, 10001 Town")
    text = text_of(rma)
    for part in (
        rma.number, "Petito", "901 Wedgewood Way", "TX 75080", "Ada Buyer", "5 Hill Rd", "10001 Town", "1 × Bowl 1",
        "Please send it by Monday 16 March 2026", "You asked for: Exchange", rma.order and rma.order.number,
    ):  # fmt: skip
        assert str(part) in text
    assert text.count("Ada Buyer") == 1


@pytest.mark.parametrize("who_pays, words", [
    ("prepaid", "Postage is paid by Petito."), ("customer", "Please put postage on the parcel."),
    ("pickup", "The carrier collects this parcel"),
])  # fmt: skip
def test_it_says_who_pays_the_postage(who_pays: str, words: str) -> None:
    assert words in text_of(approved(plan={"return_shipping": who_pays}))


@pytest.mark.parametrize("address", [TURKISH, "Łukasz Żółć, Dębowa 1, Łódź", "Ζωή Παππά, Αθήνα", "Мария Жукова, София"])
def test_names_are_printed_in_their_own_letters(address: str) -> None:
    text = text_of(approved(ship_to=address))
    assert all(part.strip() in text for part in address.split(","))


@pytest.mark.parametrize("country, size", [("US", (612, 792)), ("TR", (595, 842)), ("DE", (595, 842))])
def test_it_has_the_size_of_the_countrys_paper(country: str, size: tuple[int, int]) -> None:
    page = PdfReader(BytesIO(label_of(approved({"country": country})))).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == size


@pytest.mark.parametrize(
    "title", ["x" * 300, "long words " * 27, "<b>(Tj) ET \\ %PDF", "\x00\r\n\u202e\ud83d", "猫 🐈 مرحبا"]
)
def test_odd_texts_do_no_harm(title: str) -> None:
    label = Label("R-7K4M-9QXT", title, [title] * 3, [title] * 3, title, [title] * 3, title, title, title, title)
    pages = PdfReader(BytesIO(drawn(label))).pages
    assert "R-7K4M-9QXT" in "".join(page.extract_text() for page in pages)


def test_many_items_go_on_on_another_page() -> None:
    ticket = bought(lines=60, quantity=1)
    rma = Rma.request(ticket, [(line, 1) for line in ticket.order.lines if ticket.order], by=ticket.customer)  # type: ignore[union-attr]
    rma.approve(by=factories.agent(ticket.store))
    assert len(PdfReader(BytesIO(label_of(rma))).pages) > 1
    assert "Bowl 60" in text_of(rma)


def test_the_same_return_gives_the_same_file() -> None:
    rma = approved()
    assert label_of(rma) == label_of(rma)


def test_a_font_that_cannot_be_read_is_named(app: Flask, tmp_path: Any) -> None:
    (tmp_path / "wrong.ttf").write_bytes(b"not a font")
    with pytest.raises(ValueError, match=r"LABEL_FONT: wrong\.ttf"):
        _registered(str(tmp_path / "wrong.ttf"))
