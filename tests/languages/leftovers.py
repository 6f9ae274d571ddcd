"""English that was left over on a page in another language."""

import re
from functools import cache

from helpdesk.cli_texts import found_texts
from helpdesk.core.language import gettext, speaking

#: One word alone proves nothing: names are words too.
WORDS = re.compile(r"[A-Za-z][A-Za-z'’]+")
#: Hardly an English sentence does without one of them, and they are no words of Turkish.
GIVEAWAYS = re.compile(r"\b(?:the|and|your|you|we|is|are|was|of|not|with|for|from|by|to)\b", re.IGNORECASE)


def sentences_in(text: str) -> list[str]:
    """What gives English away where nobody marked it: for texts in which nobody says anything in English."""
    return GIVEAWAYS.findall(re.sub(r"https?://\S+|\S+@\S+", "", text))


def english_in(text: str, code: str = "tr") -> list[str]:
    """Those of our English texts that stand in it, though the language has words of its own for them."""
    return [known for known in _english(code) if known in text]


@cache
def _english(code: str) -> list[str]:
    with speaking(code):
        return [
            text
            for message in found_texts()
            for text in ([message.id] if isinstance(message.id, str) else message.id)
            if "%(" not in text and len(WORDS.findall(text)) >= 2 and gettext(text) != text
        ]
