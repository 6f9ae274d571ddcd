"""What differs between two texts that were kept at the same time."""

import pytest

from helpdesk.web.meanwhile import COMPARED, SHOWN, Line, differing


@pytest.mark.parametrize("mine, theirs, lines", [
    ("a\nb\nc", "a\nb\nc", []),
    ("a\nb\nc", "a\nx\nc", [Line("mine", "b"), Line("theirs", "x")]),
    ("a\na", "a", [Line("mine", "a")]),
    ("", "a", [Line("theirs", "a")]),
    ("a\nb\nc\nd", "b\nc\ne", [Line("mine", "a"), Line("mine", "d"), Line("theirs", "e")]),
])  # fmt: skip
def test_only_what_one_of_them_has(mine: str, theirs: str, lines: list[Line]) -> None:
    assert differing(mine, theirs) == (lines, 0)


def test_many_lines_are_counted_and_too_many_are_not_compared() -> None:
    some = "\n".join(str(n) for n in range(SHOWN + 5))
    assert (len(differing(some, "").lines), differing(some, "").more) == (SHOWN, 5)
    many, others = (["x", *(f"{who} {n}" for n in range(COMPARED + 1)), "y"] for who in ("my", "their"))
    assert differing("\n".join(many), "\n".join(others)) == ([], 2 * (COMPARED + 1))
