"""Finding answers: what was typed, and what it finds."""

import pytest

from helpdesk.faq import Index, Passage, around, marked
from helpdesk.faq.index import closeness, folded, is_typo_of

PASSAGES = [
    Passage("damaged", "It arrived damaged", "Tell us within 48 hours, with photos.", also="broken, cracked"),
    Passage("refund", "When do I see my money?", "The refund goes out within 5 days.", also="money back"),
    Passage("address", "Can I change the address?", "Until the parcel leaves us."),
    Passage("return", "How long can I return something?", "60 days from delivery. A damaged parcel is another matter."),
    Passage("iade", "Ürün hasarlı geldi", "Hasarın fotoğrafını ekleyin.", also="kırık, kırılmış"),
    Passage("abonelik", "Aboneliğimi nasıl durdururum?", "Her zaman."),
]
INDEX = Index(PASSAGES)


@pytest.mark.parametrize("query, first", [
    ("damaged", "damaged"), ("DAMAGED!", "damaged"), ("my bowl arrived broken", "damaged"), ("brokn", "damaged"),
    ("damgaed", "damaged"), ("crack", "damaged"), ("48 hours", "damaged"), ("refund", "refund"), ("refnud", "refund"),
    ("get my money", "refund"), ("adress", "address"), ("addres change", "address"), ("returning", "return"),
    ("how long", "return"), ("kirik", "iade"), ("kırık tabak", "iade"), ("HASARLI", "iade"), ("hasarin", "iade"),
    ("aboneligim", "abonelik"), ("abonelk", "abonelik"), ("İADE hasarlı", "iade"),
])  # fmt: skip
def test_what_is_typed_finds_its_answer(query: str, first: str) -> None:
    assert INDEX.find(query)[0].passage.key == first


@pytest.mark.parametrize("query", ["", "   ", "?!", "xyzzy", "qu", "\x00", "zzz refund qqq www", "🐈"])
def test_what_fits_nothing_finds_nothing(query: str) -> None:
    assert INDEX.find(query) == []


def test_a_title_counts_more_than_a_text() -> None:
    assert [found.passage.key for found in INDEX.find("damaged")] == ["damaged", "return"]


def test_no_more_are_found_than_asked_for() -> None:
    assert len(INDEX.find("damaged", at_most=1)) == 1


@pytest.mark.parametrize("word, known, expected", [
    ("refund", "refund", 1.0), ("ref", "refund", 0.8), ("re", "refund", 0.0), ("returning", "returns", 0.75),
    ("siparisim", "siparis", 0.75), ("card", "care", 0.0),
])  # fmt: skip
def test_closeness(word: str, known: str, expected: float) -> None:
    assert closeness(word, known) == expected


@pytest.mark.parametrize("word, known, is_typo", [
    ("brokn", "broken", True), ("borken", "broken", True), ("brokken", "broken", True), ("bxxken", "broken", False),
    ("subscirption", "subscription", True), ("delvery", "delivery", True),
    ("cat", "car", False), ("boxs", "bowl", False),
])  # fmt: skip
def test_typos(word: str, known: str, is_typo: bool) -> None:
    assert is_typo_of(word, known) is is_typo


def test_folding_takes_accents_capitals_and_doubled_letters_away() -> None:
    assert folded("Kırık İADE Straße Address") == "kirik iade strase adres"


def test_words_that_were_meant_are_marked_in_their_own_spelling() -> None:
    assert marked("Kırık, kirik!", {"kirik"}) == [("Kırık", True), (", ", False), ("kirik", True), ("!", False)]
    assert marked("", {"x"}) == []


def test_a_long_text_is_cut_around_the_words() -> None:
    text = "word " * 60 + "target " + "more " * 60
    piece = around(text, {"target"}, 100)
    assert "target" in piece
    assert piece.startswith("… ")
    assert piece.endswith(" …")
    assert len(piece) < 110
    assert around("short", {"x"}) == "short"
