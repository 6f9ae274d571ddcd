"""One colour of a shop becomes readable on light and on dark pages, or is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.stores.accent import NIGHT, PAPER, READABLE, accent, contrast

RGB = st.tuples(*[st.integers(0, 255)] * 3)


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:], 16)


@pytest.mark.parametrize(
    "one, other, ratio",
    [((0, 0, 0), (255, 255, 255), 21.0), ((255, 255, 255), (255, 255, 255), 1.0), ((119, 119, 119), PAPER, 4.48)],
)
def test_contrast_is_wcags(one: tuple[int, int, int], other: tuple[int, int, int], ratio: float) -> None:
    assert round(contrast(one, other), 2) == round(contrast(other, one), 2) == ratio


@given(RGB)
def test_every_accepted_colour_can_be_read_in_four_places(colour: tuple[int, int, int]) -> None:
    try:
        found = accent("#{:02x}{:02x}{:02x}".format(*colour))
    except ValueError:
        assert contrast(colour, PAPER) < READABLE
        return
    pairs = [(rgb(found.light), PAPER), (rgb(found.light), rgb(found.light_ink)), (rgb(found.dark), NIGHT)]
    assert min(contrast(*pair) for pair in [*pairs, (rgb(found.dark), rgb(found.dark_ink))]) >= READABLE


@pytest.mark.parametrize("colour", ["#8a4b2d", "#3b4fa8", "#1d6b52", "#000000", "#767676", "#7A00FF"])
def test_a_readable_colour_is_kept_as_given(colour: str) -> None:
    assert accent(colour).light == colour


@pytest.mark.parametrize(
    "colour, words",
    [
        ("#ffee00", "contrast of 1.20 on white; text needs 4.5: take a darker one"),
        ("#777777", "contrast of 4.48 on white"),
        ("blue", "“blue” is not a colour like #336699"),
        ("336699", "is not a colour"),
        ("#369", "is not a colour"),
        ("#33669g", "is not a colour"),
        ("#+1+2+3", "is not a colour"),
        ("#336699\n", "is not a colour"),
        ("", "is not a colour"),
    ],
)
def test_other_colours_are_refused_in_words(colour: str, words: str) -> None:
    with pytest.raises(ValueError) as refusal:
        accent(colour)
    assert words in str(refusal.value)
