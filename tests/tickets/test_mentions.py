"""Who is called in a note."""

import pytest

from helpdesk.tickets import mentioned

NAMES = {1: "Mara Lind", 2: "Selim Aksoy", 3: "Mona Berg", 4: "Mona Lisa", 5: "Émile O'Neil-Sand"}


@pytest.mark.parametrize("text, called", [
    ("@Mara please look", [1]),
    ("please, @mara lind and @SELIM.", [1, 2]),
    ("@Mona could be two people", []),
    ("@Mona Lisa, and not @Monarch", [4]),
    ("write to help@mara.example.com or x@mara", []),
    ("@Mara @Mara Lind", [1]),
    ("(@Émile O'Neil-Sand)", [5]),
    ("@Selimiye", []),
    ("nobody @ all", []),
    ("", []),
])  # fmt: skip
def test_mentions(text: str, called: list[int]) -> None:
    assert mentioned(text, NAMES) == called


def test_without_colleagues_nobody_is_called() -> None:
    assert mentioned("@Mara", {}) == []
