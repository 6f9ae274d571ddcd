"""A store's one colour, checked and completed so that text on it and in it can be read (WCAG 2.2 AA)."""

import re
from dataclasses import dataclass

PAPER = (255, 255, 255)
NIGHT = (24, 26, 31)
READABLE = 4.5

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Accent:
    """The colour on light and on dark pages, each with the ink for text upon it."""

    light: str
    light_ink: str
    dark: str
    dark_ink: str


def accent(colour: str) -> Accent:
    """Complete one colour (#rrggbb). Raises ValueError when it cannot be read on a light page."""
    rgb = _rgb(colour)
    if contrast(rgb, PAPER) < READABLE:
        raise ValueError(
            f"{colour} has a contrast of {contrast(rgb, PAPER):.2f} on white; text needs {READABLE}: take a darker one"
        )
    dark = rgb
    while contrast(dark, NIGHT) < READABLE + 1:
        dark = tuple(min(255, value + max(4, (255 - value) // 12)) for value in dark)  # type: ignore[assignment]
    return Accent(colour, _ink(rgb), _hex(dark), _ink(dark))


def contrast(one: Rgb, other: Rgb) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (v / 255 / 12.92 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ink(rgb: Rgb) -> str:
    return "#ffffff" if contrast(rgb, PAPER) >= READABLE else "#14161a"


def _rgb(colour: str) -> Rgb:
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"“{colour}” is not a colour like #336699")
    digits = colour[1:]
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _hex(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)
