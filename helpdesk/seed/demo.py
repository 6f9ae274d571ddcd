"""The demo: three stores with people, orders, and sixty days in which they wrote to each other."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.seed.album import Album
from helpdesk.seed.casting import DAYS, Casting
from helpdesk.seed.catalogue import catalogue_of, slugs
from helpdesk.seed.pace import Pace
from helpdesk.seed.past import Past, Script
from helpdesk.seed.people import hire, plan_absences
from helpdesk.seed.playing import script_of
from helpdesk.seed.shopping import Counter
from helpdesk.seed.stories import now_playing
from helpdesk.stores import Store, all_stores, calendar_of

SEED = 20260607
TICKETS = 300
#: Letters of the last hour stay in the outbox, so that the demo has some to deliver.
UNSENT = timedelta(hours=1)


def make_past(say: Callable[[str], None], tickets: int = TICKETS) -> None:
    """Fill an empty helpdesk; one with people in it already stays as it is. All or nothing: one transaction."""
    stores = {store.slug: store for store in db.session.scalars(all_stores()) if store.slug in slugs()}
    if db.session.scalar(select(User.id).limit(1)):
        say("There are people here already: the demo stays as it is.")
        return
    if not stores:
        say("There is no store to fill yet: run `flask seed` first.")
        return
    say(f"Making up {tickets} tickets of the last {DAYS} days, and the people who wrote them:")
    hire(stores)
    _play(stores, tickets // len(stores), clock.now(), say)
    plan_absences()
    db.session.commit()


def _play(stores: dict[str, Store], many: int, now: datetime, say: Callable[[str], None]) -> None:
    past = Past(now - timedelta(seconds=1), now - UNSENT, {now_playing().mistyped.email})
    for casting in _castings(stores, now):
        for case in casting.cases(many):
            if case.purchase:
                past.orders.begin(case.purchase.script())
            past.tickets.begin(script_of(case, casting.pace))
        for purchase in casting.quiet_orders(many // 6):
            past.orders.begin(purchase.script())
    past.orders.begin(_calendar(now, say))
    past.play()


def _calendar(now: datetime, say: Callable[[str], None]) -> Script:
    """A script that only says how far the others have come."""
    for days in range(DAYS, -1, -10):
        moment = now - timedelta(days=days, seconds=1)
        yield moment
        say(f"  ... {moment:%d %B}")


def _castings(stores: dict[str, Store], now: datetime) -> list[Casting]:
    album = Album(Random(SEED))
    castings = []
    for slug, store in sorted(stores.items()):
        rng = Random(f"{SEED} {slug}")
        pace = Pace(calendar_of(store), rng)
        castings.append(Casting(store, Counter(store, catalogue_of(slug), rng), pace, album, rng, now))
    return castings
