"""Who is called by name in a note: “@Mara Lind” or, where nobody else is called so, “@Mara” (pure)."""

import re
from collections import Counter
from collections.abc import Mapping


def mentioned(text: str, names: Mapping[int, str]) -> list[int]:
    """The people among `names` whom the text calls, in the order in which it does."""
    if "@" not in text:
        return []
    called: dict[str, int] = {name.casefold(): person for person, name in names.items()}
    firsts = Counter(_first(name) for name in names.values())
    for person, name in names.items():
        if firsts[_first(name)] == 1:
            called.setdefault(_first(name), person)
    # The longest name first, so that “@Mara Lind” is not read as “@Mara”.
    alternatives = "|".join(re.escape(name) for name in sorted(called, key=len, reverse=True))
    pattern = rf"(?<![\w@.])@({alternatives})(?![\w@])"
    found = re.findall(pattern, text.casefold()) if alternatives else []
    return list(dict.fromkeys(called[name] for name in found))


def _first(name: str) -> str:
    return name.casefold().split(maxsplit=1)[0] if name.strip() else ""
