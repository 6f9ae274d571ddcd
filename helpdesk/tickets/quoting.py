"""What of a mail was said now, and what it only repeats of an earlier one (pure). Nothing is ever thrown away."""

import re

#: Longer lines are no introductions, and no expression shall be tried on them.
LONGEST_LINE = 300
INTRODUCTIONS = (
    re.compile(r"^on .{4,}(wrote|writes):$", re.IGNORECASE),
    re.compile(r"^am .{4,}schrieb\b.*:$", re.IGNORECASE),
    re.compile(r"^.*(tarihinde|adresinden).*(yazdı|yazdıları)\s*:$", re.IGNORECASE),
    re.compile(r"^-{2,}\s*(original message|ursprüngliche nachricht|orijinal ileti)\s*-{2,}$", re.IGNORECASE),
)
HEADER = re.compile(r"^(from|von|kimden):\s.+$", re.IGNORECASE)
HEADER_GOES_ON = re.compile(r"^(sent|date|to|gesendet|datum|an|gönderme tarihi|tarih|kime):\s", re.IGNORECASE)


def folded(text: str) -> tuple[str, str]:
    """What was said, and the quotation after it; a text that is nothing else, or answers within it, stays whole."""
    lines = text.split("\n")
    start = next((number for number in range(len(lines)) if _begins_quotation(lines, number)), None)
    if start is None:
        return text, ""
    said, quoted = lines[:start], lines[start:]
    if not "".join(said).strip() or _is_answered_within(quoted):
        return text, ""
    return "\n".join(said).rstrip(), "\n".join(quoted).strip("\n")


def _begins_quotation(lines: list[str], number: int) -> bool:
    line = lines[number].strip()[:LONGEST_LINE]
    if line.startswith(">"):
        return True
    if HEADER.match(line):
        following = [each.strip()[:LONGEST_LINE] for each in lines[number + 1 : number + 4]]
        return any(HEADER_GOES_ON.match(each) for each in following)
    # Mail programs break a long introduction into two lines.
    both = f"{line} {lines[number + 1].strip()[:LONGEST_LINE]}" if line and number + 1 < len(lines) else line
    ends = [each for each in (line, both) if each.endswith((":", "--"))]
    return any(introduction.match(each) for introduction in INTRODUCTIONS for each in ends)


def _is_answered_within(quoted: list[str]) -> bool:
    """Whether own words stand between or after quoted lines: then folding would hide them."""
    marked = [number for number, line in enumerate(quoted) if line.lstrip().startswith(">")]
    if not marked:
        return False
    return any(line.strip() for line in quoted[marked[0] :] if not line.lstrip().startswith(">"))
