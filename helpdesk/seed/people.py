"""The people of the demo: who works there, and strangers who buy something."""

import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from config import DEMO_PASSWORD
from helpdesk.accounts import Absence, Role, add_user, by_email, set_shift, week_from_words
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.seed import SEEDS
from helpdesk.stores import Store

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
ADDRESSES = ("{first}.{last}", "{first}{last}", "{initial}.{last}", "{last}.{first}", "{first}.{last}{number}")


@dataclass(frozen=True)
class Stranger:
    """Somebody who buys."""

    name: str
    email: str
    phone: str
    ship_to: str
    town: str
    pet: str

    @property
    def first(self) -> str:
        """How we address them."""
        return self.name.split()[0]


def hire(stores: dict[str, Store]) -> None:
    """Add the demo's staff; all have the demo's password, which a server for real refuses to start with."""
    for person in _people()["staff"]:
        works_for = [stores[slug] for slug in person["stores"] if slug in stores]
        user = add_user(person["email"], person["name"], Role(person["role"]), DEMO_PASSWORD, works_for)
        user.has_demo_password = True
        db.session.flush()
        if shift := person.get("shift"):
            set_shift(user, shift["timezone"], week_from_words(dict.fromkeys(WEEKDAYS, shift["hours"])), by=user)


def plan_absences() -> None:
    """Somebody of the demo's staff has days off soon, so that the team page and the ladder have to do with it."""
    for person in _people()["staff"]:
        if away := person.get("away"):
            user = db.session.scalars(by_email(person["email"])).one()
            begins_at = clock.now() + timedelta(days=away["in_days"])
            Absence.plan(user, begins_at, begins_at + timedelta(days=away["days"]), by=user, note=away["note"])


def strangers(country: str, rng: Random) -> Iterator[Stranger]:
    """People who could live there, no two with one address."""
    people = _people()["customers"]
    groups = [group for group in people["names"] if country in group["countries"]]
    seen: set[str] = set()
    while True:
        group = rng.choice(groups)
        first, last = rng.choice(group["first"]), rng.choice(group["last"])
        email = _email(first, last, rng, people["domains"])
        if email not in seen:
            seen.add(email)
            yield _stranger(f"{first} {last}", email, country, rng)


def _stranger(name: str, email: str, country: str, rng: Random) -> Stranger:
    place = _people()["addresses"][country]
    town, street = rng.choice(place["towns"]), rng.choice(place["streets"])
    phone = place["phone"].format(area=rng.choice(place["areas"]), two=rng.randrange(100))
    ship_to = place["form"].format(number=rng.randrange(2, 180), street=street, town=town)
    return Stranger(name, email, phone, ship_to, town.split(",")[0], rng.choice(_people()["customers"]["pets"]))


def _email(first: str, last: str, rng: Random, domains: list[str]) -> str:
    form = rng.choice(ADDRESSES)
    local = form.format(first=first, last=last, initial=first[0], number=rng.randrange(61, 99))
    plain = unicodedata.normalize("NFKD", local.replace("ı", "i")).encode("ascii", "ignore").decode()
    return f"{plain.lower()}@{rng.choice(domains)}"


@cache
def _people() -> dict[str, Any]:
    return tomllib.loads((SEEDS / "people.toml").read_text(encoding="utf-8"))
