"""What a photo looks like: copies come out alike, other photos do not."""

import random
from collections.abc import Callable
from itertools import combinations

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from helpdesk.core.images import read_photo
from helpdesk.core.looks import ALIKE, distance, look_of
from tests.core.pictures import encoded


def scene(seed: int, width: int = 1600, height: int = 1200) -> Image.Image:
    """A blurred heap of shapes, another one for every seed."""
    chance = random.Random(seed)
    picture = Image.new("RGB", (width, height), tuple(chance.randrange(120, 255) for _ in range(3)))
    pen = ImageDraw.Draw(picture)
    for number in range(chance.randrange(6, 14)):
        x, y = chance.randrange(width), chance.randrange(height)
        across, down = chance.randrange(30, width // 4), chance.randrange(30, height // 4)
        shape = pen.ellipse if number % 2 else pen.rectangle
        shape((x - across, y - down, x + across, y + down), fill=tuple(chance.randrange(256) for _ in range(3)))
    return picture.filter(ImageFilter.GaussianBlur(3))


def look(picture: Image.Image, quality: int = 85) -> str:
    """As a photo of it is kept."""
    found = look_of(read_photo(encoded(picture, "JPEG", quality=quality)).thumb)
    assert found
    return found


def cropped(picture: Image.Image) -> Image.Image:
    """A hundredth less on every side."""
    width, height = picture.size
    return picture.crop((width // 100, height // 100, width - width // 100, height - height // 100))


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "smaller": lambda picture: picture.resize((640, 480)),
    "cropped": cropped,
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.1),
    "cropped and smaller": lambda picture: cropped(picture).resize((800, 600)),
    "grey": lambda picture: picture.convert("L").convert("RGB"),
}


@pytest.mark.parametrize("change", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("seed", range(5))
def test_a_copy_looks_alike(seed: int, change: Callable[[Image.Image], Image.Image]) -> None:
    photo = scene(seed)
    assert distance(look(photo), look(change(photo), quality=45)) <= ALIKE


def test_other_photos_look_different() -> None:
    looks = [look(scene(seed, 640, 480)) for seed in range(30)]
    assert min(distance(one, other) for one, other in combinations(looks, 2)) > ALIKE


@pytest.mark.parametrize("colour", ["white", "black", (120, 130, 90)])
def test_a_picture_without_shape_has_no_look(colour: str) -> None:
    assert look_of(encoded(Image.new("RGB", (360, 270), colour), "JPEG")) is None


def test_a_look_is_sixteen_hex_digits() -> None:
    assert len(look(scene(1))) == 16
    assert int(look(scene(1)), 16) < 2**64


@pytest.mark.parametrize(
    "one, other, bits", [("0" * 16, "0" * 16, 0), ("0" * 16, "f" * 16, 64), ("0" * 16, "3".zfill(16), 2)]
)
def test_distances(one: str, other: str, bits: int) -> None:
    assert distance(one, other) == bits
