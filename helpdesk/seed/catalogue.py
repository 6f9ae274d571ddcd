"""What the demo's stores sell, as their catalogue files say."""

import tomllib
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from helpdesk.orders import Flag, ProductClass
from helpdesk.seed import SEEDS


class Product(BaseModel):
    """One product; `name` is what people call it in a sentence, `picture` how we draw it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sku: str
    title: str
    name: str
    product_class: ProductClass = Field(alias="class")
    price: float
    picture: str
    flags: list[Flag] = []

    @property
    def cents(self) -> int:
        """Its price in minor units."""
        return round(self.price * 100)


class Catalogue(BaseModel):
    """One store's products, and how it numbers, charges and sends its orders."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    number: str  # a form such as "#{}"
    first_number: int
    carriers: list[str]
    payments: list[str]
    shipping: int  # cents
    free_from: int | None = None  # cents
    products: list[Product]


@cache
def catalogue_of(slug: str) -> Catalogue:
    """The catalogue of a shipped store."""
    return Catalogue.model_validate(tomllib.loads((SEEDS / slug / "catalogue.toml").read_text(encoding="utf-8")))


def slugs() -> list[str]:
    """The stores that have one."""
    return sorted(path.parent.name for path in SEEDS.glob("*/catalogue.toml"))
