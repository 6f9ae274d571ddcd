"""What a photo looks like, in 64 bits: re-encoded, resized or slightly cropped copies come out nearly the same.

A perceptual hash (pHash): the photo is shrunk to 32 by 32 greys, and the signs of its slowest waves around their
median are kept. Colours, sharpness and compression hardly touch these.
"""

import math
from io import BytesIO
from statistics import median

from PIL import Image

SIDE, KEPT = 32, 8
#: Below this many differing bits of 64 two photos are taken for the same; unrelated ones differ in about 32.
ALIKE = 10
#: A picture with hardly any shape (a white page, a wall) looks like every other such picture: it has no look.
LEAST_CONTRAST = 6.0
_WAVES = [[math.cos((2 * x + 1) * k * math.pi / (2 * SIDE)) for x in range(SIDE)] for k in range(KEPT + 1)]


def look_of(photo: bytes) -> str | None:
    """16 hex digits for an upright photo of our own making; None where there is nothing to recognise."""
    with Image.open(BytesIO(photo)) as opened:
        opened.draft("L", (4 * SIDE, 4 * SIDE))
        small = opened.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=None)
    levels = list(small.tobytes())
    mean = sum(levels) / len(levels)
    if math.sqrt(sum((level - mean) ** 2 for level in levels) / len(levels)) < LEAST_CONTRAST:
        return None
    waves = _slow_waves(levels)
    middle = median(waves)
    return f"{sum(1 << n for n, wave in enumerate(waves) if wave > middle):016x}"


def distance(one: str, other: str) -> int:
    """In how many of the 64 bits two looks differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _slow_waves(levels: list[int]) -> list[float]:
    """The 64 slowest waves of a cosine transform, without the mean's row and column."""
    rows = [levels[n * SIDE : (n + 1) * SIDE] for n in range(SIDE)]
    across = [[sum(map(float.__mul__, wave, map(float, row))) for wave in _WAVES[1:]] for row in rows]
    return [sum(wave[y] * across[y][k] for y in range(SIDE)) for wave in _WAVES[1:] for k in range(KEPT)]
