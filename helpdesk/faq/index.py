"""Finding answers while somebody types: a small index in memory that forgives accents, endings and typos; pure."""

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

WORD = re.compile(r"[^\W_]+")
DOUBLED = re.compile(r"([^\W\d_])\1+")
#: Letters that do not come apart into a letter and its accent.
SPELT = str.maketrans(
    {"ı": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"} | dict.fromkeys("’'`", "")
)
#: Words that say nothing about what is asked, folded, in the languages our shops write in.
SAY_NOTHING = frozenset(
    """
    a an and any are as at be been but by can could do does did for from get had has have he her his how i if im
    in into is it its ive just me my of on or our please she should so some that the their them then there they
    this to too was we were what when where which who why wil with would you your acaba ama ben benim bir biz
    bu bana beni cok da daha de diye gibi hangi icin ile ise kac ki mi midir misiniz mu ne neden nasil nedir
    nerede o olan olarak siz sizin su ve veya var ya zaman
    """.split()
)
MOST_WORDS = 12
EXACT, BEGINS, BENDS, MISTYPED = 1.0, 0.8, 0.75, 0.55
IN_TITLE = 3.0
#: What a passage must have of the weight of all that was asked.
ENOUGH = 0.4
#: An unknown word weighs as much as one that stands in so many passages.
UNKNOWN = 4


@dataclass(frozen=True)
class Passage:
    """Something that can be found: what it is, a title, a text, and other words for the same."""

    key: Any
    title: str
    text: str = ""
    also: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Found:
    """A passage that fits, how well, and which of its words were meant."""

    passage: Passage
    score: float
    words: frozenset[str]


@dataclass
class Index:
    """Passages, ready to be asked; made once per store, language and edition."""

    passages: Sequence[Passage]
    _meant: dict[str, dict[str, float]] = field(default_factory=dict)

    def find(self, query: str, at_most: int = 6) -> list[Found]:
        """The passages that fit best, best first; nothing where too little of the query is known."""
        asked = asked_words(query)
        meant = {word: self.meaning(word) for word in asked}
        weights = {word: self._weight(near) for word, near in meant.items()}
        best = sorted(self._fitting(meant, weights), key=lambda found: -found.score)
        return [found for found in best[:at_most] if found.score >= best[0].score / 4]

    def meaning(self, word: str) -> dict[str, float]:
        """The words of the index that this one may mean, and how near each is; typos only where nothing else is."""
        if word not in self._meant:
            if len(self._meant) > 5000:
                self._meant.clear()
            alike = self._by_beginning.get(word[:3], ())
            near = {known: nearness for known in alike if (nearness := closeness(word, known))}
            self._meant[word] = near or {known: MISTYPED for known in self._places if is_typo_of(word, known)}
        return self._meant[word]

    def _fitting(self, meant: dict[str, dict[str, float]], weights: dict[str, float]) -> Iterator[Found]:
        scores: dict[int, dict[str, float]] = {}
        words: dict[int, set[str]] = {}
        for word, near in meant.items():
            for known, nearness in near.items():
                for number, strength in self._places[known].items():
                    here = scores.setdefault(number, {})
                    here[word] = max(here.get(word, 0.0), nearness * strength)
                    words.setdefault(number, set()).add(known)
        whole = sum(weights.values())
        for number, here in scores.items():
            if sum(weights[word] for word in here) >= ENOUGH * whole:
                passage = self.passages[number]
                score = passage.weight * sum(weights[word] * strength for word, strength in here.items())
                yield Found(passage, score, frozenset(words[number]))

    def _weight(self, near: dict[str, float]) -> float:
        """What stands in few passages says more than what stands in many; an unknown word may be somebody's product."""
        spread = len({number for known in near for number in self._places[known]}) or UNKNOWN
        return math.log(1 + (len(self.passages) + 1) / (spread + 0.5))

    @cached_property
    def _by_beginning(self) -> dict[str, list[str]]:
        """The known words by their first letters: what is no typo shares them."""
        found: dict[str, list[str]] = {}
        for word in self._places:
            found.setdefault(word[:3], []).append(word)
        return found

    @cached_property
    def _places(self) -> dict[str, dict[int, float]]:
        """Every word, the passages it stands in, and how much it counts there."""
        places: dict[str, dict[int, float]] = {}
        for number, passage in enumerate(self.passages):
            for strength, said in ((1.0, passage.text), (IN_TITLE, passage.also), (IN_TITLE, passage.title)):
                for word in words_of(said):
                    here = places.setdefault(word, {})
                    here[number] = max(here.get(number, 0.0), strength)
        return places


def folded(text: str) -> str:
    """Without capitals, accents and doubled letters: "Kırık" is "kirik", and "address" is "adress"."""
    lower = text.replace("İ", "i").casefold().translate(SPELT)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(letter))
    return DOUBLED.sub(r"\1", bare)


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    return WORD.findall(folded(text))


def asked_words(query: str) -> list[str]:
    """The words of a query that say something; all of them where none does."""
    said = list(dict.fromkeys(words_of(query[:200])))[:MOST_WORDS]
    return [word for word in said if word not in SAY_NOTHING] or said


def closeness(word: str, known: str) -> float:
    """How near a word is to a known one: the same, its beginning, another ending of it; 0 if none of these."""
    if word == known:
        return EXACT
    if len(word) >= 3 and known.startswith(word):
        return BEGINS
    shared = _shared(word, known)
    return BENDS if shared >= 4 and shared >= 0.6 * max(len(word), len(known)) else 0.0


def is_typo_of(word: str, known: str) -> bool:
    """One slip in a short word, two in a long one; also where the word is still being typed."""
    allowed = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
    if not allowed or len(known) < 4 or len(known) < len(word) - allowed:
        return False
    if len(set(word) - set(known)) > allowed:
        return False
    begins = known[: len(word)] if len(known) > len(word) + allowed else known
    return _slips(word, begins, allowed) <= allowed


def marked(text: str, words: Collection[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of these (folded) words."""
    pieces, at = [], 0
    for match in re.finditer(r"[^\W_](?:[^\W_]|['’](?=\w))*", text):
        if folded(match[0]) in words:
            pieces += [(text[at : match.start()], False), (match[0], True)]
            at = match.end()
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def around(text: str, words: Collection[str], length: int = 180) -> str:
    """A piece of a text that shows one of these words, cut at spaces."""
    if len(text) <= length:
        return text
    first = next((m.start() for m in WORD.finditer(text) if folded(m[0]) in words), 0)
    begin = 0 if first < length * 2 // 3 else text.rfind(" ", 0, first - length // 3) + 1
    piece = text[begin : begin + length]
    goes_on = begin + length < len(text)
    piece = f"{piece.rsplit(' ', 1)[0].rstrip('.,;:!? ')} …" if goes_on else piece
    return f"… {piece}" if begin else piece


def _shared(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _slips(one: str, other: str, most: int) -> int:
    """Letters added, lost, changed or swapped with their neighbour; counting stops above `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        above, row = row, [i, *_none(len(other))]
        for j, b in enumerate(other, start=1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[j] = min(row[j], before[j - 2] + 1)
        if min(row) > most:
            return most + 1
        before = above
    return row[-1]


def _none(many: int) -> Iterable[int]:
    return [0] * many
