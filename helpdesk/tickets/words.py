"""How a customer's words are read: folded to plain letters, cut into words, compared with phrases.

Phrases stand in ``words.toml``. They are matched word by word with a bounded reach, never by a regular
expression, so no text can make the search backtrack and the time grows only with the length of the text.
"""

import html
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpdesk.tickets.issue_types import IssueType

LONGEST_TEXT = 20_000  # characters; what a ticket is about stands in its first pages
REACH = {"...": 4, "......": 10}  # how many words a gap may skip
SLIP = 1  # one word may slip in anywhere, as "my" in "change my order"
NEGATION_REACH = 3
LONGEST_STEM = 24

STOP = "."
PAUSE = ","

WEIGHTS = {"decisive": 8.0, "strong": 5.0, "clear": 3.0, "hint": 1.0}

_TAG = re.compile(r"<[^<>]{0,300}>")
_ADDRESS = re.compile(r"https?://\S+|\S{1,99}@\S{1,99}")
_JOINED = re.compile("['’‘ʼ`´\\u0300-\\u036f]")  # apostrophes and left-over accents stand inside words
_PIECE = re.compile(r"[^\W_]+|[.!?;]+(?=\s|$)|,|\n[ \t\r]{0,80}\n")
_DOUBLED = re.compile(r"([^\W\d_])\1+")


@dataclass(frozen=True)
class Text:
    """A text as a row of words: as they were written (in small letters) and as they are compared."""

    shown: list[str]
    folded: list[str]


@dataclass(frozen=True)
class Step:
    """One place of a phrase: the words that may stand there and how many others may come before."""

    words: frozenset[str]
    stems: tuple[str, ...]
    is_optional: bool
    reach: int

    def fits(self, word: str) -> bool:
        return word in self.words or word.startswith(self.stems)


@dataclass(frozen=True)
class Phrase:
    """Words that speak for an issue type, and how much."""

    issue_type: IssueType
    weight: float
    steps: tuple[Step, ...]
    is_negative: bool  # holds its own "not", so a "not" before it says nothing new

    def end_in(self, words: list[str], start: int) -> int | None:
        """Where the phrase that starts here ends, or None if it doesn't stand here."""
        ends = {start}
        for step in self.steps:
            reached = {end for begin in ends for end in _fitting(step, words, begin)}
            ends = reached | ends if step.is_optional else reached
            if not ends:
                return None
        return min(ends)


@dataclass(frozen=True)
class Hit:
    """A phrase found in a text, from its first word up to (not with) its end."""

    phrase: Phrase
    start: int
    end: int

    def overlaps(self, other: "Hit") -> bool:
        return self.start < other.end and other.start < self.end


def read(text: str) -> Text:
    """Cut a text into words, without tags, addresses and anything past the first pages."""
    plain = _small(html.unescape(_TAG.sub(" ", text[:LONGEST_TEXT])))[:LONGEST_TEXT]
    plain = _JOINED.sub("", _ADDRESS.sub(" ", plain))
    shown = [_mark_or_word(piece) for piece in _PIECE.findall(plain)]
    return Text(shown, [fold(word) for word in shown])


def fold(word: str) -> str:
    """The word without accents and doubled letters, so that "adress" and "Address" are one; digits become #."""
    if word.isdigit():
        return "#"
    if not word.isascii():
        letters = unicodedata.normalize("NFKD", word.replace("ı", "i"))
        word = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _DOUBLED.sub(r"\1", word)


def find(text: Text) -> Iterator[Hit]:
    """Every phrase that stands in the text and is not taken back by a "not"."""
    for start, word in enumerate(text.folded):
        for phrase in _starting_with(word):
            end = phrase.end_in(text.folded, start)
            if end is not None and not _is_negated(phrase, text.folded, start, end):
                yield Hit(phrase, start, end)


def _small(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", composed)


def _mark_or_word(piece: str) -> str:
    if piece == PAUSE:
        return PAUSE
    return piece if piece[0].isalnum() else STOP


def _fitting(step: Step, words: list[str], begin: int) -> Iterator[int]:
    for place in range(begin, min(begin + step.reach + 1, len(words))):
        if words[place] == STOP or (words[place] == PAUSE and step.reach <= SLIP):
            return
        if step.fits(words[place]):
            yield place + 1


def _starting_with(word: str) -> Iterator[Phrase]:
    yield from _BY_WORD.get(word, ())
    for length in range(2, min(len(word), LONGEST_STEM) + 1):
        yield from _BY_STEM.get(word[:length], ())


def _is_negated(phrase: Phrase, words: list[str], start: int, end: int) -> bool:
    if phrase.is_negative:
        return False
    if end < len(words) and words[end] in _NOT_AFTER:
        return True
    if not _NOT_BEFORE.isdisjoint(words[start:end]):
        return True
    for place in range(start - 1, max(start - 1 - NEGATION_REACH, -1), -1):
        if words[place] in (STOP, PAUSE):
            return False
        if words[place] in _NOT_BEFORE:
            return True
    return False


def _phrase(issue_type: IssueType, weight: float, written: str, groups: dict[str, str]) -> Phrase:
    steps: list[Step] = []
    reach = SLIP
    for part in written.format_map(groups).split():
        if part in REACH:
            reach = REACH[part]
            continue
        steps.append(_step(part, reach if steps else 0))
        reach = SLIP
    is_negative = any(step.words & _NOT_BEFORE for step in steps)
    return Phrase(issue_type, weight, tuple(steps), is_negative)


def _step(part: str, reach: int) -> Step:
    choices = part.removesuffix("?").split("|")
    return Step(
        words=frozenset(fold(choice) for choice in choices if not choice.endswith("*")),
        stems=tuple(fold(choice[:-1]) for choice in choices if choice.endswith("*")),
        is_optional=part.endswith("?"),
        reach=reach,
    )


def _phrases() -> Iterator[Phrase]:
    groups = _TABLE["groups"]
    for language in _TABLE["languages"].values():
        for issue_type, by_weight in language.items():
            for weight, phrases in by_weight.items():
                for written in phrases:
                    yield _phrase(IssueType(issue_type), WEIGHTS[weight], written, groups)


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split("|"))


_TABLE = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_NOT_BEFORE = _folded(_TABLE["negation"]["before"])
_NOT_AFTER = _folded(_TABLE["negation"]["after"])
_BY_WORD: dict[str, list[Phrase]] = {}
_BY_STEM: dict[str, list[Phrase]] = {}

for _each in _phrases():
    for _word in _each.steps[0].words:
        _BY_WORD.setdefault(_word, []).append(_each)
    for _stem in _each.steps[0].stems:
        _BY_STEM.setdefault(_stem, []).append(_each)
