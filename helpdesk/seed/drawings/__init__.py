"""Photos for the demo, drawn by ourselves: what breaks, the box it came in, a label, a vet's paper."""

from collections.abc import Callable
from io import BytesIO
from random import Random

from PIL import ImageDraw

from helpdesk.seed.drawings import parcels, things
from helpdesk.seed.drawings.pens import Pen, table

DRAWINGS: dict[str, Callable[[Pen, Random], None]] = {
    "bowl": things.bowl,
    "wood": things.wood,
    "bag": things.bag,
    "bottle": things.bottle,
    "cushion": things.cushion,
    "device": things.device,
    "crushed": parcels.crushed,
    "torn": parcels.torn,
    "wet": parcels.wet,
    "label": parcels.label,
    "paper": parcels.paper,
}


def draw(name: str, variety: int) -> bytes:
    """The drawing of this name as a JPEG; the same variety is always the same picture."""
    rng = Random(f"{name} {variety}")
    picture = table(rng)
    DRAWINGS[name](ImageDraw.Draw(picture), rng)
    file = BytesIO()
    picture.save(file, "JPEG", quality=84)
    return file.getvalue()
