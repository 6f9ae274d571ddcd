"""What things came in and with: cartons, a label, a vet's paper."""

from random import Random

from helpdesk.seed.drawings.pens import INK, Colour, Pen, crack, crumbs, dark

CARTON: Colour = (190, 150, 105)


def crushed(pen: Pen, rng: Random) -> None:
    """A carton with a side pressed in."""
    _carton(pen)
    pen.polygon([(330, 420), (560, 470), (520, 640), (350, 700), (390, 560)], fill=dark(CARTON, 60), outline=INK)
    for end in ((470, 420), (640, 560), (600, 720)):
        crack(pen, (450, 560), end, rng)


def torn(pen: Pen, rng: Random) -> None:
    """A carton with a corner torn off."""
    _carton(pen)
    pen.polygon([(900, 330), (760, 350), (800, 430), (730, 470), (830, 540), (905, 520)], fill=INK)
    crumbs(pen, rng, (760, 400, 1090, 820), 26, (236, 222, 196))


def wet(pen: Pen, rng: Random) -> None:
    """A carton that stood in the rain."""
    _carton(pen)
    for _ in range(5):
        x = rng.randrange(320, 700)
        pen.ellipse((x, rng.randrange(560, 640), x + rng.randrange(130, 260), 770), fill=dark(CARTON, 45))
    pen.ellipse((250, 740, 990, 860), fill=(120, 130, 140))


def label(pen: Pen, rng: Random) -> None:
    """A parcel's label."""
    pen.rounded_rectangle((210, 170, 990, 740), 16, fill=(252, 252, 248), outline=INK, width=4)
    for line, length in enumerate((420, 360, 300, 390)):
        pen.rectangle((260, 220 + line * 52, 260 + length, 244 + line * 52), fill=INK)
    pen.rectangle((760, 220, 930, 390), outline=INK, width=8)
    x = 260
    while x < 930:
        width = rng.choice([4, 6, 10, 14])
        pen.rectangle((x, 480, x + width, 680), fill=INK)
        x += width + rng.choice([5, 8, 12])


def paper(pen: Pen, rng: Random) -> None:
    """A report from a veterinary practice."""
    pen.polygon([(300, 70), (930, 100), (900, 850), (270, 820)], fill=(252, 252, 250), outline=INK, width=3)
    pen.rectangle((570, 130, 610, 230), fill=(60, 130, 110))
    pen.rectangle((540, 160, 640, 200), fill=(60, 130, 110))
    for line in range(11):
        pen.line([(350, 290 + line * 40), (rng.randrange(600, 860), 298 + line * 40)], fill=(120, 120, 124), width=9)
    pen.arc((620, 700, 780, 800), 200, 520, fill=(40, 60, 150), width=6)


def _carton(pen: Pen) -> None:
    pen.polygon([(320, 330), (900, 330), (900, 760), (320, 760)], fill=CARTON, outline=INK, width=5)
    pen.polygon([(320, 330), (430, 200), (1000, 200), (900, 330)], fill=dark(CARTON, -25), outline=INK, width=5)
    pen.polygon([(900, 330), (1000, 200), (1000, 620), (900, 760)], fill=dark(CARTON, 30), outline=INK, width=5)
    pen.polygon([(585, 330), (635, 330), (740, 200), (690, 200)], fill=(222, 196, 150))
    pen.rectangle((585, 330, 635, 470), fill=(222, 196, 150))
    pen.rectangle((650, 560, 860, 700), fill=(250, 250, 246), outline=INK, width=3)
    for line in range(3):
        pen.line([(670, 590 + line * 34), (820 - line * 40, 590 + line * 34)], fill=INK, width=8)
