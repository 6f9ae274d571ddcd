"""The words that were searched for, marked in a piece of text (pure). No HTML is made here: the template escapes."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from helpdesk.search.letters import folded_letter

BEFORE, LONGEST = 70, 260


class Piece(NamedTuple):
    """A stretch of text, marked or not."""

    text: str
    is_marked: bool


def marked_pieces(text: str, patterns: Sequence[re.Pattern[str]]) -> list[Piece]:
    """The whole text in pieces."""
    pieces, at = [], 0
    for start, end in _places(text, patterns):
        pieces += [Piece(text[at:start], False), Piece(text[start:end], True)]
        at = end
    return [piece for piece in [*pieces, Piece(text[at:], False)] if piece.text]


def snippet(text: str, patterns: Sequence[re.Pattern[str]]) -> list[Piece]:
    """A part of the text around the first word that was searched for, in pieces."""
    text = " ".join(text.split())
    places = _places(text, patterns)
    start = max(0, places[0][0] - BEFORE) if places else 0
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = start + LONGEST if start + LONGEST >= len(text) else max(text.rfind(" ", start, start + LONGEST), start + 1)
    if end == start + 1:  # one word that is longer than all we show
        end = start + LONGEST
    lead, tail = "… " if start else "", " …" if end < len(text) else ""
    inside = marked_pieces(text[start:end], patterns)
    return [piece for piece in [Piece(lead, False), *inside, Piece(tail, False)] if piece.text]


def _places(text: str, patterns: Sequence[re.Pattern[str]]) -> list[tuple[int, int]]:
    """Where they stand in the text, in order, none over another."""
    folded, origin = _folded(text)
    found = sorted(each.span() for pattern in patterns for each in pattern.finditer(folded))
    places: list[tuple[int, int]] = []
    for first, last in found:
        start, end = origin[first], origin[last - 1] + 1
        while end < len(text) and not folded_letter(text[end]):
            end += 1  # accents that are letters of their own belong to the letter before
        if not places or start >= places[-1][1]:
            places.append((start, end))
    return places


def _folded(text: str) -> tuple[str, Sequence[int]]:
    if text.isascii():
        return text.lower(), range(len(text))
    letters = [(each, index) for index, letter in enumerate(text) for each in folded_letter(letter)]
    return "".join(each for each, _ in letters), [index for _, index in letters]
