"""The demo's photos, taken in once each as a customer's would be, and handed out as often as needed."""

from io import BytesIO
from random import Random

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.tokens import random_token
from helpdesk.seed.catalogue import Product
from helpdesk.seed.drawings import draw
from helpdesk.tickets import Attachment, Evidence, keep_file

VARIETIES = 2
PACKAGING = ("crushed", "torn", "wet")
#: Columns that are the same for every photo of the same bytes; not the look, or all would be "seen before".
SAME = ("shows", "content_type", "size", "file_key", "screen_key", "thumb_key", "width", "height")


class Album:
    """Photos by what they show."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._taken_in: dict[tuple[str, int, Evidence], Attachment] = {}

    def photo(self, kind: str, product: Product) -> Attachment:
        """A new photo: of the "damage" to a product, its "packaging", a "label" or a vet's "paper"."""
        name, shows = {
            "damage": (product.picture, Evidence.DAMAGE),
            "packaging": (self.rng.choice(PACKAGING), Evidence.PACKAGING),
        }.get(kind, (kind, Evidence.OTHER))
        model = self._model(name, self.rng.randrange(VARIETIES), shows)
        photo = Attachment(
            token=random_token(),
            filename=f"IMG_{self.rng.randrange(1000, 9999)}.jpg",
            added_at=clock.now(),
            **{column: getattr(model, column) for column in SAME},
        )
        db.session.add(photo)
        return photo

    def _model(self, name: str, variety: int, shows: Evidence) -> Attachment:
        key = name, variety, shows
        if key not in self._taken_in:
            model = keep_file(BytesIO(draw(name, variety)), f"{name}.jpg", shows)
            db.session.expunge(model)  # it only lends its columns, and belongs to no ticket
            self._taken_in[key] = model
        return self._taken_in[key]
