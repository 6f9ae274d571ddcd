"""The tags of the demo's stores: which tickets get them, as their files say."""

import tomllib
from functools import cache
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from helpdesk.accounts import User
from helpdesk.orders import Flag, ProductClass
from helpdesk.seed import SEEDS
from helpdesk.seed.case import Case
from helpdesk.tickets import IssueType, add_tag


class Habit(BaseModel):
    """When an agent thinks of one tag: on what kind of ticket, about which products, how often of ten times."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    on: set[IssueType] = set()
    about: set[ProductClass] = set()
    flags: set[Flag] = set()
    often: float = Field(gt=0, le=1)

    def fits(self, case: Case) -> bool:
        """Whether the tag says something of this case."""
        product = case.product
        fits_issue = not self.on or case.ticket.issue_type in self.on
        fits_class = not self.about or product.product_class in self.about
        return fits_issue and fits_class and (not self.flags or bool(self.flags & set(product.flags)))


@cache
def habits_of(slug: str) -> dict[str, Habit]:
    """The tags of a shipped store, and when each is given."""
    text = (SEEDS / slug / "tags.toml").read_text(encoding="utf-8")
    return {name: Habit.model_validate(plain) for name, plain in tomllib.loads(text).items()}


def tag(case: Case, *, by: User) -> None:
    """Give the ticket the tags that somebody thought of."""
    # By dice of its own: what else happens in the demo does not hang on how many tags there are.
    dice = Random(f"{case.opens_at.isoformat()} {case.product.sku} {case.buyer.email}")
    for name, habit in habits_of(case.store.slug).items():
        if dice.random() < habit.often and habit.fits(case):
            add_tag(case.ticket, name, by=by)
