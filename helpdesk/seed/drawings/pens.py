"""What all drawings share: colours, cracks, crumbs, and a table to lie on."""

from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 900
Colour = tuple[int, int, int]
Point = tuple[int, int]
Pen = ImageDraw.ImageDraw

TABLES: list[Colour] = [(196, 164, 132), (168, 150, 138), (205, 199, 190), (148, 128, 108)]
GLAZES: list[Colour] = [(236, 232, 222), (120, 150, 140), (196, 120, 92), (90, 110, 140)]
INK: Colour = (52, 46, 42)


def table(rng: Random) -> Image.Image:
    """A table in the light of a lamp, so that it is not quite flat."""
    colour = rng.choice(TABLES)
    light = Image.radial_gradient("L").resize((WIDTH, HEIGHT))
    return Image.composite(
        Image.new("RGB", (WIDTH, HEIGHT), dark(colour, 70)), Image.new("RGB", (WIDTH, HEIGHT), colour), light
    )


def crack(pen: Pen, start: Point, end: Point, rng: Random) -> None:
    points = [start]
    for step in range(1, 6):
        x, y = (start[axis] + (end[axis] - start[axis]) * step // 6 for axis in (0, 1))
        points.append((x + rng.randrange(-22, 23), y + rng.randrange(-12, 13)))
    pen.line([*points, end], fill=INK, width=6, joint="curve")


def crumbs(pen: Pen, rng: Random, place: tuple[int, int, int, int], many: int, colour: Colour) -> None:
    left, top, right, bottom = place
    for _ in range(many):
        x, y, size = rng.randrange(left, right), rng.randrange(top, bottom), rng.randrange(10, 24)
        pen.ellipse((x, y, x + size, y + size * 3 // 4), fill=colour, outline=dark(colour, 40))


def dark(colour: Colour, by: int) -> Colour:
    red, green, blue = (max(0, min(255, part - by)) for part in colour)
    return red, green, blue
