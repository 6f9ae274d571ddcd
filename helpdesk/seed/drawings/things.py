"""Things that did not survive the way: one for each kind of product."""

from random import Random

from helpdesk.seed.drawings.pens import GLAZES, INK, TABLES, Colour, Pen, crack, crumbs, dark


def bowl(pen: Pen, rng: Random) -> None:
    """A bowl with a crack and a piece beside it."""
    glaze = rng.choice(GLAZES)
    pen.ellipse((290, 640, 950, 760), fill=dark(TABLES[3], 30))
    pen.pieslice((270, 130, 930, 710), 0, 180, fill=glaze, outline=INK, width=4)
    pen.ellipse((270, 340, 930, 500), fill=dark(glaze, 35), outline=INK, width=4)
    crack(pen, (640, 490), (560, 705), rng)
    crack(pen, (610, 560), (760, 640), rng)
    pen.polygon([(930, 690), (1050, 640), (1080, 740), (980, 780)], fill=glaze, outline=INK, width=4)


def wood(pen: Pen, rng: Random) -> None:
    """A table top with scratches and a broken corner."""
    wood: Colour = (164, 112, 70)
    pen.polygon([(140, 700), (330, 230), (1010, 230), (1100, 600), (1040, 700)], fill=wood, outline=INK, width=5)
    for line in range(9):
        pen.line([(200 + line * 14, 660 - line * 46), (1060 - line * 8, 650 - line * 46)], fill=dark(wood, 16), width=3)
    for _ in range(6):
        x, y = rng.randrange(420, 800), rng.randrange(330, 560)
        pen.line([(x, y), (x + rng.randrange(90, 200), y + rng.randrange(-70, 30))], fill=(232, 204, 168), width=7)
    pen.polygon([(1100, 600), (1040, 700), (980, 700), (1040, 640), (1020, 610)], fill=(226, 190, 140), outline=INK)


def bag(pen: Pen, rng: Random) -> None:
    """A bag torn open at its side, with kibble spilled."""
    colour = rng.choice(GLAZES[1:])
    pen.polygon([(380, 150), (760, 150), (820, 760), (330, 760)], fill=colour, outline=INK, width=5)
    pen.rectangle((380, 130, 760, 190), fill=dark(colour, 40), outline=INK, width=4)
    pen.ellipse((450, 300, 690, 500), fill=(245, 240, 228), outline=INK, width=3)
    pen.ellipse((520, 380, 620, 460), fill=INK)
    for x, y in ((495, 350), (550, 325), (605, 330), (650, 365)):
        pen.ellipse((x - 26, y - 26, x + 20, y + 26), fill=INK)
    pen.polygon([(800, 560), (740, 600), (790, 640), (730, 690), (822, 740)], fill=INK)
    crumbs(pen, rng, (760, 700, 1100, 860), 70, (140, 92, 52))


def bottle(pen: Pen, rng: Random) -> None:
    """A bottle that has leaked over the table."""
    colour = rng.choice(GLAZES)
    pen.ellipse((420, 690, 1060, 850), fill=dark(colour, 24))
    pen.rounded_rectangle((420, 260, 680, 780), 50, fill=colour, outline=INK, width=5)
    pen.rectangle((500, 150, 600, 270), fill=INK)
    pen.rectangle((420, 420, 680, 620), fill=(248, 246, 240), outline=INK, width=3)
    for line in range(3):
        pen.line([(460, 470 + line * 45), (640 - line * 30, 470 + line * 45)], fill=INK, width=8)
    crack(pen, (660, 630), (560, 780), rng)
    for _ in range(7):
        x, y = rng.randrange(700, 1040), rng.randrange(730, 830)
        pen.ellipse((x, y, x + 34, y + 16), fill=dark(colour, 44))


def cushion(pen: Pen, rng: Random) -> None:
    """A cushion with an open seam and its filling."""
    colour = rng.choice(GLAZES[1:])
    pen.rounded_rectangle((240, 220, 960, 760), 130, fill=colour, outline=INK, width=5)
    pen.rounded_rectangle((300, 280, 900, 700), 100, outline=dark(colour, 35), width=4)
    pen.polygon([(470, 470), (600, 430), (760, 480), (640, 540), (540, 530)], fill=dark(colour, 70), outline=INK)
    for _ in range(26):
        x, y = rng.randrange(490, 720), rng.randrange(440, 540)
        pen.ellipse((x, y, x + 46, y + 38), fill=(250, 248, 242), outline=(214, 208, 198))


def device(pen: Pen, rng: Random) -> None:
    """A device with a dented case and a splintered corner."""
    colour = rng.choice([(70, 74, 80), (226, 226, 222), (150, 160, 166)])
    pen.rounded_rectangle((300, 230, 900, 740), 60, fill=colour, outline=INK, width=5)
    pen.ellipse((480, 360, 720, 600), fill=dark(colour, 30), outline=INK, width=4)
    pen.ellipse((560, 440, 640, 520), fill=(210, 90, 70))
    pen.polygon([(900, 560), (760, 620), (720, 740), (860, 742), (902, 680)], fill=dark(colour, 50), outline=INK)
    for end in ((700, 560), (640, 660), (720, 470)):
        crack(pen, (820, 660), end, rng)
