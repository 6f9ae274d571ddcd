"""Store files for tests: a shipped one, with something changed."""

from pathlib import Path

from helpdesk.seed import SEEDS

#: The shipped file whose parts the tests change.
SHIPPED = (SEEDS / "casanovaspace" / "store.toml").read_text(encoding="utf-8")
MONDAY = 'mon = ["09:00-12:00", "14:00-18:00"]'
TERM = 'first_response = { hours = 24, counts = "business_days" }'
HOLIDAYS = '[hours.holidays]\ncountry = "US"'


def changed(*changes: tuple[str, str], text: str = SHIPPED) -> str:
    """The shipped file with these parts replaced; each part must be there."""
    for part, other in changes:
        assert part in text, f"not in the shipped file: {part}"
        text = text.replace(part, other)
    return text


def special(*lines: str) -> tuple[str, str]:
    """A change that adds one special day."""
    return HOLIDAYS, "\n".join(["[[hours.special]]", *lines, HOLIDAYS])


def written(folder: Path, text: str, name: str = "shop.toml") -> Path:
    """The text as a file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
