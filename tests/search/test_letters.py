"""Letters as they are compared, and words marked where they stand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.search import marked_pieces, snippet
from helpdesk.search.letters import fold, pattern_of, spellings, tokens_of
from helpdesk.search.worth import worth


def patterns(*words: str, goes_on: bool = False) -> list[re.Pattern[str]]:
    return [re.compile(pattern_of(tokens_of(word), goes_on)) for word in words]


@pytest.mark.parametrize("written, folded", [
    ("Şükrü İNAN", "sukru inan"), ("ışık", "isik"), ("I\u0307zmir", "izmir"), ("Straße", "strasse"),
    ("Łódź", "lodz"), ("Ærø", "aero"), ("e\u0301te\u0301", "ete"), ("Ἀθῆναι", "αθηναι"), ("ﬁn", "fin"),
    ("日本語", "日本語"), ("STRASSE", "strasse"),
])  # fmt: skip
def test_folding(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_one_slip_leads_to_a_common_spelling() -> None:
    for slip in ("andersson", "andrson", "adnerson", "anderzon", "anderson"):
        assert spellings(slip) & spellings("anderson"), slip
    assert not spellings("petersen") & spellings("anderson")


@pytest.mark.parametrize("text, words, marked", [
    ("The blue BOWL, bowls", ["bowl"], ["BOWL"]),
    ("kırık KIRIK", ["kirik"], ["kırık", "KIRIK"]),
    ("Straße 7", ["strasse"], ["Straße"]),
    ("e\u0301te\u0301 fini", ["ete"], ["e\u0301te\u0301"]),
    ("a blue - bowl", ["blue bowl"], ["blue - bowl"]),
    ("blue bowl", ["blue bowl", "bowl"], ["blue bowl"]),
    ("snake_bowl", ["bowl"], ["bowl"]),
])  # fmt: skip
def test_marking(text: str, words: list[str], marked: list[str]) -> None:
    pieces = marked_pieces(text, patterns(*words))
    assert [piece.text for piece in pieces if piece.is_marked] == marked
    assert "".join(piece.text for piece in pieces) == text


@given(st.text(max_size=400), st.sampled_from(["bowl", "i", "ss", "ı"]))
def test_marking_loses_nothing(text: str, word: str) -> None:
    assert "".join(piece.text for piece in marked_pieces(text, patterns(word, goes_on=True))) == text


def test_a_snippet_shows_the_first_word_that_was_found() -> None:
    text = "lorem " * 200 + "the bowl broke " + "ipsum " * 200
    shown = "".join(piece.text for piece in snippet(text, patterns("bowl")))
    assert "the bowl broke" in shown
    assert len(shown) < 300
    assert shown.startswith("… lorem")
    assert shown.endswith("ipsum …")


@pytest.mark.parametrize("text", ["", "bowl", "x" * 2000, "y" * 2000 + "bowl", "bowl" + "z" * 2000])
def test_a_snippet_of_anything_is_short(text: str) -> None:
    assert len("".join(piece.text for piece in snippet(text, patterns("bowl", goes_on=True)))) < 300


@pytest.mark.parametrize("better, worse", [
    (("bowl bowl", "", 0), ("bowl", "", 0)),
    (("", "bowl", 0), ("bowl", "", 0)),
    (("bowl", "", 1), ("bowl", "", 100)),
    (("bowl", "bowl", 100), ("bowl", "", 1)),
    (("BÖWL", "", 0), ("", "", 0)),
])  # fmt: skip
def test_worth(better: tuple[str, str, float], worse: tuple[str, str, float]) -> None:
    first, second = (worth(body, head, patterns("bowl"), days) for body, head, days in (better, worse))
    assert first > second
