"""What of a mail was said now, and what it only repeats: nothing is lost either way."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.tickets import folded

SAID = "Thank you, that helps.\n\nAda"
QUOTED = "> Which bowl is it?\n> Best, Mara"


@pytest.mark.parametrize("introduction", [
    "On Tue, 2 Jun 2026 at 10:12, Casa Petto <help@shop.example.com> wrote:",
    "On Tue, 2 Jun 2026 at 10:12, Casa Petto\n<help@shop.example.com> wrote:",
    "Am Di., 2. Juni 2026 um 10:12 Uhr schrieb Casa Petto <help@shop.example.com>:",
    "2 Haz 2026 Sal, 10:12 tarihinde Petito <help@shop.example.com> şunu yazdı:",
    "Petito <help@shop.example.com> adresinden 2 Haziran 2026 tarihinde yazdı:",
    "-----Original Message-----",
    "From: Casa Petto\nSent: Tuesday, 2 June 2026\nTo: Ada",
    "Von: Casa Petto\nGesendet: Dienstag, 2. Juni 2026\nAn: Ada",
    "Kimden: Petito\nTarih: 2 Haziran 2026",
    "",
])  # fmt: skip
def test_what_is_repeated_is_folded(introduction: str) -> None:
    quotation = f"{introduction}\n{QUOTED}".strip("\n")
    assert folded(f"{SAID}\n\n{quotation}") == (SAID, quotation)


@pytest.mark.parametrize("text", [
    "Only this.",
    "On Monday my dog ate it. I wrote:\nnothing",
    "> only a quotation",
    f"{SAID}\n\n> Which bowl?\nThe blue one.\n> And when?\nYesterday.",
    "From: my heart\nthank you",
    "5 > 3, as I said",
    "",
])  # fmt: skip
def test_what_is_said_stays(text: str) -> None:
    assert folded(text) == (text, "")


@given(st.text(alphabet=st.sampled_from("ab>:-\n wrote Om"), max_size=200))
def test_nothing_is_thrown_away(text: str) -> None:
    said, quoted = folded(text)
    assert "".join((said + quoted).split()) == "".join(text.split())


def test_an_endless_text_takes_no_time() -> None:
    began = time.perf_counter()
    folded("On " + "a " * 20_000 + "\n" + "On a b c d\n" * 4_000)
    assert time.perf_counter() - began < 2
