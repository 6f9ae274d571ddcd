"""How much a message is worth as an answer: what it says, and how long ago (pure).

Not the engines' own ranks. SQLite's bm25() counts every message that has a word before it weighs the first one, and
what it learns from that, how rare a word is, tells nothing where every message found has all the words.
"""

import math
import re
from collections.abc import Sequence

from helpdesk.search.letters import fold

#: What is said in the subject, or is the customer's name, weighs as much as this many times in the text.
IN_HEAD = 3.0
#: After so many days newness is worth half; a good answer never sinks below LEAST of its worth.
HALF_LIFE, LEAST = 90, 0.4


def worth(body: str, head: str, patterns: Sequence[re.Pattern[str]], days_ago: float) -> float:
    """The greater, the better."""
    text, title = fold(body), fold(head)
    said = sum(1.0 + math.log1p(sum(1 for _ in each.finditer(text))) for each in patterns if each.search(text))
    named = sum(IN_HEAD for each in patterns if each.search(title))
    newness = LEAST + (1 - LEAST) * math.exp2(-max(days_ago, 0) / HALF_LIFE)
    return (1 + said + named) * newness
