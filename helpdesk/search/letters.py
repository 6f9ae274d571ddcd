"""Letters without accents and capitals, as texts are compared (pure)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

#: Letters that Unicode does not take apart, as people type them on another keyboard.
SPELT = {
    "ı": "i", "ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ł": "l", "Ł": "l",
    "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ħ": "h", "Ħ": "h",
}  # fmt: skip
#: What Unicode takes accents apart into.
ACCENTS = "".join(map(chr, range(0x300, 0x370)))
#: Signs that belong to the letter before them, like the vowels of Hindi. Python ends a word there, PostgreSQL does not.
MARKS = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")


def fold(text: str) -> str:
    """The text as it is compared: "Şükrü İnan" is "sukru inan"."""
    return text.lower() if text.isascii() else "".join(map(folded_letter, text))


@lru_cache(maxsize=10_000)
def folded_letter(letter: str) -> str:
    """One letter as it is compared: none, one, or two."""
    apart = unicodedata.normalize("NFKD", SPELT.get(letter, letter))
    bare = "".join(each for each in apart.lower() if each not in ACCENTS)
    return unicodedata.normalize("NFC", bare)


def tokens_of(text: str) -> tuple[str, ...]:
    """Its words and numbers, without the signs between them."""
    return tuple(WORD.findall(unicodedata.normalize("NFC", text)))


def spellings(word: str) -> set[str]:
    """The word, and it with one letter left out: two words that share one of these differ by one slip."""
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


def pattern_of(tokens: Iterable[str], goes_on: bool) -> str:
    """A regular expression that finds these words, next to each other, in a folded text."""
    words = r"[\W_]+".join(re.escape(fold(token)) for token in tokens)
    return rf"(?<![^\W_]){words}" + (r"[^\W_]*" if goes_on else r"(?![^\W_])")
