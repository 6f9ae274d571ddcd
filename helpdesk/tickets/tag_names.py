"""How a tag is spelled: one spelling for one word."""

import unicodedata

from helpdesk.core.errors import Invalid

LONGEST = 40


def normalised(name: str) -> str:
    """One spelling for one word: "#Broken  Bowl" is "broken-bowl". Raises Invalid where nothing is left."""
    plain = unicodedata.normalize("NFKC", name[:400]).casefold()
    words = "".join(c if c.isalnum() or unicodedata.category(c) == "Mn" else " " for c in plain).split()
    text = "-".join(words)
    if not text:
        raise Invalid("A tag is a word or two, like broken-bowl.")
    if len(text) > LONGEST:
        raise Invalid(f"Please keep a tag under {LONGEST} characters.")
    return text
