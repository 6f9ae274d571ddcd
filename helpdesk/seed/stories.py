"""What people said: the stories of the demo's tickets, as files in `stories/` tell them."""

import tomllib
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from helpdesk.orders import Flag, ProductClass
from helpdesk.policies import Remedy
from helpdesk.seed import SEEDS
from helpdesk.seed.catalogue import Product
from helpdesk.tickets import IssueType

FILES = ("shipping", "after_arrival", "policy", "turkish")
Hours = tuple[float, float]  # from, to


class Who(StrEnum):
    """Whose turn it is."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"


WHO = {
    "opens": Who.CUSTOMER,
    "writes": Who.CUSTOMER,
    "chooses": Who.CUSTOMER,
    "agrees": Who.CUSTOMER,
    "asks for a supervisor": Who.CUSTOMER,
    "follows up": Who.CUSTOMER,
    "answers": Who.AGENT,
    "updates": Who.AGENT,
    "waits": Who.AGENT,
    "holds": Who.AGENT,
    "solves": Who.AGENT,
    "notes": Who.AGENT,
    "hands up": Who.AGENT,
    "acknowledges": Who.SUPERVISOR,
    "takes over": Who.SUPERVISOR,
    "replies": Who.SUPERVISOR,
    "grants": Who.SUPERVISOR,
    "declines": Who.SUPERVISOR,
}


class Strict(BaseModel):
    """A misspelt key in our own files should not go unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Turn(Strict):
    """One step of a story; of several texts one is taken."""

    does: str
    says: list[str] = []
    letter: list[str] = []  # what a supervisor writes to the customer beside the reason for the team
    photos: list[str] = []
    remedy: Remedy | None = None  # what they choose where the decision offers it; else they say it
    after: Hours | None = None

    @field_validator("does")
    @classmethod
    def _known(cls, does: str) -> str:
        if does not in WHO:
            raise ValueError(f"nobody knows how to “{does}”")
        return does

    @property
    def who(self) -> Who:
        """Whose turn it is."""
        return WHO[self.does]


class Story(Strict):
    """One course of events, and what kind of product and order it needs."""

    name: str
    issue: IssueType
    turns: list[Turn]
    weight: float = 1
    order: dict[str, Hours] | None = None
    about: set[ProductClass] = set()
    flag: Flag | None = None
    stores: set[str] = set()

    def fits(self, product: Product) -> bool:
        """Whether it can be told of this product."""
        # Nothing that comes as a file is ever in a parcel, so only its own stories fit it.
        fits_class = product.product_class in (self.about or set(ProductClass) - {ProductClass.DIGITAL})
        return fits_class and (self.flag is None or self.flag in product.flags)

    @property
    def has_supervisor(self) -> bool:
        """Whether somebody higher up takes part."""
        return any(turn.who is Who.SUPERVISOR for turn in self.turns)


class Scene(Strict):
    """A story that is under way when the demo begins (see now.toml)."""

    story: str
    turns: int
    due_in: float | None = None
    ago: float | None = None
    taken: bool = False
    instead: list[str] = []


class Mistyped(Scene):
    """The one whose address is wrong."""

    store: str
    name: str
    email: str


class Now(Strict):
    """All of now.toml."""

    now: list[Scene] = Field(min_length=1)
    mistyped: Mistyped


@cache
def all_stories() -> dict[str, Story]:
    """Every story by its name."""
    told = [_read(file) for file in FILES]
    return {name: Story(name=name, **plain) for file in told for name, plain in file.items()}


@cache
def now_playing() -> Now:
    """What lies on the desks when the demo begins."""
    return Now.model_validate(_read("now"))


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads((SEEDS / "stories" / f"{file}.toml").read_text(encoding="utf-8"))
